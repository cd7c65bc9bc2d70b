/** There is no object of that key. */
export class ObjectMissingError extends Error {
  override readonly name = 'ObjectMissingError';
  constructor(
    readonly key: string,
    options?: ErrorOptions,
  ) {
    super(`there is no object ${key}`, options);
  }
}

/** The key could lead out of the store, or names no object. */
export class ObjectKeyError extends Error {
  override readonly name = 'ObjectKeyError';
  constructor(readonly key: string) {
    super(`${JSON.stringify(key)} is not an object key`);
  }
}
