import type { RefusalReason } from '@loci/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  composeQuestion,
  type CanonicalQuestion,
  type Mention,
  type RefusedQuestion,
} from '../../src/index.js';
import { marked, READER, ROLES, SECTION } from './bundle.js';

const CLOCK = { durationS: 28, lastS: 27 };

/** Composes a question as it would be read: as `task`, with the marks in its text and in its options. */
function compose(task: string | null, text: string, options: string[] | null = null, reason?: RefusalReason) {
  const question = marked(text);
  const given = options?.map((option, index) => marked(option, index + 1)) ?? null;
  return composeQuestion({
    reading: {
      task,
      reason: task === null ? (reason ?? 'no_question') : null,
      unit: null,
      mentions: [...question.mentions, ...(given ?? []).flatMap(({ mentions }) => mentions)],
    },
    question: question.text,
    options: given?.map((option) => option.text) ?? null,
    clock: CLOCK,
    manifest: READER,
  });
}
function asked(...args: Parameters<typeof compose>): CanonicalQuestion {
  const composed = compose(...args);
  if ('refusal' in composed) throw new Error(composed.refusal.message);
  return composed;
}
function refused(...args: Parameters<typeof compose>): RefusedQuestion {
  const composed = compose(...args);
  if ('refusal' in composed) return composed;
  throw new Error(composed.question);
}

describe('a canonical question', () => {
  it('names the category of what a person named, in the form that the wording wants', () => {
    expect(asked('object_counting', 'bookcases? [shelf|bookcases|target]').question).toBe(
      'How many shelves are there in this room?',
    );
    expect(asked('object_size_estimation', 'the [sofa|couch|target], how long').question).toBe(
      'How long is the sofa, in centimeters?',
    );
    const distance = '[bed|bed|second] from the [door|entrance|first]';
    expect(asked('object_abs_distance', distance).question).toBe(
      'How far apart are the door and the bed (in meters)?',
    );
  });

  it('takes several mentions of one thing for one', () => {
    expect(asked('object_counting', '[sofa|sofas|target], I mean [sofa|couches|target]').question).toBe(
      'How many sofas are there in this room?',
    );
  });

  it('is about a home where the question calls it so', () => {
    expect(asked('room_size_estimation', 'how big is my [|new Flat|place]').question).toMatch(/this home/);
    expect(asked('room_size_estimation', 'how big is this [|lounge|place]').question).toMatch(/this room/);
    expect(asked('room_size_estimation', 'how big').question).toMatch(/this room/);
  });

  it('lists candidates once each, and makes them the options where none are given', () => {
    const text =
      'nearest to [chair|seat|anchor]: [bed|bed|candidate], [television|tv|candidate], [bed|bed|candidate]?';
    expect(asked('object_rel_distance', text)).toMatchObject({
      question: 'Which of these objects is nearest to the chair: bed or television?',
      options: ['bed', 'television'],
      hasGiven: false,
    });
  });

  it('follows the options that were given, spelt as the model knows the things in them', () => {
    expect(
      asked('object_rel_distance', 'nearest to the [chair|seat|anchor], [lamp|lamp|candidate]?', [
        'the [sofa|couch|candidate]',
        '[television|telly|candidate]',
        '[lamp|light|candidate]',
      ]),
    ).toMatchObject({
      question: 'Which of these objects is nearest to the chair: sofa, television or lamp?',
      options: ['the sofa', 'television', 'lamp'],
      hasGiven: true,
    });
  });

  it('follows the question instead where the wording says so', () => {
    const [bed, lamp, door, sofa] = ['bed', 'lamp', 'door', 'sofa'].map(
      (thing) => `[${thing}|${thing}|candidate]`,
    );
    expect(
      asked('obj_appearance_order', `${bed}, ${lamp}, ${sofa}?`, [
        `${door}, ${sofa}, ${lamp}, ${bed}`,
        `${sofa}, ${door}, ${lamp}, ${bed}`,
      ]).question,
    ).toBe('In which order do these first appear: bed, lamp, sofa, door?');
  });

  it('has the wording that the given options ask for', () => {
    const text = 'at the [chair|chair|at], facing the [lamp|lamp|facing]: the [bed|bed|target]?';
    const label = (options: string[] | null) =>
      asked('object_rel_direction_medium', text, options).understood.task;
    expect(label(null)).toBe('object_rel_direction_medium');
    expect(label(['Right', 'left '])).toBe('object_rel_direction_easy');
    expect(label(['A. back', 'B. Left', 'C. right'])).toBe('object_rel_direction_medium');
    expect(label(['to the left', 'to the right'])).toBe('object_rel_direction_medium');
    expect(asked('object_rel_direction_medium', text, ['Right', 'left ']).options).toEqual(['Right', 'left']);
  });

  it('drops the options of a number', () => {
    expect(asked('object_counting', '[chair|chairs|target]?', ['1', '2'])).toMatchObject({ options: null });
  });

  it('spells its options where the wording has them', () => {
    expect(asked('camera_movement_direction', 'which way?').question).toBe(
      'Between 0 and 27 seconds, which way did the camera move: forward, backward, left or right?',
    );
  });

  it('says how it was taken: the things in the question’s own words, the moments in seconds', () => {
    const text = 'the camera to the [sofa|couch|target] at [|0:12|moment], past the [bed|bed|none]';
    expect(asked('camera_obj_abs_dist', text).understood).toEqual({
      task: 'camera_obj_abs_dist',
      question: 'How far is the camera from the sofa at 12 seconds (in meters)?',
      things: [
        { text: 'couch', category: 'sofa', role: 'target' },
        { text: 'bed', category: 'bed', role: 'none' },
      ],
      unit: null,
      moments: [12],
    });
  });
});

