import fc from 'fast-check';
import { expect, test } from 'vitest';
import { requestHash } from '../src/jobs/request-hash.js';

/** The same value with the keys of its objects in another order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}

const json = fc
  .jsonValue({ maxDepth: 4, noUnicodeString: false })
  .filter((value) => !JSON.stringify(value).includes('__proto__'));

test('the order of keys does not change a request’s hash', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(requestHash(reversed(value))).toBe(requestHash(value));
    }),
  );
});

test('another value has another hash', () => {
  fc.assert(
    fc.property(json, json, (first, second) => {
      fc.pre(
        JSON.stringify(first) !== JSON.stringify(second) &&
          JSON.stringify(reversed(first)) !== JSON.stringify(second),
      );
      const same = (a: unknown, b: unknown): boolean => {
        try {
          expect(a).toEqual(b);
          return true;
        } catch {
          return false;
        }
      };
      fc.pre(!same(first, second));
      expect(requestHash(first)).not.toBe(requestHash(second));
    }),
  );
});

test('the order of a list does', () => {
  expect(requestHash([1, 2])).not.toBe(requestHash([2, 1]));
});
