/** Rounds to millimetres or milliseconds: finer digits only make the answer longer. */
export const round = (value: number): number => Math.round(value * 1000) / 1000;
