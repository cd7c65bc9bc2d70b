import { TensorFormatError, readTensors, writeTensors, type Tensor } from '@loci/tensors';
import { z } from 'zod';
import { scaleFromSchema } from './path-world.js';
import type { PathBefore } from './path.js';
import type { MatchedPictures, RelatedPictures } from './relations.js';
import type { Link } from './tracks.js';

const vec3 = z.tuple([z.number(), z.number(), z.number()]);
const mat3 = z.tuple([...vec3.def.items, ...vec3.def.items, ...vec3.def.items]);
const linkSchema = z.object({ from: z.int(), to: z.int(), matches: z.int() });
const countsSchema = z.array(z.int().nonnegative());
const relatedSchema = z.object({
  counts: countsSchema,
  /** By picture, the bytes of its looks; none of those of an older worker. */
  looks: countsSchema.default([]),
  relations: z.array(
    linkSchema.extend({ rotation: mat3, direction: vec3, parallax: z.number(), isTurn: z.boolean() }),
  ),
  /** What pictures have in common that were seen through a lens that nobody knew. */
  matched: z.array(linkSchema).default([]),
});
const poseSchema = z.object({ rotation: mat3, position: vec3 });
const pathSchema = z.object({
  counts: countsSchema,
  // of a path that an older worker left, none is remembered
  pictures: z.int().nonnegative().default(0),
  views: z
    .array(z.object({ picture: z.int(), pose: poseSchema, points: z.int(), looks: z.int() }))
    .default([]),
  /** Of a lens that was estimated. */
  lens: z.object({ longer: z.number(), error: z.number() }).nullable().default(null),
  links: z.array(linkSchema),
  poses: z.array(poseSchema),
  step: z.number().nullable(),
  world: z.object({
    rotation: mat3,
    origin: vec3,
    // paths that an older worker left have none
    place: vec3.default([0, 0, 0]),
    scale: z.number(),
    scaleError: z.number().default(0.1),
    overallError: z.number().default(0.1),
    scaleFrom: scaleFromSchema,
  }),
});

/** As bytes that decode to the same bits: doubles as JSON. */
export const encodeRelated = ({
  frames,
  relations,
  matched = [],
}: RelatedPictures & Partial<MatchedPictures>): Uint8Array<ArrayBuffer> =>
  encode(
    frames,
    [...relations, ...matched],
    {
      ...{ relations: relations.map(counted), matched: matched.map(counted) },
      looks: frames.map(({ looks }) => looks?.length ?? 0),
    },
    { looks: bytesTensor(frames.flatMap(({ looks }) => looks ?? [])) },
  );

/** Throws TensorFormatError for bytes that encodeRelated did not write. */
export function decodeRelated(bytes: Uint8Array): RelatedPictures & MatchedPictures {
  const { value, frames, matches, tensors } = decode(bytes, relatedSchema);
  const looks = inParts(tensors['looks']?.dtype === 'u8' ? tensors['looks'].data : new Uint8Array(0));
  return {
    frames: frames.map((frame, picture) => {
      const count = value.looks[picture] ?? 0;
      return count === 0 ? frame : { ...frame, looks: looks(count) };
    }),
    relations: value.relations.map((relation) => ({ ...relation, matches: matches(relation.matches) })),
    matched: value.matched.map((link) => ({ ...link, matches: matches(link.matches) })),
  };
}

/** As encodeRelated, of what a chunk leaves of the path. */
export const encodePath = ({
  followed,
  world,
  pictures,
  views,
  lens,
}: PathBefore): Uint8Array<ArrayBuffer> => {
  const { frames, links, poses, step } = followed;
  return encode(
    frames,
    links,
    {
      ...{ links: links.map(counted), poses, step, world, pictures, lens },
      views: views.map(({ picture, pose, points, looks }) => ({
        ...{ picture, pose, points: points.length / 3, looks: looks.length },
      })),
    },
    {
      points: floatsTensor(views.map(({ points }) => points)),
      seen: floatsTensor(views.map(({ seen }) => seen)),
      looks: bytesTensor(views.map(({ looks }) => looks)),
    },
  );
};

/** Throws TensorFormatError for bytes that encodePath did not write. */
export function decodePath(bytes: Uint8Array): PathBefore {
  const { value, frames, matches, tensors } = decode(bytes, pathSchema);
  const { poses, step, world, pictures, lens } = value;
  const links = value.links.map((link) => ({ ...link, matches: matches(link.matches) }));
  const floats = (name: string) => {
    const tensor = tensors[name];
    return inParts(tensor?.dtype === 'f32' ? tensor.data : new Float32Array(0));
  };
  const [points, seen] = [floats('points'), floats('seen')];
  const looks = inParts(tensors['looks']?.dtype === 'u8' ? tensors['looks'].data : new Uint8Array(0));
  const views = value.views.map(({ picture, pose, points: count, looks: length }) => ({
    ...{ picture, pose, points: points(3 * count), seen: seen(2 * count), looks: looks(length) },
  }));
  return { followed: { frames, links, poses, step }, world, pictures, views, lens };
}

const counted = <L extends Link>({ matches, ...rest }: L) => ({ ...rest, matches: matches.length });

const floatsTensor = (parts: readonly Float32Array[]): Tensor => {
  const data = Float32Array.from(parts.flatMap((part) => [...part]));
  return { dtype: 'f32', dims: [data.length], data };
};

const bytesTensor = (parts: readonly Uint8Array[]): Tensor => {
  const data = Uint8Array.from(parts.flatMap((part) => [...part]));
  return { dtype: 'u8', dims: [data.length], data };
};

/** Gives an array part by part. */
function inParts<A extends Float32Array | Uint8Array | Uint16Array>(all: A): (length: number) => A {
  let from = 0;
  return (length) => all.slice(from, (from += length)) as A;
}

/** Matches are indices of keypoints, of which a picture has fewer than 65,536: 16 bits each. */
function encode(
  frames: RelatedPictures['frames'],
  links: readonly Link[],
  rest: object,
  tensors: Record<string, Tensor>,
) {
  const matches = Uint16Array.from(links.flatMap((link) => [...link.matches]));
  return writeTensors(
    {
      positions: floatsTensor(frames.map(({ positions }) => positions)),
      matches: { dtype: 'u16', dims: [matches.length], data: matches },
      ...tensors,
    },
    { value: JSON.stringify({ counts: frames.map((frame) => frame.positions.length), ...rest }) },
  );
}

function decode<T extends { counts: number[] }>(bytes: Uint8Array, schema: z.ZodType<T>) {
  const { tensors, metadata } = readTensors(bytes);
  if (tensors['positions']?.dtype !== 'f32' || tensors['matches']?.dtype !== 'u16')
    throw new TensorFormatError('it does not hold keypoints and their matches');
  const value = parsed(metadata['value'], schema);
  const [positions, matches] = [inParts(tensors['positions'].data), inParts(tensors['matches'].data)];
  return {
    ...{ value, tensors },
    frames: value.counts.map((count) => ({ positions: positions(count) })),
    matches: (count: number) => Int32Array.from(matches(count)),
  };
}

function parsed<T>(text: string | undefined, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text ?? ''));
  } catch (cause) {
    throw new TensorFormatError('it does not hold what odometry knows', { cause });
  }
}
