import type { StackCpu } from './cpu.js';
import { median } from './statistics.js';

/** Processor time per sampled frame in one round, in ms: the stack's by program, and the bare graphs'. */
export interface RoundCpu {
  stack: StackCpu;
  graphs: number;
}

/**
 * Processor time per frame between two readings.
 * @returns ms
 */
export function perFrame(before: StackCpu, after: StackCpu, frames: number): StackCpu {
  const ms = (name: keyof StackCpu): number => ((after[name] - before[name]) * 1000) / frames;
  return { worker: ms('worker'), ffmpeg: ms('ffmpeg'), Postgres: ms('Postgres'), API: ms('API') };
}

/** The medians over the rounds, program by program. */
export function describeCpu(rounds: readonly RoundCpu[]): string {
  const medianOf = (pick: (round: RoundCpu) => number): string => median(rounds.map(pick)).toFixed(1);
  const parts = (['worker', 'ffmpeg', 'Postgres', 'API'] as const).map(
    (name) => `${name} ${medianOf(({ stack }) => stack[name])}`,
  );
  return `${parts.join(', ')}; the bare graphs ${medianOf(({ graphs }) => graphs)}`;
}
