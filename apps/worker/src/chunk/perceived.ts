import type { Manifest } from '@loci/contracts';
import type { RememberedChunk } from '@loci/database';
import type { ChunkSpan } from '@loci/pipeline';
import { ONE_PICTURE, type Features } from './features.js';

type Perceived = Pick<RememberedChunk, 'noveltySum' | 'noveltyFrames' | 'seen'>;

/**
 * What an answer is to know of the perception of a chunk's fresh frames, but for still ones: a long pause is
 * as novel as a short one, and shows no more.
 */
export function perceivedIn(
  features: Features | typeof ONE_PICTURE,
  { start, end, freshFrom }: Pick<ChunkSpan, 'start' | 'end' | 'freshFrom'>,
  { categories, sizes }: Pick<Manifest, 'categories' | 'sizes'>,
): Perceived {
  const perceived: Perceived = { noveltySum: 0, noveltyFrames: 0, seen: categories.map(() => 0) };
  if (features === ONE_PICTURE) return perceived;
  for (let frame = freshFrom - start; frame < end - start; frame += 1) {
    if (features.still[frame] === 1) continue;
    perceived.noveltySum += features.novelty[frame] ?? 0;
    perceived.noveltyFrames += 1;
    for (let token = frame * sizes.tokens; token < (frame + 1) * sizes.tokens; token += 1)
      addToken(features, token, perceived.seen);
  }
  return perceived;
}

/** Adds how probably a token shows its category. */
function addToken(
  { category, categoryProbability }: Pick<Features, 'category' | 'categoryProbability'>,
  token: number,
  seen: number[],
): void {
  const shown = category[token] ?? -1;
  const before = seen[shown];
  if (before !== undefined) seen[shown] = before + (categoryProbability[token] ?? 0);
}
