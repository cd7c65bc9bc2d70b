import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, readEnvironment, variable, type Environment } from '../src/index.js';

const VARIABLES = {
  databaseUrl: variable('DATABASE_URL', z.string().startsWith('postgres://')),
  sweepMs: variable('SWEEP_MS', z.coerce.number().int().min(100).default(2000)),
  ffmpegPath: variable('FFMPEG_PATH', z.string().optional()),
};
const read = (environment: Environment) => readEnvironment(VARIABLES, environment);

describe('an environment', () => {
  it('is read into the fields that the variables are declared for', () => {
    expect(read({ DATABASE_URL: 'postgres://h/d', SWEEP_MS: '500', FFMPEG_PATH: '/ffmpeg' })).toEqual({
      databaseUrl: 'postgres://h/d',
      sweepMs: 500,
      ffmpegPath: '/ffmpeg',
    });
  });

  it('may leave out what has a default, and what is optional', () => {
    expect(read({ DATABASE_URL: 'postgres://h/d', SWEEP_MS: '' })).toEqual({
      databaseUrl: 'postgres://h/d',
      sweepMs: 2000,
      ffmpegPath: undefined,
    });
  });

  it.each<[Environment, RegExp]>([
    [{}, /^DATABASE_URL: must be given$/],
    [{ DATABASE_URL: '' }, /^DATABASE_URL: must be given$/],
    [{ DATABASE_URL: 'mysql://h' }, /^DATABASE_URL: [^\n]+$/],
    [{ DATABASE_URL: 'postgres://h/d', SWEEP_MS: '7' }, /^SWEEP_MS: [^\n]+$/],
  ])(
    'that is not valid is refused in one line that names the first bad variable: %j',
    (environment, message) => {
      expect(() => read(environment)).toThrow(ConfigError);
      expect(() => read(environment)).toThrow(message);
    },
  );
});
