import { describe, expect, it } from 'vitest';
import { asked, refused } from './asked.js';

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

  it('have one turn where two marks of it follow each other', () => {
    expect(steps('[|turn|blank] = [|?|blank] [sofa|sofa|step] to the [door|door|goal]')).toBe(
      '1. [please fill in] 2. Go forward until the sofa 3. Go forward until the door',
    );
  });

  it('have each stop once, however often it is named', () => {
    expect(
      steps(
        '[bed|bed|step] > [sofa|sofa|step] > [door|door|goal]: turns at [bed|bed|step], [sofa|sofa|step]?',
      ),
    ).toMatch(/5\. Go forward until the door$/);
  });

  it('end with the goal, which is the last stop where none is named', () => {
    expect(steps('[|?|blank] [sofa|sofa|step] [|?|blank] [door|door|step]')).toMatch(
      /4\. Go forward until the door$/,
    );
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

  it('begin with what is faced where one walks up to it', () => {
    const route = (text: string) => /: (.*)\.$/.exec(asked('route_planning', text, given).question)?.[1];
    const upToIt = '1. Go forward until the bed 2. [please fill in] 3. Go forward until the door';
    expect(steps('walk up to it, then to the [door|door|goal]')).toBe(upToIt);
    expect(steps('go to it, [|turn|blank], go to the [door|door|goal]')).toBe(upToIt);
    expect(
      route(
        'from the [lamp|lamp|at] go straight on to the [bed|bed|facing] ahead, then the [door|door|goal]',
      ),
    ).toBe(upToIt);
    expect(route('[lamp|lamp|at] > [bed|bed|facing] (facing it) > [|?|blank] > [door|door|goal]')).toBe(
      upToIt,
    );
    expect(
      route('I walk from the [lamp|lamp|at] to the [bed|bed|facing], [|turn|blank], the [door|door|goal]'),
    ).toBe(upToIt);
    expect(
      route('I look from the [lamp|lamp|at] to the [bed|bed|facing], [|turn|blank], the [door|door|goal]'),
    ).toBe('1. [please fill in] 2. Go forward until the door');
    expect(
      route('facing the [bed|bed|facing] at the [lamp|lamp|at], go up to it, then to the [door|door|goal]'),
    ).toBe(upToIt);
    expect(steps('walk until you bump into that, then [door|door|goal]')).not.toBe(upToIt);
    expect(
      route('from [lamp|lamp|at] walk until you bump into the [bed|bed|facing]; then the [door|door|goal]'),
    ).toBe(upToIt);
    expect(
      route('[lamp|lamp|at], the [bed|bed|facing] ahead: [bed|bed|facing], [|turn|blank], [door|door|goal]'),
    ).toBe(upToIt);
    expect(
      route('from the [lamp|lamp|at] I head for the [bed|bed|facing]; which turn for the [door|door|goal]'),
    ).toBe(upToIt);
    expect(
      route('once I reach the [bed|bed|facing] from the [lamp|lamp|at], which turn for the [door|door|goal]'),
    ).toBe(upToIt);
    expect(
      route("the [bed|bed|facing]'[bed|s|facing] ahead of the [lamp|lamp|at], turn to [door|door|goal]"),
    ).toBe('1. [please fill in] 2. Go forward until the door');
    expect(steps('walk ahead, once there turn for the [door|door|goal]')).toBe(upToIt);
    expect(steps('walk to the [door|door|goal]: how do I get to it?')).toBe(
      '1. [please fill in] 2. Go forward until the door',
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
    for (const series of ['R-L, L-B or B-R', 'rl, lb, br', 'right left, left then around or U-turn right'])
      expect(asked('route_planning', `${two}: ${series}?`).options).toEqual([
        ...['Turn Right, Turn Left', 'Turn Left, Turn Back', 'Turn Back, Turn Right'],
      ]);
    expect(asked('route_planning', `${two}: left twice or two rights?`).options).toEqual([
      ...['Turn Left, Turn Left', 'Turn Right, Turn Right'],
    ]);
    const oneMarked = `${start}[|turn|blank], the [sofa|sofa|step], turn, the [door|door|goal]`;
    expect(asked('route_planning', `${oneMarked}: right left, left back or back right?`)).toMatchObject({
      options: ['Turn Right, Turn Left', 'Turn Left, Turn Back', 'Turn Back, Turn Right'],
      question: expect.stringContaining('3. [please fill in]') as string,
    });
  });

  it('have as many turns as the options fill in, where fewer are marked', () => {
    const text = 'to the [bed|bed|step], [|turn|blank], the [sofa|sofa|step] and the [door|door|goal]';
    const turns = (...options: string[]) =>
      /: (.*)\.$/.exec(asked('route_planning', start + text, options).question)?.[1];
    expect(turns('Turn Left, Turn Back', 'Turn Right, Turn Left')).toBe(
      '1. Go forward until the bed 2. [please fill in] 3. Go forward until the sofa ' +
        '4. [please fill in] 5. Go forward until the door',
    );
    expect(turns('Turn Left', 'Turn Right')).toBe(
      '1. Go forward until the bed 2. [please fill in] 3. Go forward until the sofa ' +
        '4. Go forward until the door',
    );
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
      question: 'In which order do these first appear: door, sofa, lamp, bed?',
      options: ['bed, lamp, door, sofa', 'sofa, bed, lamp, door'],
    });
  });

  it('are not needed where the question names each thing once: the order is composed', () => {
    expect(asked('obj_appearance_order', `${a}, ${b}, ${c}, ${d}?`)).toMatchObject({
      ...{ composed: { task: 'obj_appearance_order', isOpen: false }, options: null },
    });
  });
});
