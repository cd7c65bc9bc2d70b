import type { Manifest } from '@loci/contracts';
import type { Perceived } from '@loci/database';
import type { ChunkSpan } from '@loci/pipeline';
import { ONE_PICTURE, type Features } from './features.js';

/** So many tokens of a frame show a category that is in view, each by its probability. */
const IN_VIEW_TOKENS = 0.25;

/**
 * What an answer is to know of the perception of a chunk's fresh frames, but for still ones: a long pause is
 * as novel as a short one, and shows no more. What is played again shows no more either, but is in view
 * again.
 * @param replayed frames of the chunk that show pictures of before
 */
export function perceivedIn(
  features: Features | typeof ONE_PICTURE,
  { start, end, freshFrom }: Pick<ChunkSpan, 'start' | 'end' | 'freshFrom'>,
  { categories, sizes }: Pick<Manifest, 'categories' | 'sizes'>,
  replayed: ReadonlySet<number>,
): Perceived {
  const perceived: Perceived = {
    ...{ noveltySum: 0, noveltyFrames: 0 },
    ...{ seen: categories.map(() => 0), lastSeen: categories.map(() => -1) },
  };
  if (features === ONE_PICTURE) return perceived;
  const tokensAt = (frame: number) => tokensOf(features, frame, sizes.tokens, categories.length);
  for (let frame = freshFrom - start; frame < end - start; frame += 1) {
    if (features.still[frame] === 1) continue;
    perceived.noveltySum += features.novelty[frame] ?? 0;
    perceived.noveltyFrames += 1;
    const shown = tokensAt(frame);
    for (const [category, tokens] of shown.entries()) {
      perceived.seen[category] = (perceived.seen[category] ?? 0) + (replayed.has(frame) ? 0 : tokens);
      if (tokens < IN_VIEW_TOKENS) continue;
      perceived.lastSeen[category] = start + frame;
    }
  }
  return perceived;
}

/** By category, how many tokens of a frame show it, each by its probability. */
function tokensOf(
  { category, categoryProbability }: Pick<Features, 'category' | 'categoryProbability'>,
  frame: number,
  tokens: number,
  categories: number,
): number[] {
  const shown = Array.from({ length: categories }, () => 0);
  for (let token = frame * tokens; token < (frame + 1) * tokens; token += 1) {
    const before = shown[category[token] ?? -1];
    if (before !== undefined) shown[category[token] ?? -1] = before + (categoryProbability[token] ?? 0);
  }
  return shown;
}
