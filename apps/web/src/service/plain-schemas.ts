import { config } from 'zod';

/**
 * Schemas are to be interpreted, not compiled: the page's policy forbids `eval`. This is imported before the
 * first schema is made.
 */
config({ jitless: true });
