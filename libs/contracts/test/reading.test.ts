import { describe, expect, it } from 'vitest';
import { answerSchema, readingSchema, REFUSAL_REASONS, type ReadingSection } from '../src/index.js';

const SECTION = {
  graph: 'read.onnx',
  tokenizer: 'reading-tokenizer.json',
  length: 256,
  labels: {
    tasks: ['none', 'object_counting', 'object_rel_distance', 'camera_displacement', 'route_planning'],
    reasons: ['no_question', 'not_about_space', 'no_such_task', 'other_language', 'incomplete'],
    units: ['none', 'ft'],
    things: ['nothing', 'other', 'chair'],
    roles: ['none', 'target', 'anchor', 'candidate', 'moment', 'frames', 'place', 'blank'],
  },
  thresholds: { none: 0.5, task: 0.3, other: 0.5, roles: 5 },
  tasks: {
    object_counting: {
      task: 'object_counting',
      wording: 'How many {things} are in this {place}?',
      slots: { things: { role: 'target', form: 'plural' }, place: { place: true } },
    },
    object_rel_distance: {
      task: 'object_rel_distance',
      wording: 'Nearest to the {anchor}: {candidates}?',
      slots: {
        anchor: { role: 'anchor' },
        candidates: { role: 'candidate', min: 4, max: 4, join: [', ', ' or '] },
      },
      options: { of: 'candidate' },
    },
    camera_displacement: {
      task: 'camera_displacement',
      wording: 'How far at {s} from {r}?',
      slots: { s: { moment: 'later', default: 'end' }, r: { moment: 'earlier', default: 'start' } },
    },
    route_planning: {
      task: 'route_planning',
      wording: '{steps}: {options}',
      slots: { steps: { steps: true }, options: { options: true, join: [', ', ' or '] } },
      options: { fixed: ['Turn Left', 'Turn Right'] },
    },
  },
  steps: { blank: '[please fill in]', go: 'Go forward until the {x}' },
  places: { home: ['home', 'flat'] },
  units: { ft: { of: 'm', factor: 0.3048, words: ['feet'] } },
  categories: { chair: { plural: 'chairs', synonyms: ['seat'] } },
} satisfies ReadingSection;

type Section = ReadingSection;
/** The section after a change. */
const changed = (change: (section: Section) => void): Section => {
  const section: Section = structuredClone<Section>(SECTION);
  change(section);
  return section;
};

describe('the section reading of a manifest', () => {
  it('is read as it is written, with every kind of slot', () => {
    expect(readingSchema.parse(SECTION)).toEqual(SECTION);
  });

  it.each<[string, Section]>([
    ['has a place without a slot', changed(({ tasks }) => (tasks['object_counting']!.wording += ' {x}'))],
    [
      'has a place without a slot where nobody says what it is about',
      changed(({ tasks }) => (tasks['object_counting']!.unplaced = 'How many {x}?')),
    ],
    [
      'has a slot without a place',
      changed(({ tasks }) => (tasks['object_counting']!.slots['x'] = { place: true })),
    ],
    [
      'has a slot of a role that is none',
      changed(({ tasks }) => (tasks['object_counting']!.slots['things'] = { role: 'beside' })),
    ],
    [
      'has a thing in the role of a moment',
      changed(({ tasks }) => (tasks['object_counting']!.slots['things'] = { role: 'moment' })),
    ],
    [
      'has options of a role that is none',
      changed(({ tasks }) => (tasks['object_rel_distance']!.options = { of: 'beside' })),
    ],
    [
      'wants more things than it takes',
      changed(({ tasks }) => {
        tasks['object_rel_distance']!.slots['candidates'] = {
          ...{ role: 'candidate', min: 5, max: 4, join: [', ', ' or '] },
        };
      }),
    ],
    [
      'labels a task that it does not describe',
      changed(({ labels }) => labels.tasks.push('object_location')),
    ],
    ['labels its tasks in another order', changed(({ labels }) => labels.tasks.reverse())],
    ['labels a unit that it does not describe', changed(({ labels }) => labels.units.push('yd'))],
    ['has no role none', changed(({ labels }) => labels.roles.shift())],
    ['goes nowhere', changed(({ steps }) => (steps.go = 'Go forward'))],
    ['has a threshold above 1', changed(({ thresholds }) => (thresholds.task = 2))],
  ])('that %s is refused', (_, section) => {
    expect(readingSchema.safeParse(section).success).toBe(false);
  });

  it.each<[string, object]>([
    ['a slot of two kinds', { role: 'target', place: true }],
    ['a list without its most', { role: 'target', min: 2, join: [', ', ' or '] }],
    ['a moment that is neither', { moment: 'middle', default: 'end' }],
    ['nothing', {}],
  ])('knows no slot of %s', (_, slot) => {
    const section = { ...SECTION, tasks: { ...SECTION.tasks } };
    const counting = { ...SECTION.tasks.object_counting, slots: { things: slot, place: { place: true } } };
    expect(
      readingSchema.safeParse({ ...section, tasks: { ...section.tasks, object_counting: counting } }).success,
    ).toBe(false);
  });

  it('gives only reasons that the API knows', () => {
    expect(REFUSAL_REASONS).toEqual(expect.arrayContaining(SECTION.labels.reasons));
    expect(
      readingSchema.safeParse({ ...SECTION, labels: { ...SECTION.labels, reasons: ['too_rude'] } }).success,
    ).toBe(false);
  });
});

describe('an answer', () => {
  it('from before questions were read has no understanding, no reason and no message', () => {
    const before = {
      ...{ text: '4', kind: 'number', value: 4, unit: null, choice: null, confidence: 0.5, trace: [] },
      ...{ out_of_domain: { score: 1, flag: false }, supported: true, evidence: [] },
    };
    expect(answerSchema.parse(before)).toEqual({ ...before, understood: null, reason: null, message: null });
  });
});
