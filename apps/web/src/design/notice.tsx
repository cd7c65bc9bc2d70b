import type { ReactNode } from 'react';
import { sentenceOfError } from '../service/problems.js';
import { texts } from '../texts.js';
import { Button } from './button.js';
import styles from './notice.module.css';

interface NoticeProps {
  tone?: 'plain' | 'wrong' | 'now';
  children: ReactNode;
  action?: ReactNode;
}

/** A sentence that wants to be read, with what can be done about it. */
export const Notice = ({ tone = 'plain', children, action }: NoticeProps) => (
  <div className={`${styles.notice} ${styles[tone]}`} role={tone === 'wrong' ? 'alert' : 'status'}>
    <p>{children}</p>
    {action}
  </div>
);

/** A call failed. */
export const ErrorNotice = ({ error, onAgain }: { error: unknown; onAgain?: () => void }) => (
  <Notice
    tone="wrong"
    action={
      onAgain === undefined ? null : (
        <Button small onPress={onAgain}>
          {texts.again}
        </Button>
      )
    }
  >
    {sentenceOfError(error)}
  </Notice>
);

/** What a place is drawn from. Where it is there already, it stays in sight while the service is away. */
interface Load {
  isLoadingError: boolean;
  error: unknown;
  refetch: () => unknown;
}

/** Those that have not come; null where none has failed. */
export function failedLoads(...loads: readonly Load[]): readonly Load[] | null {
  const failed = loads.filter(({ isLoadingError }) => isLoadingError);
  return failed.length === 0 ? null : failed;
}

export const LoadsNotice = ({ failed }: { failed: readonly Load[] }) => (
  <ErrorNotice
    error={failed[0]?.error}
    onAgain={() => {
      for (const { refetch } of failed) refetch();
    }}
  />
);
