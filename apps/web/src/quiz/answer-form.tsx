import type { QuizQuestion } from '@loci/contracts';
import { useState } from 'react';
import {
  FieldError,
  Form,
  Input,
  Label,
  RadioButton,
  RadioField,
  RadioGroup,
  TextField,
} from 'react-aria-components';
import { unitText } from '../ask/answer-text.js';
import { Button } from '../design/button.js';
import { texts } from '../texts/quiz.js';
import { numberIn, optionText } from './round.js';
import styles from './answer-form.module.css';

interface AnswerFormProps {
  question: QuizQuestion;
  /** @param answer an option's letter, or a number */
  onAnswer: (answer: string) => void;
}

/** A choice, or a number with its unit. */
export function AnswerForm({ question: { options, unit }, onAnswer }: AnswerFormProps) {
  const [answer, setAnswer] = useState('');
  const given = options === null ? numberIn(answer) : answer === '' ? null : answer;
  return (
    <Form
      className={styles.form ?? ''}
      onSubmit={(event) => {
        event.preventDefault();
        if (given !== null) onAnswer(String(given));
      }}
    >
      {options === null ? (
        <TextField
          className={styles.number ?? ''}
          value={answer}
          onChange={setAnswer}
          isInvalid={answer !== '' && given === null}
        >
          <Label>{texts.number(unit === null ? null : unitText(unit))}</Label>
          <Input inputMode="decimal" autoComplete="off" />
          <FieldError>{texts.numberHint}</FieldError>
        </TextField>
      ) : (
        <RadioGroup
          className={styles.options ?? ''}
          aria-label={texts.options}
          value={answer}
          onChange={setAnswer}
        >
          {options.map((option, index) => (
            <RadioField key={option} value={letterOf(index)}>
              <RadioButton className={styles.option ?? ''}>{optionText(option)}</RadioButton>
            </RadioField>
          ))}
        </RadioGroup>
      )}
      <Button look="main" type="submit" isDisabled={given === null}>
        {texts.check}
      </Button>
    </Form>
  );
}

const letterOf = (index: number): string => String.fromCharCode('A'.charCodeAt(0) + index);
