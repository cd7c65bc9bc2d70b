import type { QuizSet } from '@loci/contracts';
import { useState } from 'react';
import { RadioButton, RadioField, RadioGroup } from 'react-aria-components';
import { Link } from 'react-router';
import { Button } from '../design/button.js';
import { texts } from '../texts/quiz.js';
import answers from './answer-form.module.css';
import { keptRound } from './kept-round.js';
import styles from './quiz.module.css';

const words = texts.intro;
const SEEDS = 1_000_000;

/** Which round is begun; each seed draws other questions. */
export interface Draw {
  set: string;
  seed: number;
}

interface IntroProps {
  /** One or more. */
  sets: readonly QuizSet[];
  pending: boolean;
  onBegin: (draw: Draw) => void;
}

/** What a round is, from which set it is drawn where there are several, and the way back to the last one. */
export function Intro({ sets, pending, onBegin }: IntroProps) {
  const [set, setSet] = useState(sets[0]?.id ?? '');
  const [kept] = useState(keptRound);
  return (
    <section className={styles.intro}>
      <h2>{words.title}</h2>
      <p>{words.text}</p>
      {sets.length > 1 && (
        <RadioGroup className={answers.options ?? ''} aria-label={words.sets} value={set} onChange={setSet}>
          {sets.map(({ id, clips, questions }) => (
            <RadioField key={id} value={id}>
              <RadioButton className={answers.option ?? ''}>{words.set(id, clips, questions)}</RadioButton>
            </RadioField>
          ))}
        </RadioGroup>
      )}
      <Button
        look="main"
        isPending={pending}
        onPress={() => onBegin({ set, seed: Math.floor(Math.random() * SEEDS) })}
      >
        {words.start}
      </Button>
      {kept !== null && <Link to={`/quiz/${kept.id}`}>{words.goOn}</Link>}
    </section>
  );
}
