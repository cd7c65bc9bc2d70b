import { problem, type Problem, type ProblemName } from './problem.js';

/**
 * An error that a caller can be told about: at the HTTP edge it becomes its problem document, at the queue edge it ends
 * the work at once (it would fail again). Anything else that is thrown is taken for a passing fault and is retried.
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

/** The thing does not exist, or belongs to another tenant (which is the same to the one who asks). */
export class NotFoundError extends LociError {
  override readonly name = 'NotFoundError';
  constructor(what: string) {
    super('not-found', `${what} does not exist`);
  }
}

/** The work was told to stop (canceled, or the worker drains). Never reported as a failure. */
export class AbortedError extends Error {
  override readonly name = 'AbortedError';
}
