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
