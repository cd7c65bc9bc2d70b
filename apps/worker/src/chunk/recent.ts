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
