/** Words that names of question types shorten. */
const WHOLE: Readonly<Record<string, string>> = {
  abs: 'absolute',
  rel: 'relative',
  obj: 'object',
  dist: 'distance',
};

/** The words of the gallery of worked examples. */
export const texts = {
  title: 'Examples',
  text: 'Questions on walks of the test set, with what the shipped model said, right and wrong.',
  missing: {
    title: 'No examples here',
    text: 'This stack ships no worked examples. Ask a video of your own in the library, or try the quiz.',
  },
  task: (type: string) =>
    type
      .split('_')
      .map((word) => WHOLE[word] ?? word)
      .join(' '),
  right: 'Right',
  wrong: 'Wrong',
  close: (share: number) => `${Math.round(share * 100)} % right`,
  said: 'Loci says',
  truth: 'The truth',
  blind: 'A blind guess',
  sure: 'How sure',
  percent: (share: number) => `${Math.round(share * 100)} %`,
  choices: 'Choices',
  why: 'Why it is wrong',
  looked: 'Looked at',
  open: 'Open in its video',
  opening: 'Bringing the clip…',
  model: (model: string, clip: string) => `${model} on ${clip}`,
} as const;
