import { thingsAsked, UNANSWERABLE } from '../dataset/own-words.js';
import type { JudgedAnswer } from './judge.js';
import { table } from './text.js';

/** Part of some questions. */
export interface Share {
  of: number;
  right: number;
}

/** How questions in a person's own words were read. */
export interface ReadingScores {
  /** Of the answerable ones: the task, the things with what they are to it, and both. */
  task: Share;
  things: Share;
  both: Share;
  /** Answerable questions that were refused, by reason. */
  refused_wrongly: Share & { reasons: Record<string, number> };
  /** Unanswerable questions that were refused. */
  refused_rightly: Share;
  /** The answerable ones by question type: read right, refused. */
  types: { type: string; of: number; read_right: number; refused: number; score: number }[];
  /** The unanswerable ones by why they are so. */
  reasons: { reason: string; of: number; refused: number }[];
}

/** A reason, or a task that is none of the model's. */
const isRefused = ({ row }: JudgedAnswer): boolean => row.refusal !== null || row.supported === false;

/** Whether a task is that of a question type: `camera_obj_rel_dist` is that of `camera_obj_rel_dist_v1`. */
export const isTaskOf = (task: string | undefined, questionType: string): boolean =>
  task === questionType || task === questionType.replace(/_(?:v\d|few)$/, '');

const isTaskRight = ({ row, question }: JudgedAnswer): boolean =>
  isTaskOf(row.understood?.task, question.questionType);

function areThingsRight({ row, question: { ownWords, questionType } }: JudgedAnswer): boolean {
  if (row.understood === null || ownWords === null) return false;
  return thingsAsked(row.understood.things, questionType) === thingsAsked(ownWords.things, questionType);
}

const isReadRight = (judged: JudgedAnswer): boolean => isTaskRight(judged) && areThingsRight(judged);

const share = (judged: readonly JudgedAnswer[], isRight: (each: JudgedAnswer) => boolean): Share => ({
  of: judged.length,
  right: judged.filter(isRight).length,
});

export function readingScores(judged: readonly JudgedAnswer[]): ReadingScores {
  const answerable = judged.filter(({ question }) => question.questionType !== UNANSWERABLE);
  const unanswerable = judged.filter(({ question }) => question.questionType === UNANSWERABLE);
  const refused = answerable.filter(isRefused);
  const reasons = Map.groupBy(refused, ({ row }) => row.refusal ?? 'none of the model’s tasks');
  return {
    task: share(answerable, isTaskRight),
    things: share(answerable, areThingsRight),
    both: share(answerable, isReadRight),
    refused_wrongly: {
      ...share(answerable, isRefused),
      reasons: Object.fromEntries(Array.from(reasons, ([reason, own]) => [reason, own.length])),
    },
    refused_rightly: share(unanswerable, isRefused),
    types: Array.from(
      Map.groupBy(answerable, ({ question }) => question.questionType),
      ([type, own]) => ({
        type,
        of: own.length,
        read_right: own.filter(isReadRight).length,
        refused: own.filter(isRefused).length,
        score: (100 * own.reduce((sum, { score }) => sum + score, 0)) / own.length,
      }),
    ),
    reasons: Array.from(
      Map.groupBy(unanswerable, ({ question }) => question.ownWords?.reason ?? ''),
      ([reason, own]) => ({ reason, of: own.length, refused: own.filter(isRefused).length }),
    ),
  };
}

const percent = ({ of, right }: Share): string =>
  of === 0 ? '–' : `${((100 * right) / of).toFixed(1)} % (${right} of ${of})`;

/** The scores as Markdown. */
export function readingTables({ refused_wrongly, ...scores }: ReadingScores): string[] {
  const reasons = Object.entries(refused_wrongly.reasons).map(([reason, number]) => `${number} × ${reason}`);
  const why = reasons.length === 0 ? '' : `: ${reasons.join(', ')}`;
  return [
    [
      `- read right, task and things: ${percent(scores.both)}`,
      `- the task alone: ${percent(scores.task)}; the things alone: ${percent(scores.things)}`,
      `- unanswerable, and refused: ${percent(scores.refused_rightly)}`,
      `- answerable, but refused: ${percent(refused_wrongly)}${why}`,
    ].join('\n'),
    table(
      ['task', 'read right', 'refused', 'score', 'questions'],
      scores.types.map(({ type, of, read_right, refused, score }) => [
        ...[type, String(read_right), String(refused), score.toFixed(1), String(of)],
      ]),
    ),
    table(
      ['unanswerable', 'refused', 'questions'],
      scores.reasons.map(({ reason, of, refused }) => [reason, String(refused), String(of)]),
    ),
  ];
}
