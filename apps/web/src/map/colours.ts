import { useEffect, useState } from 'react';
import { Color } from 'three';

const NAMES = ['ink', 'ink-soft', 'line', 'edge', 'act', 'now', 'sheet'] as const;
export type Colours = Record<(typeof NAMES)[number], Color>;

/** The page's colours as three.js takes them. They change with light and dark. */
export function useColours(): Colours {
  const [colours, setColours] = useState(readColours);
  useEffect(() => {
    const read = () => setColours(readColours());
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const theme = new MutationObserver(read);
    dark.addEventListener('change', read);
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      dark.removeEventListener('change', read);
      theme.disconnect();
    };
  }, []);
  return colours;
}

function readColours(): Colours {
  const probe = document.body.appendChild(document.createElement('i'));
  const paint = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const read = (name: string): Color => {
    probe.style.color = `var(--${name})`;
    if (paint === null) return new Color();
    // the canvas understands every notation that the style sheet may use
    paint.fillStyle = getComputedStyle(probe).color;
    paint.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0] = paint.getImageData(0, 0, 1, 1).data;
    return new Color().setRGB(r / 255, g / 255, b / 255, 'srgb');
  };
  const colours = Object.fromEntries(NAMES.map((name) => [name, read(name)])) as Colours;
  probe.remove();
  return colours;
}
