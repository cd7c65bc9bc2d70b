import type { TrackPackets } from './packets.js';

/** A video track as ffmpeg describes it when it opens a file. */
interface Track {
  /** Its place among the file's video tracks, from 0; cover pictures are none. */
  place: number;
  codec: string;
  /** Whether the file flags it as the one to be shown. */
  isDefault: boolean;
  /** Whether each of its pictures is known to be one, and not two fields. */
  isProgressive: boolean;
  pixels: number;
}

/** Codecs of pictures: a track of one such picture is no video. */
const PICTURE_CODECS = new Set(['mjpeg', 'png', 'bmp', 'gif', 'webp', 'tiff', 'jpeg2000', 'jpegxl']);
/** Brands of picture files in the container of mp4 (HEIF, AVIF). */
const PICTURE_BRANDS = new Set(['avif', 'avis', 'mif1', 'msf1', 'heic', 'heix', 'heim', 'heis']);

/** Reads what ffmpeg prints about a file and its tracks, line by line, when all video tracks are copied. */
export class FileReport {
  readonly tracks: Track[] = [];
  /** Where a player's clock begins, in seconds on the container's: with the earliest track. */
  startS = 0;
  /** Whether the file says that it holds pictures. */
  holdsPictures = false;
  /** Whether it is an MPEG transport stream, whose clock may jump. */
  isTransportStream = false;
  readonly #streams = new Map<string, Omit<Track, 'place'>>();

  push(line: string): void {
    const start = /^ {2}Duration: .*, start: (-?[\d.]+)/.exec(line);
    // the priming of an encoder is before the start and is not played
    if (start !== null) this.startS = Math.max(0, Number(start[1]));
    this.isTransportStream ||= line.startsWith('Input #0, mpegts,');
    const brand = /^ +major_brand +: (\w+)/.exec(line);
    if (brand !== null) this.holdsPictures ||= PICTURE_BRANDS.has(brand[1] ?? '');
    const stream = /^ {2}Stream (#0:\d+).*: Video: (\w+).*? (\d+)x(\d+)/.exec(line);
    if (stream !== null) {
      const [, name = '', codec = '', width, height] = stream;
      const pixels = Number(width) * Number(height);
      if (!this.#streams.has(name))
        this.#streams.set(name, {
          ...{ codec, isDefault: line.includes(' (default)'), pixels },
          isProgressive: /\([^()]*\bprogressive\)/.test(line),
        });
    }
    const copied = /^ {2}Stream (#0:\d+) -> #0:(\d+) \(copy\)/.exec(line);
    if (copied !== null) {
      const [, name = '', place] = copied;
      const unknown = { codec: 'unknown', isDefault: false, isProgressive: false, pixels: 0 };
      this.tracks.push({ ...(this.#streams.get(name) ?? unknown), place: Number(place) });
    }
  }
}

/** A track with its packets. */
export type ListedTrack = Track & { packets: TrackPackets };

/**
 * The track that a player plays: the one flagged as default, then the longest, in whole seconds, then that of
 * most pictures, then the largest. A track of one picture is played when there is no other.
 */
export function playedTrack(tracks: readonly ListedTrack[]): ListedTrack | undefined {
  const rank = ({ isDefault, pixels, packets }: ListedTrack): number[] => [
    ...[Number(packets.count > 1), Number(isDefault), Math.round(packets.seconds())],
    ...[packets.count, pixels],
  ];
  return tracks.reduce<ListedTrack | undefined>((best, track) => {
    if (best === undefined) return track;
    const [own, others] = [rank(track), rank(best)];
    const decisive = own.findIndex((value, index) => value !== others[index]);
    return decisive >= 0 && (own[decisive] ?? 0) > (others[decisive] ?? 0) ? track : best;
  }, undefined);
}

/** Whether a track is a still picture: one frame of a picture codec, or of a picture file. */
export const isPicture = ({ codec, packets }: ListedTrack, { holdsPictures }: FileReport): boolean =>
  packets.count === 1 && (holdsPictures || PICTURE_CODECS.has(codec));
