import type { GroupScore } from '@loci/contracts';
import { horizonOf, HORIZONS } from '@loci/scoring';
import type { Benchmark } from '../dataset/dataset.js';
import type { JudgedAnswer } from './judge.js';
import { tablesOf } from './tables.js';

/** Scores by the length of the video. */
export const horizonGroups = (benchmark: Benchmark, judged: readonly JudgedAnswer[]): GroupScore[] =>
  HORIZONS.flatMap((group) => {
    const inGroup = ({ row }: JudgedAnswer) =>
      row.video !== null && horizonOf(row.video.duration_s) === group;
    return groupScores(benchmark, group, judged.filter(inGroup));
  });

/** Scores by the number of frames that a memory was built from, with a group for every doubling. */
export function frameGroups(benchmark: Benchmark, judged: readonly JudgedAnswer[]): GroupScore[] {
  const known = judged.flatMap((answer) => {
    const frames = answer.row.video?.frames;
    return frames === undefined ? [] : [{ answer, power: Math.floor(Math.log2(Math.max(1, frames))) }];
  });
  const groups = [...Map.groupBy(known, ({ power }) => power)].sort(([a], [b]) => a - b);
  return groups.flatMap(([power, members]) => {
    const name = `${2 ** power}–${2 ** (power + 1) - 1}`;
    return groupScores(
      benchmark,
      name,
      members.map(({ answer }) => answer),
    );
  });
}

/** One score per benchmark: the macro average where there is one, else the flat mean. */
const groupScores = (benchmark: Benchmark, group: string, judged: readonly JudgedAnswer[]): GroupScore[] =>
  tablesOf(benchmark, judged).map((table) => ({
    benchmark: table.benchmark,
    group,
    ...(table.macro ?? table.micro),
  }));
