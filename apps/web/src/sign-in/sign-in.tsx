import { LociClient } from '@loci/client';
import { useMutation } from '@tanstack/react-query';
import { Form, Input, Label, TextField } from 'react-aria-components';
import { Button } from '../design/button.js';
import { needsKey, sentenceOfError } from '../service/problems.js';
import { session, useIsSignedIn } from '../service/session.js';
import { texts } from '../texts.js';
import styles from './sign-in.module.css';

/** Asks for an API key, and keeps it once the service has taken it. */
export function SignIn() {
  const attempt = useMutation({
    mutationFn: async (key: string) => {
      await new LociClient('', key).videos({ limit: 1 });
      return key;
    },
    onSuccess: (key) => session.keep(key),
  });
  return (
    <Form
      className={styles.form ?? ''}
      onSubmit={(event) => {
        event.preventDefault();
        const key = new FormData(event.currentTarget).get('key');
        if (typeof key === 'string' && key.trim() !== '') attempt.mutate(key.trim());
      }}
    >
      <h1>{texts.signIn.title}</h1>
      <p>{texts.signIn.text}</p>
      <TextField className={styles.field ?? ''} name="key" type="password" isRequired>
        <Label>{texts.signIn.label}</Label>
        <Input autoComplete="current-password" />
      </TextField>
      <p className={styles.hint}>{texts.signIn.local}</p>
      {attempt.isError && (
        <p className={styles.refused} role="alert">
          {needsKey(attempt.error) ? texts.signIn.refused : sentenceOfError(attempt.error)}
        </p>
      )}
      <Button look="main" type="submit" isPending={attempt.isPending}>
        {texts.signIn.submit}
      </Button>
    </Form>
  );
}

export function SignOut() {
  if (!useIsSignedIn()) return null;
  return (
    <Button look="quiet" small onPress={() => session.forget()}>
      {texts.signIn.out}
    </Button>
  );
}
