import { describe, expect, it } from 'vitest';
import { objectCategories } from '../src/object-categories.js';

describe('the categories that tell places apart', () => {
  const manifest = {
    metric_scale: true,
    up: [0, -1, 0] as [number, number, number],
    categories: ['wall', 'floor', 'chair', 'lamp'],
    background: ['wall', 'floor'],
  };

  it('are those that are no background, of models that measure in metres over a level floor', () => {
    expect([...objectCategories(manifest)]).toEqual([2, 3]);
    expect(objectCategories({ ...manifest, metric_scale: false }).size).toBe(0);
    expect(objectCategories({ ...manifest, up: [0, 0, 1] }).size).toBe(0);
  });
});
