import type { Ask, Question } from '@loci/contracts';
import { useMutation } from '@tanstack/react-query';
import { ErrorNotice } from '../design/notice.js';
import { useClient } from '../service/client.js';
import { texts } from '../texts.js';
import { AnswerCard } from './answer-card.js';
import { AskForm } from './ask-form.js';
import { useHistory } from './history.js';
import styles from './ask-view.module.css';

const words = texts.ask;

/** Ask a memory, and what it has answered so far. */
export function AskView({ memoryId, ready }: { memoryId: string | undefined; ready: boolean }) {
  if (memoryId === undefined || !ready) return <p className={styles.hint}>{words.notYet}</p>;
  return <Asking key={memoryId} memoryId={memoryId} />;
}

function Asking({ memoryId }: { memoryId: string }) {
  const client = useClient();
  const history = useHistory(memoryId);
  const asking = useMutation({
    mutationFn: (ask: Ask) => client.ask(memoryId, ask),
    onSuccess: (question: Question) => history.add(question),
  });
  return (
    <div className={styles.ask}>
      <AskForm memoryId={memoryId} pending={asking.isPending} onAsk={(ask) => asking.mutate(ask)} />
      {asking.isError && <ErrorNotice error={asking.error} />}
      <section aria-label={words.history} aria-live="polite" className={styles.history}>
        {history.questions.length === 0 && !asking.isPending && <p className={styles.hint}>{words.empty}</p>}
        {history.questions.map((question) => (
          <AnswerCard key={question.id} question={question} />
        ))}
      </section>
    </div>
  );
}
