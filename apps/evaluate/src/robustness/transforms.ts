import { rename, rm } from 'node:fs/promises';
import type { Probe } from '@loci/contracts';
import { ffmpeg } from '@loci/host';
import { probeVideo } from '@loci/video';

/** Writes what becomes of a clip into `target`, an mp4. @throws CommandError when ffmpeg fails */
export type Transform = (source: string, target: string) => Promise<void>;

/** x264's constant rate factor: where nothing is to be lost but what is studied, and where much is. */
export const FINE_CRF = 14;
export const COARSE_CRF = 40;

/** Pictures keep their own times, whatever the clip's frame rate; x264 wants even sizes. Players turn what is tagged as turned; so does this. */
const encoded = (filter: string, crf: number): string[] => [
  ...['-vf', `${filter},crop=trunc(iw/2)*2:trunc(ih/2)*2`, '-map', '0:V:0', ...written(crf)],
];
const written = (crf: number): string[] => [
  ...['-fps_mode', 'passthrough', '-enc_time_base', 'demux', '-video_track_timescale', '90000'],
  ...[
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-crf',
    String(crf),
    '-pix_fmt',
    'yuv420p',
    '-movflags',
    '+faststart',
  ],
];

/**
 * The clip twice in a row. Its packets are copied, so that both halves are the clip's own pictures; where that does not play twice as
 * long (hidden pictures before an edit list's start come back in the second half) it is encoded anew.
 */
export async function looped(source: string, target: string): Promise<void> {
  await ffmpeg('-stream_loop', '1', '-i', source, '-map', '0:V:0', '-c', 'copy', target);
  if (isTwice(await look(source), await look(target))) return;
  await ffmpeg(
    '-i',
    source,
    '-i',
    source,
    '-filter_complex',
    '[0:V:0][1:V:0]concat=n=2:v=1[twice]',
    '-map',
    '[twice]',
    ...written(FINE_CRF),
    target,
  );
}

const look = (clip: string): Promise<Probe> => probeVideo(clip, { maxSeconds: Infinity, maxPixels: 2 ** 26 });

const isTwice = (once: Probe, twice: Probe): boolean =>
  Math.round(twice.fps * twice.duration_s) === 2 * Math.round(once.fps * once.duration_s) &&
  Math.abs(twice.duration_s - 2 * once.duration_s) < 0.5 / once.fps;

/** Scaled to so many pixels on the shorter side, up or down, at the same shape. */
export const scaled =
  (shorter: number): Transform =>
  (source, target) =>
    ffmpeg(
      '-i',
      source,
      ...encoded(
        `scale=w='if(gt(iw,ih),-2,${shorter})':h='if(gt(iw,ih),${shorter},-2)':flags=lanczos`,
        FINE_CRF,
      ),
      target,
    );

/** So strongly compressed that it shows. */
export const compressed: Transform = (source, target) =>
  ffmpeg('-i', source, ...encoded('null', COARSE_CRF), target);

/** Stored turned by a quarter clockwise, and tagged to be shown turned back. */
export async function rotated(source: string, target: string): Promise<void> {
  const turned = `${target}.turned.mp4`;
  try {
    await ffmpeg('-i', source, ...encoded('transpose=clock', FINE_CRF), turned);
    // counter-clockwise, in degrees
    await ffmpeg('-display_rotation', '90', '-i', turned, '-c', 'copy', target);
  } finally {
    await rm(turned, { force: true });
  }
}

/** Makes a clip under another name first, so that it is there whole or not at all. */
export async function made(transform: Transform, source: string, target: string): Promise<void> {
  const part = `${target}.part.mp4`;
  await transform(source, part);
  await rename(part, target);
}
