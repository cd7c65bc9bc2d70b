import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { isMissing, s3Offer, temporaryFolder } from '@loci/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  findMissing,
  findOrphans,
  partKey,
  ObjectDamagedError,
  ObjectKeyError,
  ObjectMissingError,
  openStore,
  type ObjectStore,
} from '../src/index.js';
import { countParts } from './parts.js';
import { MIB, randomStream } from './random-stream.js';

const s3 = await s3Offer();

const STORES = {
  directory: async () => {
    const folder = await temporaryFolder('objects');
    return { url: pathToFileURL(folder.path).href, stop: folder.remove };
  },
  s3: async () => {
    if ('missing' in s3) throw new Error(s3.missing);
    const server = await s3.start();
    return { url: server.url, stop: () => server.stop() };
  },
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** What an iteration gives, in order. */
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe.each([
  { kind: 'directory' as const, missing: false },
  { kind: 's3' as const, missing: isMissing(s3, 'the object store on S3') },
])('an object store ($kind)', ({ kind, missing }) => {
  describe.skipIf(missing)('', () => {
    let store: ObjectStore;
    let url: string;
    let stop: () => Promise<void>;
    let count = 0;
    /** A key that no other test uses. */
    const freshKey = (): string => `uploads/${kind}-${(count += 1)}-${randomBytes(4).toString('hex')}`;

    beforeAll(async () => {
      const made = await STORES[kind]();
      ({ url, stop } = made);
      store = await openStore(url);
    });
    afterAll(async () => {
      await store.close();
      await stop();
    });

    it('gives back what was put, bytes, streams and ranges, empty ones and large ones', async () => {
      for (const content of [new Uint8Array(0), text('a clip'), new Uint8Array(randomBytes(3 * MIB))]) {
        const key = freshKey();
        expect(await store.put(key, content, { contentType: 'video/mp4' })).toEqual({
          bytes: content.byteLength,
        });
        expect(sha256(await store.get(key))).toBe(sha256(content));
        expect(sha256(await buffer(await store.stream(key)))).toBe(sha256(content));
      }
      const key = freshKey();
      const view = new Uint8Array(text('not this, but this').buffer, 14, 4);
      await store.put(key, view);
      expect(Buffer.from(await store.get(key)).toString()).toBe('this');
      expect((await buffer(await store.stream(key, { start: 1, end: 2 }))).toString()).toBe('hi');
    });

    it('takes a stream larger than a part without changing a bit of it', async () => {
      const key = freshKey();
      const { stream, sha256: hash } = randomStream(21);
      expect(await store.put(key, stream)).toEqual({ bytes: 21 * MIB });
      expect(sha256(await store.get(key))).toBe(hash());
    });

    it('replaces an object that is put again', async () => {
      const key = freshKey();
      await store.put(key, text('first'));
      await store.put(key, Readable.from([text('second')]));
      expect(Buffer.from(await store.get(key)).toString()).toBe('second');
    });

    it('stores nothing of a stream that breaks off, and says what broke it', async () => {
      for (const parts of [1, 20]) {
        const key = freshKey();
        const { stream } = randomStream(parts);
        const fault = new Error('the upload broke off');
        const broken = Readable.from(
          (async function* () {
            yield* stream as AsyncIterable<Uint8Array>;
            throw fault;
          })(),
        );
        await expect(store.put(key, broken)).rejects.toBe(fault);
        expect(await store.has(key)).toBe(false);
      }
    });

    it('stores nothing of a transfer that is aborted', async () => {
      const key = freshKey();
      const abort = new AbortController();
      const endless = new Readable({
        read() {
          this.push(randomBytes(MIB));
        },
      });
      let given = 0;
      endless.on('data', () => {
        given += 1;
        if (given === 12) abort.abort(new Error('nobody wants it'));
      });
      await expect(store.put(key, endless, { signal: abort.signal })).rejects.toThrow();
      endless.destroy();
      expect(await store.has(key)).toBe(false);
      await expect(store.put(key, text('late'), { signal: abort.signal })).rejects.toThrow();
      expect(await store.has(key)).toBe(false);
    });

    it('says what is not there', async () => {
      const key = freshKey();
      expect(await store.has(key)).toBe(false);
      for (const ask of [
        () => store.get(key),
        () => store.stream(key),
        () => store.locate(key),
        () => store.move(key, freshKey()),
      ])
        await expect(ask).rejects.toThrow(new ObjectMissingError(key));
      await store.delete(key);
      await store.deletePrefix(`${key}/`);
    });

    it('moves an object, over one that is there', async () => {
      const [from, to] = [freshKey(), `videos/${freshKey().slice('uploads/'.length)}`];
      await store.put(from, text('moved'));
      await store.put(to, text('replaced'));
      await store.move(from, to);
      expect(await store.has(from)).toBe(false);
      expect(Buffer.from(await store.get(to)).toString()).toBe('moved');
      await store.move(to, to);
      expect(Buffer.from(await store.get(to)).toString()).toBe('moved');
    });

    it('deletes one object, or all under a prefix and no others', async () => {
      const memory = freshKey();
      await Promise.all(
        [...Array(12).keys()].map((chunk) => store.put(`${memory}/${chunk}`, text(`chunk ${chunk}`))),
      );
      await store.put(`${memory}0/0`, text('of another memory'));
      await store.delete(`${memory}/3`);
      expect(await store.has(`${memory}/3`)).toBe(false);
      expect(await store.has(`${memory}/4`)).toBe(true);
      await store.deletePrefix(`${memory}/`);
      expect(
        await Promise.all([...Array(12).keys()].map((chunk) => store.has(`${memory}/${chunk}`))),
      ).toEqual(Array(12).fill(false));
      expect(await store.has(`${memory}0/0`)).toBe(true);
    });

    it('locates an object for a reader that knows nothing of us', async () => {
      const key = freshKey();
      await store.put(key, text('a clip'));
      const place = await store.locate(key);
      const read = place.startsWith('http')
        ? new Uint8Array(await (await fetch(place)).arrayBuffer())
        : await readFile(place);
      expect(Buffer.from(read).toString()).toBe('a clip');
    });

    it('locates no object of another length than it should have', async () => {
      const key = freshKey();
      await store.put(key, text('a clip'));
      await store.locate(key, 6);
      await expect(store.locate(key, 7)).rejects.toThrow(new ObjectDamagedError(key, 6, 7));
    });

    it('lists what is under a prefix, and tells orphans by their age and owner', async () => {
      const memory = (id: string) => `map/${kind}-${id}/0`;
      for (const id of ['kept', 'gone']) await store.put(memory(id), text(id));
      const upload = freshKey();
      await store.put(upload, text('nobody came back for it'));
      const part = partKey(`upl_${kind}`, 0);
      await store.put(part, text('the rest may come for a day'));
      const listed = await all(store.list('map/'));
      expect(listed.map(({ key, bytes }) => [key, bytes])).toEqual(
        expect.arrayContaining([
          [memory('kept'), 4],
          [memory('gone'), 4],
        ]),
      );
      expect(await all(store.list('map/none/'))).toEqual([]);
      const owners = {
        clips: () => Promise.resolve(new Set<string>()),
        memories: () => Promise.resolve(new Set([`${kind}-kept`])),
      };
      const orphans = async (ageMs: number) =>
        (await all(findOrphans(store, owners, new Date(Date.now() - ageMs)))).map(({ key }) => key);
      expect(await orphans(-60_000)).toEqual(expect.arrayContaining([memory('gone'), upload]));
      expect(await orphans(-60_000)).not.toContain(memory('kept'));
      expect(await orphans(-60_000)).not.toContain(part);
      expect(await orphans(-24 * 3_600_000)).toContain(part);
      expect(await orphans(3_600_000)).toEqual([]);
    });

    it('tells what rows need and it lacks, but not what comes and goes with its row meanwhile', async () => {
      const id = `${kind}-needed`;
      await store.put(`videos/${id}`, text('a clip cut short'));
      for (const key of ['frames', 'features', 'map']) await store.put(`${key}/${id}/0`, text('there'));
      let looks = 0;
      const missing = await findMissing(store, {
        async *clips() {
          looks += 1;
          yield { videoId: 'cut', sha256: id, bytes: 99, remuxedBytes: null };
          yield { videoId: 'whole', sha256: id, bytes: 16, remuxedBytes: null };
          yield { videoId: 'remuxed', sha256: id, bytes: 16, remuxedBytes: 8 };
          // deleted while it is looked for
          if (looks === 1)
            yield { videoId: 'fleeting', sha256: `${kind}-fleeting`, bytes: 1, remuxedBytes: null };
          await Promise.resolve();
        },
        async *chunks() {
          yield { memoryId: id, index: 0, status: 'remembered' };
          yield { memoryId: id, index: 1, status: 'perceived' };
          yield { memoryId: `${kind}-other`, index: 0, status: 'remembered' };
          await Promise.resolve();
        },
      });
      expect(missing).toEqual([
        { owner: 'cut', key: `videos/${id}`, damage: { found: 16, expected: 99 } },
        { owner: 'remuxed', key: `remuxed/${id}`, damage: null },
        { owner: id, key: `frames/${id}/1`, damage: null },
        { owner: id, key: `features/${id}/1`, damage: null },
        { owner: `${kind}-other`, key: `frames/${kind}-other/0`, damage: null },
        { owner: `${kind}-other`, key: `map/${kind}-other/0`, damage: null },
      ]);
    });

    it('tells which puts nobody finishes, and discards them', async () => {
      const key = freshKey();
      const stalled = new Readable({ read: () => undefined });
      for (let part = 0; part < 9; part += 1) stalled.push(randomBytes(MIB));
      const put = store.put(key, stalled);
      put.catch(() => undefined);
      const later = () => store.unfinishedPuts(new Date(Date.now() + 60_000));
      await vi.waitFor(async () => expect(await later()).not.toEqual([]), { timeout: 20_000 });
      if (kind === 's3')
        await vi.waitFor(async () => expect(await countParts(url)).toBe(1), { timeout: 20_000 });
      expect(await store.unfinishedPuts(new Date(Date.now() - 3_600_000))).toEqual([]);
      for (const unfinished of await later()) await unfinished.discard();
      expect(await later()).toEqual([]);
      stalled.push(null);
      await expect(put).rejects.toThrow();
      expect(await store.has(key)).toBe(false);
    });

    it('refuses keys that could lead out of it', async () => {
      for (const key of [
        '../etc/passwd',
        'a/../../b',
        '/etc/passwd',
        'a//b',
        'a/',
        '',
        '.incoming/x',
        'a/./b',
        'a\0b',
        'a\\b',
        'ü',
        'x'.repeat(600),
      ]) {
        await expect(async () => store.put(key, text('x'))).rejects.toThrow(ObjectKeyError);
        await expect(async () => store.get(key)).rejects.toThrow(ObjectKeyError);
        await expect(async () => store.delete(key)).rejects.toThrow(ObjectKeyError);
      }
      for (const prefix of ['', '/', '../', 'a', 'a/../'])
        await expect(async () => store.deletePrefix(prefix)).rejects.toThrow(ObjectKeyError);
    });

    it('says whether it can be used', async () => {
      await store.check();
    });
  });
});
