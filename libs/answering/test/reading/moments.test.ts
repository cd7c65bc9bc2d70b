import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMoment } from '../../src/index.js';

const CLOCK = {
  startS: 0,
  durationS: 4000,
  firstStateS: 15.5,
  lastS: 3999,
  memoryS: (videoS: number) => videoS,
};
const seconds = (text: string, frames: number | null = null) => {
  const parsed = parseMoment(text, CLOCK, frames);
  return 'fault' in parsed ? parsed.fault : parsed.seconds;
};

describe('a moment in anybody’s words', () => {
  it.each<[string, number[]]>([
    ['0:45', [45]],
    ['at 1:02:03', [3723]],
    ['0:45.5', [45.5]],
    ['12s', [12]],
    ['t=12', [12]],
    ['1m30s', [90]],
    ['1h 2m 3s', [3723]],
    ['at 1:02:30', [3750]],
    ['after an hour and a half', [5400]],
    ['one hour, two minutes and five seconds in', [3725]],
    ['the 1 hour 5 minute mark', [3900]],
    ['2 hrs', [7200]],
    ['the last half hour', [2199, 3999]],
    ['2 minutes and 10 seconds', [130]],
    ['1 min 20', [80]],
    ['12.5 sec', [12.5]],
    ['about five minutes into the clip', [300]],
    ['the 5 minute mark', [300]],
    ['twenty-five seconds', [25]],
    ['a minute', [60]],
    ['half a minute', [30]],
    ['a minute and a half', [90]],
    ['two and a half minutes', [150]],
    ['one whole hour', [3600]],
    ['the second 70', [70]],
    ['the 12th second', [12]],
    ['after 90', [90]],
    ['the start', [0]],
    ['the beginning of the video', [0]],
    ['first frame', [0]],
    ['the very end', [3999]],
    ['the last frame', [3999]],
    ['now', [3999]],
    ['halfway', [2000]],
    ['the middle of the video', [2000]],
    ['first 10 seconds', [0, 10]],
    ['the first minute', [0, 60]],
    ['the last half a minute', [3969, 3999]],
    ['10 seconds before the end', [3989]],
    ['a minute ago', [3939]],
  ])('%s', (text, expected) => {
    expect(seconds(text)).toEqual(expected);
  });

  it('may be a frame of so many', () => {
    expect(seconds('frame 8', 32)).toEqual([1000]);
    expect(seconds('8', 32)).toEqual([1000]);
    expect(seconds('8 seconds', 32)).toEqual([8]);
    expect(seconds('frame 8')).toBe('frames');
  });

  it('is not read from other words, or from numbers in a row', () => {
    for (const text of ['', 'when it rained', '12 13', 'twelve chairs', 'purple o’clock', 'minute'])
      expect(seconds(text)).toBe('unreadable');
  });

  it('is a number of seconds or none, whatever the text', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'half',
        'a',
        'and',
        'one',
        'twenty',
        '3',
        '0:45',
        'minutes',
        's',
        'last',
        'first',
        'end',
        'frame',
      ),
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), fc.option(fc.nat()), (words, frames) => {
        const parsed = parseMoment(words.join(' '), CLOCK, frames);
        if ('fault' in parsed) return;
        expect(parsed.seconds.length).toBeGreaterThan(0);
        for (const value of parsed.seconds) expect(Number.isFinite(value)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('comes out as it was written', () => {
    fc.assert(
      fc.property(fc.nat(59), fc.nat(59), (minutes, rest) => {
        const two = String(rest).padStart(2, '0');
        const expected = [60 * minutes + rest];
        expect(seconds(`${minutes}:${two}`)).toEqual(expected);
        expect(seconds(`${minutes}m${rest}s`)).toEqual(expected);
        expect(seconds(`${minutes} minutes and ${rest} seconds`)).toEqual(expected);
      }),
    );
  });
});

describe('A moment that is told in seconds', () => {
  const clock = { ...CLOCK, startS: 5.04 };

  it('is a player’s, whose clock may begin before the first picture', () => {
    expect(parseMoment('12 seconds', clock)).toEqual({ seconds: [12 - 5.04] });
    expect(parseMoment('at 0:05', clock)).toEqual({ seconds: [0] });
    expect(parseMoment('at 2 s', clock)).toEqual({ seconds: [2 - 5.04] });
  });

  it('is not one that is told by the video’s start, middle or end', () => {
    for (const text of ['the start', 'halfway', 'first 10 seconds', 'the end'])
      expect(parseMoment(text, clock)).toEqual(parseMoment(text, CLOCK));
  });
});
