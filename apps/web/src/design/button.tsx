import { Button as AriaButton, type ButtonProps as AriaProps } from 'react-aria-components';
import styles from './button.module.css';

interface ButtonProps extends Omit<AriaProps, 'className' | 'style'> {
  /** `main`: the one thing to do here; `quiet`: by the way. */
  look?: 'main' | 'plain' | 'quiet';
  small?: boolean;
}

export const Button = ({ look = 'plain', small = false, ...props }: ButtonProps) => (
  <AriaButton {...props} className={`${styles.button} ${styles[look]} ${small ? styles.small : ''}`} />
);
