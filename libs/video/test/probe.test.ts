import { truncate, writeFile, readFile, copyFile, stat } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { ProbeError, probeVideo, setFfmpegPath, SourceUnreachableError } from '../src/index.js';
import { ClipFolder, h264, KINDS, pattern, sound } from './clips.js';

const limits = { maxSeconds: 600, maxPixels: 4_000_000 };
const folder = new ClipFolder();
afterAll(() => folder.remove());

async function refusal(
  path: string,
  over: Partial<Parameters<typeof probeVideo>[1]> = {},
): Promise<ProbeError> {
  const error: unknown = await probeVideo(path, { ...limits, ...over }).then(
    (probe) => probe,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProbeError);
  return error as ProbeError;
}

async function written(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(folder.path(name), content);
  return folder.path(name);
}

describe('A probe', () => {
  it('gives size, duration, average rate and codec', async () => {
    expect(await probeVideo(await KINDS['constant rate with sound']!(folder), limits)).toEqual({
      track: 0,
      start_s: 0,
      duration_s: 6,
      width: 160,
      height: 120,
      fps: 25,
      codec: 'h264',
    });
    expect(await probeVideo(await KINDS['an odd size in WebM']!(folder), limits)).toMatchObject({
      width: 161,
      height: 121,
      codec: 'vp9',
    });
  });

  it('gives the size as it is shown', async () => {
    expect(await probeVideo(await KINDS['rotated by a quarter']!(folder), limits)).toMatchObject({
      width: 90,
      height: 160,
    });
    expect(await probeVideo(await KINDS['rotated by a half']!(folder), limits)).toMatchObject({
      width: 160,
      height: 90,
    });
    expect(await probeVideo(await KINDS['rotated by three quarters']!(folder), limits)).toMatchObject({
      width: 90,
      height: 160,
    });
  });

  it('counts the time of the pictures alone, from the first on', async () => {
    expect(
      (await probeVideo(await KINDS['a start later than the sound’s']!(folder), limits)).duration_s,
    ).toBeCloseTo(5, 2);
    expect((await probeVideo(await KINDS['a start later than 0']!(folder), limits)).duration_s).toBeCloseTo(
      5,
      2,
    );
    expect(
      (
        await probeVideo(
          await KINDS['WebM as a browser records it, without index or duration']!(folder),
          limits,
        )
      ).duration_s,
    ).toBeCloseTo(5, 1);
  });

  it('leaves out the pictures that an edit list hides', async () => {
    expect(
      (await probeVideo(await KINDS['an edit list that hides the first pictures']!(folder), limits))
        .duration_s,
    ).toBeCloseTo(5.7, 1);
  });

  it('takes a clip of one picture, and one of one pixel', async () => {
    const picture = await folder.make([...pattern(1, { rate: 1 }), ...h264('-frames:v', '1')], 'one.mp4');
    expect(await probeVideo(picture, limits)).toMatchObject({
      width: 160,
      height: 120,
      duration_s: 1,
      fps: 1,
    });
    const pixel = await folder.make([...pattern(1), '-vf', 'scale=1:1', '-c:v', 'libvpx'], 'pixel.webm');
    expect(await probeVideo(pixel, limits)).toMatchObject({ width: 1, height: 1, duration_s: 1 });
  });

  it('goes by the content, not by the name', async () => {
    const clip = await KINDS['constant rate with sound']!(folder);
    await copyFile(clip, folder.path('notes.txt'));
    expect(await probeVideo(folder.path('notes.txt'), limits)).toMatchObject({ codec: 'h264' });
  });
});

describe('What a clip says of itself', () => {
  it('is never taken for what ffmpeg says of it', async () => {
    const title = [
      'No such file or directory',
      'matches no streams',
      '[Parsed_showinfo_0 @ 0x1] n:   0 pts: 9 s:1x1 ',
      'partial file',
    ].join('\n');
    const clip = await folder.make([...pattern(1), ...h264('-metadata', `title=${title}`)], 'titled.mp4');
    expect(await probeVideo(clip, limits)).toMatchObject({ width: 160, height: 120 });
  });
});

