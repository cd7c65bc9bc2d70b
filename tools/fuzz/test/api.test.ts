import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { problemSchema, videoSchema } from '@loci/contracts';
import { inRoot } from '@loci/host';
import { findProcesses, temporaryFolder, waitFor } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallFiles } from './clips.js';
import { mutated } from './mutations.js';
import { RunningApi } from './running-api.js';
import { eachOf, randomOf, seed, Trap } from './setting.js';

const UPLOADS = 240;
const AT_ONCE = 4;
/** Where tools/install-schemathesis puts it. */
const SCHEMATHESIS = inRoot('.tools/schemathesis/bin/schemathesis');

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let api: RunningApi;
beforeAll(async () => {
  folder = await temporaryFolder('fuzz');
  api = await RunningApi.start();
});
afterAll(async () => {
  await api.stop();
  await folder.remove();
});

describe(`uploads of files with faults (seed ${seed})`, () => {
  let trap: Trap;
  beforeAll(async () => {
    trap = await Trap.open();
  });
  afterAll(() => trap.close());

  it(`${UPLOADS} of them are taken or refused with a problem, and only what is taken is stored`, async () => {
    const files = await smallFiles(folder.path, trap.url);
    const taken = new Set<string>();
    const faults: string[] = [];
    await eachOf(Array(UPLOADS).keys(), AT_ONCE, async (index) => {
      const file = files[index % files.length];
      if (file === undefined) throw new Error('there are no files');
      const response = await api.upload(mutated(file, randomOf(index), files, trap.url));
      const body: unknown = await response.json();
      if (response.ok) taken.add(videoSchema.parse(body).id);
      else if (problemSchema.parse(body).status >= 500)
        faults.push(`${index} (${file.name}): ${JSON.stringify(body)}`);
    });
    expect(faults, api.program.output).toEqual([]);
    expect(taken.size).toBeGreaterThan(UPLOADS / 10);
    const stored = await api.stored();
    const clips = stored.filter((path) => path.startsWith('videos/'));
    expect(clips).toHaveLength(taken.size);
    // besides, clips that cannot be read from within have a copy that can
    const copies = clips.map((path) => path.replace('videos/', 'remuxed/'));
    expect([...clips, ...copies]).toEqual(expect.arrayContaining(stored));
    expect(trap.visits).toBe(0);
    await waitFor(async () => ((await findProcesses(folder.path)).length === 0 ? true : null));
    expect(await api.isReady()).toBe(true);
  });
});

describe('requests made from the OpenAPI document', () => {
  it.skipIf(!existsSync(SCHEMATHESIS))('never end in a fault of the server', async () => {
    const args = [
      ...['--config-file', inRoot('tools/fuzz/schemathesis.toml'), '--no-color'],
      ...['run', `${api.url}/openapi.json`, '--seed', String(seed)],
      ...['--header', `Authorization: ${api.authorization}`],
    ];
    const child = spawn(SCHEMATHESIS, args, { cwd: folder.path, stdio: ['ignore', 'pipe', 'inherit'] });
    const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
    expect(child.exitCode, output + api.program.output).toBe(0);
    console.log(output.slice(output.lastIndexOf('SUMMARY')));
    expect(await api.isReady()).toBe(true);
  });
});
