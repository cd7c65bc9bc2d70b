import { BuiltProgram } from '@loci/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { counting, DatasetFolder, nearest } from './datasets.js';

describe('npm run evaluate -- --dry-run', { timeout: 120_000 }, () => {
  let set: DatasetFolder;
  beforeEach(async () => {
    set = await DatasetFolder.create();
  });
  afterEach(() => set.remove());

  const evaluate = (...args: string[]): BuiltProgram =>
    new BuiltProgram('apps/evaluate/evaluate', {}, ['--dataset', set.path, '--dry-run', ...args]);

  it('tells without any video how questions are read and refused, and what constants score', async () => {
    const distance = 'How far is the lamp from the bed, in meters?';
    await set.write('questions.jsonl', [
      counting(1),
      counting(2),
      counting(3, 'room', { question: 'How many telephone(s) are in this room?', ground_truth: '20' }),
      counting(4, 'room', { question: distance, ground_truth: '22' }),
      counting(5, 'room', { question: 'What is the weather like?', ground_truth: '21' }),
      nearest(6),
      nearest(7, 'room', { ground_truth: 'A' }),
      nearest(8),
    ]);
    const run = evaluate();
    expect(await run.exitCode, run.output).toBe(0);
    // of the counts 3, 3, 20, 21 and 22, 3 is the most frequent; 21 is within 5 % of three
    expect(run.output.trim().split('\n').slice(-5)).toEqual([
      '| vsi-bench | questions | read as it | unknown thing | refused else | most frequent | best constant |',
      '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
      '| object count | 5 | 3 | 1 | 1 | 40.0 | 60.0 |',
      '| rel. distance | 3 | 3 | 0 | 0 | 66.7 | 66.7 |',
      '| all; mean over the tasks | 8 | 6 | 1 | 1 | 53.3 | 63.3 |',
    ]);
  });

  it('reads the first questions only with --limit', async () => {
    await set.write('questions.jsonl', [counting(1), nearest(2)]);
    const run = evaluate('--limit', '1');
    expect(await run.exitCode, run.output).toBe(0);
    expect(run.output).toContain('| all; mean over the tasks | 1 | 1 | 0 | 0 | 100.0 | 100.0 |');
  });

  it('refuses questions that are answered in words', async () => {
    await set.write('ScanQA_v1.0_val.json', [
      { scene_id: 'scene0', question_id: 'q1', question: 'What is on the table?', answers: ['a lamp'] },
    ]);
    const run = evaluate();
    expect(await run.exitCode).toBe(1);
    expect(run.output.trim()).toBe('loci: --dry-run takes the questions of VSI-Bench and VSTI-Bench only.');
  });
});