describe('A file is refused', () => {
  it('as not-a-video when it is empty, text, or another kind of file under a video’s name', async () => {
    expect((await refusal(await written('empty.mp4', ''))).reason).toBe('not-a-video');
    expect((await refusal(await written('text.mp4', 'This is not a film.\n'.repeat(500)))).reason).toBe(
      'not-a-video',
    );
    expect(
      (
        await refusal(
          await folder
            .make(pattern(1), 'picture.gif')
            .then((gif) => copyFile(gif, folder.path('gif.mp4')).then(() => folder.path('gif.mp4'))),
        )
      ).reason,
    ).toBe('not-a-video');
    expect((await refusal(await folder.make([...pattern(1), '-c:v', 'mpeg4'], 'film.avi'))).reason).toBe(
      'not-a-video',
    );
    expect(
      (
        await refusal(
          await written(
            'random.mp4',
            Uint8Array.from({ length: 50_000 }, (_, index) => (index * 7919) % 251),
          ),
        )
      ).reason,
    ).toBe('not-a-video');
  });

  it('as not-a-video wherever in its header a WebM is cut', async () => {
    const whole = await readFile(await KINDS['an odd size in WebM']!(folder));
    for (let length = 100; length < 700; length += 50) {
      const error = await refusal(await written('header.webm', whole.subarray(0, length)));
      expect(error.reason, `${length} bytes`).toBe('not-a-video');
    }
  });

  it('as not-a-video when it is cut short, whether the index comes last or first', async () => {
    for (const [name, flags] of [
      ['last', '0'],
      ['first', '+faststart'],
    ] as const) {
      const clip = await folder.make([...pattern(4), ...h264('-movflags', flags)], `index-${name}.mp4`);
      await truncate(clip, Math.floor((await stat(clip)).size * 0.6));
      const error = await refusal(clip);
      expect(error.reason).toBe('not-a-video');
    }
  });

  it('as no-video-track when there is sound alone, also with a cover picture', async () => {
    const soundOnly = await folder.make([...sound(2), '-c:a', 'aac'], 'sound.mp4');
    expect((await refusal(soundOnly)).reason).toBe('no-video-track');
    await folder.make([...pattern(1), '-frames:v', '1'], 'cover.jpg');
    const covered = await folder.make(
      [
        '-i',
        soundOnly,
        '-i',
        folder.path('cover.jpg'),
        '-map',
        '0',
        '-map',
        '1',
        '-c',
        'copy',
        '-disposition:v:0',
        'attached_pic',
      ],
      'covered.mp4',
    );
    expect((await refusal(covered)).reason).toBe('no-video-track');
  });

  it('as no-frames when its video track is empty', async () => {
    const clip = await folder.make(
      [...pattern(1), ...h264('-frames:v', '0', '-movflags', 'empty_moov')],
      'none.mp4',
    );
    expect((await refusal(clip)).reason).toBe('no-frames');
  });

  it('as video-too-long or video-too-many-pixels over the limits', async () => {
    const clip = await KINDS['constant rate with sound']!(folder);
    expect((await refusal(clip, { maxSeconds: 5.9 })).reason).toBe('video-too-long');
    expect((await refusal(clip, { maxPixels: 160 * 120 - 1 })).reason).toBe('video-too-many-pixels');
    await expect(probeVideo(clip, { maxSeconds: 6, maxPixels: 160 * 120 })).resolves.toBeDefined();
  });

  it('as video-too-many-pixels when its header claims a huge picture', async () => {
    const clip = await folder.make([...pattern(1), '-c:v', 'libvpx', '-frames:v', '3'], 'huge.webm');
    const bytes = await readFile(clip);
    // Matroska's PixelWidth and PixelHeight, and the frame size in each VP8 key frame (after its start code)
    for (const [element, value] of [
      ['b0', 0xff_ff],
      ['ba', 0xff_ff],
    ] as const) {
      const index = bytes.indexOf(Buffer.from([parseInt(element, 16), 0x82]));
      if (index !== -1) bytes.writeUInt16BE(value, index + 2);
    }
    for (
      let index = bytes.indexOf('9d012a', 0, 'hex');
      index !== -1;
      index = bytes.indexOf('9d012a', index + 1, 'hex')
    )
      bytes.writeUInt32LE(0x3f_ff_3f_ff, index + 3);
    expect((await refusal(await written('claims.webm', bytes))).reason).toBe('video-too-many-pixels');
  });

  it('as not-a-video when looking at it takes too long', async () => {
    const clip = await KINDS['constant rate with sound']!(folder);
    const busy = folder.path('busy');
    await writeFile(busy, '#!/bin/sh\nwhile :; do :; done\n', { mode: 0o755 });
    setFfmpegPath(busy);
    try {
      expect((await refusal(clip, { timeLimitMs: 1000 })).message).toBe('The file took too long to read.');
    } finally {
      setFfmpegPath(undefined);
    }
  });

  it('when it is a playlist or a script that leads elsewhere', async () => {
    const clip = await KINDS['constant rate with sound']!(folder);
    expect((await refusal(await written('list.mp4', `ffconcat version 1.0\nfile '${clip}'\n`))).reason).toBe(
      'not-a-video',
    );
    expect(
      (
        await refusal(
          await written(
            'list.m3u8',
            `#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n${clip}\n#EXT-X-ENDLIST\n`,
          ),
        )
      ).reason,
    ).toBe('not-a-video');
    expect(
      (
        await refusal(
          await written(
            'list.mpd',
            '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"></MPD>',
          ),
        )
      ).reason,
    ).toBe('not-a-video');
  });
});

describe('A source', () => {
  it('is a path, whatever it looks like', async () => {
    const clip = await KINDS['constant rate with sound']!(folder);
    for (const source of [
      `concat:${clip}|${clip}`,
      `subfile,,start,0,end,0,,:${clip}`,
      '-version',
      'pipe:0',
    ]) {
      await expect(probeVideo(source, limits)).rejects.toThrow(SourceUnreachableError);
    }
  });

  it('that is missing is a passing fault, told without more of its place than was given', async () => {
    await expect(probeVideo(folder.path('missing.mp4'), limits)).rejects.toThrow(
      /missing\.mp4 cannot be read: .*No such file or directory/,
    );
  });
});
