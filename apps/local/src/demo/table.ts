import { styleText } from 'node:util';
import type { Answer, Job, Question, TraceItem } from '@loci/contracts';
import Table from 'cli-table3';
import { score } from './score.js';

/** The columns that are not the question's, with their borders, in characters. */
const OTHER_COLUMNS = 66;
const NARROWEST = 30;
const MOST_TRACED = 8;
const MOST_TIMES = 3;

export interface Asked {
  question: Question;
  truth: string | null;
}

/** The answers as a table; truths where they are known. `width` in characters. */
export function answersTable(asked: Asked[], width = 110): string {
  const truths = asked.some(({ truth }) => truth !== null);
  const table = new Table({
    head: ['', 'question', 'answer', 'confidence', ...(truths ? ['truth', 'right'] : []), 'seen at'],
    colWidths: [4, Math.max(NARROWEST, width - OTHER_COLUMNS), 14, 12, ...(truths ? [8, 12] : []), 14],
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

/** Answer, confidence, truth, right or not, the times of its evidence. */
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
  if (answer.choice === null) return [answer.text, answer.unit].filter((part) => part !== null).join(' ');
  const option = options?.[answer.choice.toUpperCase().charCodeAt(0) - 65];
  return `${answer.choice.toUpperCase()}${option === undefined ? '' : ` ${withoutLetter(option)}`}`;
}

function mark(answer: Answer, truth: string): string {
  const { right, mra } = score(answer, truth);
  const symbol = right ? styleText('green', '✓') : styleText('red', '✗');
  return mra === null ? symbol : `${symbol} MRA ${mra.toFixed(1)}`;
}

/** The moments that weigh most, those of one second once. */
const times = ({ evidence }: Answer): string =>
  [...new Set(evidence.map(({ t_s }) => clock(t_s)))].slice(0, MOST_TIMES).join(' ');

const asText = ({ question, options }: Question): string =>
  options === null
    ? question
    : `${question} ${options.map((option, index) => `${String.fromCharCode(65 + index)} ${withoutLetter(option)}`).join(', ')}`;

const withoutLetter = (option: string): string => option.replace(/^[A-Z][.):]\s*/, '');

/** Seconds as m:ss. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** What the model grounded before it answered, a line a question. */
export function traceLines(asked: Asked[]): string[] {
  return asked.map(({ question }, index) => {
    const trace = question.answer?.trace ?? [];
    const shown = trace.slice(0, MOST_TRACED).map(traceText);
    const more = trace.length > MOST_TRACED ? [`and ${trace.length - MOST_TRACED} more`] : [];
    return `${String(index + 1).padStart(3)}  ${[...shown, ...more].join(', ') || '(nothing)'}`;
  });
}

function traceText(item: TraceItem): string {
  const place =
    item.position === undefined ? [] : [`at ${item.position.map((value) => value.toFixed(1)).join(' ')} m`];
  const size = item.size === undefined ? [] : [`${item.size.toFixed(0)} cm`];
  const seen = item.first_seen_s === undefined ? [] : [`first seen ${clock(item.first_seen_s)}`];
  return [item.category ?? item.text, ...place, ...size, ...seen].join(' ');
}

/** A summary over the truths that are known, null when there are none. */
export function tally(asked: Asked[]): string | null {
  const scored = asked.flatMap(({ question, truth }) =>
    question.answer === null || truth === null ? [] : [score(question.answer, truth)],
  );
  if (scored.length === 0) return null;
  return `${scored.filter(({ right }) => right).length} of ${scored.length} right (a number counts when its mean relative accuracy is at least 0.5)`;
}

/** Seconds that the stages took, summed over the chunks and questions. */
export function timingsLine({ timings_s: t }: Job, seconds: number): string {
  const part = (name: string, value: number) => `${name} ${value.toFixed(1)} s`;
  return `stages: ${[part('waiting', t.queued), part('perceive', t.perceive), part('remember', t.remember), part('answer', t.answer)].join(', ')}; from submission to the end ${seconds.toFixed(1)} s`;
}

/** Whether the clip is of the kind that the model was trained on, as its answers say. */
export function domainLine(asked: Asked[]): string {
  const outside = asked[0]?.question.answer?.out_of_domain;
  if (outside === undefined) return '';
  const verdict = outside.flag
    ? 'UNLIKE what the model was trained on: do not rely on the answers'
    : 'like what the model was trained on';
  return `out-of-domain score ${outside.score.toFixed(2)}: ${verdict}`;
}
