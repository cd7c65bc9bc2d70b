/** A command cannot go on; the message is one sentence for the person at the terminal. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}
