import type { MapObject, TraceItem, Vec3 } from '@loci/contracts';
import { describe, expect, it } from 'vitest';
import { usedOf } from '../src/map/used.js';

const object = (id: string, category: string, position: Vec3) => ({ id, category, position }) as MapObject;
const OBJECTS = [
  object('1', 'chair', [0, 0, 0]),
  object('2', 'chair', [3, 0, 0]),
  object('3', 'bed', [0, 0, 2]),
];
const used = (...trace: TraceItem[]) => usedOf({ trace }, OBJECTS);

describe('what an answer used of the map', () => {
  it('is the nearest object of its category', () => {
    expect([...used({ text: 'chair', position: [2.4, 0, 0] }).ids]).toEqual(['2']);
    expect([...used({ text: 'the couch', category: 'bed', position: [0.2, 0, 2] }).ids]).toEqual(['3']);
  });

  it('is a place of its own where no such object is near', () => {
    expect(used({ text: 'lamp', position: [0, 0, 0] })).toEqual({
      ids: new Set(),
      places: [{ position: [0, 0, 0], name: 'lamp' }],
    });
    expect(used({ text: 'bed', position: [0, 0, -2] }).places).toHaveLength(1);
  });

  it('is nothing without an answer, and of things without a place', () => {
    expect(usedOf(null, OBJECTS)).toEqual({ ids: new Set(), places: [] });
    expect(used({ text: 'chair', count: 2 })).toEqual({ ids: new Set(), places: [] });
  });
});
