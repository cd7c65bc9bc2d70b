const count = (value: number, one: string): string => `${value} ${value === 1 ? one : `${one}s`}`;
const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** The words of the quiz. */
export const texts = {
  title: 'Try it yourself',
  text: 'Watch a walk, answer what Loci is asked, and see who knows the room better.',
  intro: {
    title: 'Could you draw the plan?',
    text:
      'Questions about one walk through rooms that neither you nor the model has seen before. Play the ' +
      'clip as often as you like. Loci watches it once, and answers from what it remembers.',
    start: 'Begin',
    sets: 'Walks of',
    set: (id: string, clips: number, questions: number) =>
      `${id}: ${count(clips, 'walk')}, ${count(questions, 'question')}`,
    goOn: 'Back to the last round',
  },
  missing: {
    title: 'No questions here',
    text: 'This stack has no clips with truths. LOCI_QUIZ_DIR names a folder that has some.',
  },
  gone: {
    title: 'This round is gone',
    text: 'Its walk was deleted, or its questions have changed since.',
  },
  at: (index: number, total: number) => `Question ${index} of ${total}`,
  soFar: (person: string, loci: string) => `So far: you ${person}, Loci ${loci}`,
  progress: 'How far the round is',
  clip: 'the walk of this round',
  options: 'Your answer',
  number: (unit: string | null) => (unit === null ? 'Your answer, a number' : `Your answer in ${unit}`),
  numberHint: 'A number, for example 2.5.',
  check: 'Check',
  right: 'Right',
  close: (share: number) => `Close enough for ${percent(share)} of the point`,
  wrong: 'Not right',
  truth: (truth: string) => `It is ${truth}.`,
  who: 'Who',
  names: { person: 'You', loci: 'Loci', blind: 'Blind guess' },
  said: 'Said',
  points: 'Points',
  percent,
  nothing: '–',
  thinking: 'still looking…',
  evidence: 'Where Loci saw it',
  evidenceJump: (clock: string) => `Show ${clock} in the walk`,
  next: 'Next question',
  finish: 'To the score',
  score: {
    won: 'You know this room better than Loci',
    lost: 'Loci knew this room better',
    drawn: 'As good as Loci',
    text: (questions: number) =>
      `Over ${count(questions, 'question')}. ` +
      'A choice is right or wrong; a number earns the more, the closer it is.',
    waiting: 'Loci has not answered all of them yet. Its score still moves.',
    again: 'Another round',
    look: 'Look around in this walk',
  },
} as const;
