import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout: four levels up, from `src` (in tests) as well as from `dist`. */
export const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** A path below the checkout's root. */
export const inRoot = (...parts: string[]): string => join(ROOT, ...parts);
