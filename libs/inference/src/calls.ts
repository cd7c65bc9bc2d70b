import type { MemoryState } from '@loci/memory';
import type { TensorSpecs } from './graphs.js';
import { Outputs, type TensorArrays } from './tensors.js';

// Symbols of the shapes (docs/design/bundle.md): T frames of a chunk or of a short graph, N tokens, L_w and
// L_e memory entries. A mask has one byte of 0 or 1 per element.

export interface PerceiveInput {
  /** uint8 RGB [T, H, W, 3] */
  frames: Uint8Array;
  /** [T], 0 for padding */
  frameMask: Uint8Array;
}

export interface PerceiveOutput {
  /** [T, N, D_v] */
  visualTokens: Float32Array;
  /** [T, N_g, D_g] */
  geometryTokens: Float32Array;
  /** [T, N_z, D_g] */
  viewTokens: Float32Array;
  /** [T, N, 3] metres, in the frame of the chunk's first camera */
  points: Float32Array;
  /** [T, N, 3] each token's vote for the centre of its object; on background the token's point itself */
  centers: Float32Array;
  /** [T, N] in (0, 1] */
  confidence: Float32Array;
  /** [T, 4, 4] */
  cameraToChunk: Float32Array;
  /** [T, N] index into the manifest's categories */
  category: Int32Array;
  /** [T, N] */
  categoryProbability: Float32Array;
  /** [T] out-of-domain score, about 1 in domain */
  novelty: Float32Array;
  /**
   * [T] how unlikely it is that a frame continues the one before; high at a shot boundary, 0 from older
   * graphs
   */
  stepDoubt: Float32Array;
}

export interface RememberInput extends MemoryState {
  visualTokens: Float32Array;
  geometryTokens: Float32Array;
  viewTokens: Float32Array;
  /** [T, N, 3] metres, now in the world frame */
  points: Float32Array;
  /** [T, N, 3] metres, now in the world frame */
  centers: Float32Array;
  confidence: Float32Array;
  /** [T, 4, 4] */
  cameraToWorld: Float32Array;
  /** [T], 0 for padding and for the frames that the chunk before has remembered */
  frameMask: Uint8Array;
  /** [T] seconds */
  frameTimes: Float32Array;
}

export interface RememberOutput {
  nextWorking: Float32Array;
  nextWorkingTimes: Float32Array;
  nextWorkingMask: Uint8Array;
  nextEpisodic: Float32Array;
  nextEpisodicTimes: Float32Array;
  nextEpisodicMask: Uint8Array;
  /** [T] the slot that each frame wrote, −1 for masked frames */
  episodicSlot: Int32Array;
  /** [T] mean of the gate γ */
  gate: Float32Array;
}

export interface AnswerInput extends MemoryState {
  /** [Q] */
  questionIds: Int32Array;
  /** [Q] */
  questionMask: Uint8Array;
  /** [1] the id of the task's token, −1 where nobody has read which it is; only some graphs ask for it */
  task: Int32Array;
}

export interface AnswerOutput {
  /** [A] generated, padded after the end token */
  tokenIds: Int32Array;
  /** [A] of the generated tokens */
  logProbabilities: Float32Array;
  /** [L_w + L_e] share of the decoder's attention on each entry, working first; sums to 1 */
  attention: Float32Array;
}

export interface ReadInput {
  /** [R] */
  tokenIds: Int32Array;
  /** [R], 0 for the question, 1 for its options */
  segments: Int32Array;
}

/** Log-probabilities by the manifest's labels, but for `starts`. */
export interface ReadOutput {
  /** [tasks] */
  task: Float32Array;
  /** [reasons] */
  reason: Float32Array;
  /** [units] */
  unit: Float32Array;
  /** [R, things] */
  things: Float32Array;
  /** [R, roles] */
  roles: Float32Array;
  /** [R] probability that a mention begins at this token */
  starts: Float32Array;
}

/** A call's arrays under the graphs' names: `frameMask` goes in as `frame_mask`. */
export function arraysOf(input: PerceiveInput | RememberInput | AnswerInput | ReadInput): TensorArrays {
  return Object.fromEntries(
    Object.entries(input).map(([name, array]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      array,
    ]),
  );
}

export function perceiveOutput(specs: TensorSpecs, arrays: TensorArrays): PerceiveOutput {
  const outputs = new Outputs('perceive', specs, arrays);
  return {
    visualTokens: outputs.floats('visual_tokens'),
    geometryTokens: outputs.floats('geometry_tokens'),
    viewTokens: outputs.floats('view_tokens'),
    points: outputs.floats('points'),
    centers: outputs.floats('centers'),
    confidence: outputs.floats('confidence'),
    cameraToChunk: outputs.floats('camera_to_chunk'),
    category: outputs.integers('category'),
    categoryProbability: outputs.floats('category_probability'),
    novelty: outputs.floats('novelty'),
    stepDoubt:
      'step_doubt' in specs ? outputs.floats('step_doubt') : new Float32Array(arrays['novelty']?.length ?? 0),
  };
}

export function rememberOutput(specs: TensorSpecs, arrays: TensorArrays): RememberOutput {
  const outputs = new Outputs('remember', specs, arrays);
  return {
    nextWorking: outputs.floats('next_working'),
    nextWorkingTimes: outputs.floats('next_working_times'),
    nextWorkingMask: outputs.mask('next_working_mask'),
    nextEpisodic: outputs.floats('next_episodic'),
    nextEpisodicTimes: outputs.floats('next_episodic_times'),
    nextEpisodicMask: outputs.mask('next_episodic_mask'),
    episodicSlot: outputs.integers('episodic_slot'),
    gate: outputs.floats('gate'),
  };
}

export function answerOutput(specs: TensorSpecs, arrays: TensorArrays): AnswerOutput {
  const outputs = new Outputs('answer', specs, arrays);
  return {
    tokenIds: outputs.integers('token_ids'),
    logProbabilities: outputs.floats('log_probabilities'),
    attention: outputs.floats('attention'),
  };
}

export function readOutput(specs: TensorSpecs, arrays: TensorArrays): ReadOutput {
  const outputs = new Outputs('read', specs, arrays);
  return {
    task: outputs.floats('task'),
    reason: outputs.floats('reason'),
    unit: outputs.floats('unit'),
    things: outputs.floats('things'),
    roles: outputs.floats('roles'),
    starts: outputs.floats('starts'),
  };
}
