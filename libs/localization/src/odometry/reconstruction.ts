import { adjusting, type Observation } from './bundle-adjustment.js';
import { neighboursOf, worth, type Neighbour, type Relation } from './relations.js';
import { resect, stepAlong, type SeenPoints } from './resection.js';
import { seededBy } from './random.js';
import { rootMean, sharedWithNext, stepsInRow } from './steps.js';
import type { Track } from './tracks.js';
import { triangulate, viewError, type Pose, type View } from './triangulation.js';
import { IDENTITY, length, minus, plus, times, type Mat3, type Vec3 } from './vectors.js';

/** A point that is told by rays less far apart than this is not told: the cosine of 1.2°. */
const MOST_COSINE = 0.99978;
/** Times the usual error beyond which an observation is wrong. */
const BEYOND = 4;
/** Frames that move when one is added. */
const WINDOW = 8;
/** So many frames after which all of them move. */
const EVERY = 6;

/** A frame stands where so many points say so, or fewer of such a share of those it sees. */
const ENOUGH_SEEN = 25;
const LEAST_SEEN = 8;
const LEAST_SHARE = 0.3;
const isEnough = (inliers: number, seen: number): boolean =>
  inliers >= ENOUGH_SEEN || (inliers >= LEAST_SEEN && inliers >= LEAST_SHARE * seen);

/** Times the usual step that a step may be at most, where few points tell it. */
const LONGEST = 4;

/** How a frame's place was found. */
export type Placed = 'given' | 'seen' | 'chained';

/** What is known of some frames: where their cameras stood, and where the points are. */
export class Reconstruction {
  readonly poses: (Pose | null)[];
  readonly how: (Placed | null)[];
  /** By track; null where nobody knows. */
  readonly points: (Vec3 | null)[];
  /** By track, the frames that see it and where: on the plane one metre before them. */
  readonly views: { frame: number; keypoint: number; u: number; v: number }[][];
  private readonly byFrame: number[][];
  /** By frame, how the next one's camera stands to it. */
  private readonly turns: ReadonlyMap<number, Mat3>;

  /**
   * @param seen by frame, its keypoints on the plane one metre before it: [K, 2]
   * @param given by frame, where its camera stood if that is known
   * @param isFixed whether a frame stays where it is given
   * @param error usual error of a keypoint on that plane
   * @param stepBefore how far the camera usually went from a frame to the next, before these
   */
  constructor(
    seen: readonly Float64Array[],
    tracks: readonly Track[],
    private readonly relations: readonly Relation[],
    given: readonly (Pose | null)[],
    private readonly isFixed: (frame: number) => boolean,
    private readonly error: number,
    private readonly stepBefore: number | null = null,
  ) {
    this.poses = seen.map((_, frame) => given[frame] ?? null);
    this.how = this.poses.map((pose) => (pose === null ? null : 'given'));
    this.points = tracks.map(() => null);
    this.views = tracks.map((track) =>
      track.map(([frame, keypoint]) => ({
        ...{ frame, keypoint },
        ...{ u: seen[frame]?.[2 * keypoint] ?? NaN, v: seen[frame]?.[2 * keypoint + 1] ?? NaN },
      })),
    );
    this.turns = new Map(
      relations.flatMap(({ from, to, rotation }) => (to === from + 1 ? [[from, rotation]] : [])),
    );
    this.byFrame = seen.map(() => []);
    tracks.forEach((track, index) => {
      for (const [frame] of track) this.byFrame[frame]?.push(index);
    });
  }

  /** Finds the place of every frame, and pauses after each. */
  *growing(): Generator<undefined, void> {
    if (this.poses.every((pose) => pose === null)) this.begin();
    this.triangulateAll();
    for (let added = 1; this.poses.includes(null); added += 1) {
      const frame = this.nextFrame();
      this.place(frame);
      this.triangulateAll(frame);
      const near = this.poses.map((pose, other) => pose !== null && Math.abs(other - frame) < WINDOW);
      yield* this.adjust(near, 12);
      if (added % EVERY === 0)
        yield* this.adjust(
          near.map(() => true),
          5,
        );
      yield;
    }
    for (let round = 0; round < 3; round += 1) {
      yield* this.adjust(
        this.poses.map(() => true),
        12,
      );
      this.triangulateAll();
      yield;
    }
    yield* this.adjust(
      this.poses.map(() => true),
      20,
    );
  }

