import { ulid } from 'ulid';
import { z } from 'zod';

/** The prefix of each kind of id. */
export const ID_PREFIXES = {
  video: 'vid',
  upload: 'upl',
  memory: 'mem',
  job: 'job',
  question: 'q',
  delivery: 'whd',
} as const;
export type IdKind = keyof typeof ID_PREFIXES;

/** A new id such as `vid_01k…`: prefixed, and sortable by its time of creation. */
export function newId(kind: IdKind): string {
  return `${ID_PREFIXES[kind]}_${ulid().toLowerCase()}`;
}

/** The schema of one kind of id. */
export const idSchema = (kind: IdKind) =>
  z.string().regex(new RegExp(`^${ID_PREFIXES[kind]}_[0-9a-hjkmnp-tv-z]{26}$`), `not a ${kind} id`);
