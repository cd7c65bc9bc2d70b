import { readFile } from 'node:fs/promises';
import { inRoot } from '@loci/host';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildTarget, docker, hasEngine } from './docker.js';

const BUILD_LIMIT_MS = 900_000;
/** As a pod of the PodSecurity level `restricted` runs it. */
const RESTRICTED = ['--rm', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--network', 'none'];

describe.skipIf(!hasEngine)('the images', () => {
  const images = { api: '', worker: '' };
  beforeAll(async () => {
    images.api = await buildTarget('api');
    images.worker = await buildTarget('worker');
  }, BUILD_LIMIT_MS);

  it.each(['api', 'worker'] as const)('%s runs as an ordinary user', async (name) => {
    expect(await docker(['run', ...RESTRICTED, images[name], 'id', '-u'])).toBe('1000');
  });

  it('worker decodes with the ffmpeg that npm brought', async () => {
    const where = "import { ffmpegPath } from '@loci/video'; console.log(ffmpegPath())";
    const command = `$(node --input-type=module -e "${where}") -version`;
    const version = await docker(['run', ...RESTRICTED, images.worker, 'sh', '-c', command]);
    expect(version).toMatch(/^ffmpeg version /);
  });

  it('the GPU worker is not built where its CUDA library cannot be brought', async () => {
    const dockerfile = await readFile(inRoot('Dockerfile'), 'utf8');
    const instruction = /^FROM runtime AS runtime-gpu$[^]*?^RUN ([^]*?[^\\])\n/m.exec(dockerfile)?.[1];
    expect(instruction).toBeDefined();
    const runtime = await buildTarget('runtime');
    await expect(
      docker(['run', '--rm', '--network', 'none', runtime, 'sh', '-c', instruction ?? 'true']),
    ).rejects.toThrow();
  });
});
