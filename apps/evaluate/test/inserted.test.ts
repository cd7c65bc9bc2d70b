import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withMomentMovedBack, withMovedMoments } from '../src/run/inserted.js';

const PAUSE = { atS: 20, seconds: 900 };

describe('a question about a clip that was given more seconds', () => {
  it('names later moments where they are now, and earlier ones as before', () => {
    expect(withMovedMoments('How far is the camera at 32 seconds from that at 19.5 seconds?', PAUSE)).toBe(
      'How far is the camera at 932 seconds from that at 19.5 seconds?',
    );
    expect(withMovedMoments('Are there 32 chairs?', PAUSE)).toBe('Are there 32 chairs?');
  });

  it('is answered with moments of the clip, and nothing else is moved', () => {
    const back = (prediction: string) => withMomentMovedBack('object_first_seen', prediction, PAUSE);
    expect([back('932'), back('12.5'), back('400'), back('never')]).toEqual(['32', '12.5', '20', 'never']);
    expect(withMomentMovedBack('object_counting', '932', PAUSE)).toBe('932');
  });

  it('comes back to the moment that it named', () => {
    fc.assert(
      fc.property(fc.nat(4000), fc.nat(4000), fc.nat(4000), (moment, atS, seconds) => {
        const moved = withMovedMoments(`at ${moment} seconds`, { atS, seconds }).split(' ')[1] ?? '';
        expect(withMomentMovedBack('object_first_seen', moved, { atS, seconds })).toBe(`${moment}`);
      }),
    );
  });
});
