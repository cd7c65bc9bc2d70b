import { z } from 'zod';
import { BEGUN, type Progress } from './round.js';

const NAME = 'loci-round';
const schema = z.object({ id: z.string(), answers: z.array(z.string()), checked: z.boolean() });

/** The round that this tab has played last. The service keeps no answers of a person. */
export interface KeptRound extends Progress {
  id: string;
}

export function keptRound(): KeptRound | null {
  try {
    return schema.parse(JSON.parse(sessionStorage.getItem(NAME) ?? 'null'));
  } catch {
    // there is none, or one of another version of the page
    return null;
  }
}

/** How far a round is: at its beginning, unless this tab has played it last. */
export function progressOf(id: string): Progress {
  const kept = keptRound();
  return kept?.id === id ? { answers: kept.answers, checked: kept.checked } : BEGUN;
}

export const keepRound = (round: KeptRound): void => sessionStorage.setItem(NAME, JSON.stringify(round));
