/** A command cannot go on. The message is one sentence for the person at the terminal. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}
