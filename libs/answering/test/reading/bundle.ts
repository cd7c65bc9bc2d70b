import { readingSchema, thingLabels, type Manifest, type ReadingSection } from '@loci/contracts';
import type { Mention, ReadingManifest } from '../../src/index.js';

const CATEGORIES = ['wall', 'floor', 'door', 'chair', 'sofa', 'lamp', 'bed', 'shelf', 'television'];
const DIRECTIONS = { at: { role: 'at' }, facing: { role: 'facing' }, target: { role: 'target' } } as const;

const TASKS: ReadingSection['tasks'] = {
  object_counting: {
    task: 'object_counting',
    wording: 'How many {things} are there in this {place}?',
    slots: { things: { role: 'target', form: 'plural' }, place: { place: true } },
  },
  object_abs_distance: {
    task: 'object_abs_distance',
    wording: 'How far apart are the {first} and the {second} (in meters)?',
    slots: { first: { role: 'first' }, second: { role: 'second' } },
    symmetric: ['first', 'second'],
  },
  object_size_estimation: {
    task: 'object_size_estimation',
    wording: 'How long is the {target}, in centimeters?',
    slots: { target: { role: 'target' } },
  },
  room_size_estimation: {
    task: 'room_size_estimation',
    wording: 'What is the floor area of this {place} (in square meters)?',
    unplaced: 'What is the floor area of all that is shown (in square meters)?',
    slots: { place: { place: true } },
  },
  object_rel_distance: {
    task: 'object_rel_distance',
    wording: 'Which of these objects is nearest to the {anchor}: {candidates}?',
    slots: {
      anchor: { role: 'anchor' },
      candidates: { role: 'candidate', min: 2, max: 4, join: [', ', ' or '] },
    },
    options: { of: 'candidate' },
  },
  object_rel_direction_easy: {
    task: 'object_rel_direction',
    wording: 'Standing at the {at} and facing the {facing}, is the {target} on my left or on my right?',
    slots: DIRECTIONS,
    options: { fixed: ['left', 'right'] },
  },
  object_rel_direction_medium: {
    task: 'object_rel_direction',
    wording: 'Standing at the {at} and facing the {facing}, is the {target} left, right or behind me?',
    slots: DIRECTIONS,
    options: { fixed: ['left', 'right', 'back'] },
  },
  route_planning: {
    task: 'route_planning',
    wording: 'You begin at the {at} facing the {facing}. You want to go to the {goal}: {steps}.',
    slots: {
      at: { role: 'at' },
      facing: { role: 'facing' },
      goal: { role: 'goal', else: 'step' },
      steps: { steps: true },
    },
    options: { given: true, one: ['Turn Left', 'Turn Right', 'Turn Back'] },
  },
  obj_appearance_order: {
    task: 'obj_appearance_order',
    wording: 'In which order do these first appear: {candidates}?',
    slots: { candidates: { role: 'candidate', min: 4, max: 4, join: [', ', ', '], order: 'categories' } },
    options: { given: true },
  },
  camera_displacement: {
    task: 'camera_displacement',
    wording: 'How far (in meters) is the camera at {later} seconds from where it was at {earlier} seconds?',
    slots: {
      later: { moment: 'later', default: 'end' },
      earlier: { moment: 'earlier', default: 'start' },
    },
  },
  camera_movement_direction: {
    task: 'camera_movement_direction',
    wording: 'Between {earlier} and {later} seconds, which way did the camera move: {options}?',
    slots: {
      earlier: { moment: 'earlier', default: 'start' },
      later: { moment: 'later', default: 'end' },
      options: { options: true, join: [', ', ' or '] },
    },
    options: { fixed: ['Forward', 'Backward', 'Left', 'Right'] },
  },
  camera_obj_abs_dist: {
    task: 'camera_obj_abs_dist',
    wording: 'How far is the camera from the {target} at {moment} seconds (in meters)?',
    slots: { target: { role: 'target' }, moment: { moment: 'only', default: 'end' } },
  },
  camera_obj_dist_change: {
    task: 'camera_obj_dist_change',
    wording: 'By how much did the distance to the {target} change?',
    slots: { target: { role: 'target' } },
  },
  object_existence: {
    task: 'object_existence',
    wording: 'Is there a {target}?',
    slots: { target: { role: 'target' } },
  },
  object_location: {
    task: 'object_location',
    wording: 'Where is the {target}?',
    slots: { target: { role: 'target' } },
  },
  object_first_seen: {
    task: 'object_first_seen',
    wording: 'When is the {target} first seen, in seconds?',
    slots: { target: { role: 'target' } },
  },
  object_last_seen: {
    task: 'object_last_seen',
    wording: 'When is the {target} last seen, in seconds?',
    slots: { target: { role: 'target' } },
  },
  inventory: {
    task: 'inventory',
    wording: 'Which things are there in this {place}, and how many of each?',
    slots: { place: { place: true } },
  },
  object_size_comparison: {
    task: 'object_size_comparison',
    wording: 'Which is {extreme}: {candidates}?',
    slots: {
      extreme: { extreme: ['larger', 'smaller'] },
      candidates: { role: 'candidate', min: 2, max: 4, join: [', ', ' or '] },
    },
    options: { of: 'candidate' },
  },
  object_counting_several: {
    task: 'object_counting_several',
    wording: 'How many {candidates} are there in this {place}?',
    slots: {
      candidates: {
        ...{ role: 'candidate', min: 2, max: 3, join: [', ', ' and '] },
        ...{ order: 'question', form: 'plural' },
      },
      place: { place: true },
    },
  },
};

