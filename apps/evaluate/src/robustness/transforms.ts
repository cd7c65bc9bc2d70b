import { rm } from 'node:fs/promises';
import { ffmpeg } from '@loci/host';

/**
 * Writes a changed copy of a clip, an mp4, to `target`.
 * @param other another clip of the data set; the same where there is one only
 * @throws CommandError when ffmpeg fails
 */
export type Transform = (source: string, target: string, other: string) => Promise<void>;

/** x264's constant rate factor: nearly without loss, and with losses that show. */
export const FINE_CRF = 14;
export const COARSE_CRF = 40;

/** Frames keep their times, whatever the clip's frame rate. */
const KEEP_TIMES = [
  ...['-fps_mode', 'passthrough', '-enc_time_base', 'demux', '-video_track_timescale', '90000'],
];

export const encodeOptions = (crf: number): string[] => [
  ...KEEP_TIMES,
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', String(crf)],
  ...['-pix_fmt', 'yuv420p', '-movflags', '+faststart'],
];

/** x264 needs even sizes. */
export const EVEN = 'crop=trunc(iw/2)*2:trunc(ih/2)*2';

/**
 * Arguments to encode a filtered clip. ffmpeg applies a rotation tag before the
 * filter, as players do.
 */
const filterOptions = (filter: string, crf: number): string[] => [
  ...['-vf', `${filter},${EVEN}`, '-map', '0:V:0'],
  ...encodeOptions(crf),
];

/** Scales a clip up or down to so many pixels on its shorter side. The aspect ratio stays. */
export const scaled =
  (shorter: number): Transform =>
  (source, target) => {
    const width = `'if(gt(iw,ih),-2,${shorter})'`;
    const height = `'if(gt(iw,ih),${shorter},-2)'`;
    const filter = `scale=w=${width}:h=${height}:flags=lanczos`;
    return ffmpeg('-i', source, ...filterOptions(filter, FINE_CRF), target);
  };

/** Compresses a clip so strongly that it shows. */
export const compressed: Transform = (source, target) =>
  ffmpeg('-i', source, ...filterOptions('null', COARSE_CRF), target);

/**
 * The same picture in high dynamic range, ten bits of HEVC. Its white is that of BT.2408, 203 cd/m².
 * @param transfer smpte2084 (PQ) or arib-std-b67 (HLG)
 */
export const inHdr =
  (transfer: 'smpte2084' | 'arib-std-b67'): Transform =>
  (source, target) => {
    const filters = [
      EVEN,
      // colours that are not tagged are converted as the service converts them, then named
      ...['format=gbrp', 'setparams=color_primaries=bt709:color_trc=bt709'],
      ...['zscale=transfer=linear:npl=203', 'format=gbrpf32le', 'zscale=primaries=bt2020'],
      `zscale=transfer=${transfer}:matrix=bt2020nc:range=tv:npl=203`,
    ];
    return ffmpeg(
      ...['-i', source, '-map', '0:V:0', '-vf', filters.join(','), '-pix_fmt', 'yuv420p10le'],
      ...[...KEEP_TIMES, '-c:v', 'libx265', '-preset', 'veryfast', '-crf', String(FINE_CRF)],
      ...['-x265-params', 'log-level=none', '-tag:v', 'hvc1', '-movflags', '+faststart'],
      ...['-color_primaries', 'bt2020', '-color_trc', transfer, '-colorspace', 'bt2020nc', target],
    );
  };

/** Stores a clip turned clockwise by 90°, with a tag that turns it back when it is shown. */
export async function rotated(source: string, target: string): Promise<void> {
  const turned = `${target}.turned.mp4`;
  try {
    await ffmpeg('-i', source, ...filterOptions('transpose=clock', FINE_CRF), turned);
    // degrees, counter-clockwise
    await ffmpeg('-display_rotation', '90', '-i', turned, '-c', 'copy', target);
  } finally {
    await rm(turned, { force: true });
  }
}
