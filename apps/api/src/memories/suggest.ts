import type { MapObject, Suggestion } from '@loci/contracts';

/** Things that are less sure are not asked about. */
const SURE = 0.5;

const plural = (name: string): string =>
  name.endsWith('f') ? `${name.slice(0, -1)}ves` : name.endsWith('x') ? `${name}es` : `${name}s`;

/**
 * Questions that fit what is in a memory, at most one a task. Two things are told apart by their names alone,
 * so that a question about one is asked only of a name that one thing has.
 * @param tasks that the model has; others are not suggested
 */
export function suggest(objects: readonly MapObject[], tasks: ReadonlySet<string>): Suggestion[] {
  const sure = objects.filter(({ confidence }) => confidence >= SURE);
  const byName = [...Map.groupBy(sure, ({ category }) => category)];
  const single = byName.flatMap(([name, { length }]) => (length === 1 ? [name] : []));
  const several = byName.flatMap(([name, { length }]) => (length > 1 ? [name] : []));
  const [a, b, c, d] = single;
  const counted = several[0] ?? a;
  const suggestions: Suggestion[] = [];
  const add = (task: string, question: string, options: string[] | null = null): void => {
    if (tasks.has(task)) suggestions.push({ task, question, options });
  };
  if (counted !== undefined) add('object_counting', `How many ${plural(counted)} are there?`);
  add('room_size_estimation', 'How big is this room?');
  if (a === undefined) return suggestions;
  add('object_size_estimation', `How long is the ${a}?`);
  if (b === undefined) return suggestions;
  add('object_abs_distance', `How far is the ${a} from the ${b}?`);
  add('obj_appearance_order', `Which came first, the ${a} or the ${b}?`);
  if (c === undefined) return suggestions;
  add('object_rel_direction', `If I stand at the ${a} and look at the ${b}, where is the ${c}?`, [
    'left',
    'right',
  ]);
  if (d === undefined) return suggestions;
  add('object_rel_distance', `Which of these is closest to the ${a}: the ${b}, the ${c} or the ${d}?`, [
    b,
    c,
    d,
  ]);
  return suggestions;
}
