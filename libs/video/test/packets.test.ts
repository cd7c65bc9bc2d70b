import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketTable, type TrackPackets } from '../src/packets.js';

const HEAD = '#software: test\n#tb 0: 1/1000\n#media_type 0: video\n';
const line = (pts: number, duration: number, flags = ''): string =>
  `0, ${pts - 40}, ${pts}, ${duration}, 512, 0x0${flags}\n`;

function read(text: string, cuts: number[] = []): PacketTable {
  const table = new PacketTable();
  let from = 0;
  for (const cut of [...cuts.map((cut) => cut % text.length).sort((a, b) => a - b), text.length]) {
    table.push(Buffer.from(text.slice(from, cut)));
    from = cut;
  }
  table.end();
  return table;
}

const trackOf = (table: PacketTable): TrackPackets => [...table.tracks.values()][0]!;

describe('The packet listing', () => {
  it('lasts from the first picture to the end of the last, in whatever order packets come', () => {
    const table = read(HEAD + line(500, 40) + line(620, 100) + line(540, 40) + line(580, 40));
    expect(trackOf(table).count).toBe(4);
    expect(table.seconds()).toBeCloseTo(0.22);
  });

  it('leaves out what an edit list hides', () => {
    const table = read(
      HEAD + line(0, 40, ', F=0x5') + line(40, 40, ', F=0x4') + line(80, 40) + line(120, 40, ', F=0x0'),
    );
    expect(trackOf(table).count).toBe(2);
    expect(table.seconds()).toBeCloseTo(0.08);
  });

  it('gives a last picture without a duration the average of the others, and a lone one 1/25 s', () => {
    expect(read(HEAD + line(0, 40) + line(100, 40) + line(200, 0)).seconds()).toBeCloseTo(0.3);
    expect(read(HEAD + line(700, 0)).seconds()).toBeCloseTo(0.04);
    expect(read(HEAD + line(700, 0) + line(700, 0)).seconds()).toBeCloseTo(0.04);
  });

  it('knows an open track without pictures from no track', () => {
    expect(read('').tracks.size).toBe(0);
    expect(trackOf(read(HEAD)).count).toBe(0);
    expect(read(HEAD).seconds()).toBe(0);
  });

  it('tells tracks apart, and which of them are encrypted', () => {
    const head = '#tb 0: 1/1000\n#tb 1: 1/10\n';
    const table = read(
      `${head}0, 0, 0, 100, 512, 0x0, S=1, 72\n1, 30, 30, 2, 9, 0x0\n1, 32, 32, 2, 9, 0x0\n`,
    );
    expect([...table.tracks.values()].map((track) => [track.count, track.firstS(), track.encrypted])).toEqual(
      [
        [1, 0, 1],
        [2, 3, 0],
      ],
    );
    expect(table.seconds()).toBeCloseTo(0.4);
  });

  it('reads the same however the stream is cut into pieces', () => {
    const picture = fc.record({ pts: fc.nat(10_000), duration: fc.nat(100) });
    fc.assert(
      fc.property(fc.array(picture, { minLength: 1 }), fc.array(fc.nat()), (pictures, cuts) => {
        const text = HEAD + pictures.map(({ pts, duration }) => line(pts, duration)).join('');
        const [whole, pieces] = [read(text), read(text, cuts)];
        expect(trackOf(pieces).count).toBe(pictures.length);
        expect(pieces.seconds()).toBe(whole.seconds());
        expect(pieces.seconds()).toBeGreaterThan(0);
      }),
    );
  });
});
