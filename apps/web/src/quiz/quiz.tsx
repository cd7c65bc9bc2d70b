import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../design/button.js';
import { Empty } from '../design/empty.js';
import { ErrorNotice } from '../design/notice.js';
import { PlaceHead } from '../design/place-head.js';
import { Waiting } from '../design/waiting.js';
import { useClient } from '../service/client.js';
import { isMissing, needsKey } from '../service/problems.js';
import { useTitle } from '../shell/use-title.js';
import { SignIn } from '../sign-in/sign-in.js';
import { texts } from '../texts/quiz.js';
import { Playing } from './playing.js';
import styles from './quiz.module.css';

/** Questions a round. */
const QUESTIONS = 8;
const SEEDS = 1_000_000;

/** Answer what Loci is asked: a person against Loci and a blind guess. */
export default function Quiz() {
  useTitle(texts.title);
  // each seed draws other questions; null: none was begun
  const [seed, setSeed] = useState<number | null>(null);
  return (
    <>
      <PlaceHead title={texts.title} text={texts.text} />
      {seed === null ? (
        <section className={styles.intro}>
          <h2>{texts.intro.title}</h2>
          <p>{texts.intro.text}</p>
          <Button look="main" onPress={() => setSeed(Math.floor(Math.random() * SEEDS))}>
            {texts.intro.start}
          </Button>
        </section>
      ) : (
        <Drawn key={seed} seed={seed} onAgain={() => setSeed(seed + 1)} />
      )}
    </>
  );
}

/** A round, from its drawing on. */
function Drawn({ seed, onAgain }: { seed: number; onAgain: () => void }) {
  const client = useClient();
  const drawn = useQuery({
    queryKey: ['quiz', seed],
    queryFn: async () => {
      const round = await client.quiz.begin({ seed, questions: QUESTIONS });
      return { round, video: await client.video(round.video_id) };
    },
    staleTime: Infinity,
  });
  if (needsKey(drawn.error)) return <SignIn />;
  if (isMissing(drawn.error)) return <Empty title={texts.missing.title} text={texts.missing.text} />;
  if (drawn.isPending) return <Waiting />;
  if (drawn.isError) return <ErrorNotice error={drawn.error} onAgain={() => void drawn.refetch()} />;
  return <Playing {...drawn.data} onAgain={onAgain} />;
}
