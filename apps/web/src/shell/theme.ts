export type Theme = 'light' | 'dark';
const NAME = 'loci-theme';

/** The colours that one has chosen; null: as the system has them. */
export const keptTheme = (): Theme | null => {
  const theme = localStorage.getItem(NAME);
  return theme === 'light' || theme === 'dark' ? theme : null;
};

/** Draws the page in these colours, from now on. */
export function wear(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  localStorage.setItem(NAME, theme);
}

/** Before anything is drawn: else the page is first seen in other colours. */
export function wearKeptTheme(): void {
  const theme = keptTheme();
  if (theme !== null) wear(theme);
}
