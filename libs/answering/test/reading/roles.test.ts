import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignRoles, type RoleScores } from '../../src/reading/roles.js';
import { ROLES, SECTION } from './bundle.js';

const LIMIT = 5;
/** A thing with log-probabilities of some roles; all others are out of the question. */
const named = (thing: string, scores: Record<string, number>): RoleScores => ({
  thing,
  roles: ROLES.map((role) => scores[role] ?? -50),
});
const assign = (task: string | null, ...mentioned: RoleScores[]) =>
  assignRoles(mentioned, task === null ? null : SECTION.tasks[task]!, ROLES, LIMIT);

describe('the roles of the things in a question', () => {
  it('are the likeliest that the task has', () => {
    expect(assign('object_counting', named('bed', { anchor: -0.1, target: -2 }))).toEqual(['target']);
    expect(
      assign(
        'object_rel_distance',
        named('bed', { anchor: -0.1 }),
        named('sofa', { candidate: -0.1 }),
        named('lamp', { candidate: -0.2, target: -0.1 }),
      ),
    ).toEqual(['anchor', 'candidate', 'candidate']);
  });

  it('give each role of one thing its thing, where that is not much less likely', () => {
    const at = named('bed', { at: -0.1, facing: -3 });
    const facing = named('sofa', { at: -0.2, facing: -2 });
    const target = named('lamp', { target: -0.1 });
    expect(assign('object_rel_direction_easy', at, facing, target)).toEqual(['at', 'facing', 'target']);
    const [bed, sofa] = [named('bed', { at: -0.1 }), named('sofa', { at: -0.2 })];
    expect(assign('object_rel_direction_easy', bed, sofa, target)).toEqual(['at', 'at', 'target']);
  });

  it('let several mentions of one category have the role of one thing', () => {
    const seen = named('bed', { target: -0.1, none: -1 });
    expect(assign('object_counting', seen, named('bed', { target: -0.3, none: -1 }))).toEqual([
      'target',
      'target',
    ]);
    expect(assign('object_counting', seen, named('sofa', { target: -0.9, none: -1 }))).toEqual([
      'target',
      'none',
    ]);
  });

  it('let a route have one goal: the likeliest, else its last stop', () => {
    const start = [named('bed', { at: -0.1 }), named('lamp', { facing: -0.1 })];
    const route = (...stops: RoleScores[]) => assign('route_planning', ...start, ...stops).slice(2);
    const [likely, unlikely] = [
      { goal: -0.1, step: -3 },
      { goal: -0.5, step: -1 },
    ];
    expect(route(named('sofa', unlikely), named('door', likely))).toEqual(['step', 'goal']);
    expect(route(named('door', likely), named('sofa', { step: -0.1 }), named('door', unlikely))).toEqual([
      ...['goal', 'step', 'goal'],
    ]);
    expect(route(named('sofa', { step: -0.1 }), named('door', { step: -0.1 }))).toEqual(['step', 'goal']);
  });

  it('let no route end at what is faced, and end at a thing in passing where it is the only one', () => {
    const [at, facing] = [named('bed', { at: -0.1 }), named('lamp', { facing: -0.1, goal: -2 })];
    const again = named('lamp', { goal: -0.1, facing: -3 });
    const [sofa, door] = [named('sofa', { step: -0.1 }), named('door', { none: -0.1, goal: -3 })];
    expect(assign('route_planning', at, facing, sofa, again)).toEqual(['at', 'facing', 'goal', 'step']);
    expect(assign('route_planning', door, at, facing)).toEqual(['goal', 'at', 'facing']);
    expect(assign('route_planning', named('door', { none: -0.1, goal: -9 }), at, facing)[0]).toBe('none');
    const [piano, sink] = [named('other', { facing: -0.1 }), named('other', { goal: -0.1 })];
    expect(assign('route_planning', at, piano, sofa, sink)).toEqual(['at', 'facing', 'step', 'goal']);
  });

  it('go to known things where these are enough: what is not known is named in passing', () => {
    const [bed, tv] = [named('bed', { first: -0.1 }), named('television', { second: -2, none: -0.1 })];
    const glasses = named('other', { second: -0.2, none: -2 });
    expect(assign('object_abs_distance', bed, tv, glasses)).toEqual(['first', 'second', 'none']);
    expect(assign('object_abs_distance', bed, glasses)).toEqual(['first', 'second']);
    const surely = named('other', { second: -0.01, none: -6 });
    expect(assign('object_abs_distance', bed, tv, surely)).toEqual(['first', 'none', 'second']);
    const [statue, lamp] = [named('other', { target: -0.1 }), named('lamp', { none: -0.1, target: -2 })];
    expect(assign('object_size_estimation', statue, lamp)).toEqual(['target', 'none']);
  });

  it('are the likeliest where more things are named than can be shared out', () => {
    const many = ['wall', 'floor', 'door', 'chair', 'sofa', 'lamp', 'bed', 'shelf', 'television'];
    const scores = { target: -0.1, none: -0.2 };
    expect(assign('object_counting', ...many.map((thing) => named(thing, scores)))).toEqual(
      many.map(() => 'target'),
    );
  });

  it('are none without a task', () => {
    expect(assign(null, named('bed', { target: -0.1 }))).toEqual(['none']);
  });

  it('are one for each thing, whatever the scores are', () => {
    const anyThing = fc.record({
      thing: fc.constantFrom('bed', 'sofa', 'lamp', 'other'),
      roles: fc.array(fc.double({ max: 0, noNaN: true }), {
        minLength: ROLES.length,
        maxLength: ROLES.length,
      }),
    });
    const anyTask = fc.option(fc.constantFrom(...Object.keys(SECTION.tasks)));
    fc.assert(
      fc.property(anyTask, fc.array(anyThing, { maxLength: 8 }), (task, mentioned) => {
        const roles = assign(task, ...mentioned);
        expect(roles).toHaveLength(mentioned.length);
        for (const role of roles) expect(ROLES).toContain(role);
      }),
    );
  });
});
