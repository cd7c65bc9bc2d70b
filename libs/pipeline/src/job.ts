import {
  problem,
  type JobStatus,
  type MemoryStatus,
  type Problem,
  type Progress,
  type QuestionStatus,
  type Stage,
} from '@loci/contracts';

export type EndedStatus = Extract<JobStatus, 'succeeded' | 'failed' | 'canceled'>;

/** What the rows say of one job, of its memory and of its questions. */
export interface JobFacts {
  memory: {
    status: MemoryStatus;
    /** Chunks remembered. */
    head: number;
    chunks: number;
    /** Chunks perceived, those remembered among them. */
    perceived: number;
    error: Problem | null;
  };
  questions: { status: QuestionStatus; error: Problem | null }[];
  canceled: boolean;
  /** Whether a worker has started work for it. */
  started: boolean;
  /** How it ended; null before. An ended job never changes, whatever happens to its memory later. */
  ended?: { status: EndedStatus; error: Problem | null } | null;
}

export interface JobState {
  status: JobStatus;
  /** The stage that it waits for; null unless it runs. */
  stage: Stage | null;
  error: Problem | null;
}

/** Whether a job of this status will not change any more. */
export const isEnded = (status: JobStatus): status is EndedStatus =>
  status === 'succeeded' || status === 'failed' || status === 'canceled';

/**
 * The state of a job, derived from its rows alone. A job fails when its memory fails. It ends when its memory
 * is complete and its last question has ended, and succeeds when no question failed.
 */
export function jobStatusOf(facts: JobFacts): JobState {
  if (facts.ended !== undefined && facts.ended !== null) return { ...facts.ended, stage: null };
  if (facts.canceled) return { status: 'canceled', stage: null, error: null };
  const { memory, questions } = facts;
  if (memory.status === 'failed')
    return {
      status: 'failed',
      stage: null,
      error: memory.error ?? problem('internal', 'the memory could not be built'),
    };
  if (memory.status === 'ready' && questions.every(({ status }) => status !== 'queued'))
    return endOf(questions);
  if (!facts.started) return { status: 'queued', stage: null, error: null };
  return { status: 'running', stage: stageOf(memory), error: null };
}

function endOf(questions: JobFacts['questions']): JobState {
  const failed = questions.filter(({ status }) => status === 'failed');
  const [first] = failed;
  if (first === undefined) return { status: 'succeeded', stage: null, error: null };
  const cause = first.error ?? problem('internal', 'the question could not be answered');
  const summary = `${failed.length} of ${questions.length} questions failed`;
  const detail = cause.detail === undefined ? summary : `${summary}: ${cause.detail}`;
  return { status: 'failed', stage: null, error: { ...cause, detail } };
}

/** Perceive until every chunk is perceived, then remember until every chunk is remembered, then answer. */
function stageOf({ status, head, chunks, perceived }: JobFacts['memory']): Stage {
  if (status === 'ready' || head >= chunks) return 'answer';
  return perceived >= chunks ? 'remember' : 'perceive';
}

/** The share of a job's time that each stage takes. The shares need not sum to 1. */
export type StageWeights = Readonly<Record<Stage, number>>;

/** Perception reads every pixel, remembering every token once, answering only the memory. */
export const STAGE_WEIGHTS: StageWeights = { perceive: 0.6, remember: 0.25, answer: 0.15 };

/**
 * How far a job is. `fraction` never falls while the counts grow, and is 1 exactly when nothing is left. The
 * estimate `eta_s` assumes that the rest goes as fast as the work since the start.
 * @param options.elapsedS seconds since the job started; null before
 * @param options.startFraction the fraction that was done at the start: above 0 when the memory existed
 *   before
 */
export function jobProgress(
  facts: Pick<JobFacts, 'memory' | 'questions'>,
  {
    elapsedS = null,
    startFraction = 0,
    weights = STAGE_WEIGHTS,
  }: { elapsedS?: number | null; startFraction?: number; weights?: StageWeights } = {},
): Progress {
  const { memory, questions } = facts;
  const ended = questions.filter(({ status }) => status !== 'queued').length;
  const perceived = Math.max(memory.perceived, memory.head);
  const fraction = weightedFraction(
    [
      { weight: weights.perceive, done: perceived, total: memory.chunks },
      { weight: weights.remember, done: memory.head, total: memory.chunks },
      { weight: weights.answer, done: ended, total: questions.length },
    ].filter(({ total }) => total > 0),
  );
  return {
    fraction,
    chunks_total: memory.chunks,
    chunks_perceived: perceived,
    chunks_remembered: memory.head,
    questions_total: questions.length,
    questions_answered: questions.filter(({ status }) => status === 'answered').length,
    eta_s: eta(fraction, startFraction, elapsedS),
  };
}

function weightedFraction(stages: { weight: number; done: number; total: number }[]): number {
  const weights = stages.reduce((sum, { weight }) => sum + weight, 0);
  if (weights <= 0 || stages.every(({ done, total }) => done >= total)) return 1;
  const done = stages.reduce((sum, stage) => sum + stage.weight * (stage.done / stage.total), 0);
  return Math.min(1, done / weights);
}

function eta(fraction: number, startFraction: number, elapsedS: number | null): number | null {
  if (fraction >= 1) return 0;
  if (elapsedS === null || fraction <= startFraction) return null;
  return Math.max(0, (elapsedS * (1 - fraction)) / (fraction - startFraction));
}
