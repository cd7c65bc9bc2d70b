import type { ReactNode } from 'react';

/** Line drawings on a grid of 20, in the colour of the text around them. */
const DRAWINGS = {
  library: <path d="M3 4.5h6v5H3zM11 4.5h6v5h-6zM3 11.5h6v4H3zM11 11.5h6v4h-6z" />,
  quiz: (
    <>
      <circle cx="10" cy="10" r="7.5" />
      <path d="M7.2 7.6a2.8 2.8 0 1 1 4 2.5c-.8.4-1.2.9-1.2 1.700M10 14.400v.1" />
    </>
  ),
  examples: <path d="M4 3.5h12v13H4zM7 7h6M7 10h6M7 13h3.5" />,
  results: <path d="M3.5 16.5h13M5.5 13.5v-4M10 13.5v-9M14.5 13.5V7" />,
  system: <path d="M3.5 4h13v5h-13zM3.5 11h13v5h-13zM6.5 6.5h.1M6.5 13.5h.1" />,
  sun: (
    <>
      <circle cx="10" cy="10" r="3.5" />
      <path d="M10 2v1.500M10 16.500V18M2 10h1.500M16.5 10H18" />
      <path d="m4.3 4.3 1.1 1.100M14.6 14.600l1.1 1.100M4.3 15.700l1.1-1.100M14.6 5.400l1.1-1.1" />
    </>
  ),
  moon: <path d="M16.5 11.800A7 7 0 0 1 8.2 3.500a7 7 0 1 0 8.3 8.300Z" />,
  plus: <path d="M10 4v12M4 10h12" />,
  close: <path d="m5 5 10 10M15 5 5 15" />,
  back: <path d="M12.5 4.5 7 10l5.5 5.5" />,
  copy: <path d="M7 7h9v9.500H7zM13 7V3.500H4V13h3" />,
  arrow: <path d="M4 10h12M11 5l5 5-5 5" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof DRAWINGS;

export const Icon = ({ name, size = 20 }: { name: IconName; size?: number }) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 20 20"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.6"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    {DRAWINGS[name]}
  </svg>
);
