/** Things that a round draws from: clips with questions of some types. */
interface Drawable {
  questions: readonly { questionType: string }[];
}

/**
 * The clip and the questions of a round. Rounds of following seeds are on one clip after the other; when all
 * had their turn, the first one's next questions follow. So no question comes again before its clip has no
 * other left.
 * @param count most questions of the round
 */
export function drawRound<C extends Drawable>(
  clips: readonly C[],
  seed: number,
  count: number,
): { clip: C; questions: C['questions'][number][] } {
  const clip = clips[seed % clips.length];
  if (clip === undefined) throw new RangeError('a round needs a clip');
  const order = mixed(clip.questions);
  const taken = Math.min(count, order.length);
  const first = (Math.floor(seed / clips.length) * taken) % order.length;
  return { clip, questions: [...order, ...order].slice(first, first + taken) };
}

/** The questions in an order in which types take turns. */
function mixed<Q extends { questionType: string }>(questions: readonly Q[]): Q[] {
  const byType = [...Map.groupBy(questions, ({ questionType }) => questionType).values()];
  const longest = Math.max(...byType.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) =>
    byType.flatMap((group) => group.slice(turn, turn + 1)),
  ).flat();
}
