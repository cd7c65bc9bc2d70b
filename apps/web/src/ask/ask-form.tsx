import { MAX_OPTIONS, MAX_QUESTION_LENGTH, type Ask } from '@loci/contracts';
import { useState } from 'react';
import { FieldError, Form, Input, Label, Text, TextArea, TextField } from 'react-aria-components';
import { Button } from '../design/button.js';
import { Check } from '../design/check.js';
import { texts } from '../texts.js';
import { useMoment } from '../video/playhead.js';
import { useSuggestions } from './suggestions.js';
import styles from './ask-form.module.css';

const words = texts.ask;

interface AskFormProps {
  memoryId: string;
  pending: boolean;
  onAsk: (ask: Ask) => void;
}

export function AskForm({ memoryId, pending, onAsk }: AskFormProps) {
  const [text, setText] = useState('');
  const [choices, setChoices] = useState<string | null>(null);
  const [asOf, setAsOf] = useState(false);
  const moment = useMoment();
  const { length } = text.trim();
  const isTooLong = length > MAX_QUESTION_LENGTH;
  const given = optionsOf(choices).length;
  const isTooMany = given > MAX_OPTIONS;
  const ask = (question: string, options = optionsOf(choices)) => {
    const wanted = options.length >= 2 ? { options } : {};
    onAsk({ question, ...wanted, ...(asOf ? { as_of_s: moment } : {}) });
  };
  return (
    <Form
      className={styles.form ?? ''}
      onSubmit={(event) => {
        event.preventDefault();
        if (length > 0 && !isTooLong && !isTooMany && !pending) ask(text.trim());
      }}
    >
      <TextField
        className={styles.question ?? ''}
        value={text}
        onChange={setText}
        isInvalid={isTooLong}
        validationBehavior="aria"
      >
        <Label>{words.title}</Label>
        <div className={styles.line}>
          <Input placeholder={words.placeholder} autoComplete="off" />
          <Button look="main" type="submit" isPending={pending}>
            {pending ? words.asking : words.submit}
          </Button>
        </div>
        <FieldError>{words.tooLong(length, MAX_QUESTION_LENGTH)}</FieldError>
      </TextField>
      <div className={styles.more}>
        <Check isSelected={asOf} onChange={setAsOf}>
          {words.asOf(moment)}
        </Check>
        <Check isSelected={choices !== null} onChange={(wanted) => setChoices(wanted ? '' : null)}>
          {words.options}
        </Check>
      </div>
      {choices !== null && (
        <TextField
          className={styles.question ?? ''}
          value={choices}
          onChange={setChoices}
          isInvalid={isTooMany}
          validationBehavior="aria"
        >
          <Label>{words.optionsLabel}</Label>
          <TextArea rows={4} />
          <FieldError>{words.tooMany(given, MAX_OPTIONS)}</FieldError>
          <Text slot="description">{words.optionsHint}</Text>
        </TextField>
      )}
      <Suggestions
        memoryId={memoryId}
        pending={pending}
        onPick={(question, options) => {
          setText(question);
          ask(question, options);
        }}
      />
    </Form>
  );
}

const optionsOf = (choices: string | null): string[] =>
  (choices ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

interface SuggestionsProps {
  memoryId: string;
  pending: boolean;
  onPick: (question: string, options: string[]) => void;
}

function Suggestions({ memoryId, pending, onPick }: SuggestionsProps) {
  const suggestions = useSuggestions(memoryId);
  return (
    <div className={styles.suggestions} role="group" aria-label={words.suggestions}>
      {suggestions.map(({ question, options }) => (
        <button
          key={question}
          type="button"
          disabled={pending}
          onClick={() => onPick(question, options ?? [])}
        >
          {question}
        </button>
      ))}
    </div>
  );
}
