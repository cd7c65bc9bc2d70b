import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { inRoot } from '@loci/host';
import { temporaryFolder } from '@loci/testing';
import { describe, expect, it } from 'vitest';
import { readSettings, workersFor } from '../src/stack/settings.js';

describe('the embedded stack’s settings', () => {
  it('need nothing', () => {
    // where the page was built it is there, too
    expect(readSettings({ WEB_DIR: inRoot('nowhere') })).toEqual({
      reportDir: inRoot('docs', 'research', 'test-set'),
      dataDir: inRoot('.loci'),
      port: 8080,
      workers: workersFor(),
      modelDir: inRoot('models'),
      quizDirs: inRoot('samples'),
      environment: { WEB_DIR: inRoot('nowhere') },
    });
  });
  it('have the page only where it was built', async () => {
    const folder = await temporaryFolder('page');
    const settings = () => readSettings({ WEB_DIR: folder.path });
    expect(settings()).not.toHaveProperty('webDir');
    await writeFile(join(folder.path, 'index.html'), '<!doctype html>');
    expect(settings()).toHaveProperty('webDir', folder.path);
    await folder.remove();
  });
  it.each([
    [1, 1],
    [2, 1],
    [3, 1],
    [4, 2],
    [16, 8],
  ])('start as many workers as the cores bear: on %i, %i', (cores, workers) => {
    expect(workersFor(cores)).toBe(workers);
    expect(readSettings({}, workersFor(cores)).workers).toBe(workers);
    expect(readSettings({ LOCI_WORKERS: '3' }, workersFor(cores)).workers).toBe(3);
  });
  it('take what is given, and an empty variable for none', () => {
    const given = readSettings({
      LOCI_DATA_DIR: '/var/loci',
      PORT: '9000',
      LOCI_WORKERS: '3',
      DATABASE_URL: 'postgres://db/loci',
      QUEUE_URL: '',
    });
    expect(given).toMatchObject({
      dataDir: '/var/loci',
      port: 9000,
      workers: 3,
      databaseUrl: 'postgres://db/loci',
    });
    expect(given).not.toHaveProperty('queueUrl');
  });
  it('understand a relative path from where the user stood', () => {
    expect(readSettings({ LOCI_DATA_DIR: 'here', INIT_CWD: '/home/ada' }).dataDir).toBe('/home/ada/here');
  });
  it('put the quiz’s folders after the samples, also one that is missing: the API says so', () => {
    const { quizDirs } = readSettings({
      LOCI_QUIZ_DIR: ['', 'rooms', '/sets/b'].join(delimiter),
      INIT_CWD: '/ada',
    });
    expect(quizDirs.split(delimiter)).toEqual([inRoot('samples'), '/ada/rooms', '/sets/b']);
  });
  it.each([
    ['PORT', 'eighty'],
    ['PORT', '70000'],
    ['LOCI_WORKERS', '-1'],
    ['LOCI_WORKERS', '1.5'],
  ])('name %s when it is %s', (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(`${name}: ${value} is not a whole number`);
  });
});
