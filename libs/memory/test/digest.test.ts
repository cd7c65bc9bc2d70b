import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest, type StandingEntry } from '../src/index.js';
import { anyState } from './remember-model.js';

/** One change of one entry, of every part that the digest speaks for. */
const changes: Record<string, (entry: StandingEntry) => StandingEntry> = {
  kind: (entry) => ({
    ...entry,
    kind: entry.kind === 'working' ? 'episodic' : 'working',
    slot: entry.slot + 50,
  }),
  slot: (entry) => ({ ...entry, slot: entry.slot + 100 }),
  frame: (entry) => ({ ...entry, frame: entry.frame + 1 }),
  time: (entry) => ({ ...entry, tS: entry.tS + 2 ** -40 }),
  pose: (entry) => ({ ...entry, pose: entry.pose.map((value, i) => (i === 7 ? value + 2 ** -40 : value)) }),
  tokens: (entry) => ({ ...entry, tokens: entry.tokens.map((byte, i) => (i === 0 ? byte ^ 1 : byte)) }),
  'length of the tokens': (entry) => ({ ...entry, tokens: entry.tokens.slice(1) }),
};

describe('the digest of a memory', () => {
  it('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(
        anyState.chain(({ entries }) =>
          fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
        ),
        ([entries, shuffled]) => {
          expect(digest(shuffled)).toBe(digest(entries));
        },
      ),
    );
  });

  it.each(Object.entries(changes))('changes with any change of the %s of an entry', (_, change) => {
    fc.assert(
      fc.property(anyState, fc.nat(), ({ entries }, at) => {
        const changed = entries.map((entry, i) => (i === at % entries.length ? change(entry) : entry));
        expect(digest(changed)).not.toBe(digest(entries));
      }),
    );
  });

  it('changes when an entry goes or comes', () => {
    fc.assert(
      fc.property(anyState, ({ entries }) => {
        expect(digest(entries.slice(1))).not.toBe(digest(entries));
      }),
    );
  });

  it('says nothing of when an entry was written, nor of zeros that a database makes positive', () => {
    fc.assert(
      fc.property(anyState, ({ entries }) => {
        const other = entries.map((entry) => ({
          ...entry,
          fromChunk: entry.fromChunk + 1,
          toChunk: 9,
          pose: entry.pose.map((value) => (value === 0 ? -0 : value)),
        }));
        expect(digest(other)).toBe(digest(entries));
      }),
    );
  });

  it('is the SHA-256 of nothing but a count for the empty memory', () => {
    expect(digest([])).toBe('af5570f5a1810b7af78caf4bc70a660f0df51e42baf91d4de5b2328de0e83dfc');
  });
});
