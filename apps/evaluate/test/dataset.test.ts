import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inRoot } from '@loci/host';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { byVideo } from '../src/dataset/dataset.js';
import { openDataset } from '../src/dataset/open.js';
import { readItems } from '../src/dataset/records.js';
import { readOptions, readStudyOptions, readTargetOptions } from '../src/options.js';
import { counting, DatasetFolder, nearest } from './datasets.js';

describe('the data sets', () => {
  let folder: DatasetFolder;
  beforeEach(async () => {
    folder = await DatasetFolder.create();
  });
  afterEach(() => folder.remove());
  const open = (name = '') => openDataset(join(folder.path, name));

  it('of VSI-Bench are JSON lines or one array, with videos in the folders of their data sets', async () => {
    await folder.write('rooms/room.mp4', '');
    for (const name of ['questions.jsonl', 'test.json']) {
      const file = await folder.write(name, [counting(1, 'room', { pruned: true }), nearest(2)]);
      const { benchmark, questions, train } = await openDataset(file);
      expect({ benchmark, train }).toEqual({ benchmark: 'spatial', train: null });
      expect(questions.map(({ id, options, truths, pruned }) => ({ id, options, truths, pruned }))).toEqual([
        { id: '1', options: null, truths: ['3'], pruned: true },
        { id: '2', options: ['A. sofa', 'B. plant', 'C. shelf'], truths: ['B'], pruned: false },
      ]);
      expect(byVideo(questions)).toMatchObject([
        {
          scene: 'rooms/room',
          file: join(folder.path, 'rooms', 'room.mp4'),
          questions: [{ id: '1' }, { id: '2' }],
        },
      ]);
    }
  });

  it('of our own may bring questions to fit the blind baseline on', async () => {
    await folder.write('questions.jsonl', [counting(1)]);
    await folder.write('train.jsonl', [counting(7), counting(8)]);
    expect((await open()).train?.map(({ id }) => id)).toEqual(['7', '8']);
  });

  it('of VSTI-Bench have the letter of a choice in mc_answer, and say where the video lies', async () => {
    await folder.write('test.json', [
      {
        id: 5,
        video_path: 'clips/a.mp4',
        ...vstiRecord('obj_obj_relative_pos_nf', ['A. sofa', 'B. lamp']),
        ground_truth: 'lamp',
        mc_answer: 'B',
      },
      {
        id: 6,
        video_path: 'clips/a.mp4',
        ...vstiRecord('camera_displacement', null),
        ground_truth: 1.5,
        mc_answer: null,
      },
    ]);
    const { questions } = await open();
    expect(questions.map(({ truths }) => truths)).toEqual([['B'], ['1.5']]);
    expect(questions[0]?.videos[0]).toBe(join(folder.path, 'clips', 'a.mp4'));
  });
  const vstiRecord = (questionType: string, options: string[] | null) => ({
    dataset: 'scannet',
    scene_name: 'a',
    question_type: questionType,
    question: 'Which is nearer?',
    options,
  });

  it('of ScanQA have all answers that people gave', async () => {
    await folder.write('ScanQA_v1.0_val.json', [
      {
        scene_id: 'scene0011_00',
        question_id: 'val-1',
        question: 'What color is it?',
        answers: ['brown', 'dark brown'],
        object_ids: [8],
        object_names: ['chair'],
      },
    ]);
    const { benchmark, questions } = await open();
    expect(benchmark).toBe('scanqa');
    expect(questions).toMatchObject([
      {
        id: 'val-1',
        scene: 'scene0011_00',
        questionType: 'what',
        truths: ['brown', 'dark brown'],
        options: null,
      },
    ]);
  });

  it('of SQA3D are asked with their situation, and find their answers in the annotations', async () => {
    await folder.write('v1_balanced_questions_test_scannetv2.json', {
      info: {},
      questions: [
        {
          scene_id: 'scene0380_00',
          question_id: 220602000000,
          situation: 'I am facing a window.',
          alternative_situation: ['[', '"'],
          question: 'Is it open?',
        },
      ],
    });
    await folder.write('v1_balanced_sqa_annotations_test_scannetv2.json', {
      annotations: [
        {
          scene_id: 'scene0380_00',
          question_id: 220602000000,
          answers: [{ answer: 'no', answer_confidence: 'yes', answer_id: 1 }],
          position: {},
          rotation: {},
        },
      ],
    });
    const { benchmark, questions } = await open();
    expect(benchmark).toBe('sqa3d');
    expect(questions).toMatchObject([
      {
        id: '220602000000',
        questionType: 'is',
        question: 'I am facing a window. Is it open?',
        truths: ['no'],
      },
    ]);
  });

  it('may be the shipped samples', async () => {
    const { questions } = await openDataset(inRoot('samples'));
    const clips = (await readdir(inRoot('samples'))).filter((name) => name.endsWith('.mp4'));
    expect(clips.length).toBeGreaterThanOrEqual(8);
    expect(byVideo(questions)).toHaveLength(clips.length);
  });

  it('name the file and the line of a record that is not right', async () => {
    const faults: [unknown, RegExp][] = [
      [counting(2, 'room', { question_type: 'object_colour' }), /question_type: Invalid option/],
      [counting(2, 'room', { ground_truth: 'three' }), /ground_truth: three is no number/],
      [nearest(2, 'room', { ground_truth: 'D' }), /D is none of the letters of 3 options/],
      [nearest(2, 'room', { options: null }), /options: a choice needs at least two/],
      [counting(1), /the id 1 was already used on line 1/],
      [{ id: 2 }, /dataset: .*; scene_name: .*; question: /],
    ];
    for (const [record, fault] of faults) {
      await folder.write('questions.jsonl', [counting(1), record]);
      const error = await open().catch((thrown: unknown) => thrown);
      expect(String(error)).toMatch(/DatasetError: .*questions\.jsonl:2: /);
      expect(String(error)).toMatch(fault);
    }
    await folder.write('questions.jsonl', `${JSON.stringify(counting(1))}\n\n{"id": 2, `);
    await expect(open()).rejects.toThrow(/questions\.jsonl:3: this is no JSON/);
  });

  it('name the line within an array too, and an array that does not end', async () => {
    await folder.write(
      'questions.json',
      `[\n ${JSON.stringify(counting(1))},\n\n {"id": "a, ] \\" {",\n  "dataset": 3}\n]`,
    );
    await expect(open()).rejects.toThrow(/questions\.json:4: dataset: /);
    await folder.write('questions.json', `[\n ${JSON.stringify(counting(1))},\n {`);
    await expect(open()).rejects.toThrow(/questions\.json:3: the array does not end/);
    await folder.write('questions.json', '{}');
    await expect(open()).rejects.toThrow(/questions\.json: this is no JSON array/);
  });

  it('name the line whose video is missing, and where it was looked for', async () => {
    await folder.write('rooms/room.mp4', '');
    await folder.write('questions.jsonl', [counting(1), counting(2, 'attic')]);
    const { questions } = await open();
    expect(() => byVideo(questions)).toThrow(
      /questions\.jsonl:2: there is no video of rooms\/attic: looked for .*rooms\/attic\.mp4, .*attic\.mp4/,
    );
  });

  it('say what is looked for when there is nothing', async () => {
    await expect(open()).rejects.toThrow(/there is none of questions\.jsonl/);
    await expect(open('nowhere')).rejects.toThrow(/nowhere: there is no such file or folder/);
    await folder.write('questions.jsonl', '\n');
    await expect(open()).rejects.toThrow(/there are no questions/);
  });

  it('are cut into the same records as JSON reads, each with its line', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.json()), fc.constantFrom('', '\n', ' \n\n'), async (records, gap) => {
        const items = await readItems(
          await folder.write('any.json', `[${gap}${records.join(`,${gap}`)}${gap}]`),
        );
        expect(items.map(({ text }) => JSON.parse(text) as unknown)).toEqual(
          records.map((record) => JSON.parse(record) as unknown),
        );
        expect(items.map(({ line }) => line)).toEqual(
          records.map((_, index) => 1 + (index + 1) * (gap.split('\n').length - 1)),
        );
      }),
    ));
});

