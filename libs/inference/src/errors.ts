import { LociError } from '@loci/contracts';

/** A bundle that cannot be served. The error names the file and what was expected of it. */
export class BundleError extends LociError {
  override readonly name = 'BundleError';
  constructor(
    /** The file within the bundle, e.g. `perceive.onnx`. */
    readonly file: string,
    readonly expectation: string,
    found: string,
    options?: ErrorOptions,
  ) {
    super('bundle-invalid', `${file}: expected ${expectation}, found ${found}`, options);
  }
}

/** A graph refused its inputs or failed. The same call would fail again. */
export class InferenceError extends LociError {
  override readonly name = 'InferenceError';
  constructor(detail: string, options?: ErrorOptions) {
    super('inference-failed', detail, options);
  }
}

/** A configured execution provider is not available. There is no fallback. */
export class ExecutionProviderError extends LociError {
  override readonly name = 'ExecutionProviderError';
  constructor(
    readonly executionProviders: readonly string[],
    options?: ErrorOptions,
  ) {
    const reason = options?.cause instanceof Error ? options.cause.message : 'no reason given';
    const names = executionProviders.join(', ');
    super(
      'inference-failed',
      `the execution providers ${names} were asked for and cannot be had on this machine: ${reason}`,
      options,
    );
  }
}

/** The prompt has more tokens than the bundle's decoder reads. */
export class QuestionTooLongError extends LociError {
  override readonly name = 'QuestionTooLongError';
  constructor(
    readonly tokens: number,
    readonly most: number,
  ) {
    super(
      'question-too-long',
      `the question with its options has ${tokens} tokens; the model reads at most ${most}`,
    );
  }
}

/** The engine was closed, or its thread died, before the call ended. Another engine may run the same call. */
export class EngineStoppedError extends Error {
  override readonly name = 'EngineStoppedError';
}
