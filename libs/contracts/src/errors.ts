import { problem, type Problem, type ProblemName } from './problem.js';

/**
 * A final error with a stable name. The HTTP edge sends it as a problem document. The queue edge ends the
 * work, which would fail again. Any other error counts as a passing fault, and its work is tried again.
 */
export class LociError extends Error {
  override readonly name: string = 'LociError';
  constructor(
    readonly problemName: ProblemName,
    detail: string,
    options: ErrorOptions & { errors?: { pointer: string; detail: string }[] } = {},
  ) {
    super(detail, options);
    this.errors = options.errors;
  }
  readonly errors: { pointer: string; detail: string }[] | undefined;

  toProblem(instance?: string): Problem {
    return problem(this.problemName, this.message, {
      ...(instance === undefined ? {} : { instance }),
      ...(this.errors === undefined ? {} : { errors: this.errors }),
    });
  }
}

/** The thing does not exist, or belongs to another tenant; a caller cannot tell which. */
export class NotFoundError extends LociError {
  override readonly name = 'NotFoundError';
  constructor(what: string) {
    super('not-found', `${what} does not exist`);
  }
}

/** The work was aborted because it was canceled or its worker drains. It is never reported as a failure. */
export class AbortedError extends Error {
  override readonly name = 'AbortedError';
}
