import type { StoredPicture } from '@loci/contracts';

/** What decoding a clip must know of its first picture. */
export interface FirstPicture {
  /** Its presentation time in ticks, and a tick in seconds. */
  ticks: number;
  tickSeconds: number;
  /** Its size as shown, in pixels, and the width of a pixel over its height. */
  width: number;
  height: number;
  pixelAspect: number;
  /**
   * The filters that turn and mirror pictures as their display matrix says; null where that is left to
   * ffmpeg, which cannot go on when their size changes.
   */
  orientation: readonly string[] | null;
  /** The matrix of its colours, as ffmpeg names it. */
  matrix: string;
  /** Whether its transfer function is that of high dynamic range: PQ or HLG. */
  highDynamicRange: boolean;
}

/** From so many pixels on, decoding costs far more than reading the packets once before. */
const LARGE_PIXELS = 1280 * 720;

export const isLarge = ({ width, height }: FirstPicture): boolean => width * height >= LARGE_PIXELS;

/** Whether a line tells that a picture has another size or pixel format than the first. */
export function changesShape(line: string): boolean {
  const [before, after] = [...line.matchAll(/ (?:context|frame) - (w: \d+ h: \d+ fmt: -?\d+) /g)];
  return before !== undefined && after !== undefined && before[1] !== after[1];
}

/** Reads the report of firstPictureArguments, line by line. */
export class FirstPictureReport {
  #read: Partial<FirstPicture> = {};

  push(line: string): void {
    if (!line.startsWith('[Parsed_showinfo')) return;
    const base = / config in time_base: (\d+)\/(\d+)/.exec(line);
    const shown = / n: *0 pts: *(-?\d+) .* sar:(\d+)\/(\d+) s:(\d+)x(\d+) /.exec(line);
    if (base !== null) this.#read.tickSeconds ??= Number(base[1]) / Number(base[2]);
    if (shown !== null) {
      const [ticks = 0, wide = 0, high = 0, width = 0, height = 0] = shown.slice(1).map(Number);
      // a pixel aspect that is not told is written as 0/1
      const pixelAspect = wide > 0 && high > 0 ? wide / high : 1;
      this.#read = { ticks, width, height, pixelAspect, ...this.#read };
    }
    const matrix = / color_space:(\w+)/.exec(line)?.[1];
    if (matrix !== undefined) this.#read.matrix ??= matrix;
    if (line.includes('displaymatrix')) this.#read.orientation = null;
    if (/ color_trc:(smpte2084|arib-std-b67)/.test(line)) this.#read.highDynamicRange = true;
  }

  /** The picture; undefined when none was decoded. */
  get picture(): FirstPicture | undefined {
    const { tickSeconds, ticks, width, height, pixelAspect } = this.#read;
    if (tickSeconds === undefined || ticks === undefined || width === undefined) return undefined;
    if (height === undefined || pixelAspect === undefined) return undefined;
    const { orientation = [], matrix = 'unknown', highDynamicRange = false } = this.#read;
    return { ticks, tickSeconds, width, height, pixelAspect, orientation, matrix, highDynamicRange };
  }
}

/**
 * A first picture as it is kept with its clip.
 * @returns undefined of one that is turned, or is shown later than at `firstS`: decoding looks for itself
 */
export function storedPicture(picture: FirstPicture, firstS: number): StoredPicture | undefined {
  const { ticks, tickSeconds, width, height, pixelAspect, orientation, matrix, highDynamicRange } = picture;
  if (orientation === null || Math.abs(ticks * tickSeconds - firstS) > tickSeconds / 2) return undefined;
  return {
    ...{ ticks, tick_s: tickSeconds, width, height, pixel_aspect: pixelAspect },
    ...{ matrix, high_dynamic_range: highDynamicRange },
  };
}

/** What `storedPicture` kept. */
export const pictureFrom = (stored: StoredPicture): FirstPicture => ({
  ...{ ticks: stored.ticks, tickSeconds: stored.tick_s, width: stored.width, height: stored.height },
  ...{ pixelAspect: stored.pixel_aspect, orientation: [], matrix: stored.matrix },
  highDynamicRange: stored.high_dynamic_range,
});
