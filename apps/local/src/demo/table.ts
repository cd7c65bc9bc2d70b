import { styleText } from 'node:util';
import type { Answer, Job, Question, TraceItem } from '@loci/contracts';
import Table from 'cli-table3';
import { score } from './score.js';

/** Width of all columns but the question's, with their borders, in characters. */
const OTHER_COLUMNS = 66;
const MIN_QUESTION_WIDTH = 30;
const MAX_TRACE_ITEMS = 8;
const MAX_TIMES = 3;

/** A question of the demo with its answer. */
export interface Asked {
  question: Question;
  truth: string | null;
}

/**
 * The answers as a table, with truths where they are known.
 * @param width of the table, in characters
 */
export function answersTable(asked: Asked[], width = 110): string {
  const truths = asked.some(({ truth }) => truth !== null);
  const table = new Table({
    head: ['', 'question', 'answer', 'confidence', ...(truths ? ['truth', 'right'] : []), 'seen at'],
    colWidths: [
      4,
      Math.max(MIN_QUESTION_WIDTH, width - OTHER_COLUMNS),
      14,
      12,
      ...(truths ? [8, 12] : []),
      14,
    ],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  asked.forEach(({ question, truth }, index) => {
    const { answer } = question;
    const cells =
      answer === null
        ? [question.error?.title ?? question.status, '', '', '', '']
        : answerCells(answer, question.options, truth);
    table.push([
      String(index + 1),
      asText(question),
      ...cells.filter((_, column) => truths || (column !== 2 && column !== 3)),
    ]);
  });
  return table.toString();
}

/** The cells of a row: answer, confidence, truth, right or not, times of the evidence. */
function answerCells(answer: Answer, options: string[] | null, truth: string | null): string[] {
  return [
    answerText(answer, options),
    `${(answer.confidence * 100).toFixed(0)} %`,
    truth ?? '',
    truth === null ? '' : mark(answer, truth),
    times(answer),
  ];
}

function answerText(answer: Answer, options: string[] | null): string {
  if (answer.reason !== null) return 'no answer';
  if (answer.choice === null) return [answer.text, answer.unit].filter((part) => part !== null).join(' ');
  const option = options?.[answer.choice.toUpperCase().charCodeAt(0) - 65];
  return `${answer.choice.toUpperCase()}${option === undefined ? '' : ` ${withoutLetter(option)}`}`;
}

function mark(answer: Answer, truth: string): string {
  const { right, mra } = score(answer, truth);
  const symbol = right ? styleText('green', '✓') : styleText('red', '✗');
  return mra === null ? symbol : `${symbol} MRA ${mra.toFixed(1)}`;
}

/** The times of the evidence with the largest weights; each second once. */
const times = ({ evidence }: Answer): string =>
  [...new Set(evidence.map(({ t_s }) => clock(t_s)))].slice(0, MAX_TIMES).join(' ');

function asText({ question, options }: Question): string {
  if (options === null) return question;
  const lettered = options.map((option, index) => `${letter(index)} ${withoutLetter(option)}`);
  return `${question} ${lettered.join(', ')}`;
}

const letter = (index: number): string => String.fromCharCode(65 + index);

const withoutLetter = (option: string): string => option.replace(/^[A-Z][.):]\s*/, '');

/** Seconds as m:ss. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Why questions were not answered, in the service's words, one line per question. */
export function refusalLines(asked: Asked[]): string[] {
  return asked.flatMap(({ question: { answer } }, index) =>
    answer === null || answer.message === null ? [] : [`${index + 1} was not answered. ${answer.message}`],
  );
}

/** What the model grounded before it answered, one line per question. */
export function traceLines(asked: Asked[]): string[] {
  return asked.map(({ question }, index) => {
    const trace = question.answer?.trace ?? [];
    const shown = trace.slice(0, MAX_TRACE_ITEMS).map(traceText);
    const more = trace.length > MAX_TRACE_ITEMS ? [`and ${trace.length - MAX_TRACE_ITEMS} more`] : [];
    return `${String(index + 1).padStart(3)}  ${[...shown, ...more].join(', ') || '(nothing)'}`;
  });
}

function traceText(item: TraceItem): string {
  const position = item.position?.map((value) => value.toFixed(1)).join(' ');
  const place = position === undefined ? [] : [`at ${position} m`];
  const size = item.size === undefined ? [] : [`${item.size.toFixed(0)} cm`];
  const seen = item.first_seen_s === undefined ? [] : [`first seen ${clock(item.first_seen_s)}`];
  return [item.category ?? item.text, ...place, ...size, ...seen].join(' ');
}

/** How many answers are right; null when no truth is known. */
export function tally(asked: Asked[]): string | null {
  const scores = asked.flatMap(({ question, truth }) =>
    question.answer === null || truth === null ? [] : [score(question.answer, truth)],
  );
  if (scores.length === 0) return null;
  const rightCount = scores.filter(({ right }) => right).length;
  const condition = 'a number counts when its mean relative accuracy is at least 0.5';
  return `${rightCount} of ${scores.length} right (${condition})`;
}

/**
 * The time that each stage took, summed over chunks and questions.
 * @param seconds from submission to the end
 */
export function timingsLine({ timings_s: timings }: Job, seconds: number): string {
  const stages = [
    ['waiting', timings.queued],
    ['perceive', timings.perceive],
    ['remember', timings.remember],
    ['answer', timings.answer],
  ] as const;
  const parts = stages.map(([name, value]) => `${name} ${value.toFixed(1)} s`);
  return `stages: ${parts.join(', ')}; from submission to the end ${seconds.toFixed(1)} s`;
}

/** Whether the clip is like those that the model was trained on, as its answers say. */
export function domainLine(asked: Asked[]): string {
  const outside = asked[0]?.question.answer?.out_of_domain;
  if (outside === undefined) return '';
  const verdict = outside.flag
    ? 'UNLIKE what the model was trained on: do not rely on the answers'
    : 'like what the model was trained on';
  return `out-of-domain score ${outside.score.toFixed(2)}: ${verdict}`;
}
