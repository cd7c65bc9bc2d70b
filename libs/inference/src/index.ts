export { listBundles, loadBundle, type Bundle, type GraphFile, type ThingsFile } from './bundle.js';
export type {
  AnswerInput,
  AnswerOutput,
  PerceiveInput,
  PerceiveOutput,
  ReadInput,
  ReadOutput,
  RememberInput,
  RememberOutput,
} from './calls.js';
export { openEngine, type Engine, type EngineOptions } from './engine.js';
export {
  BundleError,
  EngineStoppedError,
  ExecutionProviderError,
  InferenceError,
  QuestionTooLongError,
} from './errors.js';
export { graphSpecs, readSpecs, shortSpecs, type GraphSpec, type TensorSpec } from './graphs.js';
export { openKeypointGraph, type FoundKeypoints, type KeypointGraph } from './keypoint-graph.js';
export { ReadingTokenizer, type ReadingTokens } from './reading-tokenizer.js';
export type { ExecutionProvider } from './thread.js';
export { openThingsGraph, type ThingsGraph } from './things-graph.js';
export { Tokenizer } from './tokenizer.js';
