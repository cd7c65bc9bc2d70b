import { expect, it } from 'vitest';
import { hasEnded } from '../src/service/content.js';

it('a token has ended a little before its time, for clocks differ, and not earlier', () => {
  const at = Date.parse('2026-11-29T12:00:00Z');
  expect(hasEnded('2026-11-29T12:00:00Z', at)).toBe(true);
  expect(hasEnded('2026-11-29T12:00:30Z', at)).toBe(true);
  expect(hasEnded('2026-11-29T14:00:00Z', at)).toBe(false);
});