describe('the moments of a canonical question', () => {
  const only = (mark: string) => asked('camera_obj_abs_dist', `[bed|bed|target] ${mark}`).question;
  const both = (marks: string) => asked('camera_displacement', marks).question;

  it('are whole seconds of the video, the end where none is named', () => {
    expect(only('[|12.4 s|moment]')).toMatch(/at 12 seconds/);
    expect(only('')).toMatch(/at 27 seconds/);
    expect(only('[|the end|moment]')).toMatch(/at 27 seconds/);
    expect(only('[|first 10 seconds|moment]')).toMatch(/at 10 seconds/);
    expect(only('[|28 s|moment]')).toMatch(/at 27 seconds/);
  });

  it('are the smaller and the larger of two', () => {
    expect(both('[|20 s|moment] [|5 s|moment]')).toBe(
      'How far (in meters) is the camera at 20 seconds from where it was at 5 seconds?',
    );
    expect(both('[|last 7 seconds|moment]')).toMatch(/at 27 seconds .* at 20 seconds/);
  });

  it('are filled up from one, or from none', () => {
    expect(both('[|5 s|moment]')).toMatch(/at 27 seconds .* at 5 seconds/);
    expect(both('[|the end|moment]')).toMatch(/at 27 seconds .* at 0 seconds/);
    expect(both('')).toMatch(/at 27 seconds .* at 0 seconds/);
  });

  it('are frames where the question says of how many', () => {
    expect(only('[|frame 16|moment] of [|32|frames]')).toMatch(/at 14 seconds/);
    expect(refused('camera_obj_abs_dist', '[bed|bed|target] [|frame 16|moment]').refusal.reason).toBe(
      'moment_outside',
    );
  });

  it('of a task without any are the moment that the memory is asked as of', () => {
    const asOf = (marks: string) => asked('object_counting', `[bed|beds|target] ${marks}`).asOfS;
    expect(asOf('[|by 0:12|moment]')).toBe(12);
    expect(asOf('[|5 s|moment] [|12 s|moment]')).toBe(12);
    for (const marks of ['', '[|now|moment]', '[|the start|moment]']) expect(asOf(marks)).toBeNull();
    expect(asked('camera_displacement', '[|5 s|moment]').asOfS).toBeNull();
  });

  it('outside of the video are refused, whatever is asked', () => {
    const reasons = [
      refused('camera_obj_abs_dist', '[bed|bed|target] at [|3:20|moment]'),
      refused('object_counting', '[bed|beds|target] at [|3:20|moment]'),
      refused('camera_displacement', '[|5 s|moment] to [|29 s|moment]'),
    ].map(({ refusal }) => refusal.reason);
    expect(reasons).toEqual(['moment_outside', 'moment_outside', 'moment_outside']);
    expect(refused('camera_displacement', '[|29 s|moment]').refusal.message).toMatch(/0 to 27 seconds/);
  });

  it('that cannot be read are refused, but where none is wanted', () => {
    expect(refused('camera_displacement', '[|when it rained|moment]').refusal.reason).toBe('incomplete');
    expect(asked('object_counting', '[bed|beds|target] [|when it rained|moment]')).toBeDefined();
  });
});

