import type { QuizResult, QuizRound } from '@loci/contracts';
import { Link } from 'react-router';
import { Button } from '../design/button.js';
import { texts } from '../texts/quiz.js';
import { isThinking, standing, type Standing } from './round.js';
import styles from './score.module.css';

const words = texts.score;
const WHO = ['person', 'loci', 'blind'] as const;

/** Another round. */
export interface Again {
  pending: boolean;
  onPress: () => void;
}

interface ScoreProps {
  round: QuizRound;
  results: readonly QuizResult[];
  again: Again;
}

/** The end of a round: the person against Loci against a blind guess. */
export function Score({ round, results, again }: ScoreProps) {
  const points = standing(results);
  return (
    <section className={styles.score}>
      <h2 role="status">{headline(points)}</h2>
      <p className={styles.soft}>{words.text(round.questions.length)}</p>
      <dl className={styles.bars}>
        {WHO.map((who) => (
          <Points key={who} who={who} share={points[who]} />
        ))}
      </dl>
      {results.some(isThinking) && <p className={styles.soft}>{words.waiting}</p>}
      <div className={styles.actions}>
        <Button look="main" isPending={again.pending} onPress={again.onPress}>
          {words.again}
        </Button>
        <Link to={`/videos/${round.video_id}`}>{words.look}</Link>
      </div>
    </section>
  );
}

function headline({ person, loci }: Standing): string {
  if (loci === null || person === loci) return words.drawn;
  return person > loci ? words.won : words.lost;
}

const Points = ({ who, share }: { who: (typeof WHO)[number]; share: number | null }) => (
  <div className={styles[who]}>
    <dt>{texts.names[who]}</dt>
    <dd>
      <span className={styles.bar}>
        <span style={{ inlineSize: `${(share ?? 0) * 100}%` }} />
      </span>
      <strong>{share === null ? texts.nothing : texts.percent(share)}</strong>
    </dd>
  </div>
);