  /** All poses, once it has grown. */
  placed(): Pose[] {
    return this.poses.flatMap((pose) => pose ?? []);
  }

  /** The pair of frames that tells most points. */
  private begin(): void {
    const best = this.relations.reduce<Relation | null>(
      (found, each) => (found === null || worth(each) > worth(found) ? each : found),
      null,
    );
    const from = best?.from ?? 0;
    this.poses[from] = { rotation: IDENTITY, position: [0, 0, 0] };
    this.how[from] = 'seen';
    if (best === null) return;
    const position: Vec3 = best.isTurn ? [0, 0, 0] : best.direction;
    this.poses[best.to] = { rotation: best.rotation, position };
    this.how[best.to] = 'seen';
  }

  /** The frame without a place that sees most points; of several, the earliest. */
  private nextFrame(): number {
    let [best, most] = [-1, -1];
    this.poses.forEach((pose, frame) => {
      if (pose !== null) return;
      const seen = this.seenBy(frame).length;
      const nearest = this.poses.reduce(
        (least, other, index) => (other === null ? least : Math.min(least, Math.abs(index - frame))),
        Infinity,
      );
      const worth = seen - 1e-3 * nearest;
      if (best < 0 || worth > most) [best, most] = [frame, worth];
    });
    return best;
  }

  private seenBy(frame: number) {
    return (this.byFrame[frame] ?? []).flatMap((track) => {
      const point = this.points[track];
      const view = this.views[track]?.find((each) => each.frame === frame);
      return point === null || point === undefined || view === undefined ? [] : [{ track, point, view }];
    });
  }

  private place(frame: number): void {
    const seen = this.seenBy(frame);
    const guesses = neighboursOf(frame, this.relations, this.poses);
    const points = {
      points: seen.map(({ point }) => point),
      seen: Float64Array.from(seen.flatMap(({ view }) => [view.u, view.v])),
    };
    const found = resect(
      points,
      guesses.slice(0, 3).map(({ rotation }) => rotation),
      this.error,
      seededBy(seen.map(({ track }) => track)),
    );
    const isSeen = found !== null && isEnough(found.inliers.length, seen.length);
    this.how[frame] = isSeen ? 'seen' : 'chained';
    this.poses[frame] = isSeen ? found.pose : this.chained(frame, guesses[0], points);
  }

  /** A pose by the relation with another frame; how far it went by few points, else by the usual step. */
  private chained(frame: number, near: Neighbour | undefined, points: SeenPoints): Pose {
    if (near === undefined) return this.nearestPosed(frame);
    const { rotation, from, towards } = near;
    if (near.isTurn) return { rotation, position: from.position };
    // without a scale so far, its step is the unit
    const usual = (this.usualStep() ?? 1) * near.apart;
    const told = stepAlong({ rotation, position: from.position }, towards, points);
    const step = told === null ? usual : Math.max(usual / LONGEST, Math.min(usual * LONGEST, told));
    return { rotation, position: plus(from.position, times(step, towards)) };
  }

  private nearestPosed(frame: number): Pose {
    const apart = (other: number): number =>
      this.poses[other] === null ? Infinity : Math.abs(other - frame);
    const nearest = [...this.poses.keys()].reduce((best, other) =>
      apart(other) < apart(best) ? other : best,
    );
    return this.poses[nearest] ?? { rotation: IDENTITY, position: [0, 0, 0] };
  }

