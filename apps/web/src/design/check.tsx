import type { ReactNode } from 'react';
import { CheckboxButton, CheckboxField } from 'react-aria-components';
import styles from './check.module.css';

interface CheckProps {
  isSelected: boolean;
  onChange: (selected: boolean) => void;
  children: ReactNode;
}

export const Check = ({ children, ...props }: CheckProps) => (
  <CheckboxField {...props}>
    <CheckboxButton className={styles.check ?? ''}>
      <svg className={styles.box} viewBox="0 0 16 16" aria-hidden="true">
        <path d="m3.5 8.5 3 3 6-7" />
      </svg>
      {children}
    </CheckboxButton>
  </CheckboxField>
);
