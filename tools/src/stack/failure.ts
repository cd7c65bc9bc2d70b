/** Something that the person at the terminal can act on: one sentence, printed without a stack. */
export class StackError extends Error {
  override readonly name: string = 'StackError';
}
