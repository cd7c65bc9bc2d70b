/** The last results of some work, by what it was done for. Who asks while it is being done shares it. */
export class Recent<T> {
  private readonly results = new Map<string, Promise<T>>();

  /** @param isFinal whether a result is kept; one that is not may come out otherwise the next time */
  constructor(
    private readonly max: number,
    private readonly isFinal: (result: T) => boolean,
  ) {}

  get(key: string, work: () => Promise<T>): Promise<T> {
    const result = this.results.get(key) ?? this.begin(key, work);
    // the last one asked for stands last
    this.results.delete(key);
    this.results.set(key, result);
    const [oldest] = this.results.keys();
    if (this.results.size > this.max && oldest !== undefined) this.results.delete(oldest);
    return result;
  }

  private async begin(key: string, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      if (!this.isFinal(result)) this.results.delete(key);
      return result;
    } catch (error) {
      this.results.delete(key);
      throw error;
    }
  }
}
