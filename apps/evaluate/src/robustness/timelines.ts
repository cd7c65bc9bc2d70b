import type { Probe } from '@loci/contracts';
import { ffmpeg } from '@loci/host';
import { probeVideo } from '@loci/video';
import { encodeOptions, EVEN, FINE_CRF, type Transform } from './transforms.js';

/** Frames per second of a walk backwards: twice what the model samples, and few enough to be held at once. */
const BACKWARDS_FPS = 4;

/** Pictures of every part of a clip have one format. */
const PART = `${EVEN},format=yuv420p`;
const BLACK = 'lutyuv=y=16:u=128:v=128';

/** Size, frame rate and duration of a clip of any length. */
export const probeClip = (clip: string): Promise<Probe> =>
  probeVideo(clip, { maxSeconds: Infinity, maxPixels: 2 ** 26 });

/**
 * The clip so many times in a row. Its packets are copied, so that every round shows the clip's own frames. A
 * copy can be longer than that: frames before the start of an edit list come back in later rounds. Then the
 * clip is encoded anew.
 */
export const looped =
  (times: number): Transform =>
  async (source, target) => {
    const copied = ['-stream_loop', String(times - 1), '-i', source, '-map', '0:V:0', '-c', 'copy'];
    await ffmpeg(...copied, target);
    if (isMultiple(await probeClip(source), await probeClip(target), times)) return;
    await inARow(
      Array.from({ length: times }, () => ({ clip: source, filter: 'null' })),
      target,
    );
  };

/** So many times the number of frames, and the duration to within half a frame. */
const isMultiple = (once: Probe, copied: Probe, times: number): boolean =>
  Math.round(copied.fps * copied.duration_s) === times * Math.round(once.fps * once.duration_s) &&
  Math.abs(copied.duration_s - times * once.duration_s) < 0.5 / once.fps;

/** A part of a new clip: what a filter leaves of a clip. */
interface Part {
  clip: string;
  filter: string;
}

/** Encodes parts as one clip, one after the other. */
function inARow(parts: readonly Part[], target: string): Promise<void> {
  const labels = parts.map((_, index) => `[part${index}]`);
  const filters = parts.map(({ filter }, index) => `[${index}:V:0]${filter}${labels[index] ?? ''}`);
  const graph = [...filters, `${labels.join('')}concat=n=${parts.length}:v=1[all]`].join(';');
  return ffmpeg(
    ...parts.flatMap(({ clip }) => ['-i', clip]),
    ...['-filter_complex', graph, '-map', '[all]', ...encodeOptions(FINE_CRF), target],
  );
}

/** Holds the first picture for so many seconds, at one frame a second. */
const held = (seconds: number): string =>
  `trim=end_frame=1,loop=loop=${seconds - 1}:size=1,setpts=N/TB,fps=1`;

/** A black picture before the clip. */
export const afterLead =
  (seconds: number): Transform =>
  (source, target) =>
    inARow(
      [
        { clip: source, filter: `${PART},${BLACK},${held(seconds)}` },
        { clip: source, filter: PART },
      ],
      target,
    );

/** The last whole second before a clip's middle. */
export const middleOf = (durationS: number): number => Math.floor(durationS / 2);

/** The picture stands still in the middle of the clip. */
export const paused =
  (seconds: number): Transform =>
  async (source, target) => {
    const middle = middleOf((await probeClip(source)).duration_s);
    const rest = `${PART},trim=start=${middle},setpts=PTS-${middle}/TB`;
    await inARow(
      [
        { clip: source, filter: `${PART},trim=end=${middle}` },
        { clip: source, filter: `${rest},${held(seconds)}` },
        { clip: source, filter: rest },
      ],
      target,
    );
  };

/** The clip, then the same backwards. */
export const thereAndBack: Transform = (source, target) =>
  inARow(
    [
      { clip: source, filter: PART },
      { clip: source, filter: `${PART},fps=${BACKWARDS_FPS},reverse` },
    ],
    target,
  );

/**
 * The clip and another one in turn.
 * @param parts 2: the clip, then the other; 3: the clip again after that
 */
export const withAnother =
  (parts: 2 | 3): Transform =>
  async (source, target, other) => {
    const { width, height } = await probeClip(source);
    const size = `scale=${2 * Math.floor(width / 2)}:${2 * Math.floor(height / 2)},format=yuv420p,setsar=1`;
    const clips = [source, other, source].slice(0, parts);
    await inARow(
      clips.map((clip) => ({ clip, filter: size })),
      target,
    );
  };
