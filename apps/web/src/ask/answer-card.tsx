import type { Answer, Evidence, Question } from '@loci/contracts';
import { Meter } from 'react-aria-components';
import { Button } from '../design/button.js';
import { Notice } from '../design/notice.js';
import { percent } from '../service/format.js';
import { sentenceOf } from '../service/problems.js';
import { texts } from '../texts.js';
import { Moments } from '../video/moments.js';
import { CopyCurl } from './copy-curl.js';
import { answerText, namedItems } from './answer-text.js';
import { weightiest } from './evidence.js';
import styles from './answer-card.module.css';

const words = texts.ask;

interface AnswerCardProps {
  question: Question;
  onShow: (answer: Answer) => void;
}

export function AnswerCard({ question, onShow }: AnswerCardProps) {
  const { answer, error, as_of_s: asOf } = question;
  return (
    <article className={styles.card}>
      <header>
        <h3>{question.question}</h3>
        {asOf !== null && <span className={styles.asOf}>{words.asOfCard(asOf)}</span>}
      </header>
      {error !== null && <Notice tone="wrong">{`${words.failed} ${sentenceOf(error)}`}</Notice>}
      {answer === null && error === null && <p className={styles.soft}>{words.pending}</p>}
      {answer !== null &&
        (answer.supported ? <Given question={question} answer={answer} /> : <Refused answer={answer} />)}
      <footer>
        {answer !== null && answer.trace.some(({ position }) => position !== undefined) && (
          <Button look="quiet" small onPress={() => onShow(answer)}>
            {texts.map.show}
          </Button>
        )}
        <CopyCurl question={question} />
      </footer>
    </article>
  );
}

const Refused = ({ answer }: { answer: Answer }) => (
  <div className={styles.refused}>
    <strong>{words.refused}</strong>
    <p>{answer.message ?? answer.text}</p>
  </div>
);

function Given({ question, answer }: { question: Question; answer: Answer }) {
  const items = namedItems(answer.trace);
  return (
    <>
      <p className={styles.answer}>{answerText(question)}</p>
      <Confidence answer={answer} />
      {answer.out_of_domain.flag && <Notice tone="now">{words.outOfDomain}</Notice>}
      {answer.understood?.question != null && (
        <p className={styles.soft}>
          <span className={styles.term}>{words.understood}</span> {answer.understood.question}
        </p>
      )}
      {items.length > 0 && (
        <div>
          <h4 className={styles.term}>{words.reasoned}</h4>
          <ul className={styles.items}>
            {items.map(({ key, text, facts }) => (
              <li key={key}>
                {text} <span>{facts}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {answer.evidence.length > 0 && <Seen evidence={answer.evidence} />}
    </>
  );
}

/** How often answers like this one are right, as the model's calibration has it. */
const Confidence = ({ answer }: { answer: Answer }) => (
  <Meter
    className={styles.confidence ?? ''}
    aria-label={words.confidence}
    value={answer.confidence * 100}
    valueLabel={percent(answer.confidence)}
  >
    <div className={styles.scale}>
      <div style={{ inlineSize: `${answer.confidence * 100}%` }} />
    </div>
    <span>{words.confidenceText(percent(answer.confidence))}</span>
  </Meter>
);

function Seen({ evidence }: { evidence: readonly Evidence[] }) {
  return (
    <div>
      <h4 className={styles.term}>{words.evidence}</h4>
      <Moments
        moments={weightiest(evidence).map(({ frame, t_s, entry_kind, slot, thumbnail_url }) => ({
          key: `${entry_kind} ${slot} ${frame}`,
          t_s,
          thumbnail_url,
          label: words.evidenceJump(t_s),
        }))}
      />
    </div>
  );
}