describe('the steps of a canonical route', () => {
  const start = '[lamp|lamp|at], facing the [bed|bed|facing], ';
  const given = ['Turn Left', 'Turn Back'];
  const steps = (text: string) =>
    /: (.*)\.$/.exec(asked('route_planning', start + text, given).question)?.[1];

  it('are one turn and the goal where nothing else is said', () => {
    expect(steps('to the [door|door|goal]')).toBe('1. [please fill in] 2. Go forward until the door');
  });

  it('are turns and stops in the order of the text', () => {
    expect(
      steps('to the [sofa|sofa|step], then [|?|blank], to the [door|door|step], the [door|exit|goal]'),
    ).toBe('1. Go forward until the sofa 2. [please fill in] 3. Go forward until the door');
  });

  it('end with the goal', () => {
    expect(steps('[|?|blank] [sofa|sofa|step] [|?|blank] then I am at the [door|door|goal]')).toMatch(
      /3\. \[please fill in\] 4\. Go forward until the door$/,
    );
  });

  it('have a turn before each stop where none is marked, but for one that is faced', () => {
    expect(steps('by way of the [sofa|sofa|step] to the [door|door|goal]')).toBe(
      '1. [please fill in] 2. Go forward until the sofa 3. [please fill in] 4. Go forward until the door',
    );
    expect(steps('by way of the [bed|bed|step] to the [door|door|goal]')).toBe(
      '1. Go forward until the bed 2. [please fill in] 3. Go forward until the door',
    );
  });

  it('have the turns of one step for options, and for several the series that the question offers', () => {
    const two = `${start}[|?|blank] [sofa|sofa|step] [|?|blank] [door|door|goal]`;
    expect(asked('route_planning', `${start} to [door|door|goal]`).options).toEqual([
      'Turn Left',
      'Turn Right',
      'Turn Back',
    ]);
    expect(asked('route_planning', `${two}: right-left, left then back or back, right?`).options).toEqual([
      'Turn Right, Turn Left',
      'Turn Left, Turn Back',
      'Turn Back, Turn Right',
    ]);
    expect(refused('route_planning', two).refusal.reason).toBe('needs_options');
  });

  it('need a goal', () => {
    expect(refused('route_planning', start).refusal).toMatchObject({
      reason: 'incomplete',
      message: 'The question leaves something open: say where the way ends.',
    });
  });
});

describe('the orders of an order', () => {
  const [a, b, c, d] = ['bed', 'lamp', 'door', 'sofa'].map((thing) => `[${thing}|${thing}|candidate]`);

  it('are those that were given, or that the question offers', () => {
    expect(
      asked('obj_appearance_order', `${a}, ${b}, ${c}, ${d} or rather ${d}, ${a}, ${b}, ${c}?`),
    ).toMatchObject({
      question: 'In which order do these first appear: bed, lamp, door, sofa?',
      options: ['bed, lamp, door, sofa', 'sofa, bed, lamp, door'],
    });
  });

  it('are missing where the question names each thing once', () => {
    expect(refused('obj_appearance_order', `${a}, ${b}, ${c}, ${d}?`).refusal.reason).toBe('needs_options');
  });
});

