import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeQuestion, type Mention } from '../../src/index.js';
import { asked, CLOCK, refused } from './asked.js';
import { READER, ROLES, SECTION } from './bundle.js';

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

  it('as one about a direction, where it names several such things', () => {
    const direction = 'at the [other|stove|at] facing the [other|monitor|facing]: the [other|heater|target]?';
    expect(refused('object_rel_direction_easy', direction)).toMatchObject({
      ...{ refusal: { reason: 'unknown_thing' }, understood: { task: 'object_rel_direction_easy' } },
    });
  });

  it('without repeating what only the model writes', () => {
    for (const token of ['<answer>', 'x-1.2', 'piano <eos>'])
      expect(refused('object_counting', `how many [other|${token}|target]?`).refusal.message).toMatch(
        /^This cannot be asked about/,
      );
  });

  it('that asks about the background, which may be named otherwise', () => {
    expect(refused('object_size_estimation', 'the [wall|wall|target]').refusal.reason).toBe('unknown_thing');
    expect(asked('room_size_estimation', 'how much [floor|floor|target] is there')).toBeDefined();
  });

  it('that the bundle does not answer yet', () => {
    expect(
      refused('camera_obj_dist_change', 'how much nearer did the [bed|bed|target] come').refusal.reason,
    ).toBe('not_answered_yet');
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

  it('that speaks of things to choose from and names none', () => {
    const nearest = (text: string) => [`${text} nearest to the [bed|bed|anchor]?`] as const;
    for (const text of ['which of these is', 'out of the two options, which is', 'which of them stands'])
      expect(refused('object_rel_distance', ...nearest(text)).refusal.reason).toBe('needs_options');
    expect(asked('object_rel_distance', ...nearest('what is')).composed?.isOpen).toBe(true);
    const listed =
      'which of these is nearest to the [bed|bed|anchor]: [sofa|sofa|candidate] or [door|door|candidate]?';
    expect(asked('object_rel_distance', listed).options).toEqual(['door', 'sofa']);
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
    // an option may itself look like a place of the wording, which is not what is looked for
    const anyOption = fc.string({ maxLength: 8 }).filter((option) => !/[{}]/.test(option));
    fc.assert(
      fc.property(
        fc.option(fc.constantFrom(...Object.keys(SECTION.tasks), 'constructor', 'no such task')),
        fc.array(anyMention, { maxLength: 12 }),
        fc.string({ unit: 'grapheme' }),
        fc.option(fc.array(anyOption, { maxLength: 26 })),
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
