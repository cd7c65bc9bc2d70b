import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unneededPackets, type ScannedPacket } from '../src/unneeded.js';

const grid = { fps: 2, firstTicks: 100, tickSeconds: 1 / 20 };

/** Groups of pictures a key picture, then others, of which some are no references. */
const groups = fc.array(
  fc.array(fc.record({ step: fc.integer({ min: 1, max: 9 }), isReference: fc.boolean() }), { maxLength: 20 }),
  { minLength: 1, maxLength: 6 },
);

function packetsOf(made: { step: number; isReference: boolean }[][]): ScannedPacket[] {
  let pts = grid.firstTicks;
  return made.flatMap((pictures) => [
    { pts: (pts += 1), isKey: true, isReference: true },
    ...pictures.map(({ step, isReference }) => ({ pts: (pts += step), isKey: false, isReference })),
  ]);
}

/** The picture of each frame: the last one whose time is not later. */
const shown = (packets: readonly ScannedPacket[], frames: number): (number | undefined)[] =>
  Array.from(
    { length: frames },
    (_, frame) =>
      packets.findLast(({ pts }) => (pts - grid.firstTicks) * grid.tickSeconds <= frame / grid.fps)?.pts,
  );

describe('What is left out', () => {
  it('is no sampled picture, and none that a sampled one needs', () => {
    fc.assert(
      fc.property(groups, (made) => {
        const packets = packetsOf(made);
        const left = unneededPackets(packets, grid)!;
        const kept = packets.filter((_, index) => !left[index]);
        expect(shown(kept, 60)).toEqual(shown(packets, 60));
        packets.forEach(({ isReference }, index) => {
          if (!isReference || !left[index]) return;
          // a reference is left out with all that follow it up to the next key picture
          const next = packets.findIndex(({ isKey }, other) => isKey && other > index);
          expect(next).toBeGreaterThan(index);
          expect(left.slice(index, next)).not.toContain(false);
        });
      }),
    );
  });

  it('is of a phone’s second what follows its last sampled picture', () => {
    const packets = Array.from({ length: 41 }, (_, index) => ({
      ...{ pts: grid.firstTicks + index, isKey: index % 20 === 0, isReference: true },
    }));
    const left = unneededPackets(packets, grid)!;
    expect(left.map(Number).join('')).toBe(`${'00000000000111111111'.repeat(2)}0`);
  });

  it('is nothing of a group that the next one refers to, and nothing where times are told twice', () => {
    const at = (pts: number, isKey = false): ScannedPacket => ({ pts, isKey, isReference: true });
    expect(unneededPackets([at(100, true), at(101), at(104, true), at(103), at(105)], grid)).not.toContain(
      true,
    );
    expect(unneededPackets([at(100, true), at(101), at(101)], grid)).toBeNull();
  });
});