describe('a question is refused', () => {
  it('by the reader’s reason where it has no task, and then nothing of it was understood', () => {
    for (const reason of ['no_question', 'not_about_space', 'no_such_task', 'other_language'] as const) {
      const { refusal, understood } = refused(null, 'hello [bed|bed|none]', null, reason);
      expect(refusal.reason).toBe(reason);
      expect(understood).toBeNull();
    }
  });

  it('that names a thing which the model does not know, but for one in passing', () => {
    expect(refused('object_counting', 'how many [other|unicorns|target]')).toMatchObject({
      refusal: { reason: 'unknown_thing' },
      understood: { things: [{ text: 'unicorns', category: null, role: 'target' }], question: null },
    });
    expect(
      refused('object_counting', '[chair|chairs|target] by the [other|unicorn|anchor]').refusal.message,
    ).toMatch(/^“unicorn” cannot be asked about: ask about doors, chairs, sofas, .* or televisions\.$/);
    expect(asked('object_counting', 'I love my [other|books|none]: [shelf|shelves|target]')).toBeDefined();
    const option = refused('object_rel_distance', 'nearest to the [chair|chair|anchor]', [
      '[bed|bed|candidate]',
      '[other|piano|candidate]',
    ]);
    expect(option.refusal.reason).toBe('unknown_thing');
  });

  it('that asks about the background, which may be named otherwise', () => {
    expect(refused('object_size_estimation', 'the [wall|wall|target]').refusal.reason).toBe('unknown_thing');
    expect(asked('room_size_estimation', 'how much [floor|floor|target] is there')).toBeDefined();
  });

  it('that the bundle does not answer yet', () => {
    expect(refused('object_existence', 'any [bed|beds|target]').refusal.reason).toBe('not_answered_yet');
  });

  it('that leaves out a thing, or means two', () => {
    expect(refused('object_abs_distance', 'from the [bed|bed|first]').refusal).toEqual({
      reason: 'incomplete',
      message: 'The question leaves something open: say which two things are compared.',
    });
    expect(refused('object_counting', '[bed|beds|target] [lamp|lamps|target]').refusal.reason).toBe(
      'incomplete',
    );
  });

  it('that has too few things to choose from', () => {
    expect(
      refused('object_rel_distance', 'nearest to the [bed|bed|anchor], [lamp|lamp|candidate]?').refusal
        .reason,
    ).toBe('needs_options');
  });

  it('in one sentence, whatever the reason and the things are', () => {
    const anyMention = fc.record({
      text: fc.string({ unit: 'grapheme' }),
      thing: fc.option(fc.constantFrom(...SECTION.labels.things.slice(1))),
      role: fc.constantFrom(...ROLES),
      source: fc.nat(3),
      start: fc.nat(20),
      end: fc.nat(20),
    }) satisfies fc.Arbitrary<Mention>;
    fc.assert(
      fc.property(
        fc.option(fc.constantFrom(...Object.keys(SECTION.tasks), 'constructor', 'no such task')),
        fc.array(anyMention, { maxLength: 12 }),
        fc.string({ unit: 'grapheme' }),
        fc.option(fc.array(fc.string({ maxLength: 8 }), { maxLength: 26 })),
        fc.option(fc.constantFrom('ft', 'm2', 'toString')),
        (task, mentions, question, options, unit) => {
          const composed = composeQuestion({
            ...{ reading: { task, reason: null, unit, mentions }, question, options },
            ...{ clock: CLOCK, manifest: READER },
          });
          if ('refusal' in composed) {
            expect(composed.refusal.message).toMatch(/^\P{Cc}.*\.$/su);
            return;
          }
          expect(composed.question).not.toMatch(/\{\w+\}|undefined/);
          expect(composed.understood.question).toBe(composed.question);
          expect(composed.options === null || composed.options.length <= 26).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
