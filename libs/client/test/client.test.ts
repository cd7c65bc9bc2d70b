import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { newId, problem, type JobEvent } from '@loci/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { ClientError, LociClient, RefusedError } from '../src/index.js';
import { endedJob, jobEvents, wireText } from './builders.js';
import { sendJson, StubServer } from './server.js';

let server: StubServer;
const connect = async (handler: (request: IncomingMessage, response: ServerResponse) => void) => {
  server = await StubServer.start(handler);
  return new LociClient(server.url, 'secret');
};
afterEach(() => server.stop());

describe('a call of the client', () => {
  it('sends its key, and reads what the contract says', async () => {
    const job = endedJob();
    const client = await connect((_, response) => sendJson(response, 200, job));
    expect(await client.job(job.id)).toEqual(job);
    expect(server.requests).toMatchObject([
      { call: `GET /v1/jobs/${job.id}`, headers: { authorization: 'Bearer secret' } },
    ]);
  });

  it('carries no key where none is needed', async () => {
    await connect((_, response) => sendJson(response, 200, { data: [], next_cursor: null }));
    const page = await new LociClient(server.url, null).videos({ limit: 5, cursor: 'next' });
    expect(page).toEqual({ data: [], next_cursor: null });
    expect(server.requests.map(({ call }) => call)).toEqual(['GET /v1/videos?limit=5&cursor=next']);
    expect(server.requests[0]!.headers).not.toHaveProperty('authorization');
  });

  it('sends a file that a page was given with its length', async () => {
    const client = await connect((_, response) => sendJson(response, 422, problem('not-a-video')));
    await expect(client.upload(new Blob(['seven b']))).rejects.toThrow('is not a video');
    expect(server.requests).toMatchObject([
      { call: 'POST /v1/videos', headers: { 'content-length': '7', 'content-type': 'video/mp4' } },
    ]);
  });

  it('that is refused names itself and the problem', async () => {
    const client = await connect((_, response) =>
      sendJson(response, 422, problem('invalid-request', 'sampling.fps is too large')),
    );
    const error: unknown = await client.submit({ video_id: 'v' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RefusedError);
    const { title } = problem('invalid-request');
    expect(error).toMatchObject({
      status: 422,
      problem: { title, detail: 'sampling.fps is too large' },
      message: `POST /v1/jobs was answered 422: ${title}: sampling.fps is too large.`,
    });
  });

  it('is made again when the API is too busy to begin with it, a few times, and else not', async () => {
    let status = 503;
    const client = await connect((_, response) => {
      response.setHeader('retry-after', '0');
      sendJson(response, status, problem(status === 503 ? 'busy' : 'internal'));
    });
    await expect(client.submit({ video_id: 'v' }, 'key')).rejects.toThrow('answered 503');
    expect(server.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(Array(6).fill('key'));
    status = 500;
    await expect(client.memory('m')).rejects.toThrow('answered 500');
    expect(server.requests).toHaveLength(7);
  });

  it('that submits is made again with its key when the connection breaks or the API is away', async () => {
    const job = endedJob();
    const client = await connect((_, response) => {
      if (server.requests.length === 1) response.destroy();
      else if (server.requests.length === 2) sendJson(response, 503, problem('unavailable'));
      else sendJson(response, 202, job);
    });
    expect(await client.submit({ video_id: job.video_id })).toEqual(job);
    const keys = server.requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual(Array(3).fill(keys[0]));
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    await client.submit({ video_id: job.video_id });
    expect(server.requests[3]?.headers['idempotency-key']).not.toBe(keys[0]);
  });

  it('that uploads is made again while the API is away, and the file is sent anew', async () => {
    const probed = { track: 0, start_s: 0, duration_s: 1, width: 64, height: 48, fps: 12, codec: 'h264' };
    const made = { id: newId('video'), status: 'ready', created_at: '2026-01-01T00:00:00.000Z' };
    const video = { ...probed, ...made, sha256: 'a'.repeat(64), bytes: 4 };
    const client = await connect((_, response) => {
      if (server.requests.length < 3) sendJson(response, 503, problem('unavailable'));
      else sendJson(response, 201, video);
    });
    expect(await client.upload(new Blob(['clip']))).toEqual(video);
    expect(server.requests.map(({ headers }) => headers['content-length'])).toEqual(['4', '4', '4']);
  });

  it('ends when it is aborted while it is told why it is refused', async () => {
    const client = await connect((_, response) =>
      response.writeHead(429, { 'retry-after': '3600' }).write('{'),
    );
    const told = new Promise((resolve) => subscribe('undici:request:bodyChunkReceived', resolve));
    const controller = new AbortController();
    const call = client.events('j', controller.signal).next();
    await told;
    await new Promise(setImmediate); // fetch gives the response
    controller.abort();
    await expect(call).rejects.toThrow();
  });

  it('names the status when what answers is not the API', async () => {
    const client = await connect((_, response) => response.writeHead(502).end('<html>'));
    await expect(client.memory('m')).rejects.toThrow('GET /v1/memories/m was answered 502: Bad Gateway.');
  });

  it('names itself when nobody answers', async () => {
    const client = await connect((_, response) => response.destroy());
    const error: unknown = await client.deleteVideo('v').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ClientError);
    expect(error).toMatchObject({ message: 'DELETE /v1/videos/v: the API does not answer.' });
  });

  it('does not reach the API when the file to upload is missing', async () => {
    const client = await connect((_, response) => response.destroy());
    await expect(client.upload('/nowhere/clip.mp4')).rejects.toThrow('/nowhere/clip.mp4 cannot be read.');
    expect(server.requests).toEqual([]);
  });

  it('waits for the end of a job as long as it takes', async () => {
    const job = endedJob();
    let calls = 0;
    const client = await connect((_, response) => {
      calls += 1;
      sendJson(response, 200, calls < 3 ? { ...job, status: 'running', finished_at: null } : job);
    });
    expect(await client.finished(job.id)).toEqual(job);
    expect(server.requests).toHaveLength(3);
  });
});

describe('the events of a job', () => {
  const job = endedJob();
  const events = jobEvents(job);
  const after = (request: IncomingMessage): JobEvent[] =>
    events.filter(({ id }) => id > Number(request.headers['last-event-id']));
  const collect = async (client: LociClient, signal?: AbortSignal) => {
    const seen: JobEvent[] = [];
    for await (const event of client.events(job.id, signal)) seen.push(event);
    return seen;
  };
  const open = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' });
  const asked = () => server.requests.map(({ headers }) => headers['last-event-id']);

  it('are read up to `done`, whatever their names', async () => {
    const client = await connect((request, response) => {
      open(response).write(': keep-alive\n\nid: 0\nevent: unheard-of\ndata: {}\n\n');
      response.end(after(request).map(wireText).join(''));
    });
    expect(await collect(client)).toEqual(events);
    expect(asked()).toEqual(['0']);
  });

  it('go on after the last one that was read when the connection breaks, within an event too', async () => {
    const client = await connect((request, response) => {
      const [next, another] = after(request);
      const text = wireText(next!);
      open(response).write(another === undefined ? text : text + wireText(another).slice(0, 40), () =>
        response.destroy(),
      );
    });
    expect(await collect(client)).toEqual(events);
    expect(asked()).toEqual(['0', '1', '2', '3', '4']);
  });

  it('go on when the API ends the connection in good order', async () => {
    const client = await connect((request, response) =>
      open(response).end(after(request).slice(0, 2).map(wireText).join('')),
    );
    expect(await collect(client)).toEqual(events);
    expect(asked()).toEqual(['0', '2', '4']);
  });

  it('end with an error when the API is gone', async () => {
    const client = await connect((request, response) => {
      if (request.headers['last-event-id'] !== '0') response.destroy();
      else open(response).write(wireText(events[0]!), () => response.destroy());
    });
    await expect(collect(client)).rejects.toThrow(`GET /v1/jobs/${job.id}/events: the API does not answer.`);
  });

  it('end with the reason of a signal that is aborted', async () => {
    const stop = new AbortController();
    const client = await connect((_, response) => open(response).write(wireText(events[0]!)));
    const reading = (async () => {
      for await (const event of client.events(job.id, stop.signal))
        if (event.id === 1) stop.abort(new Error('enough'));
    })();
    await expect(reading).rejects.toThrow('enough');
    expect(server.requests).toHaveLength(1);
  });
});
