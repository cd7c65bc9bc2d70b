import { decodeTokens, encodeTokens } from '@loci/tensors';
import fc from 'fast-check';
import {
  advance,
  applyStep,
  bothSteps,
  emptyState,
  entriesAt,
  entryValues,
  MemoryClock,
  stateTensors,
  type MemorySizes,
  type MemoryState,
  type RememberOutcome,
  type StandingEntry,
  type TimelineStep,
} from '../src/index.js';

export const SIZES: MemorySizes = { tokens: 2, d: 2, working: 2, episodic: 3 };

export interface Run {
  sizes: MemorySizes;
  /** Fresh frames of each chunk. */
  chunks: number[];
  /** Chooses the episodic slot that is replaced, once all are full. */
  replaces: number[];
  overlap: number;
  /** Whether memory takes a frame, frame after frame and again from the first. */
  isKeyframe: boolean[];
}

/** Random walks: sizes, chunk lengths and replacements as they may be. */
export const anyRun: fc.Arbitrary<Run> = fc.record({
  sizes: fc.record({
    tokens: fc.integer({ min: 1, max: 3 }),
    d: fc.integer({ min: 1, max: 3 }),
    working: fc.integer({ min: 1, max: 5 }),
    episodic: fc.integer({ min: 1, max: 7 }),
  }),
  chunks: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
  replaces: fc.array(fc.nat({ max: 99 }), { minLength: 1, maxLength: 20 }),
  overlap: fc.nat({ max: 3 }),
  isKeyframe: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
});

export function emptyOutcome(sizes: MemorySizes, frames: number): RememberOutcome {
  const { working, workingMask, episodic, episodicMask } = emptyState(sizes);
  return {
    nextWorking: working,
    nextWorkingMask: workingMask,
    nextEpisodic: episodic,
    nextEpisodicMask: episodicMask,
    episodicSlot: new Int32Array(frames).fill(-1),
  };
}

/**
 * The remember graph without a network: the memory's rules alone, on tokens made from the frame's index.
 * Frame by frame and by shifting whole arrays, so that it shares nothing with the timeline that it is
 * compared with.
 */
export class RememberModel {
  private working: { frame: number; tokens: Float32Array }[] = [];
  private readonly episodic: ({ frame: number; tokens: Float32Array } | undefined)[] = [];
  private standing: StandingEntry[] = [];

  constructor(readonly sizes: MemorySizes) {}

  /**
   * One chunk: these frames, the first `overlap` of them masked, two of padding at the end; memory takes the
   * keyframes.
   */
  remember(
    frames: number[],
    chunk: number,
    replace: (frame: number) => number,
    overlap = 0,
    isKeyframe: (frame: number) => boolean = () => true,
  ): TimelineStep {
    const episodicSlot = new Int32Array(frames.length + 2).fill(-1);
    frames.forEach((frame, i) => {
      if (i < overlap || !isKeyframe(frame)) return;
      this.working.push({ frame, tokens: this.tokensOf(frame, 1) });
      if (this.working.length > this.sizes.working) this.working.shift();
      const slot =
        this.episodic.length < this.sizes.episodic
          ? this.episodic.length
          : replace(frame) % this.sizes.episodic;
      this.episodic[slot] = { frame, tokens: this.tokensOf(frame, -1) };
      episodicSlot[i] = slot;
    });
    const state = this.state();
    const outcome = {
      nextWorking: state.working,
      nextWorkingMask: state.workingMask,
      nextEpisodic: state.episodic,
      nextEpisodicMask: state.episodicMask,
      episodicSlot,
    };
    const step = advance(
      this.standing,
      outcome,
      frames.map((frame, i) => ({
        frame,
        isKeyframe: i >= overlap && isKeyframe(frame),
        tS: frame / 2,
        pose: [1, 0, 0, frame, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
      })),
      chunk,
      this.sizes,
    );
    this.standing = entriesAt(applyStep(this.standing, step, chunk), chunk);
    return step;
  }

  /** What the graph gives: the state after the last chunk, its tokens as a snapshot keeps them. */
  state(): MemoryState {
    const state = emptyState(this.sizes);
    const values = entryValues(this.sizes);
    this.working.forEach(({ frame, tokens }, row) => {
      state.working.set(tokens, row * values);
      state.workingTimes[row] = frame / 2;
      state.workingMask[row] = 1;
    });
    this.episodic.forEach((entry, slot) => {
      if (entry === undefined) return;
      state.episodic.set(entry.tokens, slot * values);
      state.episodicTimes[slot] = entry.frame / 2;
      state.episodicMask[slot] = 1;
    });
    return state;
  }

  private tokensOf(frame: number, sign: number): Float32Array {
    const exact = Float32Array.from(
      { length: entryValues(this.sizes) },
      (_, i) => sign * Math.sin(frame * 7 + i),
    );
    return decodeTokens(encodeTokens(exact));
  }
}

/**
 * A whole run: all rows that ever stood, each chunk's step, the state that the graph gave after it, and the
 * frames seen by then. A chunk is remembered in so many passes, one after another.
 */
export function walk(
  run: Run,
  passes = 1,
): { rows: StandingEntry[]; steps: TimelineStep[]; states: MemoryState[]; ends: number[] } {
  const model = new RememberModel(run.sizes);
  let rows: StandingEntry[] = [];
  let seen = 0;
  const steps: TimelineStep[] = [];
  const states: MemoryState[] = [];
  const ends: number[] = [];
  run.chunks.forEach((fresh, chunk) => {
    const overlap = Math.min(run.overlap, seen);
    const frames = Array.from({ length: overlap + fresh }, (_, i) => seen - overlap + i);
    const step = Array.from({ length: passes }, (_, pass) => {
      const [from, to] = [
        Math.ceil((frames.length * pass) / passes),
        Math.ceil((frames.length * (pass + 1)) / passes),
      ];
      return model.remember(
        frames.slice(from, to),
        chunk,
        (frame) => run.replaces[frame % run.replaces.length] ?? 0,
        Math.max(0, overlap - from),
        (frame) => run.isKeyframe[frame % run.isKeyframe.length] ?? true,
      );
    }).reduce(bothSteps);
    rows = applyStep(rows, step, chunk);
    seen += fresh;
    steps.push(step);
    states.push(model.state());
    ends.push(seen);
  });
  return { rows, steps, states, ends };
}

/** The clock of a memory that counts the video's seconds. */
export const CLOCK = new MemoryClock({ fps: 2, scale: null, still: [] });

/** The state after one random chunk of a run, for tests that only need some memory. */
export const anyState = fc
  .tuple(anyRun, fc.nat())
  .map(([run, at]) => {
    const { rows } = walk(run);
    return {
      sizes: run.sizes,
      entries: entriesAt(rows, at % run.chunks.length),
      tensors: stateTensors(entriesAt(rows, at % run.chunks.length), run.sizes, CLOCK),
    };
  })
  .filter(({ entries }) => entries.length > 0);
