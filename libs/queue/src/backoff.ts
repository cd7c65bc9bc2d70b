const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** Pause before the next try after the nth failure (n ≥ 1), in ms. It doubles, up to half a minute. */
export const backoffMs = (failures: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));

/** How often a delivery is tried. Afterwards the sweep adds a new one if the rows still need it. */
export const ATTEMPTS = 1_000;
