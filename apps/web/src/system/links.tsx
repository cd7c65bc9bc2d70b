import type { System } from '@loci/contracts';
import { useMutation } from '@tanstack/react-query';
import { ErrorNotice } from '../design/notice.js';
import { useClient } from '../service/client.js';
import { texts } from '../texts/system.js';
import styles from './system.module.css';

const OPEN = ['docs', 'openapi', 'metrics'] as const;

/** What else the API serves to be looked at. The board of the queues opens with a token. */
export function Links({ links }: Pick<System, 'links'>) {
  const client = useClient();
  const board = useMutation({
    mutationFn: async () => {
      const { token } = await client.queuesToken();
      location.assign(`${links.queues}?${new URLSearchParams({ token }).toString()}`);
    },
  });
  return (
    <ul className={styles.links}>
      <li>
        <button type="button" onClick={() => board.mutate()}>
          {texts.links.queues}
        </button>
        {board.isError && <ErrorNotice error={board.error} />}
      </li>
      {OPEN.map((name) => (
        <li key={name}>
          <a href={links[name]}>{texts.links[name]}</a>
        </li>
      ))}
    </ul>
  );
}
