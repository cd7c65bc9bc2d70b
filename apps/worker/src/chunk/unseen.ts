import { takeUnseen, viewOf, type View } from '@loci/memory';
import type { PlacedFrame } from './frames.js';

/** Frames that memory is asked to take, at most T, and which of them it takes: those that show what was not seen before. */
export interface AskedFrames {
  frames: readonly PlacedFrame[];
  unseen: readonly boolean[];
}

/**
 * Which of some frames show what was not seen before, and the views that were taken then. Those that are not `asked` are not taken: the
 * chunk before has remembered them, or they are adrift. For a model that has no landmarks (`objects`) all is new: its places cannot be compared.
 */
export function askUnseen(
  frames: readonly PlacedFrame[],
  asked: readonly boolean[],
  views: readonly View[],
  { fps, objects }: { fps: number; objects: ReadonlySet<number> },
): AskedFrames & { views: readonly View[] } {
  if (objects.size === 0) return { frames, unseen: asked, views };
  const taken = takeUnseen(
    views,
    frames.map(({ cameraToWorld, index }, at) =>
      asked[at] === true ? viewOf(cameraToWorld, 0, index / fps) : null,
    ),
  );
  return { frames, ...taken };
}
