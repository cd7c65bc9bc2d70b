import { useState } from 'react';
import { Button } from '../design/button.js';
import { Icon } from '../design/icon.js';
import { texts } from '../texts.js';
import { keptTheme, wear, type Theme } from './theme.js';

const preferred = (): Theme => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

/** Light or dark: as the system has it, until one says otherwise. */
export function ThemeButton() {
  const [theme, setTheme] = useState<Theme | null>(keptTheme);
  const next = (theme ?? preferred()) === 'light' ? 'dark' : 'light';
  const choose = (): void => {
    wear(next);
    setTheme(next);
  };
  return (
    <Button look="quiet" aria-label={texts.theme[next]} onPress={choose}>
      <Icon name={next === 'dark' ? 'moon' : 'sun'} />
    </Button>
  );
}
