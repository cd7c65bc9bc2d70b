import { TensorFormatError, readTensors, writeTensors } from '@loci/tensors';
import { z } from 'zod';
import { scaleFromSchema, type PathBefore } from './path.js';
import type { RelatedPictures } from './relations.js';
import type { Link } from './tracks.js';

const vec3 = z.tuple([z.number(), z.number(), z.number()]);
const mat3 = z.tuple([...vec3.def.items, ...vec3.def.items, ...vec3.def.items]);
const linkSchema = z.object({ from: z.int(), to: z.int(), matches: z.int() });
const countsSchema = z.array(z.int().nonnegative());
const relatedSchema = z.object({
  counts: countsSchema,
  relations: z.array(
    linkSchema.extend({ rotation: mat3, direction: vec3, parallax: z.number(), isTurn: z.boolean() }),
  ),
});
const pathSchema = z.object({
  counts: countsSchema,
  links: z.array(linkSchema),
  poses: z.array(z.object({ rotation: mat3, position: vec3 })),
  step: z.number().nullable(),
  world: z.object({
    rotation: mat3,
    origin: vec3,
    // paths that an older worker left have none
    place: vec3.default([0, 0, 0]),
    scale: z.number(),
    scaleError: z.number().default(0.1),
    scaleFrom: scaleFromSchema,
  }),
});

/** As bytes that decode to the same bits: doubles as JSON. */
export const encodeRelated = ({ frames, relations }: RelatedPictures): Uint8Array<ArrayBuffer> =>
  encode(frames, relations, { relations: relations.map(counted) });

/** Throws TensorFormatError for bytes that encodeRelated did not write. */
export function decodeRelated(bytes: Uint8Array): RelatedPictures {
  const { value, frames, matches } = decode(bytes, relatedSchema);
  return {
    frames,
    relations: value.relations.map((relation) => ({ ...relation, matches: matches(relation.matches) })),
  };
}

/** As encodeRelated, of what a chunk leaves of the path. */
export const encodePath = ({ followed, world }: PathBefore): Uint8Array<ArrayBuffer> => {
  const { frames, links, poses, step } = followed;
  return encode(frames, links, { links: links.map(counted), poses, step, world });
};

/** Throws TensorFormatError for bytes that encodePath did not write. */
export function decodePath(bytes: Uint8Array): PathBefore {
  const { value, frames, matches } = decode(bytes, pathSchema);
  const { poses, step, world } = value;
  const links = value.links.map((link) => ({ ...link, matches: matches(link.matches) }));
  return { followed: { frames, links, poses, step }, world };
}

const counted = <L extends Link>({ matches, ...rest }: L) => ({ ...rest, matches: matches.length });

/** Matches are indices of keypoints, of which a picture has fewer than 65,536: 16 bits each. */
function encode(frames: RelatedPictures['frames'], links: readonly Link[], rest: object) {
  const positions = Float32Array.from(frames.flatMap((frame) => [...frame.positions]));
  const matches = Uint16Array.from(links.flatMap((link) => [...link.matches]));
  return writeTensors(
    {
      positions: { dtype: 'f32', dims: [positions.length], data: positions },
      matches: { dtype: 'u16', dims: [matches.length], data: matches },
    },
    { value: JSON.stringify({ counts: frames.map((frame) => frame.positions.length), ...rest }) },
  );
}

function decode<T extends { counts: number[] }>(bytes: Uint8Array, schema: z.ZodType<T>) {
  const { tensors, metadata } = readTensors(bytes);
  const { positions, matches } = tensors;
  if (positions?.dtype !== 'f32' || matches?.dtype !== 'u16')
    throw new TensorFormatError('it does not hold keypoints and their matches');
  const value = parsed(metadata['value'], schema);
  let [position, match] = [0, 0];
  return {
    value,
    frames: value.counts.map((count) => ({
      positions: positions.data.slice(position, (position += count)),
    })),
    matches: (count: number) => Int32Array.from(matches.data.subarray(match, (match += count))),
  };
}

function parsed<T>(text: string | undefined, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text ?? ''));
  } catch (cause) {
    throw new TensorFormatError('it does not hold what odometry knows', { cause });
  }
}
