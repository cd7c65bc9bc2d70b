import type { EntryKind } from '@loci/contracts';
import { encodeTokens } from '@loci/tensors';
import { entryValues, standsAt, type MemorySizes, type StandingEntry } from './entry.js';
import { TimelineError } from './errors.js';

/** What the remember graph gives for one chunk (see MemoryState for the shapes). */
export interface RememberOutcome {
  nextWorking: Float32Array;
  nextWorkingMask: Uint8Array;
  nextEpisodic: Float32Array;
  nextEpisodicMask: Uint8Array;
  /**
   * [T] the episodic slot that each frame wrote; −1 for frames that memory did not take (all but keyframes).
   */
  episodicSlot: Int32Array;
}

/** A frame of the chunk, as its entries name it. */
export interface RememberedFrame {
  frame: number;
  /** Whether it shows something new: memory takes these frames, and these alone. */
  isKeyframe: boolean;
  tS: number;
  /** Camera-to-world, row-major 4×4, metres. */
  pose: number[];
}

/**
 * What one chunk changed: entries that it wrote and that stand after it, and entries that no longer stand.
 */
export interface TimelineStep {
  opened: StandingEntry[];
  closed: Pick<StandingEntry, 'kind' | 'slot' | 'fromChunk'>[];
}

/** The state after a chunk, out of all entries that ever stood. Chunk −1 is the empty memory. */
export const entriesAt = (entries: readonly StandingEntry[], chunk: number): StandingEntry[] =>
  entries.filter((entry) => standsAt(entry, chunk));

/**
 * The step of the timeline that chunk `chunk` makes: only what changed, so that a snapshot costs what
 * changed. An entry that is written and overwritten inside the chunk never becomes a row.
 *
 * `standing` is the state after the chunk before. `frames` are the chunk's frames in the order of the graph's
 * frame axis, the overlap included, padding left out: frames[i] wrote episodicSlot[i]. Throws TimelineError
 * when the graph's outcome contradicts what stood.
 */
export function advance(
  standing: readonly StandingEntry[],
  outcome: RememberOutcome,
  frames: readonly RememberedFrame[],
  chunk: number,
  sizes: MemorySizes,
): TimelineStep {
  if (frames.length > outcome.episodicSlot.length)
    throw new TimelineError(`${frames.length} frames in a chunk of ${outcome.episodicSlot.length}`);
  const working = advanceWorking(standing, outcome, frames, chunk, sizes);
  const episodic = advanceEpisodic(standing, outcome, frames, chunk, sizes);
  return { opened: [...working.opened, ...episodic.opened], closed: [...working.closed, ...episodic.closed] };
}

/**
 * All entries that ever stood, after a step: its closed ones end at `chunk`, its opened ones are appended.
 */
export function applyStep(
  entries: readonly StandingEntry[],
  step: TimelineStep,
  chunk: number,
): StandingEntry[] {
  const key = ({ kind, slot, fromChunk }: TimelineStep['closed'][number]) => `${kind} ${slot} ${fromChunk}`;
  const closed = new Set(step.closed.map(key));
  return [
    ...entries.map((entry) => (closed.has(key(entry)) ? { ...entry, toChunk: chunk } : entry)),
    ...step.opened,
  ];
}

/**
 * What two steps of the same chunk change, one after the other. An entry that the first opened and the second
 * closed never becomes a row.
 */
export function bothSteps(first: TimelineStep, second: TimelineStep): TimelineStep {
  const key = ({ kind, slot }: TimelineStep['closed'][number]): string => `${kind} ${slot}`;
  const opened = new Set(first.opened.map(key));
  const passed = new Set(second.closed.map(key).filter((name) => opened.has(name)));
  return {
    opened: [...first.opened.filter((entry) => !passed.has(key(entry))), ...second.opened],
    closed: [...first.closed, ...second.closed.filter((entry) => !passed.has(key(entry)))],
  };
}

/**
 * First in, first out: the last L_w of what stood and of the new keyframes stand. Slots are taken in turn.
 */
function advanceWorking(
  standing: readonly StandingEntry[],
  outcome: RememberOutcome,
  frames: readonly RememberedFrame[],
  chunk: number,
  sizes: MemorySizes,
): TimelineStep {
  const before = standing.filter(({ kind }) => kind === 'working').sort((a, b) => a.frame - b.frame);
  const taken = frames.filter(({ isKeyframe }) => isKeyframe);
  const after = [...before, ...taken].slice(-sizes.working);
  const stands = outcome.nextWorkingMask.reduce((sum, bit) => sum + bit, 0);
  if (stands !== after.length)
    throw new TimelineError(`${stands} working entries stand where ${after.length} should`);
  const kept = Math.max(0, after.length - taken.length);
  const passed = taken.length - (after.length - kept);
  const slot = (before.at(-1)?.slot ?? -1) + 1 + passed;
  const opened = taken
    .slice(passed)
    .map((frame, i) =>
      entryOf(
        'working',
        (slot + i) % sizes.working,
        frame,
        tokensAt(outcome.nextWorking, kept + i, sizes),
        chunk,
      ),
    );
  return { opened, closed: before.slice(0, before.length - kept).map(reference) };
}

/** Of every slot that was written, its last writer stands. */
function advanceEpisodic(
  standing: readonly StandingEntry[],
  outcome: RememberOutcome,
  frames: readonly RememberedFrame[],
  chunk: number,
  sizes: MemorySizes,
): TimelineStep {
  const writers = new Map<number, RememberedFrame>();
  frames.forEach((frame, i) => {
    const slot = outcome.episodicSlot[i] ?? -1;
    if (slot >= sizes.episodic)
      throw new TimelineError(`frame ${frame.frame} wrote episodic slot ${slot} of ${sizes.episodic}`);
    if (slot >= 0 && !frame.isKeyframe)
      throw new TimelineError(`frame ${frame.frame} is no keyframe and wrote episodic slot ${slot}`);
    if (slot < 0 && frame.isKeyframe)
      throw new TimelineError(`frame ${frame.frame} is a keyframe and wrote no episodic slot`);
    if (slot >= 0) writers.set(slot, frame);
  });
  const opened = [...writers].map(([slot, frame]) => {
    if (outcome.nextEpisodicMask[slot] !== 1)
      throw new TimelineError(`episodic slot ${slot} was written and does not stand`);
    return entryOf('episodic', slot, frame, tokensAt(outcome.nextEpisodic, slot, sizes), chunk);
  });
  const closed = standing.filter(({ kind, slot }) => kind === 'episodic' && writers.has(slot)).map(reference);
  return { opened: opened.sort((a, b) => a.slot - b.slot), closed };
}

const reference = ({ kind, slot, fromChunk }: StandingEntry): TimelineStep['closed'][number] => ({
  kind,
  slot,
  fromChunk,
});

function entryOf(
  kind: EntryKind,
  slot: number,
  { frame, tS, pose }: RememberedFrame,
  tokens: Uint8Array,
  chunk: number,
): StandingEntry {
  return { kind, slot, frame, tS, pose, tokens, fromChunk: chunk, toChunk: null };
}

/** Row `row` of a [slots, N, D] tensor, as a snapshot keeps it. */
function tokensAt(memory: Float32Array, row: number, sizes: MemorySizes): Uint8Array {
  const values = entryValues(sizes);
  return encodeTokens(memory.subarray(row * values, (row + 1) * values));
}
