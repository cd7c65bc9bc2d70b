import { once } from 'node:events';
import { writeFile, type FileHandle } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';
import {
  decodeFrames,
  DecodeError,
  prepareVideo,
  ProbeError,
  probeVideo,
  SourceUnreachableError,
} from '../src/index.js';
import { ClipFolder, h264, pattern } from './clips.js';
import { ServedFile, type Cut } from './serving.js';

const folder = new ClipFolder();
afterAll(() => folder.remove());
const size = { height: 24, width: 32, fit: 'crop', fps: 2 } as const;
/** All of a clip of 12 s. */
const WHOLE = { ...size, start: 0, end: 24 };

const CONTAINERS: Record<string, () => Promise<string>> = {
  'mp4 with its index first': () =>
    folder.make([...pattern(12), ...h264('-g', '25', '-movflags', '+faststart')], 'faststart.mp4'),
  'mp4 in fragments': () =>
    folder.make([...pattern(12), ...h264('-g', '25', '-movflags', 'frag_keyframe+empty_moov')], 'frag.mp4'),
  'QuickTime with Motion JPEG': () =>
    folder.make([...pattern(12), '-c:v', 'mjpeg', '-q:v', '5', '-movflags', '+faststart'], 'motion.mov'),
  Matroska: () => folder.make([...pattern(12), ...h264('-g', '25')], 'clip.mkv'),
  'WebM without an index': () =>
    folder.make(
      [...pattern(12), '-c:v', 'libvpx', '-deadline', 'realtime', '-g', '40', '-f', 'webm', '-live', '1'],
      'live.webm',
    ),
};

/** Pictures of several MB: what is not at the beginning is read by a request of its own. */
const LARGE = [...pattern(12, { size: '320x240' }), ...h264('-crf', '2')];
/** Fragments of more bytes than ffmpeg reads rather than seeks: each is read by a request of its own. */
const UNINDEXED = ['-g', '25', '-movflags', 'frag_keyframe+empty_moov+default_base_moof+skip_trailer'];
const REFRESHED = 'intra-refresh=1:keyint=25:bframes=0:scenecut=0';

const BREAKS: { how: string; protocol: 'http' | 'https'; cut: Omit<Cut, 'at'> }[] = [
  { how: 'a closed connection', protocol: 'http', cut: { by: 'end' } },
  { how: 'a reset connection', protocol: 'http', cut: { by: 'reset' } },
  { how: 'an end that no length gives away', protocol: 'http', cut: { by: 'end', withoutLength: true } },
  { how: 'a closed connection under TLS', protocol: 'https', cut: { by: 'end' } },
  { how: 'a reset connection under TLS', protocol: 'https', cut: { by: 'reset' } },
];

/** Serves a clip whose answers break off at 60 % of its bytes. */
async function withCut(
  clip: string,
  { protocol, cut }: { protocol: 'http' | 'https'; cut: Omit<Cut, 'at'> },
  check: (served: ServedFile) => Promise<void>,
): Promise<void> {
  const served = await ServedFile.open(clip, protocol);
  served.cut = { ...cut, at: Math.floor(served.size * 0.6) };
  try {
    await check(served);
  } finally {
    await served.close();
  }
}

describe.each(BREAKS)('A transfer that breaks off in the middle of the object by $how', (broken) => {
  it.each(Object.entries(CONTAINERS))('is no end of the clip: %s', async (name, make) => {
    const clip = await make();
    const whole = await decodeFrames(clip, WHOLE);
    await withCut(clip, broken, async (served) => {
      for (const identity of [undefined, `${broken.how} ${name}`]) {
        const known = identity === undefined ? {} : { identity, runEnd: WHOLE.end + 1 };
        await expect(decodeFrames(served.url, { ...WHOLE, ...known })).rejects.toThrow(
          SourceUnreachableError,
        );
      }
      served.cut = undefined;
      expect(await decodeFrames(served.url, WHOLE)).toEqual(whole);
    });
  });
});

it('A decoder that runs on and loses its connection gives every frame all the same', async () => {
  const clip = await folder.make([...LARGE, '-g', '25', '-movflags', '+faststart'], 'large.mp4');
  const whole = await decodeFrames(clip, WHOLE);
  const once = { protocol: 'https', cut: { by: 'reset', answers: 1 } } as const;
  await withCut(clip, once, async (served) => {
    const range = { ...size, identity: 'loses its connection once', runEnd: WHOLE.end };
    const { cut } = served;
    // the first picture is known then, and the decoder that runs on meets the cut
    served.cut = undefined;
    await decodeFrames(served.url, { ...range, start: 8, end: 12 });
    served.cut = cut;
    const frames: Uint8Array[] = [];
    for (let start = 0; start < WHOLE.end; start += 4)
      frames.push(await decodeFrames(served.url, { ...range, start, end: start + 4 }));
    expect(Buffer.concat(frames).equals(whole)).toBe(true);
    expect(served.cut?.answers).toBe(0);
  });
});

