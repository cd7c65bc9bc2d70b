import { writeTensors, type Tensor } from '@loci/tensors';
import sharp from 'sharp';
import type { StillFrames } from './still-frames.js';

// without Huffman tables of its own for each picture: they save few bytes and cost a quarter of the time
const QUALITY = 80;
// every picture is new: what the library would keep of them is memory lost
sharp.cache(false);

/**
 * The thumbnails object of a chunk: safetensors with one u8 tensor per fresh frame, named by the frame's
 * index in the video, holding a JPEG at the model's input resolution.
 * A repeated frame has the picture of the one before.
 * @param frames RGB u8 [n, H, W, 3], frame `start` of the video first
 */
export async function encodeThumbnails(
  frames: Uint8Array,
  { repeats }: Pick<StillFrames, 'repeats'>,
  span: { start: number; end: number; freshFrom: number },
  { height, width }: { height: number; width: number },
): Promise<Uint8Array> {
  const bytes = height * width * 3;
  const encode = async (frame: number): Promise<Tensor> => {
    const offset = (frame - span.start) * bytes;
    const raw = { width, height, channels: 3 } as const;
    const picture = sharp(frames.subarray(offset, offset + bytes), { raw });
    const data = await picture.jpeg({ quality: QUALITY, optimiseCoding: false }).toBuffer();
    return { dtype: 'u8', dims: [data.byteLength], data };
  };
  // all at once: one after the other, each would cost the threads that encode it another start
  const pictures: Promise<[string, Tensor]>[] = [];
  let last: Promise<Tensor> | undefined;
  for (let frame = span.freshFrom; frame < span.end; frame += 1) {
    if (last === undefined || repeats[frame - span.start] === 0) last = encode(frame);
    pictures.push(last.then((picture) => [String(frame), picture]));
  }
  return writeTensors(Object.fromEntries(await Promise.all(pictures)));
}
