/** The values that were kept last, by key. */
export class Recent<Value> {
  readonly #values = new Map<string, Value>();

  /** @param most how many are kept */
  constructor(private readonly most: number) {}

  get(key: string): Value | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) this.keep(key, value);
    return value;
  }

  take(key: string): Value | undefined {
    const value = this.#values.get(key);
    this.forget(key);
    return value;
  }

  forget(key: string): void {
    this.#values.delete(key);
  }

  /** Keeps a value, and forgets the one that was not used for longest. */
  keep(key: string, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.most) break;
      this.#values.delete(oldest);
    }
  }
}

/** The last results of some work, by what it was done for. Who asks while it is being done shares it. */
export class RecentWork<Result> {
  readonly #results: Recent<Promise<Result>>;

  /**
   * @param most how many are kept
   * @param isFinal whether a result is kept: one that is not may be another the next time
   */
  constructor(
    most: number,
    private readonly isFinal: (result: Result) => boolean = () => true,
  ) {
    this.#results = new Recent(most);
  }

  /** What the work gives. Rejects as it does, and nothing is kept then. */
  async get(key: string, work: () => Promise<Result>): Promise<Result> {
    const asked = this.#results.get(key) ?? work();
    this.#results.keep(key, asked);
    try {
      const result = await asked;
      if (!this.isFinal(result)) this.#results.forget(key);
      return result;
    } catch (error) {
      this.#results.forget(key);
      throw error;
    }
  }
}
