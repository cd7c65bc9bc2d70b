const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** How long work waits before it is tried again after its nth failure (n ≥ 1), in ms: doubling, up to half a minute. */
export const backoffMs = (failures: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));

/** How often a delivery is tried. When it is given up, the sweep delivers anew what the rows still ask for. */
export const ATTEMPTS = 1_000;
