import { RIGHT_FROM, type Answer, type Example } from '@loci/contracts';
import { scoreAnswer } from '@loci/scoring';
import { keyOf, type EvalQuestion } from '../dataset/dataset.js';
import type { Rooms } from './rooms.js';
import { whyWrong } from './why-wrong.js';

/** What a question was answered, and by which model. */
export interface Answered {
  asked: EvalQuestion;
  answer: Answer;
  model: string;
}

/**
 * A worked example.
 * @param guesses of the blind baseline, by the questions' keys
 */
export function exampleOf(
  { asked, answer, model }: Answered,
  { rooms, guesses }: { rooms: Rooms; guesses: ReadonlyMap<string, string> | null },
): Example {
  const [truth = ''] = asked.truths;
  const scored = (said: string): number => scoreAnswer(asked.questionType, said, truth);
  const score = answer.reason === null ? scored(answer.choice ?? answer.text) : 0;
  const guess = guesses?.get(keyOf(asked));
  const clip = asked.scene.split('/').at(-1) ?? asked.scene;
  const right = score >= RIGHT_FROM;
  const { text, choice, unit, confidence, trace, evidence } = answer;
  return {
    id: asked.id,
    clip,
    question_type: asked.questionType,
    question: asked.question,
    options: asked.options,
    unit,
    truth,
    model,
    answer: { text, choice, unit, confidence, trace, evidence_s: evidence.map(({ t_s }) => t_s) },
    score,
    right,
    blind: guess === undefined ? null : { answer: guess, score: scored(guess) },
    why: right ? null : whyWrong(asked.questionType, answer, rooms.get(clip) ?? []),
  };
}
