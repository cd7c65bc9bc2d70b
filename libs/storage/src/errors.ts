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

/** The object has another length than it was stored with. */
export class ObjectDamagedError extends Error {
  override readonly name = 'ObjectDamagedError';
  constructor(
    readonly key: string,
    bytes: number,
    expected: number,
  ) {
    super(`the object ${key} has ${bytes} bytes instead of ${expected}`);
  }
}

/** The key could lead out of the store, or names no object. */
export class ObjectKeyError extends Error {
  override readonly name = 'ObjectKeyError';
  constructor(readonly key: string) {
    super(`${JSON.stringify(key)} is not an object key`);
  }
}
