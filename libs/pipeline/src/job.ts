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

/** What the rows say of one job. */
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
  /** A worker has begun something for it. */
  started: boolean;
  /** How it ended, once it has: that stays so, whatever happens to its memory later. */
  ended?: { status: EndedStatus; error: Problem | null } | null;
}

export interface JobState {
  status: JobStatus;
  /** What it waits for now; null unless it runs. */
  stage: Stage | null;
  error: Problem | null;
}

/** Whether a job of this status has come to its end. */
export const isEnded = (status: JobStatus): status is EndedStatus =>
  status === 'succeeded' || status === 'failed' || status === 'canceled';

/**
 * The state of a job, from its rows alone. It fails with its memory; with a complete memory it ends when its last
 * question has ended, and succeeds when none of them failed (the answers of a failed job can still be read).
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
  const detail = `${failed.length} of ${questions.length} questions failed${cause.detail === undefined ? '' : `: ${cause.detail}`}`;
  return { status: 'failed', stage: null, error: { ...cause, detail } };
}

/** Perceive until the last chunk has been, then remember until the last chunk has been, then answer. */
function stageOf({ status, head, chunks, perceived }: JobFacts['memory']): Stage {
  if (status === 'ready' || head >= chunks) return 'answer';
  return perceived >= chunks ? 'remember' : 'perceive';
}

/** The share of a job's time that each stage takes; they need not sum to 1. */
export type StageWeights = Readonly<Record<Stage, number>>;

/** Perception sees every frame, the memory every token once, an answer only the memory. */
export const STAGE_WEIGHTS: StageWeights = { perceive: 0.6, remember: 0.25, answer: 0.15 };

/**
 * How far a job is. `fraction` never falls while its counts grow and the weights stay, and is 1 exactly when nothing is
 * left. `elapsedS` is the time since it started (null before): the estimate takes the rest to go on as what is done did;
 * `startedAt` is the fraction that was done when it started, for a job on a memory that stood already.
 */
export function jobProgress(
  facts: Pick<JobFacts, 'memory' | 'questions'>,
  {
    elapsedS = null,
    startedAt = 0,
    weights = STAGE_WEIGHTS,
  }: { elapsedS?: number | null; startedAt?: number; weights?: StageWeights } = {},
): Progress {
  const { memory, questions } = facts;
  const ended = questions.filter(({ status }) => status !== 'queued').length;
  const fraction = weightedFraction(
    [
      { weight: weights.perceive, done: Math.max(memory.perceived, memory.head), of: memory.chunks },
      { weight: weights.remember, done: memory.head, of: memory.chunks },
      { weight: weights.answer, done: ended, of: questions.length },
    ].filter(({ of }) => of > 0),
  );
  return {
    fraction,
    chunks_total: memory.chunks,
    chunks_perceived: Math.max(memory.perceived, memory.head),
    chunks_remembered: memory.head,
    questions_total: questions.length,
    questions_answered: questions.filter(({ status }) => status === 'answered').length,
    eta_s: eta(fraction, startedAt, elapsedS),
  };
}

function weightedFraction(parts: { weight: number; done: number; of: number }[]): number {
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  if (total <= 0 || parts.every(({ done, of }) => done >= of)) return 1;
  const done = parts.reduce((sum, part) => sum + part.weight * (part.done / part.of), 0);
  return Math.min(1, done / total);
}

function eta(fraction: number, startedAt: number, elapsedS: number | null): number | null {
  if (fraction >= 1) return 0;
  if (elapsedS === null || fraction <= startedAt) return null;
  return Math.max(0, (elapsedS * (1 - fraction)) / (fraction - startedAt));
}