  /** Median of how far the camera went from a frame to the next; null where it is not known to have moved. */
  usualStep(): number | null {
    const steps = this.steps();
    return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] || this.stepBefore;
  }

  /** How far the camera went from each frame to the next, where points tell. */
  private steps(): number[] {
    return this.poses.flatMap((pose, frame) => {
      const next = this.poses[frame + 1];
      const isSeen = this.how[frame] !== 'chained' && this.how[frame + 1] !== 'chained';
      return pose === null || next === null || next === undefined || !isSeen
        ? []
        : length(minus(next.position, pose.position));
    });
  }

  /** Finds the points that two placed frames see and nobody knows yet. */
  private triangulateAll(frame?: number): void {
    const tracks = frame === undefined ? this.points.keys() : (this.byFrame[frame] ?? []);
    for (const track of tracks) {
      if (this.points[track] !== null) continue;
      let views = this.viewsOf(track);
      for (;;) {
        if (views.length < 2) break;
        const point = triangulate(views, MOST_COSINE);
        if (point === null) break;
        const errors = views.map((view) => viewError(view, point));
        const worst = Math.max(...errors);
        if (worst < (BEYOND * this.error) ** 2) {
          this.points[track] = point;
          const kept = views;
          this.views[track] = (this.views[track] ?? []).filter(
            (view) => this.poses[view.frame] === null || kept.some((each) => each.source === view),
          );
          break;
        }
        if (views.length < 4) break;
        views = views.filter((_, index) => errors[index] !== worst);
      }
    }
  }

  private viewsOf(track: number): (View & { source: { frame: number } })[] {
    return (this.views[track] ?? []).flatMap((source) => {
      const pose = this.poses[source.frame];
      return pose === null || pose === undefined ? [] : [{ pose, u: source.u, v: source.v, source }];
    });
  }

  /** Moves some frames and the points that they see; then what is seen elsewhere than it should be goes. */
  private *adjust(isWanted: readonly boolean[], rounds: number): Generator<undefined, void> {
    const cameras: number[] = [];
    const indexOf = new Map<number, number>();
    const tracks: number[] = [];
    const observations: Observation[] = [];
    this.points.forEach((point, track) => {
      if (point === null) return;
      const views = (this.views[track] ?? []).filter(({ frame }) => this.poses[frame] !== null);
      if (!views.some(({ frame }) => isWanted[frame] === true && !this.isFixed(frame))) return;
      for (const { frame, u, v } of views) {
        let camera = indexOf.get(frame);
        if (camera === undefined) {
          camera = cameras.length;
          indexOf.set(frame, camera);
          cameras.push(frame);
        }
        observations.push({ camera, point: tracks.length, u, v });
      }
      tracks.push(track);
    });
    if (observations.length === 0) return;
    const anchor = this.poses.some((_, frame) => this.isFixed(frame)) ? -1 : Math.min(...cameras);
    const moved = yield* adjusting(
      {
        cameras: cameras.map((frame) => this.poses[frame] ?? { rotation: IDENTITY, position: [0, 0, 0] }),
        points: tracks.map((track) => this.points[track] ?? [NaN, NaN, NaN]),
        observations,
        steps: stepsInRow(cameras, indexOf, {
          usual: this.stepBefore ?? rootMean(this.steps()),
          turns: this.turns,
          shared: sharedWithNext(this.points, this.views),
        }),
      },
      cameras.map((frame) => isWanted[frame] === true && !this.isFixed(frame) && frame !== anchor),
      this.error,
      rounds,
    );
    cameras.forEach((frame, camera) => {
      this.poses[frame] = moved.cameras[camera] ?? null;
    });
    tracks.forEach((track, index) => {
      const point = moved.points[index] ?? null;
      const kept = (this.views[track] ?? []).filter((view) => {
        const pose = this.poses[view.frame];
        if (pose === null || pose === undefined || point === null) return true;
        return viewError({ pose, u: view.u, v: view.v }, point) < (BEYOND * this.error) ** 2;
      });
      this.views[track] = kept;
      const posed = kept.filter(({ frame }) => this.poses[frame] !== null).length;
      this.points[track] = posed < 2 ? null : point;
    });
  }
}
