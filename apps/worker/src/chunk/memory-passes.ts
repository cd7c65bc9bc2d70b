import type { Sizes } from '@loci/contracts';
import type { RememberInput } from '@loci/inference';
import {
  advance,
  applyStep,
  bothSteps,
  entriesAt,
  stateTensors,
  type MemoryClock,
  type MemoryState,
  type RememberOutcome,
  type StandingEntry,
  type TimelineStep,
} from '@loci/memory';
import { releaseArray } from '@loci/tensors';
import { stackField, type PlacedFrame } from './frames.js';

/** Frames for one pass of a remember graph, at most T, and which of them memory takes. */
export interface MemoryPass {
  frames: readonly PlacedFrame[];
  keyframes: readonly boolean[];
}

/** The memory that the passes of a chunk go into. */
export interface MemoryBefore {
  chunk: number;
  /** The entries that stand. */
  entries: readonly StandingEntry[];
  samplingFps: number;
  clock: MemoryClock;
  sizes: Sizes;
  /** T of the graph; no pass has more frames. */
  graphFrames: number;
}

/**
 * Runs one pass of the remember graph after another, each from what the one before left. What they change
 * together.
 */
export async function runPasses(
  passes: readonly MemoryPass[],
  { chunk, entries, samplingFps, clock, sizes, graphFrames }: MemoryBefore,
  graph: (input: RememberInput) => Promise<RememberOutcome>,
): Promise<TimelineStep> {
  let standing = entries;
  let changed: TimelineStep = { opened: [], closed: [] };
  // without a keyframe the graph would leave everything as it stands
  for (const pass of passes.filter(({ keyframes }) => keyframes.includes(true))) {
    const outcome = await graph({
      ...frameTensors(pass, clock, graphFrames),
      ...stateTensors(standing, sizes, clock),
    });
    const step = advance(standing, outcome, rememberedFrames(pass, samplingFps), chunk, sizes);
    // the step has copies of what it needs
    releaseArray(outcome.nextWorking);
    releaseArray(outcome.nextEpisodic);
    standing = entriesAt(applyStep(standing, step, chunk), chunk);
    changed = bothSteps(changed, step);
  }
  return changed;
}

/** A pass as its entries name it. */
const rememberedFrames = ({ frames, keyframes }: MemoryPass, fps: number) =>
  frames.map(({ index, cameraToWorld }, frame) => ({
    frame: index,
    isKeyframe: keyframes[frame] === true,
    tS: index / fps,
    pose: Array.from(cameraToWorld),
  }));

/**
 * The remember graph's input but for the state: everything padded to T frames; all but keyframes are masked.
 */
function frameTensors(
  { frames, keyframes }: MemoryPass,
  clock: MemoryClock,
  length: number,
): Omit<RememberInput, keyof MemoryState> {
  return {
    visualTokens: stackField(frames, 'visualTokens', length),
    geometryTokens: stackField(frames, 'geometryTokens', length),
    viewTokens: stackField(frames, 'viewTokens', length),
    points: stackField(frames, 'points', length),
    centers: stackField(frames, 'centers', length),
    confidence: stackField(frames, 'confidence', length),
    cameraToWorld: stackField(frames, 'cameraToWorld', length),
    frameMask: Uint8Array.from({ length }, (_, frame) => (keyframes[frame] === true ? 1 : 0)),
    frameTimes: Float32Array.from({ length }, (_, frame) => clock.atFrame(frames[frame]?.index ?? 0)),
  };
}
