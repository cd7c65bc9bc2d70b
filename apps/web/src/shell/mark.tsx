/** A camera in a plan: the point where it stands, and what it sees. */
export const Mark = () => (
  <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="7" fill="#0d4f5c" />
    <path d="M9 23 24.5 8.5 27 21.5Z" fill="#f2a23a" />
    <circle cx="9" cy="23" r="3.6" fill="#fff" />
  </svg>
);
