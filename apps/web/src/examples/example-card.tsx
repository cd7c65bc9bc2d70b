import type { Example } from '@loci/contracts';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { Button } from '../design/button.js';
import { ErrorNotice } from '../design/notice.js';
import { optionText, spoken } from '../quiz/round.js';
import { useClient } from '../service/client.js';
import { clock } from '../service/format.js';
import { texts } from '../texts/examples.js';
import styles from './examples.module.css';

/** A question with what Loci said, beside the truth and a blind guess. */
export function ExampleCard({ example }: { example: Example }) {
  const { question, question_type: type, options, answer, truth, blind, why, right } = example;
  return (
    <article className={styles.card}>
      <header>
        <span className={styles.task}>{texts.task(type)}</span>
        <span className={right ? styles.right : styles.wrong}>{verdictOf(example)}</span>
      </header>
      <h2>{question}</h2>
      {options !== null && (
        <ul className={styles.options} aria-label={texts.choices}>
          {options.map((option) => (
            <li key={option}>{optionText(option)}</li>
          ))}
        </ul>
      )}
      <dl className={styles.facts}>
        <Fact name={texts.said} value={spoken(example, answer.choice ?? answer.text)} />
        <Fact name={texts.truth} value={spoken(example, truth)} />
        {blind !== null && <Fact name={texts.blind} value={spoken(example, blind.answer)} />}
        <Fact name={texts.sure} value={texts.percent(answer.confidence)} />
        {answer.evidence_s.length > 0 && <Fact name={texts.looked} value={momentsOf(answer)} />}
      </dl>
      {why !== null && (
        <p className={styles.why}>
          <strong>{texts.why}</strong> {why}
        </p>
      )}
      <Open example={example} />
    </article>
  );
}

/** The moments that an answer attended to, from the first to the last. */
const momentsOf = ({ evidence_s: moments }: Example['answer']): string =>
  moments
    .toSorted((a, b) => a - b)
    .map(clock)
    .join(', ');

function verdictOf({ right, score }: Example): string {
  if (score === 1) return texts.right;
  return right || score > 0 ? texts.close(score) : texts.wrong;
}

const Fact = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

/** Goes to the clip as a video; it begins to be remembered, unless it is already. */
function Open({ example: { id, clip, model } }: { example: Example }) {
  const client = useClient();
  const navigate = useNavigate();
  const opening = useMutation({
    mutationFn: async () => {
      const video = await client.quiz.openExample(id);
      const jobs = await client.jobs({ video_id: video.id, limit: 1 });
      if (jobs.data.length === 0) await client.submit({ video_id: video.id, metadata: { name: clip } });
      return video.id;
    },
    onSuccess: (videoId) => void navigate(`/videos/${videoId}/ask`),
  });
  return (
    <footer>
      <Button small isPending={opening.isPending} onPress={() => opening.mutate()}>
        {opening.isPending ? texts.opening : texts.open}
      </Button>
      <span>{texts.model(model, clip)}</span>
      {opening.isError && <ErrorNotice error={opening.error} />}
    </footer>
  );
}