const UNITS: ReadingSection['units'] = {
  m: { of: 'm', factor: 1, words: ['meters'] },
  cm: { of: 'm', factor: 0.01, words: ['centimeters'] },
  ft: { of: 'm', factor: 0.3048, words: ['feet'] },
  in: { of: 'm', factor: 0.0254, words: ['inches'] },
  m2: { of: 'm2', factor: 1, words: ['square meters'] },
  ft2: { of: 'm2', factor: 0.09290304, words: ['square feet'] },
};

export const ROLES = [
  ...['none', 'target', 'at', 'facing', 'goal', 'step', 'anchor', 'candidate', 'first', 'second'],
  ...['moment', 'frames', 'place', 'blank'],
];

/** A bundle's section `reading` with every kind of slot. */
export const SECTION: ReadingSection = readingSchema.parse({
  graph: 'read.onnx',
  tokenizer: 'reading-tokenizer.json',
  length: 64,
  labels: {
    tasks: ['none', ...Object.keys(TASKS)],
    reasons: ['no_question', 'not_about_space', 'no_such_task', 'other_language', 'incomplete'],
    units: ['none', ...Object.keys(UNITS)],
    things: thingLabels(CATEGORIES),
    roles: ROLES,
  },
  thresholds: { none: 0.5, task: 0.3, other: 0.5, roles: 5 },
  tasks: TASKS,
  steps: { blank: '[please fill in]', go: 'Go forward until the {x}' },
  places: { home: ['home', 'flat', 'house'], room: ['room', 'lounge'] },
  units: UNITS,
  categories: {
    chair: { plural: 'chairs', synonyms: ['seat'] },
    shelf: { plural: 'shelves', synonyms: ['bookcase'] },
  },
});

const number = (token: string, unit: string | null) => ({ token, kind: 'number' as const, unit });
const choice = (token: string) => ({ token, kind: 'choice' as const, unit: null });

/** The bundle around it. The runtime composes what it does not answer, but for a change of distance. */
export const READER: ReadingManifest & {
  tokens: { pad: string; bos: string; eos: string; answer: string; unknown: string };
  calibration: Manifest['calibration'];
  out_of_domain: Manifest['out_of_domain'];
} = {
  categories: CATEGORIES,
  background: ['wall', 'floor'],
  tasks: {
    object_counting: number('<count>', null),
    object_abs_distance: number('<distance>', 'm'),
    object_size_estimation: number('<size>', 'cm'),
    room_size_estimation: number('<room>', 'm2'),
    object_rel_distance: choice('<nearest>'),
    object_rel_direction: choice('<direction>'),
    route_planning: choice('<route>'),
    obj_appearance_order: choice('<order>'),
    camera_displacement: number('<displacement>', 'm'),
    camera_movement_direction: choice('<movement>'),
    camera_obj_abs_dist: number('<camera-distance>', 'm'),
  },
  unsupported_tasks: [],
  tokens: { pad: '<pad>', bos: '<bos>', eos: '<eos>', answer: '<answer>', unknown: '<unk>' },
  calibration: { temperature: 1 },
  out_of_domain: { threshold: 1.5 },
  reading: SECTION,
};

/**
 * Mentions of a question written as `the [sofa|couch|first] and …`: thing (or nothing, for words), text,
 * role.
 * @param source 0 for the question, else the number of its option
 */
export function marked(text: string, source = 0): { text: string; mentions: Mention[] } {
  const mentions: Mention[] = [];
  let plain = '';
  let end = 0;
  for (const { 0: mark, 1: thing = '', 2: word = '', 3: role = '', index } of text.matchAll(
    /\[([^|\]]*)\|([^|\]]*)\|([^|\]]*)\]/g,
  )) {
    plain += text.slice(end, index);
    const start = plain.length;
    plain += word;
    mentions.push({
      ...{ text: word, thing: thing === '' ? null : thing, role, source },
      ...{ start, end: plain.length },
    });
    end = index + mark.length;
  }
  return { text: plain + text.slice(end), mentions };
}
