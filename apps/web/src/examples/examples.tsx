import { useQuery } from '@tanstack/react-query';
import { Empty } from '../design/empty.js';
import { ErrorNotice } from '../design/notice.js';
import { PlaceHead } from '../design/place-head.js';
import { Waiting } from '../design/waiting.js';
import { useClient } from '../service/client.js';
import { needsKey } from '../service/problems.js';
import { useTitle } from '../shell/use-title.js';
import { SignIn } from '../sign-in/sign-in.js';
import { texts } from '../texts/examples.js';
import { ExampleCard } from './example-card.js';
import styles from './examples.module.css';

/** Worked examples of the shipped model, each of which opens in its video. */
export default function Examples() {
  useTitle(texts.title);
  const client = useClient();
  const examples = useQuery({
    queryKey: ['examples'],
    queryFn: () => client.quiz.examples(),
    staleTime: Infinity,
  });
  if (needsKey(examples.error)) return <SignIn />;
  if (examples.isPending) return <Waiting />;
  if (examples.isError) return <ErrorNotice error={examples.error} onAgain={() => void examples.refetch()} />;
  if (examples.data.length === 0) return <Empty title={texts.missing.title} text={texts.missing.text} />;
  return (
    <>
      <PlaceHead title={texts.title} text={texts.text} />
      <ul className={styles.gallery}>
        {examples.data.map((example) => (
          <li key={example.id}>
            <ExampleCard example={example} />
          </li>
        ))}
      </ul>
    </>
  );
}
