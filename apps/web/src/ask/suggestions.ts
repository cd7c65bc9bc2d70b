import { texts } from '../texts.js';

/** Questions that fit a memory. */
export const useSuggestions = (memoryId: string): { question: string; options: string[] | null }[] =>
  memoryId === '' ? [] : texts.ask.fallback.map((question) => ({ question, options: null }));
