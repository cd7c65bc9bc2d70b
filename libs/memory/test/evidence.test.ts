import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evidence, tensorOrder } from '../src/index.js';
import { anyState } from './remember-model.js';

const anyAttended = anyState.chain(({ sizes, entries }) =>
  fc.record({
    ordered: fc.constant(tensorOrder(entries, sizes)),
    attention: fc
      .array(fc.float({ min: 0, max: 1, noNaN: true }), {
        minLength: sizes.working + sizes.episodic,
        maxLength: sizes.working + sizes.episodic,
      })
      .map((raw) => {
        const total = raw.reduce((sum, weight) => sum + weight, 0) || 1;
        return Float32Array.from(raw, (weight) => weight / total);
      }),
    top: fc.integer({ min: 0, max: 12 }),
  }),
);

describe('evidence', () => {
  it('names the entries that were attended to most, heaviest first', () => {
    fc.assert(
      fc.property(anyAttended, ({ ordered, attention, top }) => {
        const named = evidence(attention, ordered, { top });
        const weights = Array.from(attention)
          .filter((weight, i) => weight > 0 && ordered[i] !== null)
          .sort((a, b) => b - a);
        expect(named.length).toBe(Math.min(top, weights.length));
        named.forEach(({ weight }, i) => expect(weight).toBeCloseTo(weights[i]!, 6));
      }),
    );
  });

  it('says of each its slot, frame and time, and what weight stood at its place', () => {
    fc.assert(
      fc.property(anyAttended, ({ ordered, attention }) => {
        for (const { entryKind, slot, frame, tS, weight } of evidence(attention, ordered)) {
          const place = ordered.findIndex((entry) => entry?.kind === entryKind && entry.slot === slot);
          expect(ordered[place]).toMatchObject({ frame, tS });
          expect(weight).toBeCloseTo(attention[place]!, 6);
        }
      }),
    );
  });

  it('has weights that sum to at most 1, whatever the graph gives', () => {
    const anyWeight = fc.oneof(fc.float(), fc.constantFrom(NaN, Infinity, -1, 3e38));
    fc.assert(
      fc.property(anyAttended, fc.array(anyWeight, { minLength: 12, maxLength: 12 }), ({ ordered }, raw) => {
        const named = evidence(
          Float32Array.from(ordered, (_, i) => raw[i]!),
          ordered,
          { top: 99 },
        );
        expect(named.reduce((sum, { weight }) => sum + weight, 0)).toBeLessThanOrEqual(1);
        for (const { weight } of named) expect(weight > 0 && weight <= 1).toBe(true);
      }),
    );
  });

  it('is at most five entries unless asked otherwise', () => {
    fc.assert(
      fc.property(anyAttended, ({ ordered, attention }) => {
        expect(evidence(attention, ordered).length).toBeLessThanOrEqual(5);
      }),
    );
  });

  it('is refused for attention over another memory', () => {
    expect(() => evidence(new Float32Array(3), [null, null])).toThrow(RangeError);
  });
});
