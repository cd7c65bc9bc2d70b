import { ConfigError } from '@loci/service';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.js';

const least = {
  DATABASE_URL: 'postgres://h/loci',
  QUEUE_URL: 'redis://h',
  OBJECT_STORE_URL: 'file:///objects',
  MODEL_DIR: 'models',
};

describe('the configuration', () => {
  it('needs no more than the four places', () => {
    expect(readConfig(least)).toMatchObject({
      stages: ['perceive', 'remember', 'answer'],
      executionProviders: ['cpu'],
      concurrency: 2,
      port: null,
      drainMs: 15_000,
    });
  });

  it('takes any set of stages, each once', () => {
    expect(readConfig({ ...least, WORKER_STAGES: 'remember, answer,remember' }).stages).toEqual([
      'remember',
      'answer',
    ]);
  });

  it.each([
    ['DATABASE_URL', undefined, 'DATABASE_URL: must be given'],
    ['QUEUE_URL', '', 'QUEUE_URL: must be given'],
    ['QUEUE_URL', 'amqp://h', 'QUEUE_URL: must be a redis:// or postgres:// URL'],
    ['WORKER_STAGES', 'perceive,dream', /^WORKER_STAGES: /],
    ['WORKER_STAGES', ',', /^WORKER_STAGES: /],
    ['EXECUTION_PROVIDERS', 'tpu', /^EXECUTION_PROVIDERS: /],
    ['MODEL_PRECISION', '16bit', /^MODEL_PRECISION: /],
    ['CLIP_WORKERS', '5', /^CLIP_WORKERS: /],
    ['DRAIN_MS', '60000', /^DRAIN_MS: /],
    ['WORKER_PORT', 'http', /^WORKER_PORT: /],
  ])('names the variable that is wrong: %s=%s', (variable, value, message) => {
    const read = () => readConfig({ ...least, [variable]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(message);
  });

  it('says what is wrong in one line', () => {
    expect(() => readConfig({})).toThrow(/^[^\n]+$/);
  });
});
