import {
  applySim3,
  applySim3ToPoses,
  decodeTail,
  encodeTail,
  invertSim3,
  readTensors,
  sim3,
  TensorFormatError,
  writeTensors,
  type Sim3,
} from '@loci/memory';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  decodeFeatures,
  encodeFeatures,
  FeaturesUnreadableError,
  type Features,
} from '../src/chunk/features.js';
import { framesFrom, framesOf, movedFrame, stacked, tensorsOf } from '../src/chunk/frames.js';
import { encodeMap } from '../src/chunk/map.js';
import { placeChunk } from '../src/chunk/place.js';
import { encodeThumbnails } from '../src/chunk/thumbnails.js';
import { leftBy, nano, pointsOf, posesOf, someFeatures } from './builders.js';

/** A turn by `yaw` about the vertical and a step, with a scale. */
const motion = (yaw: number, x: number, z: number, scale = 1): Sim3 =>
  sim3(scale, [Math.cos(yaw), 0, Math.sin(yaw), 0, 1, 0, -Math.sin(yaw), 0, Math.cos(yaw)], [x, 0, z]);

describe('stored features', () => {
  it('come back bit for bit, without the padding', () => {
    const full = someFeatures(nano.frames_per_chunk);
    const back = decodeFeatures(encodeFeatures(full, full.colors, 5, nano), 5, nano);
    expect(back.frames).toBe(5);
    expect(back.visualTokens).toEqual(full.visualTokens.slice(0, 5 * nano.tokens * nano.d_visual));
    expect(back.category).toEqual(full.category.slice(0, 5 * nano.tokens));
    expect(back.colors).toEqual(full.colors.slice(0, 5 * nano.tokens * 3));
  });

  it('are refused when they are cut off or of another shape', () => {
    const full = someFeatures(4);
    const bytes = encodeFeatures(full, full.colors, 4, nano);
    expect(() => decodeFeatures(bytes.subarray(0, bytes.length - 1), 4, nano)).toThrow(
      FeaturesUnreadableError,
    );
    expect(() => decodeFeatures(bytes, 3, nano)).toThrow(FeaturesUnreadableError);
  });
});

describe('frames in the world', () => {
  const features = someFeatures(5);
  const frames = framesOf(
    features,
    { points: features.points, centers: features.centers, cameraToWorld: features.cameraToChunk },
    28,
  );

  it('are stacked with zeros up to the graph’s fixed length', () => {
    expect(stacked(frames, 'visualTokens')).toEqual(features.visualTokens);
    expect(stacked(frames, 'confidence', 7)).toEqual(
      Float32Array.of(...features.confidence, ...new Float32Array(2 * nano.tokens)),
    );
  });

  it('come back from a tail bit for bit, and from an empty one none', () => {
    expect(framesFrom(readTensors(writeTensors(tensorsOf(frames))).tensors)).toEqual(frames);
    expect(framesFrom(tensorsOf([]))).toEqual([]);
    const without = tensorsOf(frames);
    delete without['colors'];
    expect(() => framesFrom(without)).toThrow(/have no colors/);
    expect(() =>
      framesFrom({ ...tensorsOf(frames), ...tensorsOf(frames.slice(1)), index: tensorsOf(frames)['index']! }),
    ).toThrow(TensorFormatError);
  });

  it('move as a whole', () => {
    const there = movedFrame(frames[2]!, { cos: 0, sin: 1, x: 1, z: 2 });
    const [x = 0, y = 0, z = 0] = frames[2]!.points;
    expect([...there.points.subarray(0, 3)].map((value) => value.toFixed(5))).toEqual(
      [z + 1, y, 2 - x].map((value) => value.toFixed(5)),
    );
    expect([...there.cameraToWorld].map(Math.round)).toEqual([
      0, 0, 1, 1, 0, 1, 0, 0, -1, 0, 0, 2, 0, 0, 0, 1,
    ]);
    expect({ ...there, points: 0, centers: 0, cameraToWorld: 0 }).toEqual({
      ...frames[2],
      points: 0,
      centers: 0,
      cameraToWorld: 0,
    });
  });
});

