import type { EntryKind } from '@loci/contracts';
import type { StandingEntry } from './entry.js';

/**
 * A memory entry that an answer attended to, and how much. Where its thumbnail can be had is the API's to
 * say.
 */
export interface EvidenceEntry {
  entryKind: EntryKind;
  slot: number;
  frame: number;
  tS: number;
  weight: number;
}

/**
 * The entries that an answer attended to most, heaviest first (ties: in tensor order), at most `top`.
 * `attention` is [L_w + L_e], `ordered` the state's entries in the same order (see tensorOrder). Weights lie
 * in [0, 1] and sum to at most 1; entries without weight are left out. Throws RangeError when the lengths
 * differ.
 */
export function evidence(
  attention: Float32Array,
  ordered: readonly (StandingEntry | null)[],
  { top = 5 }: { top?: number } = {},
): EvidenceEntry[] {
  if (attention.length !== ordered.length)
    throw new RangeError(`${attention.length} weights for ${ordered.length} places of the memory`);
  const total = attention.reduce((sum, weight) => sum + (weight > 0 ? weight : 0), 0);
  const scale = Number.isFinite(total) ? Math.max(1, total * (1 + Number.EPSILON)) : Infinity;
  return ordered
    .flatMap((entry, i) => {
      const weight = Math.max(0, attention[i] ?? 0) / scale;
      return entry !== null && weight > 0 ? [{ entry, weight }] : [];
    })
    .sort((a, b) => b.weight - a.weight)
    .slice(0, top)
    .map(({ entry, weight }) => ({
      entryKind: entry.kind,
      slot: entry.slot,
      frame: entry.frame,
      tS: entry.tS,
      weight,
    }));
}
