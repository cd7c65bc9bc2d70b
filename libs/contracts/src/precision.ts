import { z } from 'zod';
import type { Manifest } from './manifest.js';

/** How a model's convolutions are computed when it perceives. */
export const precisionSchema = z.enum(['float', '8bit']);
export type Precision = z.infer<typeof precisionSchema>;

/** What marks the version of a model that perceives in 8 bits. */
const SUFFIX = '-8bit';

/**
 * The manifest of the same model with 8-bit convolutions, as a version of its own: what it remembers of a
 * clip are other bits. Null where the bundle has no such graphs.
 */
export function eightBitManifest({ eight_bit: section, ...manifest }: Manifest): Manifest | null {
  if (section === undefined) return null;
  const { short, next, golden, scores } = manifest;
  const others = golden.filter(({ graph }) => !section.golden.some((each) => each.graph === graph));
  return {
    ...manifest,
    version: `${manifest.version}${SUFFIX}`,
    golden: [...section.golden, ...others],
    scores: section.scores ?? scores,
    ...(short === undefined || section.short === undefined
      ? {}
      : { short: { ...short, perceive: section.short } }),
    ...(next === undefined || section.next === undefined ? {} : { next: { perceive: section.next } }),
  };
}
