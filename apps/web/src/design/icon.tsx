import type { ReactNode } from 'react';

/** Line drawings on a grid of 20, in the colour of the text around them. */
const DRAWINGS = {
  library: <path d="M3 4.5h6v5H3zM11 4.5h6v5h-6zM3 11.5h6v4H3zM11 11.5h6v4h-6z" />,
  results: <path d="M3 16.5h14M5 14v-3M10 14V4M15 14V8" />,
  quiz: (
    <>
      <circle cx="10" cy="10" r="7" />
      <path d="M8 8a2 2 0 1 1 2.8 1.9c-.5.3-.8.7-.8 1.4M10 13.7v.1" />
    </>
  ),
  examples: <path d="M4 4h12v9H4zM6.5 16.5h7M8 6.8l3.5 1.7L8 10.2z" />,
  system: (
    <>
      <path d="M3.5 4h13v4.5h-13zM3.5 11.5h13V16h-13z" />
      <path d="M6 6.2h.1M6 13.7h.1" />
    </>
  ),
  sun: (
    <>
      <circle cx="10" cy="10" r="3.5" />
      <path d="M10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18" />
      <path d="m4.3 4.3 1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1" />
    </>
  ),
  moon: <path d="M16.5 11.8A7 7 0 0 1 8.2 3.5a7 7 0 1 0 8.3 8.3Z" />,
  plus: <path d="M10 4v12M4 10h12" />,
  close: <path d="m5 5 10 10M15 5 5 15" />,
  back: <path d="M12.5 4.5 7 10l5.5 5.5" />,
  copy: <path d="M7 7h9v9.5H7zM13 7V3.5H4V13h3" />,
} satisfies Record<string, ReactNode>;

export const Icon = ({ name, size = 20 }: { name: keyof typeof DRAWINGS; size?: number }) => (
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
