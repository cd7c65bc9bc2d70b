import { createHash } from 'node:crypto';
import type { StandingEntry } from './entry.js';

/**
 * SHA-256 (hex) over a state's entries, by kind and slot: equal exactly when the memories are equal, bit by
 * bit, in kind, slot, frame, time, pose and tokens. The order of the rows does not matter, nor when they were
 * written.
 */
export function digest(entries: readonly StandingEntry[]): string {
  const hash = createHash('sha256');
  const ordered = [...entries].sort((a, b) => byKindAndSlot(a, b) || a.frame - b.frame);
  hash.update(numbers([ordered.length]));
  for (const { kind, slot, frame, tS, pose, tokens } of ordered) {
    // lengths first, so that no two memories run together into the same bytes
    hash.update(numbers([KIND[kind], slot, frame, tS, pose.length, tokens.byteLength, ...pose]));
    hash.update(tokens);
  }
  return hash.digest('hex');
}

const KIND = { working: 0, episodic: 1 } as const;

/** The order of a state's entries: working ones first, then by slot. */
export const byKindAndSlot = (a: StandingEntry, b: StandingEntry): number =>
  KIND[a.kind] - KIND[b.kind] || a.slot - b.slot;

/** float64 little-endian. Negative zero, which JSON and databases lose, counts as zero. */
function numbers(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 8));
  values.forEach((value, i) => view.setFloat64(i * 8, value === 0 ? 0 : value, true));
  return new Uint8Array(view.buffer);
}
