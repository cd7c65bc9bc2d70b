import type { Manifest } from '@loci/contracts';

/**
 * The categories that can tell one place from another, by their indices: all but the background. None for
 * models whose scale is not metric, or whose floor is not the plane of x and z.
 */
export function objectCategories({
  metric_scale: metric,
  up,
  categories,
  background,
}: Pick<Manifest, 'metric_scale' | 'up' | 'categories' | 'background'>): ReadonlySet<number> {
  const level = up[0] === 0 && up[2] === 0;
  return new Set(
    metric && level ? categories.flatMap((name, index) => (background.includes(name) ? [] : [index])) : [],
  );
}
