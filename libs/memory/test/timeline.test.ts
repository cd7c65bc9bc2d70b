import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  advance,
  applyStep,
  digest,
  entriesAt,
  stateTensors,
  tensorOrder,
  TimelineError,
  type StandingEntry,
} from '../src/index.js';
import { anyRun, CLOCK, emptyOutcome, RememberModel, SIZES, walk } from './remember-model.js';

const rowKey = ({ kind, slot, fromChunk }: Pick<StandingEntry, 'kind' | 'slot' | 'fromChunk'>): string =>
  `${kind} ${slot} ${fromChunk}`;

describe('the timeline', () => {
  it('gives back the state after every chunk, as the graph left it then', () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        const { rows, states } = walk(run);
        states.forEach((state, chunk) =>
          expect(stateTensors(entriesAt(rows, chunk), run.sizes, CLOCK)).toEqual(state),
        );
      }),
    );
  });

  it('is the same whether a chunk is remembered in one pass or in several', () => {
    fc.assert(
      fc.property(anyRun, fc.integer({ min: 2, max: 4 }), (run, passes) => {
        const [once, several] = [walk(run), walk(run, passes)];
        expect(several.states).toEqual(once.states);
        const sorted = (rows: StandingEntry[]): StandingEntry[] =>
          [...rows].sort((a, b) => (rowKey(a) < rowKey(b) ? -1 : 1));
        expect(sorted(several.rows)).toEqual(sorted(once.rows));
      }),
    );
  });

  it('is empty before the first chunk', () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        expect(entriesAt(walk(run).rows, -1)).toEqual([]);
      }),
    );
  });

  it('keeps the past as it was when the walk goes on', () => {
    fc.assert(
      fc.property(anyRun, fc.nat(), (run, at) => {
        const chunk = at % run.chunks.length;
        const then = walk({ ...run, chunks: run.chunks.slice(0, chunk + 1) }).rows;
        const now = walk(run).rows;
        expect(digest(entriesAt(now, chunk))).toBe(digest(entriesAt(then, chunk)));
      }),
    );
  });

  it('writes only what changed: a chunk’s step is the difference of two states, and no more', () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        const { steps, rows } = walk(run);
        steps.forEach((step, chunk) => {
          const before = entriesAt(rows, chunk - 1);
          const after = entriesAt(rows, chunk);
          const had = new Set(before.map(rowKey));
          const has = new Set(after.map(rowKey));
          expect(step.opened.map(rowKey).sort()).toEqual([...has].filter((key) => !had.has(key)).sort());
          expect(step.closed.map(rowKey).sort()).toEqual([...had].filter((key) => !has.has(key)).sort());
        });
      }),
    );
  });

  it('never has two entries in one slot, nor two rows of one key', () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        const { rows, steps } = walk(run);
        expect(new Set(rows.map(rowKey)).size).toBe(rows.length);
        for (const chunk of steps.keys()) {
          const slots = entriesAt(rows, chunk).map(({ kind, slot }) => `${kind} ${slot}`);
          expect(new Set(slots).size).toBe(slots.length);
        }
      }),
    );
  });

  it('names the frame that wrote each entry, with its time and pose', () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        for (const { frame, tS, pose } of walk(run).rows) {
          expect(tS).toBe(frame / 2);
          expect(pose[3]).toBe(frame);
        }
      }),
    );
  });

  it('holds the last frames that were taken in working memory', () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        const { rows, ends } = walk(run);
        ends.forEach((end, chunk) => {
          const working = entriesAt(rows, chunk).filter(({ kind }) => kind === 'working');
          const frames = working.map(({ frame }) => frame).sort((a, b) => a - b);
          expect(frames).toEqual(
            [...Array(end).keys()]
              .filter((frame) => run.isKeyframe[frame % run.isKeyframe.length])
              .slice(-run.sizes.working),
          );
        });
      }),
    );
  });
});

describe('a step that contradicts what stood', () => {
  const frames = [{ frame: 0, isKeyframe: true, tS: 0, pose: [] }];
  const seen = [{ ...frames[0]!, isKeyframe: false }];
  const outcome = (over: object) => ({ ...emptyOutcome(SIZES, 1), ...over });

  it('is refused when the working memory has another length', () => {
    expect(() =>
      advance(
        [],
        outcome({ episodicSlot: Int32Array.of(0), nextEpisodicMask: Uint8Array.of(1, 0, 0) }),
        frames,
        0,
        SIZES,
      ),
    ).toThrow(TimelineError);
  });

  it('is refused when a slot lies outside of the memory, or was written and is empty', () => {
    const nextWorkingMask = Uint8Array.of(1, 0);
    expect(() =>
      advance([], outcome({ nextWorkingMask, episodicSlot: Int32Array.of(3) }), frames, 0, SIZES),
    ).toThrow(/slot 3 of 3/);
    expect(() =>
      advance([], outcome({ nextWorkingMask, episodicSlot: Int32Array.of(1) }), frames, 0, SIZES),
    ).toThrow(/does not stand/);
  });

  it('is refused when it has more frames than the chunk', () => {
    expect(() => advance([], outcome({}), [...frames, ...frames], 0, SIZES)).toThrow(
      /2 frames in a chunk of 1/,
    );
  });

  it('is refused when a frame wrote that is no keyframe, or a keyframe did not', () => {
    const outcomes = outcome({ episodicSlot: Int32Array.of(0), nextEpisodicMask: Uint8Array.of(1, 0, 0) });
    expect(() => advance([], outcomes, seen, 0, SIZES)).toThrow(/is no keyframe/);
    expect(() => advance([], outcome({ nextWorkingMask: Uint8Array.of(1, 0) }), frames, 0, SIZES)).toThrow(
      /wrote no episodic slot/,
    );
  });

  it('changes nothing when every frame is masked', () => {
    expect(advance([], outcome({}), seen, 0, SIZES)).toEqual({ opened: [], closed: [] });
  });
});

describe('the state as tensors', () => {
  it('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        const rows = entriesAt(walk(run).rows, run.chunks.length - 1);
        expect(stateTensors([...rows].reverse(), run.sizes, CLOCK)).toEqual(
          stateTensors(rows, run.sizes, CLOCK),
        );
      }),
    );
  });

  it('is refused for entries of another bundle', () => {
    const model = new RememberModel(SIZES);
    const rows = applyStep(
      [],
      model.remember([0, 1, 2], 0, () => 0),
      0,
    );
    expect(() => stateTensors(rows, { ...SIZES, d: 5 }, CLOCK)).toThrow(TimelineError);
    expect(() => tensorOrder(rows, { ...SIZES, working: 1 })).toThrow(TimelineError);
    expect(() => tensorOrder([...rows, ...rows.filter(({ kind }) => kind === 'episodic')], SIZES)).toThrow(
      TimelineError,
    );
    expect(() =>
      tensorOrder(
        rows.map((row) => ({ ...row, slot: 9 })),
        SIZES,
      ),
    ).toThrow(TimelineError);
  });
});
