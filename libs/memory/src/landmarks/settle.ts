import { fitted } from './fit.js';
import { merged, moved, type Known, type Landmark } from './landmark.js';
import { AGREEING, located, relocated } from './located.js';
import { STAY, type Motion, type Pull } from './motion.js';

/** Chunks with enough to tell by that look for a place before it is believed to be new, and of all chunks. */
const [TRIES, PATIENCE] = [2, 5];
/** Log-odds by which what follows a suspected cut is thought to go on where it was. */
const FAVOUR = 5;
/** Objects without which looking for a place is no try: blank frames do not use up any. */
const TELLING = 3;

/** A part of a chunk as it is first placed. */
export interface PartSeen {
  /** The objects that it shows, in the world. */
  readonly objects: readonly Landmark[];
  /** Those that its fresh frames show. */
  readonly fresh: readonly Landmark[];
  /** Points that the chunk before has seen too: from here, to where they are; null where it shares no frame. */
  readonly shared: readonly Pull[] | null;
}

/**
 * How far a part has to move from where it was first placed, and what is known then. While it is adrift nothing of it
 * becomes a landmark: not before it is found, or believed to be new.
 */
export function settle(
  { objects, fresh, shared }: PartSeen,
  { landmarks, adrift }: Known,
): { motion: Motion; known: Known } {
  if (adrift === null) {
    const motion = shared === null ? STAY : relocated(fitted(shared, objects, landmarks), objects, landmarks);
    return { motion, known: { landmarks: merged(landmarks, moved(fresh, motion)), adrift: null } };
  }
  const seen = merged(adrift.seen, fresh);
  const found = located(seen, landmarks, { favour: adrift.suspected ? FAVOUR : 0 });
  const [tries, chunks] = [adrift.tries + (seen.length >= TELLING ? 1 : 0), adrift.chunks + 1];
  if (found === null && tries < TRIES && chunks < PATIENCE)
    return {
      motion: STAY,
      known: { landmarks, adrift: { seen, tries, chunks, suspected: adrift.suspected } },
    };
  const motion = found ?? STAY;
  return { motion, known: { landmarks: merged(landmarks, moved(seen, motion)), adrift: null } };
}

/** What is known after a cut; what was adrift leaves no landmarks. Among few of them nothing is ever found: what follows is new. */
export const cutFrom = ({ landmarks }: Known, suspected: boolean): Known => ({
  landmarks,
  adrift: landmarks.length < AGREEING ? null : { seen: [], tries: 0, chunks: 0, suspected },
});
