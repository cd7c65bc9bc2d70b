import { median } from '../statistics.js';
import type { CpuByProgram, Round } from './side.js';

/** What one side took in each round. */
export interface Measured {
  name: string;
  rounds: readonly Round[];
}

/** A figure with what is wanted of it. */
export interface Verdict {
  line: string;
  reached: boolean;
}

const total = (cpu: CpuByProgram): number => Object.values(cpu).reduce((sum, seconds) => sum + seconds, 0);

export const framesPerSecond = ({ rounds }: Measured, frames: number): number =>
  median(rounds.map(({ seconds }) => frames / seconds));

/** Processor time a sampled frame, ms. */
export const cpuPerFrame = ({ rounds }: Measured, frames: number): number =>
  median(rounds.map(({ cpu }) => (total(cpu) * 1000) / frames));

/** The medians of a side in one line: speed, processor time, and which program spends it. */
export function describeSide(side: Measured, frames: number): string {
  const programs = Object.keys(side.rounds[0]?.cpu ?? {}).map(
    (name) =>
      `${name} ${median(side.rounds.map(({ cpu }) => ((cpu[name] ?? 0) * 1000) / frames)).toFixed(1)}`,
  );
  const [speed, cpu] = [framesPerSecond(side, frames), cpuPerFrame(side, frames)].map((value) =>
    value.toFixed(1).padStart(6),
  );
  return `${side.name.padEnd(24)} ${speed} ${cpu}   ${programs.join(', ')}`;
}

/** The median over the rounds of how much faster one side was than another in the same round. */
export const speedRatio = (side: Measured, other: Measured): number =>
  median(side.rounds.map(({ seconds }, round) => (other.rounds[round]?.seconds ?? Number.NaN) / seconds));

/**
 * The speed that nothing can exceed which decodes in processes of its own and runs the graphs as they are:
 * both share the cores without loss.
 */
export const limitOf = (parts: readonly Measured[], frames: number, cores: number): number =>
  (1000 * cores) / parts.reduce((sum, part) => sum + cpuPerFrame(part, frames), 0);

export const atLeast = (what: string, value: number, wanted: number): Verdict => ({
  line: `${what}: ${value.toFixed(2)} (at least ${wanted})`,
  reached: value >= wanted,
});

export const atMost = (what: string, value: number, wanted: number): Verdict => ({
  line: `${what}: ${value.toFixed(1)} (at most ${wanted})`,
  reached: value <= wanted,
});
