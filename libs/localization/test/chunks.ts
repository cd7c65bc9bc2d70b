import { applySim3, invertSim3, type Sim3 } from '../src/geometry/sim3.js';
import { localizeChunk, type Handover, type LocalizedChunk } from '../src/localize-chunk.js';
import type { LocalizerOptions, PerceivedChunk } from '../src/perceived-chunk.js';
import { decodeOverlap, encodeOverlap } from '../src/overlap.js';
import { decodeState, encodeState } from '../src/state.js';
import { levelTurn, randomOf } from './geometry.js';

export const TOKENS = 48;
export const OVERLAP = 4;
/** Frames of a whole chunk, and how many of them are fresh in all but the first. */
export const FRAMES = 32;
export const FRESH = FRAMES - OVERLAP;
export const OBJECTS: ReadonlySet<number> = new Set(Array.from({ length: 13 }, (_, index) => index + 3));

/** A chunk of seeded numbers; poses are the identity, and nothing is doubted. */
export function someChunk(frames = FRAMES, { seed = 1 } = {}): PerceivedChunk {
  const random = randomOf(seed);
  const floats = (length: number, of: () => number) => Float32Array.from({ length }, of);
  return {
    frames,
    points: floats(frames * TOKENS * 3, () => 6 * random() - 3),
    centers: floats(frames * TOKENS * 3, () => 6 * random() - 3),
    confidence: floats(frames * TOKENS, () => 0.1 + 0.9 * random()),
    cameraToChunk: Float32Array.from({ length: frames * 16 }, (_, i) => ((i % 16) % 5 === 0 ? 1 : 0)),
    category: Int32Array.from({ length: frames * TOKENS }, () => Math.floor(16 * random())),
    stepDoubt: new Float32Array(frames),
    still: new Uint8Array(frames),
  };
}

/** Where the objects of a room stand. */
export const PLACES = [
  [-2, 0, 1],
  [2.5, 0, 2],
  [0.3, 0, -2.4],
  [1.4, 0, 0.2],
  [-1.1, 0, 2.8],
  [-2.6, 0, -1.7],
] as const;

export interface RoomView {
  frames?: number;
  /** The frame before which the picture jumps to where `away` leads back from. */
  boundary?: number;
  away?: Sim3;
  /** The frame from which on no object is seen. */
  blankFrom?: number;
}

/** A chunk whose every frame shows all objects of a room. */
export function roomChunk({
  frames = FRAMES,
  boundary,
  away = levelTurn(0, 0, 0),
  blankFrom = frames,
}: RoomView = {}): PerceivedChunk {
  const chunk = someChunk(frames);
  for (let token = 0; token < frames * TOKENS; token += 1) {
    const kind = token % PLACES.length;
    const [x, y, z] = PLACES[kind]!;
    chunk.category[token] = token < blankFrom * TOKENS ? 3 + kind : 0;
    chunk.centers.set([x, y, z], 3 * token);
    chunk.points.set([x + 0.3 * Math.sin(token % TOKENS), y + 0.4 * Math.cos(token % TOKENS), z], 3 * token);
  }
  if (boundary === undefined || boundary >= frames) return chunk;
  chunk.stepDoubt[boundary] = 2;
  const from = boundary * TOKENS * 3;
  for (const values of [chunk.centers, chunk.points])
    values.set(applySim3(invertSim3(away), values.subarray(from)), from);
  return chunk;
}

/** A camera that walks a metre a frame, looking ahead. */
export function walkedChunk(frames: number): PerceivedChunk {
  const chunk = roomChunk({ frames });
  for (let frame = 0; frame < frames; frame += 1) chunk.cameraToChunk[16 * frame + 11] = frame;
  return chunk;
}

/** Which picture each frame of a video shows: frames of one picture are perceived alike. */
export type Shows = (frame: number) => number;

/** A chunk whose frames show these pictures. */
function showing(chunk: PerceivedChunk, firstFrame: number, shows: Shows): PerceivedChunk {
  const confidence = new Float32Array(chunk.confidence.length);
  for (let frame = 0; frame < chunk.frames; frame += 1) {
    const random = randomOf(1 + shows(firstFrame + frame));
    confidence.set(
      Array.from({ length: TOKENS }, () => 0.1 + 0.9 * random()),
      TOKENS * frame,
    );
  }
  return { ...chunk, confidence };
}

/**
 * Localizes a chunk that begins at frame `firstFrame`, or where the chunks of 32 frames before it end. Each
 * frame shows a picture of its own, unless it is said which.
 */
export const localize = (
  chunk: PerceivedChunk,
  previous: Handover,
  over: Partial<LocalizerOptions> & { chunkIndex?: number; shows?: Shows } = {},
): LocalizedChunk => {
  const {
    chunkIndex = previous.overlap === null ? 0 : 1,
    shows = (frame: number) => frame,
    ...options
  } = over;
  const { firstFrame = FRESH * chunkIndex } = options;
  return localizeChunk(previous, showing(chunk, firstFrame, shows), {
    firstFrame,
    last: false,
    metricScale: true,
    objectCategories: OBJECTS,
    seenS: (frame) => frame / 2,
    sizes: { tokens: TOKENS, overlap: OVERLAP },
    ...options,
  });
};

/** What a chunk hands on, by way of the bytes that are stored. */
export const throughBytes = ({ state, overlap }: Handover): Handover => ({
  state: decodeState(encodeState(state)),
  overlap: overlap && decodeOverlap(encodeOverlap(overlap)),
});

/** The frames of the video that memory takes, released ones first. */
export const keyframesOf = ({ releasedFrames, keyframes }: LocalizedChunk, firstFrame: number): number[] => [
  ...(releasedFrames === null
    ? []
    : [...releasedFrames.frames].filter((_, i) => releasedFrames.keyframes[i])),
  ...[...keyframes.keys()].filter((i) => keyframes[i]).map((i) => firstFrame + i),
];

/** The furthest that values are from one another. */
export const furthest = (found: Float32Array, wanted: Float32Array): number =>
  found.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i]!)), 0);
