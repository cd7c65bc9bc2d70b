import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LociClient } from '@loci/client';
import { inRoot } from '@loci/host';
import { BuiltProgram, hasPythonModule, PYTHON } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CLIP = inRoot('samples', 'walk-900009.mp4');
const QUESTIONS = [
  'How many beds are there in this room?',
  'What is the floor area of this room (in square meters)?',
];
const isMissing = (name: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' }).status !== 0;
const EXAMPLES: { file: string; program: string; missing: string[] }[] = [
  { file: 'examples/curl/walk.sh', program: 'bash', missing: ['bash', 'curl', 'jq'].filter(isMissing) },
  { file: 'examples/typescript/ask.ts', program: process.execPath, missing: [] },
  {
    file: 'examples/python/ask.py',
    program: PYTHON,
    missing: hasPythonModule('loci_client') ? [] : ['loci_client'],
  },
];

/** Runs a program to its end, with all that it wrote. */
async function run(program: string, args: string[], environment: Record<string, string>) {
  const child = spawn(program, args, { env: { ...process.env, ...environment }, stdio: 'pipe' });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, output };
}

describe('the examples, on the embedded stack', () => {
  let dataDir: string;
  let stack: BuiltProgram;
  let url: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'loci-test-examples-'));
    stack = new BuiltProgram('apps/local/start', { LOCI_DATA_DIR: dataDir, LOCI_WORKERS: '1', PORT: '0' });
    [, url = ''] = await stack.waitForOutput(/ready at (\S+)/);
  });
  afterAll(async () => {
    await stack.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** What an example is to print of the clip, asked through the client; then the clip is gone. */
  async function answersThenForget(questions: string[]): Promise<string> {
    const client = new LociClient(url, 'dev');
    const video = await client.upload(CLIP);
    const job = await client.finished((await client.submit({ video_id: video.id })).id);
    const lines: string[] = [];
    for (const question of questions) {
      const { answer } = await client.ask(job.memory_id, { question });
      const unit = answer?.unit == null ? '' : ` ${answer.unit}`;
      const sure = Math.round((answer?.confidence ?? Number.NaN) * 100);
      lines.push(question, `  ${answer?.text ?? 'none'}${unit} (${sure} % sure)`);
    }
    await client.deleteVideo(video.id);
    return `${lines.join('\n')}\n`;
  }

  for (const { file, program, missing } of EXAMPLES) {
    const remark = missing.length === 0 ? '' : ` (skipped: ${missing.join(', ')} not installed)`;
    it.skipIf(missing.length > 0)(`${file} uploads, waits, asks and prints${remark}`, async () => {
      const { code, output } = await run(program, [inRoot(file), CLIP], { LOCI_URL: url, LOCI_KEY: 'dev' });
      expect(code, output).toBe(0);
      expect(output).toBe(await answersThenForget(QUESTIONS));
    });
    it.skipIf(missing.length > 0)(`${file} says what went wrong and fails${remark}`, async () => {
      const { code, output } = await run(program, [inRoot(file), inRoot('README.md')], { LOCI_URL: url });
      expect(code).not.toBe(0);
      expect(output).toMatch(/not a video|no video/i);
    });
  }
});