describe('placing a chunk', () => {
  const place = (
    features: Features,
    previous: ReturnType<typeof placeChunk> | null,
    options: { metric?: boolean; objects?: ReadonlySet<number> } = {},
  ) =>
    placeChunk(features, {
      previous: leftBy(previous),
      start: previous === null ? 0 : 28,
      last: false,
      metric: options.metric ?? true,
      objects: options.objects ?? new Set(),
      fps: 2,
      sizes: nano,
    });

  /** What the next chunk sees of the first one's tail, from its own frame, with nothing else in it. */
  function overlapSeenFrom(first: Features, inverse: Sim3): Features {
    const next = someFeatures(nano.overlap, { seed: 9 });
    return { ...next, points: applySim3(inverse, first.points.slice(-nano.overlap * nano.tokens * 3)) };
  }

  it('takes the first chunk’s frame for the world', () => {
    const first = someFeatures(nano.frames_per_chunk);
    const placed = place(first, null);
    expect(pointsOf(placed)).toEqual(first.points);
    expect(posesOf(placed)).toEqual(first.cameraToChunk);
  });

  it('finds any motion, and with it any scale, from the points that both chunks see', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: -4, max: 4, noNaN: true }),
        fc.double({ min: -4, max: 4, noNaN: true }),
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        fc.boolean(),
        (yaw, x, z, scale, metric) => {
          const truth = motion(yaw, x, z, metric ? 1 : scale);
          const first = someFeatures(nano.frames_per_chunk);
          const { toWorld } = place(overlapSeenFrom(first, invertSim3(truth)), place(first, null), {
            metric,
          });
          expect(toWorld.scale).toBeCloseTo(truth.scale, 4);
          toWorld.translation.forEach((value, axis) =>
            expect(value).toBeCloseTo(truth.translation[axis]!, 3),
          );
          toWorld.rotation.forEach((value, cell) => expect(value).toBeCloseTo(truth.rotation[cell]!, 4));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('hangs a chunk whose overlap shows a single point on the pose that the chunk before found for its first frame', () => {
    const truth = motion(0.4, 1, 2);
    const pose = applySim3ToPoses(
      truth,
      Float32Array.from({ length: 16 }, (_, at) => (at % 5 === 0 ? 1 : 0)),
    );
    const blank: Features = {
      ...someFeatures(nano.overlap),
      points: new Float32Array(nano.overlap * nano.tokens * 3).fill(1),
    };
    const before = place(someFeatures(nano.frames_per_chunk), null);
    const tail = decodeTail(before.tail);
    expect(tail.pose).toEqual(posesOf(before).subarray(28 * 16, 29 * 16));
    const { toWorld } = place(blank, { ...before, tail: encodeTail({ ...tail, pose }) });
    toWorld.translation.forEach((value, axis) => expect(value).toBeCloseTo(truth.translation[axis]!, 6));
    expect(() => place(blank, { ...before, tail: encodeTail({ ...tail, pose: null }) })).toThrow(
      /could not be aligned/,
    );
  });
});

describe('the map of a chunk', () => {
  it('holds the frames’ trusted points and their path', () => {
    const features = someFeatures(6);
    features.confidence.fill(0.9).fill(0.01, features.confidence.length - 10);
    const frames = framesOf(
      features,
      { points: features.points, centers: features.centers, cameraToWorld: features.cameraToChunk },
      28,
    );
    const { points, rgb, category, trajectory, times } = readTensors(encodeMap(frames.slice(4), 2)).tensors;
    expect(points?.dims).toEqual([2 * nano.tokens - 10, 3]);
    expect(rgb?.dims).toEqual(points?.dims);
    expect(category?.dims).toEqual([2 * nano.tokens - 10]);
    expect(points?.data[0]).toBe(features.points[4 * nano.tokens * 3]);
    expect(trajectory?.dims).toEqual([2, 16]);
    expect([...times!.data]).toEqual([16, 16.5]);
  });
});

describe('thumbnails', () => {
  it('are JPEGs of the fresh frames, named by their place in the video', async () => {
    const picture = nano.height * nano.width * 3;
    const frames = new Uint8Array(3 * picture).fill(200, 2 * picture);
    const { tensors } = readTensors(
      await encodeThumbnails(frames, { start: 28, end: 31, freshFrom: 29 }, nano),
    );
    expect(Object.keys(tensors).sort()).toEqual(['29', '30']);
    const { data, info } = await sharp(tensors['30']!.data as Uint8Array)
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ height: nano.height, width: nano.width, channels: 3 });
    expect(data[0]).toBeGreaterThan(195);
  });
});
