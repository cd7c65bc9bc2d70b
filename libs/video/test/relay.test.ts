import { writeFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { Relay } from '../src/relay.js';
import { ClipFolder } from './clips.js';
import { ServedFile } from './serving.js';

const folder = new ClipFolder();
afterAll(() => folder.remove());
const file = folder.path('object');
const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));

const withRelay = async (check: (relay: Relay, served: ServedFile) => Promise<void>): Promise<void> => {
  await writeFile(file, bytes);
  const served = await ServedFile.open(file);
  const relay = await Relay.open(served.url);
  await check(relay, served);
  relay.close();
  await served.close();
};

describe('A relay', () => {
  it('passes ranges of the object on, with their places', () =>
    withRelay(async (relay) => {
      const answer = await fetch(relay.url, { headers: { range: 'bytes=100000-' } });
      expect(answer.status).toBe(206);
      expect(answer.headers.get('content-range')).toBe('bytes 100000-299999/300000');
      expect(Buffer.from(await answer.arrayBuffer()).equals(bytes.subarray(100_000))).toBe(true);
      expect(relay.fault).toBeUndefined();
    }));

  it('serves nobody who does not know its path', () =>
    withRelay(async (relay, served) => {
      expect((await fetch(new URL('/', relay.url))).status).toBe(404);
      expect(served.requests).toBe(0);
    }));

  it('never ends an answer that broke off, and says what happened without the URL’s secret', () =>
    withRelay(async (relay, served) => {
      served.cut = { at: 200_000, by: 'end', withoutLength: true };
      const stop = new AbortController();
      let received = 0;
      const reading = (async () => {
        const { body } = await fetch(relay.url, { headers: { range: 'bytes=0-' }, signal: stop.signal });
        const pieces: AsyncIterable<Uint8Array> | Uint8Array[] = body ?? [];
        for await (const piece of pieces) received += piece.byteLength;
        return 'ended';
      })();
      await new Promise((resolve) => relay.broken.addEventListener('abort', resolve));
      expect(relay.fault?.message).toMatch(/clip cannot be read/);
      expect(relay.fault?.message).not.toContain('secret');
      stop.abort();
      await expect(reading).rejects.toThrow();
      expect(received).toBeLessThan(bytes.length);
    }));

  it('takes a range behind the object’s end for no fault of the transfer', () =>
    withRelay(async (relay) => {
      expect((await fetch(relay.url, { headers: { range: 'bytes=300000-' } })).status).toBe(416);
      expect(relay.fault).toBeUndefined();
    }));
});
