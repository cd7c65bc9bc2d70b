import { useEffect, useState } from 'react';
import { Button } from '../design/button.js';
import { Icon } from '../design/icon.js';
import { texts } from '../texts.js';

type Theme = 'light' | 'dark';
const NAME = 'loci-theme';

const preferred = (): Theme => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
const kept = (): Theme | null => {
  const theme = localStorage.getItem(NAME);
  return theme === 'light' || theme === 'dark' ? theme : null;
};

/** Light or dark: as the system has it, until one says otherwise. */
export function ThemeButton() {
  const [theme, setTheme] = useState<Theme | null>(kept);
  useEffect(() => {
    if (theme === null) return;
    document.documentElement.dataset['theme'] = theme;
    localStorage.setItem(NAME, theme);
  }, [theme]);
  const next = (theme ?? preferred()) === 'light' ? 'dark' : 'light';
  return (
    <Button look="quiet" aria-label={texts.theme[next]} onPress={() => setTheme(next)}>
      <Icon name={next === 'dark' ? 'moon' : 'sun'} />
    </Button>
  );
}
