import type { Payloads, Stage } from '@loci/contracts';

/** What an attempt is about, within its memory: `perceive 3`, `answer qst_…`. */
export const workOf = (stage: Stage, ref: Payloads[Stage]): string =>
  `${stage} ${'question_id' in ref ? ref.question_id : ref.chunk}`;
