import type { Answer, Ask, Question } from '@loci/contracts';
import { useMutation } from '@tanstack/react-query';
import { Button } from '../design/button.js';
import { ErrorNotice } from '../design/notice.js';
import { useClient } from '../service/client.js';
import { texts } from '../texts.js';
import { AnswerCard } from './answer-card.js';
import { AskForm } from './ask-form.js';
import { useHistory } from './history.js';
import styles from './ask-view.module.css';

const words = texts.ask;

interface AskViewProps {
  memoryId: string | undefined;
  /** Whether it holds something. */
  ready: boolean;
  /** Shows on the map what an answer was reasoned from. */
  onShow: (answer: Answer) => void;
}

/** Ask a memory, and what it has answered so far. */
export function AskView({ memoryId, ready, onShow }: AskViewProps) {
  if (memoryId === undefined || !ready) return <p className={styles.hint}>{words.notYet}</p>;
  return <Asking key={memoryId} memoryId={memoryId} onShow={onShow} />;
}

function Asking({ memoryId, onShow }: { memoryId: string; onShow: (answer: Answer) => void }) {
  const client = useClient();
  const { history, questions, add } = useHistory(memoryId);
  const asking = useMutation({
    mutationFn: (ask: Ask) => client.ask(memoryId, ask),
    onSuccess: (question: Question) => void add(question),
  });
  return (
    <div className={styles.ask}>
      <AskForm memoryId={memoryId} pending={asking.isPending} onAsk={(ask) => asking.mutate(ask)} />
      {asking.isError && <ErrorNotice error={asking.error} />}
      <section aria-label={words.history} aria-live="polite" className={styles.history}>
        {history.isError && <ErrorNotice error={history.error} onAgain={() => void history.refetch()} />}
        {history.isSuccess && questions.length === 0 && !asking.isPending && (
          <p className={styles.hint}>{words.empty}</p>
        )}
        {questions.map((question) => (
          <AnswerCard key={question.id} question={question} onShow={onShow} />
        ))}
      </section>
      {history.hasNextPage && (
        <Button isPending={history.isFetchingNextPage} onPress={() => void history.fetchNextPage()}>
          {words.earlier}
        </Button>
      )}
    </div>
  );
}