it('A connection that ends without an answer is a passing fault', async () => {
  const server = createServer((socket) => socket.once('data', () => socket.end()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const decoding = decodeFrames(`http://127.0.0.1:${port}/clip`, WHOLE);
  await expect(decoding).rejects.toThrow(SourceUnreachableError);
  server.close();
});

describe('A connection that ends without an answer on the way to an index at the end', () => {
  const limits = { maxSeconds: 60, maxPixels: 1e6 };
  const READS = {
    probe: (url: string) => probeVideo(url, limits),
    decode: (url: string) => decodeFrames(url, WHOLE),
  };
  /** Serves a clip of 4 MB whose index is read by the second request. */
  const serve = async (): Promise<ServedFile> =>
    ServedFile.open(
      await folder.make(
        [...pattern(12, { size: '640x480' }), '-c:v', 'mjpeg', '-q:v', '2'],
        'index-last.mov',
      ),
    );

  it.each(Object.entries(READS))('is a passing fault of a %s', async (_name, read) => {
    const served = await serve();
    served.hangUpOn = (request) => request >= 2;
    await expect(read(served.url)).rejects.toThrow(SourceUnreachableError);
    served.hangUpOn = () => false;
    await read(served.url);
    await served.close();
  });
});

/** Clips as an upload may bring them: also such as are remuxed. */
const UPLOADS: Record<string, () => Promise<string>> = {
  ...CONTAINERS,
  'mp4 in fragments without an index': () =>
    folder.make([...pattern(12, { size: '640x480' }), ...h264('-crf', '2'), ...UNINDEXED], 'unindexed.mp4'),
  'H.264 that is refreshed bit by bit': () =>
    folder.make([...LARGE, '-x264-params', REFRESHED], 'refreshing.mp4'),
  'MPEG-TS': () => folder.make([...pattern(12), ...h264('-g', '25')], 'clip.ts'),
};

const MOST_HANG_UPS = 6;

describe('A connection that ends without an answer, whichever it is,', { timeout: 180_000 }, () => {
  /** Does something again and again; each time the store hangs up on another request, on some of them all. */
  const hangUpOnEach = async <T>(clip: string, read: (served: ServedFile) => Promise<T>): Promise<void> => {
    const served = await ServedFile.open(clip);
    const undisturbed = await read(served);
    const step = Math.ceil(served.requests / MOST_HANG_UPS);
    for (let ended = served.requests; ended > 0; ended -= step) {
      served.requests = 0;
      served.hangUpOn = (request) => request === ended;
      const found = await read(served).catch((error: unknown) => error);
      expect(found, `request ${ended}`).toSatisfy(
        (each) => each instanceof SourceUnreachableError || isDeepStrictEqual(each, undisturbed),
      );
    }
    await served.close();
  };

  it.each(Object.entries(UPLOADS))('changes nothing that is found out of an upload: %s', async (_, make) => {
    const keep = async (copy: FileHandle) => {
      const source = folder.path('copy.mkv');
      await writeFile(source, await copy.readFile());
      return { source, bytes: (await copy.stat()).size };
    };
    await hangUpOnEach(await make(), (served) =>
      prepareVideo({ source: served.url, bytes: served.size, keep }, { maxSeconds: 60, maxPixels: 1e6 }),
    );
  });

  it.each(Object.entries(UPLOADS).filter(([name]) => name !== 'MPEG-TS'))(
    'changes no frame: %s',
    async (_, make) => {
      const ranges = [WHOLE, { ...WHOLE, start: 20 }];
      await hangUpOnEach(await make(), (served) =>
        Promise.all(ranges.map((range) => decodeFrames(served.url, range))),
      );
    },
  );
});

it('What is behind a URL is read past a proxy that the environment names', async () => {
  const served = await ServedFile.open(await CONTAINERS['mp4 with its index first']!());
  vi.stubEnv('http_proxy', 'http://127.0.0.1:9');
  try {
    expect(await probeVideo(served.url, { maxSeconds: 60, maxPixels: 1e6 })).toMatchObject({ codec: 'h264' });
  } finally {
    vi.unstubAllEnvs();
    await served.close();
  }
});

it('A store that stands still is no reason to refuse what it holds', async () => {
  const served = await ServedFile.open(await CONTAINERS['mp4 with its index first']!());
  served.withheld = { from: Math.floor(served.size * 0.2), to: served.size };
  const limits = { maxSeconds: 60, maxPixels: 1e6, timeLimitMs: 1000 };
  await expect(probeVideo(served.url, limits)).rejects.toThrow(SourceUnreachableError);
  await served.close();
});

it('A file behind a URL that is no video is told from one that cannot be read', async () => {
  await writeFile(folder.path('text.mp4'), 'no film\n'.repeat(20_000));
  const served = await ServedFile.open(folder.path('text.mp4'));
  await expect(probeVideo(served.url, { maxSeconds: 60, maxPixels: 1e6 })).rejects.toThrow(ProbeError);
  await expect(decodeFrames(served.url, WHOLE)).rejects.toThrow(DecodeError);
  await served.close();
});
