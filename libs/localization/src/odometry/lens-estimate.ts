import { adjusting, type Observation } from './bundle-adjustment.js';
import { ERROR_PX, followingChunk, relationOf, type FollowedChunk, type SeenIn } from './follow.js';
import { onPlane, type Pinhole } from './keypoints.js';
import type { Matches } from './matching.js';
import type { MatchedPictures, RelatedPictures, SeenPicture } from './relations.js';
import { viewError, type Pose } from './triangulation.js';
import type { Vec3 } from './vectors.js';

/** How a lens is, beside one that was guessed. */
export interface EstimatedLens {
  /** By how much its focal length is longer than the guess. */
  longer: number;
  /** By which share that may be wrong, as a standard deviation. */
  error: number;
}

/** By which share focal lengths of people's cameras differ from the guess. */
const USUAL_ERROR = 0.25;
/** About by how much lenses of drawn validation walks, of halls and of a real corridor were missed. */
const LEAST_ERROR = 0.1;
/** Errors of observations go together: an error told by their sum is larger by this factor. */
const TOGETHER = 8;

/** So many pictures of the chunk tell its lens, by so many keypoints each: the surest come first. */
const PICTURES = 48;
const KEYPOINTS = 300;

/** The way is followed at most so many times, each time through the lens that was found. */
const ROUNDS = 3;
/** A lens that changed by less is not followed again. */
const NEAR = 0.02;
/** Focal lengths that are tried are so many times apart, and at most so many steps from the first. */
const STEP = 1.05;
const MOST_STEPS = 10;
/** Rounds of adjustment by which a focal length is judged. */
const ADJUSTED = 8;
/** Squared errors beside the usual one count up to here. */
const MOST_SQUARED = 16;

/** A lens whose focal length is so many times as long. */
export const longerLens = ({ fx, fy, cx, cy }: Pinhole, times: number): Pinhole => ({
  ...{ fx: fx * times, fy: fy * times, cx, cy },
});

/** How matched pictures stand to each other through a lens; pauses after each pair. */
export function* relatingThrough(
  { frames, matched }: MatchedPictures,
  lens: Pinhole,
): Generator<undefined, RelatedPictures> {
  const relations: RelatedPictures['relations'] = [];
  for (const link of matched) {
    relations.push(...relationOf(link, frames, lens));
    yield;
  }
  return { frames, relations };
}

/**
 * The focal length of the lens that a chunk was seen through: the one that leaves bundle adjustment the least
 * error. The chunk is followed through the guess, what was found is adjusted through shorter and longer
 * lenses, and it is followed again through the best of them. Where the pictures tell little, the guess speaks
 * too. A pure function; pauses as followingChunk does.
 */
export function* estimatingLens(
  pictures: MatchedPictures,
  guess: Pinhole,
): Generator<undefined, EstimatedLens> {
  const few = surest(pictures);
  let lens: EstimatedLens = { longer: 1, error: USUAL_ERROR };
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = lens.longer;
    const through = longerLens(guess, before);
    const { relations } = yield* relatingThrough(few, through);
    const found = yield* followingChunk(null, few.frames, relations, { lens: through, overlap: 0 });
    const best = yield* bestFocal(found, few, through);
    if (best !== null) lens = withGuess(before * best.longer, best.error);
    if (Math.abs(lens.longer / before - 1) < NEAR) break;
  }
  return { ...lens, error: Math.sqrt(lens.error * lens.error + LEAST_ERROR * LEAST_ERROR) };
}

/** The first pictures, and what the surest of their keypoints have in common. */
function surest({ frames, matched }: MatchedPictures): MatchedPictures {
  const sure = (matches: Matches): Matches =>
    matches.filter((_, i) => (matches[i & ~1] ?? 0) < KEYPOINTS && (matches[i | 1] ?? 0) < KEYPOINTS);
  return {
    frames: frames.slice(0, PICTURES),
    matched: matched.flatMap((link) => (link.to < PICTURES ? { ...link, matches: sure(link.matches) } : [])),
  };
}

/** The mean of an estimate and of the guess, each as much as it is sure. */
function withGuess(longer: number, error: number): EstimatedLens {
  const [own, usual] = [1 / (longer * error) ** 2, 1 / USUAL_ERROR ** 2];
  const mean = (own * longer + usual) / (own + usual);
  return { longer: mean, error: 1 / Math.sqrt(own + usual) / mean };
}

/** How many times as long the focal length is that fits best; null where none does. */
function* bestFocal(
  { poses, points, views }: FollowedChunk,
  { frames }: MatchedPictures,
  lens: Pinhole,
): Generator<undefined, EstimatedLens | null> {
  const isFree = poses.map((_, frame) => frame > 0);
  function* judged(times: number, from: Places): Generator<undefined, Judged> {
    const through = longerLens(lens, times);
    const error = ERROR_PX / through.fx;
    const observations = observationsOf(views, frames, through);
    const places = yield* adjusting({ ...from, observations }, isFree, error, ADJUSTED);
    const cost = errorsOf(places, observations, error).reduce(
      (sum, each) => sum + Math.sqrt(1 + each) - 1,
      0,
    );
    return { times, places, cost };
  }
  const middle = yield* judged(1, { cameras: poses, points });
  let [lower, best, upper] = [
    yield* judged(1 / STEP, middle.places),
    middle,
    yield* judged(STEP, middle.places),
  ];
  for (let step = 0; step < MOST_STEPS && !(best.cost <= lower.cost && best.cost <= upper.cost); step += 1)
    if (lower.cost < upper.cost)
      [lower, best, upper] = [yield* judged(lower.times / STEP, lower.places), lower, best];
    else [lower, best, upper] = [best, upper, yield* judged(upper.times * STEP, upper.places)];
  const bend = lower.cost - 2 * best.cost + upper.cost;
  if (!(bend > 0) || best.cost > lower.cost || best.cost > upper.cost) return null;
  const share = STEP - 1;
  return {
    longer: best.times * (1 + (share * (lower.cost - upper.cost)) / (2 * bend)),
    error: (TOGETHER * share) / Math.sqrt(bend),
  };
}

interface Places {
  cameras: Pose[];
  points: Vec3[];
}

/** A focal length, what was adjusted through it, and the error that is left. */
interface Judged {
  times: number;
  places: Places;
  cost: number;
}

/** What pictures see of points, through a lens. */
function observationsOf(
  views: readonly SeenIn[][],
  frames: readonly SeenPicture[],
  lens: Pinhole,
): Observation[] {
  const planes = frames.map((frame) => onPlane(frame, lens));
  return views.flatMap((own, point) =>
    own.map(({ frame, keypoint }) => {
      const plane = planes[frame];
      const [u, v] = [plane?.[2 * keypoint] ?? NaN, plane?.[2 * keypoint + 1] ?? NaN];
      return { camera: frame, point, u, v };
    }),
  );
}

/** By observation, its error beside the usual one, squared; what is farther off is of something else. */
const errorsOf = (
  { cameras, points }: Places,
  observations: readonly Observation[],
  error: number,
): number[] =>
  observations.flatMap(({ camera, point, u, v }) => {
    const [pose, place] = [cameras[camera], points[point]];
    if (pose === undefined || place === undefined) return [];
    return Math.min(MOST_SQUARED, viewError({ pose, u, v }, place) / (error * error));
  });
