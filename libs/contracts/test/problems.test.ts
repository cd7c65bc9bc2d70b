import { describe, expect, it } from 'vitest';
import {
  AbortedError,
  LociError,
  NotFoundError,
  problem,
  problemSchema,
  PROBLEMS,
  PROBLEM_TYPE_BASE,
  type ProblemName,
} from '../src/index.js';

const NAMES = Object.keys(PROBLEMS) as ProblemName[];

describe('a problem', () => {
  it.each(NAMES)('%s is a valid document whose type carries its name', (name) => {
    const document = problem(name, 'what happened', { instance: '/v1/videos/vid_1' });
    expect(problemSchema.parse(document)).toEqual(document);
    expect(document.type).toBe(PROBLEM_TYPE_BASE + name);
    expect(document.status).toBeGreaterThanOrEqual(400);
    expect(document.status).toBeLessThan(600);
  });

  it('leaves out what it does not know', () => {
    expect(problem('not-found')).toEqual({
      type: `${PROBLEM_TYPE_BASE}not-found`,
      title: 'There is no such thing',
      status: 404,
    });
  });
});

describe('an error that a caller can be told about', () => {
  it('becomes its document, with where it is wrong', () => {
    const errors = [{ pointer: '/questions/0/options', detail: 'too few' }];
    expect(new LociError('invalid-request', 'one field is wrong', { errors }).toProblem('/v1/jobs')).toEqual({
      type: `${PROBLEM_TYPE_BASE}invalid-request`,
      title: 'The request is not valid',
      status: 400,
      detail: 'one field is wrong',
      instance: '/v1/jobs',
      errors,
    });
  });

  it('keeps its cause', () => {
    const cause = new Error('socket closed');
    expect(new LociError('unavailable', 'the queue is away', { cause }).cause).toBe(cause);
  });

  it('says the same of what is missing and of what is another tenant’s', () => {
    expect(new NotFoundError('job job_1').toProblem()).toMatchObject({
      status: 404,
      detail: 'job job_1 does not exist',
    });
  });

  it('is not what stops work that was told to stop', () => {
    expect(new AbortedError('drained')).not.toBeInstanceOf(LociError);
  });
});
