import { date } from '../service/format.js';

const NUMBER = new Intl.NumberFormat('en');
const count = (value: number): string => NUMBER.format(value);
const points = (value: number): string => value.toFixed(1);
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;

/** The words of the results and their charts. */
export const texts = {
  title: 'Results',
  table: 'As a table',
  world: {
    drawn:
      'Measured in a drawn world: rooms that a program made, on walks that no model was trained on. ' +
      'Scores on real footage are other figures, and stand in no table with these.',
    real: 'Measured on recordings of real places.',
    unknown: 'The report does not say in which world it was measured: do not compare it with others.',
  },
  facts: (questions: number, videos: number, model: string, iso: string) =>
    `${count(questions)} questions on ${count(videos)} videos, asked of ${model} on ${date(iso)}.`,
  missing: {
    title: 'No report yet',
    text: 'This stack ships no evaluation. “npm run evaluate” makes one; its report.json is shown here.',
  },
  own: 'Loci',
  blind: 'Blind',
  blindNote: (fittedOn: string | null) =>
    [
      'Blind is what the most frequent answers reach that see no video',
      ...(fittedOn === null ? [] : [`, fitted on ${fittedOn}`]),
      '. Whiskers are one standard error.',
    ].join(''),
  people: {
    title: 'People, on real footage',
    text:
      'Nobody has asked people about the drawn walks. On recordings of real rooms, which are other clips ' +
      'with other questions, people reach this.',
    caption:
      'Score of people in each task on a part of VSI-Bench, measured on real footage (Yang et al. 2024, ' +
      'arXiv:2412.14171, table 1). Do not compare it with the scores above; measure yourself in “Try it”.',
    who: 'People',
  },
  score: 'Score',
  error: '± standard error',
  margin: 'Ahead of blind',
  questions: 'Questions',
  percent: (value: number) => `${points(value)} %`,
  plusMinus: (value: number | null) => (value === null ? '–' : `± ${points(value)}`),
  signed,
  count,
  none: '–',

  benchmarks: { 'vsi-bench': 'VSI-Bench', 'vsti-bench': 'VSTI-Bench', further: 'Further tasks' },
  tasks: {
    title: (benchmark: string) => `Tasks in the form of ${benchmark}`,
    caption: (benchmark: string) => `Score of each task in the form of ${benchmark}, beside the blind guess.`,
    task: 'Task',
    axis: 'score (%)',
    macro: 'mean of the tasks',
    micro: 'all questions',
    summary: (own: string, blind: string) => `${own} on average, where a blind guess reaches ${blind}.`,
  },
  horizon: {
    title: 'Short, mid, long',
    text:
      'The memory keeps its size. How much is lost as a walk grows longer? Short is under a minute, ' +
      'mid up to two, long above.',
    caption: 'Score by the length of the video. Dashed: the blind guess.',
    groups: { short: 'Short', mid: 'Mid', long: 'Long' },
    group: 'Length',
    line: (benchmark: string, blind: boolean) => (blind ? `${benchmark}, blind` : benchmark),
  },
  calibration: {
    title: 'Does it know when it knows?',
    text: (error: string) =>
      `Of answers of which Loci says that 80 % are right, 80 % should be. It is off by ${error} on average.`,
    caption: 'How often answers are right, against how sure Loci was. Larger dots are more answers.',
    kinds: { choices: 'Choices', numbers: 'Numbers', words: 'Words' },
    kind: 'Answers',
    sure: 'How sure',
    right: 'How often right',
  },
  robustness: {
    title: 'When the video changes',
    text: (questions: number, videos: number) =>
      `The same ${count(questions)} questions on ${count(videos)} walks, with the clips changed. ` +
      'Near zero is good: the room is still the same.',
    caption:
      'Change of the mean score against the clip as it is, in points. Whiskers are one standard error.',
    variant: 'The clip',
    change: 'Change in points',
    axis: 'change (points)',
    equal: 'Equal answers',
    against: (variant: string, other: string) => `${variant} against ${other}`,
    names: {
      looped: 'twice in a row',
      'half-rate': 'half the pictures',
      'double-rate': 'twice the pictures',
      '480p': '480 lines',
      '720p': '720 lines',
      compressed: 'strongly compressed',
      rotated: 'stored on its side',
    },
    plain: 'plain',
  },
} as const;
