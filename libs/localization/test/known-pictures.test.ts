import { describe, expect, it } from 'vitest';
import {
  NO_PICTURES,
  TAKEN_COLUMNS,
  addPictures,
  hashPictures,
  joinPictures,
  pictureBefore,
  type TakenPicture,
} from '../src/known-pictures.js';
import { PICTURES } from '../src/parameters.js';
import { someChunk, TOKENS } from './chunks.js';

const taken = (hash: number, over: Partial<TakenPicture> = {}): TakenPicture => ({
  ...{ hash, frame: hash, place: 0 },
  ...{ x: hash, z: -hash, right: 0, ahead: 1 },
  ...over,
});

describe('what a picture is known again by', () => {
  const { confidence } = someChunk(6);

  it('is the same wherever the picture comes, and another for every other picture', () => {
    const hashes = hashPictures(confidence, 6);
    expect(new Set(hashes).size).toBe(6);
    const later = new Float32Array(9 * TOKENS);
    later.set(confidence, 3 * TOKENS);
    expect(hashPictures(later, 9).subarray(3)).toEqual(hashes);
  });

  it('changes with the last bit of any token', () => {
    const [whole = 0] = hashPictures(confidence.subarray(0, TOKENS), 1);
    for (let token = 0; token < TOKENS; token += 1) {
      const one = confidence.slice(0, TOKENS);
      new Int32Array(one.buffer)[token]! ^= 1;
      expect(hashPictures(one, 1)[0]).not.toBe(whole);
    }
  });

  it('can be told of a tensor that begins at any float, and of no frame', () => {
    const padded = new Float32Array(1 + confidence.length);
    padded.set(confidence, 1);
    expect(hashPictures(padded.subarray(1), 6)).toEqual(hashPictures(confidence, 6));
    expect(hashPictures(new Float32Array(0), 0)).toHaveLength(0);
  });
});

describe('pictures that are known', () => {
  it('are found by frames that come after them', () => {
    const known = addPictures(NO_PICTURES, [taken(5), taken(7, { place: 2 })]);
    expect(pictureBefore(9, 7, known)).toEqual(taken(7, { place: 2 }));
    expect(pictureBefore(7, 7, known)).toBeNull();
    expect(pictureBefore(9, 6, known)).toBeNull();
    expect(pictureBefore(9, 6, NO_PICTURES)).toBeNull();
  });

  it('stay where they were taken first', () => {
    const known = addPictures(NO_PICTURES, [taken(5), taken(5, { x: 9 })]);
    expect(addPictures(known, [taken(5, { frame: 8, x: 3 })])).toBe(known);
    expect(pictureBefore(9, 5, known)).toEqual(taken(5));
  });

  it('are kept up to so many, the latest', () => {
    const many = Array.from({ length: PICTURES.max }, (_, hash) => taken(hash));
    const full = addPictures(addPictures(NO_PICTURES, many), [taken(PICTURES.max), taken(PICTURES.max + 1)]);
    expect(full.hashes).toHaveLength(PICTURES.max);
    expect(full.taken).toHaveLength(TAKEN_COLUMNS * PICTURES.max);
    expect([full.hashes[0], full.hashes.at(-1)]).toEqual([2, PICTURES.max + 1]);
    expect(pictureBefore(9e6, 2, full)).toEqual(taken(2));
  });

  it('move with their place where that turns out to be another one, and look where it was turned to', () => {
    const known = addPictures(NO_PICTURES, [taken(1), taken(2, { place: 1 }), taken(3, { place: 2 })]);
    const quarterTurn = { cos: 0, sin: 1, x: 10, z: 0 };
    const joined = joinPictures(known, { older: 0, younger: 1, transform: quarterTurn });
    const [x, z] = [10 - 2, -2];
    expect(pictureBefore(9, 2, joined)).toEqual(taken(2, { x, z, right: 1, ahead: 0 }));
    for (const other of [1, 3])
      expect(pictureBefore(9, other, joined)).toEqual(pictureBefore(9, other, known));
  });
});
