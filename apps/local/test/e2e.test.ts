import { appendFile, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LociClient, type NewJob } from '@loci/client';
import type { Answer, Memory } from '@loci/contracts';
import { BuiltProgram, findProcesses, readPidFiles, waitFor } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoClip, type SampleClip } from '../src/demo/samples.js';

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('the embedded stack, over HTTP', () => {
  let dataDir: string;
  let clip: SampleClip;
  let stack: BuiltProgram;
  let client: LociClient;

  const start = async () => {
    stack = new BuiltProgram('apps/local/start', { LOCI_DATA_DIR: dataDir, LOCI_WORKERS: '2', PORT: '0' });
    const [, url = ''] = await stack.waitForOutput(/ready at (\S+)/);
    client = new LociClient(url, 'dev');
  };
  const runThroughStack = async (
    more: Partial<NewJob> = {},
  ): Promise<{ memory: Memory; answers: (Answer | null)[]; videoId: string }> => {
    const video = await client.upload(clip.file);
    const submitted = await client.submit({
      video_id: video.id,
      questions: clip.questions.slice(0, 3).map(({ ask }) => ask),
      ...more,
    });
    const job = await client.finished(submitted.id);
    expect(job.status, JSON.stringify(job.error)).toBe('succeeded');
    return {
      memory: await client.memory(job.memory_id),
      answers: job.questions.map(({ answer }) => answer),
      videoId: video.id,
    };
  };
  /** Answers without their thumbnails' URLs, which name the memory. */
  const comparable = (answers: (Answer | null)[]) =>
    answers.map((answer) => ({
      ...answer,
      evidence: answer?.evidence.map((item) => ({ ...item, thumbnail_url: null })),
    }));

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'loci-test-stack-'));
    clip = await demoClip();
    await start();
  });
  afterAll(async () => {
    await stack.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('names its processes in pid files', async () => {
    const pids = await readPidFiles(dataDir);
    expect(Object.keys(pids).sort()).toEqual(['api', 'postgres', 'stack', 'worker-1', 'worker-2']);
    expect(Object.values(pids).map(isAlive)).not.toContain(false);
  });

  it('gives the same memory and the same answers when a clip goes in twice', async () => {
    const first = await runThroughStack();
    expect(first.answers).not.toContain(null);
    await client.deleteVideo(first.videoId);
    const second = await runThroughStack();
    expect(second.memory.id).not.toBe(first.memory.id);
    expect(second.memory.digest).toBe(first.memory.digest);
    expect(comparable(second.answers)).toEqual(comparable(first.answers));
  });

  it('looks at a clip as often as a job asks for, and times stay seconds of the clip', async () => {
    for (const fps of [1, 4]) {
      const { memory, answers } = await runThroughStack({ sampling: { fps } });
      expect(memory.frames).toBe(Math.ceil(memory.duration_s * fps));
      const evidence = answers.flatMap((answer) => answer?.evidence ?? []);
      expect(evidence.length).toBeGreaterThan(0);
      expect(evidence.map(({ t_s }) => t_s)).toEqual(evidence.map(({ frame }) => frame / fps));
      expect(Math.max(...evidence.map(({ frame }) => frame))).toBeLessThan(memory.frames);
    }
  });

  it('answers a follow-up when the clip is no longer in the store', async () => {
    const { memory, answers } = await runThroughStack();
    await rm(join(dataDir, 'objects', 'videos'), { recursive: true });
    const followUp = await client.ask(memory.id, clip.questions[0]!.ask);
    expect(comparable([followUp.answer])).toEqual(comparable(answers.slice(0, 1)));
  });

  it('tells the queue’s depth under the name that the autoscaler reads', async () => {
    const [, url = ''] = await stack.waitForOutput(/ready at (\S+)/);
    const text = await (await fetch(`${url}/metrics`)).text();
    for (const stage of ['perceive', 'remember', 'answer'])
      expect(text).toContain(`loci_queue_jobs{stage="${stage}",state="waiting"}`);
  });

  it('empties the log of Postgres before it fills the disk', async () => {
    const log = join(dataDir, 'logs', 'postgres.log');
    await appendFile(log, 'LOG:  what Postgres complains of\n'.repeat(2 ** 19));
    const before = (await stat(log)).size;
    await waitFor(async () => ((await stat(log)).size < before ? true : null));
    expect((await stat(`${log}.1`)).size).toBe(before);
  });

  it('replaces a worker that was killed', async () => {
    const before = (await readPidFiles(dataDir))['worker-1']!;
    process.kill(before, 'SIGKILL');
    const after = await waitFor(async () => {
      const pid = (await readPidFiles(dataDir))['worker-1'];
      return pid === undefined || pid === before ? null : pid;
    });
    expect(isAlive(after)).toBe(true);
  });

  it('refuses to start twice on one data directory, in one sentence', async () => {
    const second = new BuiltProgram('apps/local/start', { LOCI_DATA_DIR: dataDir, PORT: '0' });
    expect(await second.exitCode).toBe(1);
    expect(second.output).toMatch(/^loci: .*\nloci: Loci already runs on .* stop that one first/);
  });

  it('refuses that too when the pid files were deleted, and leaves the first one alone', async () => {
    const before = await readPidFiles(dataDir);
    for (const name of await readdir(join(dataDir, 'pids'))) await rm(join(dataDir, 'pids', name));
    const second = new BuiltProgram('apps/local/start', { LOCI_DATA_DIR: dataDir, PORT: '0' });
    expect(await second.exitCode).toBe(1);
    expect(second.output).toContain(`Loci already runs on ${dataDir} (process ${before['stack']})`);
    expect(Object.values(before).map(isAlive)).not.toContain(false);
    for (const [name, pid] of Object.entries(before))
      await writeFile(join(dataDir, 'pids', `${name}.pid`), String(pid));
  });

  it('says which port is in use, and how to choose another', async () => {
    const { port } = new URL((await stack.waitForOutput(/ready at (\S+)/))[1]!);
    const other = await mkdtemp(join(tmpdir(), 'loci-test-port-'));
    const second = new BuiltProgram('apps/local/start', { LOCI_DATA_DIR: other, PORT: port });
    expect(await second.exitCode).toBe(1);
    expect(second.output).toContain(`loci: Port ${port} is in use; choose another one, such as PORT=`);
    await rm(other, { recursive: true });
  });

  it('heals after kill -9: nothing outlives it, and the next start finds its memories', async () => {
    const { memory } = await runThroughStack();
    const pids = await readPidFiles(dataDir);
    await stack.stop('SIGKILL');
    await start();
    expect((await client.memory(memory.id)).digest).toBe(memory.digest);
    const workers = (await findProcesses(join('worker', 'dist', 'main.js'))).filter((pid) =>
      Object.values(pids).includes(pid),
    );
    expect(workers).toEqual([]);
  });

  it('stops cleanly on Ctrl-C: no process is left, no pid file', async () => {
    expect(await stack.stop('SIGINT'), stack.output).toBe(0);
    expect(await findProcesses(dataDir)).toEqual([]);
    expect(await readdir(join(dataDir, 'pids'))).toEqual([]);
  });
});
