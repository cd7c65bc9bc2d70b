import type { System as SystemState } from '@loci/contracts';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Bar } from '../design/bar.js';
import { Empty } from '../design/empty.js';
import { ErrorNotice } from '../design/notice.js';
import { PlaceHead } from '../design/place-head.js';
import { Waiting } from '../design/waiting.js';
import { useClient } from '../service/client.js';
import { bytes } from '../service/format.js';
import { isFinal, isForbidden, needsKey } from '../service/problems.js';
import { useTitle } from '../shell/use-title.js';
import { SignIn } from '../sign-in/sign-in.js';
import { texts } from '../texts/system.js';
import { Failures } from './failures.js';
import { Links } from './links.js';
import { Queues } from './queues.js';
import { Workers } from './workers.js';
import styles from './system.module.css';

/** Milliseconds until it is looked at again. */
const LOOK_MS = 3_000;

/** How the installation stands, for keys with the scope admin. */
export default function System() {
  useTitle(texts.title);
  const client = useClient();
  const state = useQuery({
    queryKey: ['system'],
    queryFn: () => client.system(),
    // a refusal stays one, and the form that asks for a key must not begin anew under the hand
    refetchInterval: ({ state: { error } }) => !isFinal(error) && LOOK_MS,
  });
  if (needsKey(state.error)) return <SignIn />;
  if (isForbidden(state.error)) return <Empty title={texts.forbidden.title} text={texts.forbidden.text} />;
  if (state.isPending) return <Waiting />;
  if (state.isError) return <ErrorNotice error={state.error} onAgain={() => void state.refetch()} />;
  const { away, queues, workers, failures, disk, versions, links } = state.data;
  return (
    <>
      <PlaceHead title={texts.title} text={texts.text} />
      <div className={styles.parts}>
        <Part title={texts.queues.title}>
          {queues === null ? <Away text={texts.queues.away} /> : <Queues queues={queues} />}
        </Part>
        <Part title={texts.workers.title(workers.length)}>
          <Workers workers={workers} now={state.dataUpdatedAt} />
        </Part>
        <Part title={texts.failures.title}>
          <Failures failures={failures} />
        </Part>
        <Part title={texts.disk.title}>
          {away.includes('store') ? <Away text={texts.disk.away} /> : <Disk disk={disk} />}
        </Part>
        <Part title={texts.versions.title}>
          <Versions versions={versions} />
        </Part>
        <Part title={texts.links.title}>
          <Links links={links} />
        </Part>
      </div>
    </>
  );
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className={styles.part}>
    <h2>{title}</h2>
    {children}
  </section>
);

const Away = ({ text }: { text: string }) => <p className={styles.soft}>{text}</p>;

function Disk({ disk }: { disk: SystemState['disk'] }) {
  if (disk === null) return <p className={styles.soft}>{texts.disk.none}</p>;
  const { free_bytes: free, total_bytes: total } = disk;
  return (
    <>
      <Bar label={texts.disk.label} fraction={total === 0 ? 0 : 1 - free / total} />
      <p className={styles.soft}>{texts.disk.free(bytes(free), bytes(total))}</p>
    </>
  );
}

function Versions({ versions }: { versions: SystemState['versions'] }) {
  const rows = Object.entries(texts.versions.names) as [keyof SystemState['versions'], string][];
  return (
    <dl className={styles.versions}>
      {rows.map(([name, text]) => (
        <div key={name}>
          <dt>{text}</dt>
          <dd>{[versions[name]].flat().join(', ')}</dd>
        </div>
      ))}
    </dl>
  );
}
