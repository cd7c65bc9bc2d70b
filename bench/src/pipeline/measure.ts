import type { Measured } from './report.js';
import type { Round, Side } from './side.js';

/** Runs each side once a round, and prints what it took. */
export async function measure(sides: readonly Side[], rounds: number): Promise<Measured[]> {
  const measured = sides.map(({ name }) => ({ name, rounds: [] as Round[] }));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, side] of sides.entries()) measured[index]?.rounds.push(await side.run());
    const took = measured.map(({ name, rounds: taken }) => `${name} ${taken.at(-1)?.seconds.toFixed(2)} s`);
    console.log(`  round ${round}: ${took.join(', ')}`);
  }
  return measured;
}
