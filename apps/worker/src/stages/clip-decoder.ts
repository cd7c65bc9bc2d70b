import { LociError } from '@loci/contracts';
import type { PerceiveTask } from '@loci/database';
import { ObjectDamagedError, ObjectMissingError, remuxedKey, videoKey } from '@loci/storage';
import { decodeFrames, type DecodeOptions } from '@loci/video';
import { Inject, Injectable } from '@nestjs/common';
import { CONNECTIONS, type Connections } from '../connections.js';

/** Decodes clips of the object store, each as it was found to be when it was uploaded. */
@Injectable()
export class ClipDecoder {
  constructor(@Inject(CONNECTIONS) private readonly connections: Connections) {}

  /**
   * Pictures of a clip, RGB u8 [n, H, W, 3].
   * @throws LociError 'clip-lost'; DecodeError, DecodeTimeoutError
   */
  async decode(
    video: PerceiveTask['video'],
    range: Omit<DecodeOptions, 'track' | 'refreshS' | 'entryIntervalS' | 'identity' | 'firstPicture'>,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const { source, track } = await this.locate(video);
    const { sha256: identity, access } = video;
    const refreshS = access?.refreshes === true ? access.entry_interval_s : undefined;
    const entryIntervalS = access?.entry_interval_s;
    const sampling = { track, refreshS, entryIntervalS };
    const firstPicture = access?.first_picture;
    const timeLimitMs = this.connections.config.decodeLimitMs;
    return decodeFrames(source, { ...range, ...sampling, identity, firstPicture, timeLimitMs }, signal);
  }

  /**
   * Where the clip is decoded from, and which of its video tracks: a remuxed copy has only one.
   * @throws LociError 'clip-lost' when the store lacks it, or holds another number of bytes
   */
  private async locate({
    sha256,
    bytes,
    track,
    access,
  }: PerceiveTask['video']): Promise<{ source: string; track: number }> {
    const { store } = this.connections;
    const remuxed = access?.remuxed_bytes ?? null;
    try {
      return remuxed === null
        ? { source: await store.locate(videoKey(sha256), bytes), track }
        : { source: await store.locate(remuxedKey(sha256), remuxed), track: 0 };
    } catch (error) {
      if (!(error instanceof ObjectMissingError || error instanceof ObjectDamagedError)) throw error;
      const remedy = 'upload the same file again, then submit the job again';
      throw new LociError('clip-lost', `In the object store, ${error.message}; ${remedy}`, { cause: error });
    }
  }
}
