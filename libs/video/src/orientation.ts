/** Bytes of a track header (ISO/IEC 14496-12) from its name to the matrix, by its version. */
const TO_MATRIX = [44, 56];

/**
 * The filters that turn and mirror pictures as the display matrix of a track header says.
 * @returns null when there is no matrix, or it does more than turns by quarters and mirroring
 */
export function orientationIn(mov: Buffer): string[] | null {
  const header = mov.indexOf('tkhd');
  const matrix = header + (TO_MATRIX[mov[header + 4] ?? 0] ?? NaN);
  if (header < 0 || !(matrix + 20 <= mov.length)) return null;
  // x′ = ax + cy, y′ = bx + dy
  const [a = 0, b = 0, c = 0, d = 0] = [0, 4, 12, 16].map((at) => Math.sign(mov.readInt32BE(matrix + at)));
  if (b === 0 && c === 0 && a * d !== 0) return [...(a < 0 ? ['hflip'] : []), ...(d < 0 ? ['vflip'] : [])];
  if (a !== 0 || d !== 0 || b * c === 0) return null;
  if (b > 0) return [`transpose=${c > 0 ? 'cclock_flip' : 'clock'}`];
  return [`transpose=${c > 0 ? 'cclock' : 'clock_flip'}`];
}
