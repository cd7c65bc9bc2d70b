import { describe, expect, it } from 'vitest';
import { asked, refused } from './asked.js';

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

  it('is the same whichever of two things is named first, where that means the same', () => {
    const distances = ['[bed|bed|first] to [door|door|second]', '[door|door|first] to [bed|bed|second]'];
    expect(distances.map((text) => asked('object_abs_distance', text).question)).toEqual(
      distances.map(() => 'How far apart are the door and the bed (in meters)?'),
    );
  });

  it('takes several mentions of one thing for one', () => {
    expect(asked('object_counting', '[sofa|sofas|target], I mean [sofa|couches|target]').question).toBe(
      'How many sofas are there in this room?',
    );
  });

  it('is a count where it asks whether there is a thing, and how many', () => {
    const text = (rest: string) => `has the place [lamp|lamps|target]${rest}?`;
    expect(asked('object_existence', text(' and if it has, how many')).task).toBe('object_counting');
    expect(asked('object_existence', text('')).task).toBe('object_existence');
  });

  it('takes no number of a name for a moment', () => {
    const tagged = '[bed|bed|first]_[|1|moment] to [door|door|second] #[|2|moment]';
    expect(asked('object_abs_distance', tagged)).toMatchObject({ asOfS: null });
    const wide = '[bed|bed|first] to [door|door|second], my cart is [|80.5|moment] wide';
    expect(asked('object_abs_distance', wide)).toMatchObject({ asOfS: null });
    expect(
      refused('object_abs_distance', '[bed|bed|first] to [door|door|second] at [|2|moment]'),
    ).toMatchObject({
      refusal: { reason: 'moment_outside' },
    });
  });

  it('is about a home or a room where the question calls it so, else about all that is shown', () => {
    expect(asked('room_size_estimation', 'how big is my [|new Flat|place]').question).toMatch(/this home/);
    expect(asked('room_size_estimation', 'how big is this [|lounge|place]').question).toMatch(/this room/);
    const unsaid = ['how big', 'how big is this [|place|place]'];
    for (const text of unsaid)
      expect(asked('room_size_estimation', text)).toMatchObject({
        question: 'What is the floor area of all that is shown (in square meters)?',
        put: 'What is the floor area of all that is shown (in square meters)?',
      });
    expect(asked('object_counting', '[chair|chairs|target] in this [|place|place]').question).toMatch(/room/);
  });

  it('is about a home or a room that is named in passing too, where it is said to be this one', () => {
    const area = (text: string) => asked('room_size_estimation', text).question;
    expect(area('we turn this room into a gym, how many m2?')).toMatch(/this room/);
    expect(area('how big is our whole house')).toMatch(/this home/);
    expect(area('room for improvement: how big?')).toMatch(/all that is shown/);
    expect(area('by the [television|flat screen|none], how big is it?')).toMatch(/all that is shown/);
  });

  it('lists candidates once each, and makes them the options where none are given', () => {
    const text =
      'nearest to [chair|seat|anchor]: [television|tv|candidate], [bed|bed|candidate], [bed|bed|candidate]?';
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

  it('follows the model’s own order instead where the wording says so', () => {
    const [bed, lamp, door, sofa] = ['bed', 'lamp', 'door', 'sofa'].map(
      (thing) => `[${thing}|${thing}|candidate]`,
    );
    expect(
      asked('obj_appearance_order', `${bed}, ${lamp}, ${sofa}?`, [
        `${door}, ${sofa}, ${lamp}, ${bed}`,
        `${sofa}, ${door}, ${lamp}, ${bed}`,
      ]).question,
    ).toBe('In which order do these first appear: door, sofa, lamp, bed?');
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

  it('has the wording of two sides where the question offers these alone', () => {
    const at = 'at the [chair|chair|at], facing the [lamp|lamp|facing]: is the [bed|bed|target] ';
    const label = (text: string) => asked('object_rel_direction_medium', at + text).understood.task;
    expect(label('off to my right or my left?')).toBe('object_rel_direction_easy');
    expect(label('left, right or behind?')).toBe('object_rel_direction_medium');
    expect(label('on my left?')).toBe('object_rel_direction_medium');
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

  it('are put to the answer graph by the memory’s clock', () => {
    const { question, put, understood } = asked('camera_obj_abs_dist', '[sofa|sofa|target] [|12.4 s|moment]');
    expect(question).toMatch(/the sofa at 12 seconds/);
    expect(put).toBe(question.replace('12 seconds', '6 seconds'));
    expect(understood.question).toBe(question);
  });

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
    for (const marks of ['', '[|now|moment]']) expect(asOf(marks)).toBeNull();
    expect(asked('camera_displacement', '[|5 s|moment]').asOfS).toBeNull();
  });

  it('are none where a route starts or ends', () => {
    const way = '[lamp|lamp|at] facing [bed|bed|facing], past the [sofa|sofa|step] to the [door|door|goal]';
    const turns = ['Turn Left, Turn Back', 'Turn Back, Turn Right'];
    const asOf = (marks: string) =>
      asked('route_planning', `${way}: which turn [|at the outset|moment], ${marks}?`, turns).asOfS;
    expect(asOf('and which [|in the end|moment]')).toBeNull();
    expect(asOf('as of [|0:12|moment]')).toBe(12);
  });

  it('from which on a question asks leave nothing out', () => {
    for (const marks of [
      'from [|the start|moment]',
      '[|since 0:12|moment]',
      'from the very [|beginning|moment]',
    ])
      expect(asked('object_counting', `[bed|beds|target] ${marks} on`).asOfS).toBeNull();
    expect(refused('object_counting', '[bed|beds|target] from [|3:20|moment] on').refusal.reason).toBe(
      'moment_outside',
    );
  });

  it('before any that the memory can be asked as of are refused', () => {
    for (const marks of ['at [|the start|moment]', 'in the [|first 7 s|moment]']) {
      const { refusal } = refused('object_counting', `[bed|beds|target] ${marks}`);
      expect(refusal.reason).toBe('moment_outside');
      expect(refusal.message).toMatch(/ask about 8 to 27 seconds/);
    }
  });

  it('outside of the video are refused, whatever is asked', () => {
    const reasons = [
      refused('camera_obj_abs_dist', '[bed|bed|target] at [|3:20|moment]'),
      refused('object_counting', '[bed|beds|target] at [|3:20|moment]'),
      refused('camera_displacement', '[|5 s|moment] to [|29 s|moment]'),
    ].map(({ refusal }) => refusal.reason);
    expect(reasons).toEqual(['moment_outside', 'moment_outside', 'moment_outside']);
    expect(refused('camera_displacement', '[|29 s|moment]').refusal.message).toMatch(/0 to 27 seconds/);
    const clock = '2:[|05|moment] in, how far is the [bed|bed|target]?';
    expect(refused('camera_obj_abs_dist', clock).refusal.reason).toBe('moment_outside');
  });

  it('that cannot be read are refused, but where none is wanted', () => {
    expect(refused('camera_displacement', '[|when it rained|moment]').refusal.reason).toBe('incomplete');
    expect(asked('object_counting', '[bed|beds|target] [|when it rained|moment]')).toBeDefined();
  });
});