describe('the options of npm run evaluate', () => {
  it('are taken from where it was started', () => {
    expect(
      readOptions(
        [
          '--dataset',
          'sets/a',
          '--url',
          'http://127.0.0.1:8080/',
          '--api-key',
          'k',
          '--limit',
          '7',
          '--resume',
        ],
        '/home/me',
      ),
    ).toEqual({
      dataset: '/home/me/sets/a',
      service: { url: 'http://127.0.0.1:8080', apiKey: 'k' },
      concurrency: 2,
      resume: true,
      dryRun: false,
      out: null,
      limit: 7,
      world: null,
    });
  });

  it('are refused in one sentence', () => {
    expect(() => readOptions([], '/')).toThrow(/^--dataset is missing: npm run evaluate/);
    expect(() => readOptions(['--dataset', 'a', '--limit', '0'], '/')).toThrow(
      /--limit: 0 is not a whole number/,
    );
    expect(() => readOptions(['--dataset', 'a', '--url', 'here'], '/')).toThrow(/--url: here is no URL/);
    expect(() => readOptions(['--dataset', 'a', '--world', 'flat'], '/')).toThrow(/--world: flat is neither/);
    expect(() => readStudyOptions(['--dataset', 'a', '--dry-run'], '/', '')).toThrow(
      /^--dry-run is no option/,
    );
    expect(() => readOptions(['--data', 'a'], '/')).toThrow(/Unknown option '--data'.*npm run evaluate/);
    expect(() => readOptions(['--dataset', 'a', '--variants', 'b'], '/')).toThrow(/--variants is no option/);
    const study = ['--dataset', 'a', '--world', 'real'];
    expect(() => readStudyOptions(study, '/', 'npm run robustness')).toThrow(/--world is no option here/);
    const examples = ['--dataset', 'a', '--limit', '3'];
    expect(() => readTargetOptions(examples, '/', 'npm run examples')).toThrow(/Unknown option '--limit'/);
  });
});
