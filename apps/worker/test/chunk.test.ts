import { TensorFormatError, readTensors, writeTensors } from '@loci/tensors';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  decodeFeatures,
  encodeFeatures,
  encodeOnePicture,
  FeaturesUnreadableError,
  ONE_PICTURE,
  type Features,
} from '../src/chunk/features.js';
import { framesOf, movedFrame, stackField } from '../src/chunk/frames.js';
import { encodeMap } from '../src/chunk/map.js';
import { perceivedIn } from '../src/chunk/perceived.js';
import { decodePendingFrames, encodePendingFrames } from '../src/chunk/pending-frames.js';
import { encodeThumbnails } from '../src/chunk/thumbnails.js';
import { nano, someFeatures } from './builders.js';

/** Features that are of a perceived chunk. */
function decoded(...stored: Parameters<typeof decodeFeatures>): Features {
  const features = decodeFeatures(...stored);
  if (features === ONE_PICTURE) throw new Error('nothing of the chunk was perceived');
  return features;
}

describe('stored features', () => {
  it('say of a chunk that shows one picture no more than that', () => {
    expect(decodeFeatures(encodeOnePicture(), 32, nano)).toBe(ONE_PICTURE);
  });

  it('come back bit for bit, without the padding', () => {
    const full = someFeatures(nano.frames_per_chunk);
    const back = decoded(encodeFeatures(full, full, 5, nano), 5, nano);
    expect(back.frames).toBe(5);
    expect(back.visualTokens).toEqual(full.visualTokens.slice(0, 5 * nano.tokens * nano.d_visual));
    expect(back.category).toEqual(full.category.slice(0, 5 * nano.tokens));
    expect(back.colors).toEqual(full.colors.slice(0, 5 * nano.tokens * 3));
  });

  it('are refused when they are cut off or of another shape', () => {
    const full = someFeatures(4);
    const bytes = encodeFeatures(full, full, 4, nano);
    expect(() => decodeFeatures(bytes.subarray(0, bytes.length - 1), 4, nano)).toThrow(
      FeaturesUnreadableError,
    );
    expect(() => decodeFeatures(bytes, 3, nano)).toThrow(FeaturesUnreadableError);
  });
});

