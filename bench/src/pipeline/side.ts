/** Processor time by program, in seconds. */
export type CpuByProgram = Readonly<Record<string, number>>;

/** What a side took for the clip and its questions. */
export interface Round {
  seconds: number;
  cpu: CpuByProgram;
}

/** A program that takes the clip from its file to the last answer, or a part of that work. */
export interface Side {
  name: string;
  run(): Promise<Round>;
  close?(): Promise<void>;
}

/** Processor time that was spent between two readings. */
export const spent = (before: CpuByProgram, after: CpuByProgram): CpuByProgram =>
  Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)]));
