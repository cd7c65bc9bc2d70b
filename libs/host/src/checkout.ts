import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's root; the same from sources (tests) and from what was built. */
export const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** A path below the checkout's root. */
export const inRoot = (...parts: string[]): string => join(ROOT, ...parts);
