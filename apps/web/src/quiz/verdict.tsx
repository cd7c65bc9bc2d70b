import type { QuizQuestion, QuizResult } from '@loci/contracts';
import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { weightiest } from '../ask/evidence.js';
import { Button } from '../design/button.js';
import { ErrorNotice } from '../design/notice.js';
import { Waiting } from '../design/waiting.js';
import { clock } from '../service/format.js';
import { texts } from '../texts/quiz.js';
import { Moments } from '../video/moments.js';
import { isThinking, spoken } from './round.js';
import styles from './verdict.module.css';

interface VerdictProps {
  question: QuizQuestion;
  answer: string;
  result: UseQueryResult<QuizResult> | undefined;
  /** Whether no other question follows. */
  last: boolean;
  onNext: () => void;
}

/** What came out: right or not, the truth, what Loci and a blind guess said, and the evidence. */
export function Verdict({ result, onNext, last, ...given }: VerdictProps) {
  if (result === undefined || result.isPending) return <Waiting />;
  if (result.isError) return <ErrorNotice error={result.error} onAgain={() => void result.refetch()} />;
  const { data } = result;
  return (
    <div className={styles.verdict}>
      <Headline question={given.question} result={data} />
      <Comparison {...given} result={data} />
      {data.loci.answer !== null && data.loci.answer.evidence.length > 0 && (
        <div>
          <h3 className={styles.term}>{texts.evidence}</h3>
          <Moments
            moments={weightiest(data.loci.answer.evidence).map(
              ({ entry_kind, slot, frame, t_s, thumbnail_url }) => ({
                key: `${entry_kind} ${slot} ${frame}`,
                t_s,
                thumbnail_url,
                label: texts.evidenceJump(clock(t_s)),
              }),
            )}
          />
        </div>
      )}
      <Button look="main" onPress={onNext}>
        {last ? texts.finish : texts.next}
      </Button>
    </div>
  );
}

function verdictOf(score: number): string {
  if (score === 1) return texts.right;
  return score > 0 ? texts.close(score) : texts.wrong;
}

/** Takes the focus, so that it is read out. */
function Headline({
  question,
  result: { score, right, truth },
}: {
  question: QuizQuestion;
  result: QuizResult;
}) {
  const headline = useRef<HTMLParagraphElement>(null);
  useEffect(() => headline.current?.focus({ preventScroll: true }), []);
  return (
    <p ref={headline} tabIndex={-1} className={`${styles.headline} ${right ? styles.right : styles.wrong}`}>
      <strong>{verdictOf(score)}</strong>
      <span>{texts.truth(spoken(question, truth))}</span>
    </p>
  );
}

/** What Loci said; nothing where it refused or failed. */
function locisWords(question: QuizQuestion, result: QuizResult): string {
  const { answer } = result.loci;
  if (isThinking(result)) return texts.thinking;
  return answer === null || !answer.supported
    ? texts.nothing
    : spoken(question, answer.choice ?? answer.text);
}

interface ComparisonProps {
  question: QuizQuestion;
  answer: string;
  result: QuizResult;
}

function Comparison({ question, answer, result }: ComparisonProps) {
  const { loci, blind } = result;
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{texts.who}</th>
          <th scope="col">{texts.said}</th>
          <th scope="col">{texts.points}</th>
        </tr>
      </thead>
      <tbody>
        <Row name={texts.names.person} said={spoken(question, answer)} score={result.score} />
        <Row name={texts.names.loci} said={locisWords(question, result)} score={loci.score ?? null} />
        {blind !== null && (
          <Row name={texts.names.blind} said={spoken(question, blind.answer)} score={blind.score} />
        )}
      </tbody>
    </table>
  );
}

const Row = ({ name, said, score }: { name: string; said: string; score: number | null }) => (
  <tr>
    <th scope="row">{name}</th>
    <td>{said}</td>
    <td>{score === null ? texts.nothing : texts.percent(score)}</td>
  </tr>
);