describe('features that an older worker stored', () => {
  it('say nothing of shot boundaries or still frames: no step is doubtful, and none is still', () => {
    const full = {
      ...someFeatures(4),
      stepDoubt: Float32Array.of(0, 2, 0, 0),
      still: Uint8Array.of(0, 1, 0, 0),
    };
    const { tensors } = readTensors(encodeFeatures(full, full, 4, nano));
    delete tensors['stepDoubt'];
    delete tensors['still'];
    const back = decoded(writeTensors(tensors), 4, nano);
    expect(back.stepDoubt).toEqual(new Float32Array(4));
    expect(back.still).toEqual(new Uint8Array(4));
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
    expect(stackField(frames, 'visualTokens')).toEqual(features.visualTokens);
    expect(stackField(frames, 'confidence', 7)).toEqual(
      Float32Array.of(...features.confidence, ...new Float32Array(2 * nano.tokens)),
    );
  });

  it('come back bit for bit when they were pending, and are refused when they are something else', () => {
    expect(decodePendingFrames(encodePendingFrames(frames))).toEqual(frames);
    const { tensors } = readTensors(encodePendingFrames(frames));
    const { colors, ...colorless } = tensors;
    expect(colors?.dims).toEqual([5, 3 * nano.tokens]);
    expect(() => decodePendingFrames(writeTensors(colorless))).toThrow(/have no colors/);
    const { index: fewer } = readTensors(encodePendingFrames(frames.slice(1))).tensors;
    expect(() => decodePendingFrames(writeTensors({ ...tensors, index: fewer! }))).toThrow(TensorFormatError);
  });

  it('move as a whole', () => {
    const there = movedFrame(frames[2]!, {
      scale: 1,
      rotation: [0, 0, 1, 0, 1, 0, -1, 0, 0],
      translation: [1, 0, 2],
    });
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

describe('the map of a chunk', () => {
  it('holds the frames’ trusted points and their path', () => {
    const features = someFeatures(6);
    features.confidence.fill(0.9).fill(0.01, features.confidence.length - 10);
    const frames = framesOf(
      features,
      { points: features.points, centers: features.centers, cameraToWorld: features.cameraToChunk },
      28,
    );
    const bytes = encodeMap(
      frames.slice(4),
      {
        landmarks: Float32Array.of(4, 1, 2, 0.5),
        glimpses: Float32Array.of(4, 1, 2, 7),
        occupancy: Float32Array.of(3, -4, 9),
        shotBoundaries: [33],
      },
      2,
    );
    const { tensors } = readTensors(bytes);
    const { points, rgb, category, frame, trajectory, times, landmarks, shots } = tensors;
    expect([...tensors['glimpses']!.data]).toEqual([4, 1, 2, 7]);
    expect([...tensors['occupancy']!.data]).toEqual([3, -4, 9]);
    const facts = { landmarks: new Float32Array(0), glimpses: new Float32Array(0), shotBoundaries: [] };
    expect(readTensors(encodeMap([], { ...facts, occupancy: null }, 2)).tensors['occupancy']).toBeUndefined();
    expect(points?.dims).toEqual([2 * nano.tokens - 10, 3]);
    expect(rgb?.dims).toEqual(points?.dims);
    expect(category?.dims).toEqual([2 * nano.tokens - 10]);
    expect(new Set(frame?.data)).toEqual(new Set([0, 1]));
    expect([landmarks?.dims, [...landmarks!.data]]).toEqual([
      [1, 4],
      [4, 1, 2, 0.5],
    ]);
    expect(points?.data[0]).toBe(features.points[4 * nano.tokens * 3]);
    expect(trajectory?.dims).toEqual([2, 16]);
    expect([...times!.data]).toEqual([16, 16.5]);
    expect([...shots!.data]).toEqual([16.5]);
  });
});

describe('thumbnails', () => {
  it('are JPEGs of the fresh frames, named by their place in the video', async () => {
    const picture = nano.height * nano.width * 3;
    const frames = new Uint8Array(3 * picture).fill(200, 2 * picture);
    const { tensors } = readTensors(
      await encodeThumbnails(
        frames,
        { repeats: Uint8Array.of(0, 1, 0) },
        { start: 28, end: 31, freshFrom: 29 },
        nano,
      ),
    );
    expect(Object.keys(tensors).sort()).toEqual(['29', '30']);
    const { data, info } = await sharp(tensors['30']!.data as Uint8Array)
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ height: nano.height, width: nano.width, channels: 3 });
    expect(data[0]).toBeGreaterThan(195);
  });

  it('show of a frame that repeats the one before the same picture', async () => {
    const picture = nano.height * nano.width * 3;
    const frames = Uint8Array.from({ length: 3 * picture }, (_, index) => index % 251);
    const { tensors } = readTensors(
      await encodeThumbnails(
        frames,
        { repeats: Uint8Array.of(0, 1, 0) },
        { start: 0, end: 3, freshFrom: 0 },
        nano,
      ),
    );
    expect(tensors['1']).toEqual(tensors['0']);
    expect(tensors['2']).not.toEqual(tensors['0']);
  });
});

describe('what was perceived in a chunk', () => {
  const none = new Set<number>();
  const span = { start: 28, end: 32, freshFrom: 29 };
  const manifest = { categories: ['wall', 'door', 'bed'], sizes: nano };
  const features = {
    ...someFeatures(4),
    category: new Int32Array(4 * nano.tokens),
    categoryProbability: new Float32Array(4 * nano.tokens),
    novelty: Float32Array.of(9, 1, 2, 4),
    still: Uint8Array.of(0, 0, 1, 0),
  };
  // a bed in each frame, half seen in the first of the fresh ones
  for (const [frame, probability] of [1, 0.5, 1, 0.2].entries()) {
    features.category[frame * nano.tokens] = 2;
    features.categoryProbability[frame * nano.tokens] = probability;
  }

  it('is counted by category in its fresh moving frames', () => {
    expect(perceivedIn(features, span, manifest, none)).toEqual({
      ...{ noveltySum: 5, noveltyFrames: 2, seen: [0, 0, expect.closeTo(0.7)], lastSeen: [-1, -1, 29] },
    });
  });

  it('is counted once, where pictures of before are played again; they are in view all the same', () => {
    expect(perceivedIn(features, span, manifest, new Set([3]))).toEqual({
      ...{ noveltySum: 5, noveltyFrames: 2, seen: [0, 0, 0.5], lastSeen: [-1, -1, 29] },
    });
    const whole = { ...features, categoryProbability: features.categoryProbability.map(Math.ceil) };
    expect(perceivedIn(whole, span, manifest, new Set([3]))).toMatchObject({
      ...{ seen: [0, 0, 1], lastSeen: [-1, -1, 31] },
    });
  });

  it('tells the last of them in which a thing fills a quarter of a token', () => {
    const whole = {
      ...features,
      categoryProbability: features.categoryProbability.map((p) => (p > 0 ? 1 : 0)),
    };
    expect(perceivedIn(whole, span, manifest, none).lastSeen).toEqual([-1, -1, 31]);
    const { lastSeen } = perceivedIn({ ...whole, still: Uint8Array.of(0, 0, 1, 1) }, span, manifest, none);
    expect(lastSeen).toEqual([-1, -1, 29]);
  });

  it('is nothing where it goes on showing one picture', () => {
    expect(perceivedIn(ONE_PICTURE, span, manifest, none)).toEqual({
      ...{ noveltySum: 0, noveltyFrames: 0, seen: [0, 0, 0], lastSeen: [-1, -1, -1] },
    });
  });
});
