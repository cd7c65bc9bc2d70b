import { COMPARED_APART, matchWithEarlier, relationOf } from './follow.js';
import { lensIn, type Keypoints, type Pinhole } from './keypoints.js';
import type { Matches } from './matching.js';
import type { MatchedPictures, RelatedPictures, Relation } from './relations.js';
import { isRemembered, looksOf } from './remembered-views.js';
import type { Link } from './tracks.js';

/** Pictures a second by which a camera's path is estimated, about. */
const PICTURES_PER_S = 6;

/** Of the pictures that a path is estimated by, every so many are a frame of the memory. */
export const picturesPerFrame = (fps: number): number => Math.max(1, Math.round(PICTURES_PER_S / fps));

/** The pictures of frames [start, end): from the first to the last of them. */
export const picturesOf = ({ start, end }: { start: number; end: number }, every: number) => ({
  start: every * start,
  end: every * (end - 1) + 1,
});

/** How many pictures two chunks share that have so many frames in common. */
export const sharedPictures = (overlap: number, every: number): number => every * (overlap - 1) + 1;

/**
 * The lens of pictures of a size in pixels.
 * @param pinhole in widths and heights of the picture
 */
export const pictureLens = (size: { width: number; height: number }, pinhole: Pinhole): Pinhole =>
  lensIn(size, { ...pinhole, width: 1, height: 1 });

/** Tells how a chunk's pictures stand to each other, one picture after the other. */
export class PictureRelations {
  private readonly frames: Keypoints[] = [];
  private readonly relations: Relation[] = [];
  private readonly matched: Link[] = [];

  /** @param lens null where nobody knows it: then only what they have in common is told */
  constructor(private readonly lens: Pinhole | null) {}

  /** The descriptors of those that the next picture is matched with, the nearest first. */
  earlier(): Float32Array[] {
    return COMPARED_APART.flatMap((apart) => this.frames[this.frames.length - apart]?.descriptors ?? []);
  }

  /** @param matches with each of earlier(), where they are known */
  add({ positions, descriptors }: Keypoints, matches?: readonly Matches[]): void {
    this.frames.push({ positions, descriptors });
    const links = matchWithEarlier(this.frames, this.frames.length - 1, matches);
    const { lens } = this;
    if (lens === null) this.matched.push(...links);
    else this.relations.push(...links.flatMap((link) => relationOf(link, this.frames, lens)));
  }

  related(): RelatedPictures & MatchedPictures {
    return {
      frames: this.frames.map((frame, picture) =>
        isRemembered(picture) ? { ...frame, looks: looksOf(frame) } : frame,
      ),
      ...{ relations: this.relations, matched: this.matched },
    };
  }
}
