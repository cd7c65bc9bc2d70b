import { setImmediate } from 'node:timers/promises';
import { writeTensors, type Tensor } from '@loci/memory';
import jpeg from 'jpeg-js';

const QUALITY = 80;

/**
 * The thumbnails object of a chunk: safetensors with one u8 tensor per fresh frame, named by the frame's index in the
 * video, holding a JPEG at the model's input resolution.
 * @param frames RGB u8 [n, H, W, 3], frame `start` of the video first
 */
export async function encodeThumbnails(
  frames: Uint8Array,
  span: { start: number; end: number; freshFrom: number },
  { height, width }: { height: number; width: number },
): Promise<Uint8Array> {
  const tensors: Record<string, Tensor> = {};
  for (let frame = span.freshFrom; frame < span.end; frame++) {
    const at = (frame - span.start) * height * width * 3;
    const { data } = jpeg.encode({ data: withAlpha(frames.subarray(at, at + height * width * 3)), height, width }, QUALITY);
    tensors[String(frame)] = { dtype: 'u8', dims: [data.byteLength], data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
    await setImmediate(); // lets lock renewals and health checks through
  }
  return writeTensors(tensors);
}

/** RGB → RGBA, which the encoder wants. */
function withAlpha(rgb: Uint8Array): Uint8Array {
  const rgba = new Uint8Array((rgb.length / 3) * 4);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    rgba[to] = rgb[from] ?? 0;
    rgba[to + 1] = rgb[from + 1] ?? 0;
    rgba[to + 2] = rgb[from + 2] ?? 0;
    rgba[to + 3] = 255;
  }
  return rgba;
}
