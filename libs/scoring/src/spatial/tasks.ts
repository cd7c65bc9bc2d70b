/** The metric of a task: mean relative accuracy for a number, the letter for a choice. */
export type AnswerKind = 'number' | 'choice';
export type SpatialBenchmark = 'vsi-bench' | 'vsti-bench' | 'further';

/** A column of a benchmark's table: one question type, or several whose means are averaged first. */
export interface Task {
  title: string;
  kind: AnswerKind;
  types: readonly string[];
}

const task = (title: string, kind: AnswerKind, ...types: string[]): Task => ({ title, kind, types });

/** The tasks of each benchmark, in the field's order. */
export const TASKS: Record<SpatialBenchmark, readonly Task[]> = {
  'vsi-bench': [
    task('object count', 'number', 'object_counting'),
    task('abs. distance', 'number', 'object_abs_distance'),
    task('object size', 'number', 'object_size_estimation'),
    task('room size', 'number', 'room_size_estimation'),
    task('rel. distance', 'choice', 'object_rel_distance'),
    task(
      'rel. direction',
      'choice',
      'object_rel_direction_easy',
      'object_rel_direction_medium',
      'object_rel_direction_hard',
    ),
    task('route plan', 'choice', 'route_planning'),
    task('appearance order', 'choice', 'obj_appearance_order'),
  ],
  'vsti-bench': [
    task('cam.-obj. distance', 'number', 'camera_obj_abs_dist'),
    task('cam. displacement', 'number', 'camera_displacement'),
    task('distance change', 'number', 'camera_obj_dist_change'),
    task('cam. direction', 'choice', 'camera_movement_direction'),
    task('near or far', 'choice', 'obj_obj_relative_pos_nf'),
    task('up or down', 'choice', 'obj_obj_relative_pos_ud'),
    task('left or right', 'choice', 'obj_obj_relative_pos_lr'),
    task('rel. distance v1', 'choice', 'camera_obj_rel_dist_v1'),
    task('rel. distance v2', 'choice', 'camera_obj_rel_dist_v2'),
    task('rel. distance v3', 'choice', 'camera_obj_rel_dist_v3'),
  ],
  // of no benchmark: what people ask beside
  further: [
    task('existence', 'choice', 'object_existence'),
    task('count of several', 'number', 'object_counting_several'),
    task('larger', 'choice', 'object_size_comparison'),
    task('location', 'choice', 'object_location'),
    task('first seen', 'number', 'object_first_seen'),
    task('nearer of two', 'choice', 'object_rel_distance_few'),
    task('first of two', 'choice', 'obj_appearance_order_few'),
    task('last seen', 'number', 'object_last_seen'),
  ],
};

export const SPATIAL_BENCHMARKS = [
  'vsi-bench',
  'vsti-bench',
  'further',
] as const satisfies readonly SpatialBenchmark[];

const BY_TYPE = new Map(
  SPATIAL_BENCHMARKS.flatMap((benchmark) =>
    TASKS[benchmark].flatMap(({ kind, types }) => types.map((type) => [type, { benchmark, kind }] as const)),
  ),
);

/** Every question type that has a metric. */
export const QUESTION_TYPES: readonly string[] = [...BY_TYPE.keys()];

/**
 * The benchmark of a question type, and the metric of its answers.
 * @throws RangeError for an unknown question type
 */
export function taskOf(questionType: string): { benchmark: SpatialBenchmark; kind: AnswerKind } {
  const found = BY_TYPE.get(questionType);
  if (found === undefined) throw new RangeError(`there is no metric for ${questionType}`);
  return found;
}
