/**
 * What localization reads of a chunk as the perceive graph gives it: F frames of N tokens, without padding.
 */
export interface PerceivedChunk {
  /** F */
  frames: number;
  /** [F, N, 3] metres, in the frame of the chunk's first camera */
  points: Float32Array;
  /** [F, N, 3] each token's vote for the centre of the object that it lies on */
  centers: Float32Array;
  /** [F, N] in (0, 1] */
  confidence: Float32Array;
  /** [F, 4, 4] */
  cameraToChunk: Float32Array;
  /** [F, N] index into the manifest's categories */
  category: Int32Array;
  /** [F] how doubtful it is that a frame goes on from the one before */
  stepDoubt: Float32Array;
  /** [F] 1 for a still frame: it shows nothing that the one before does not, so nothing is learned from it */
  still: Uint8Array;
}

/** What localization depends on besides the chunk and what the chunk before left. */
export interface LocalizerOptions {
  /** Index in the video of the chunk's first frame. */
  firstFrame: number;
  /** Whether it is the last chunk of the video. */
  last: boolean;
  /** Seconds of moving pictures before a frame of the video, this chunk's or an earlier one's. */
  seenS: (frame: number) => number;
  /** Whether the model's scale is metric: then only rotation and translation are fitted. */
  metricScale: boolean;
  /** The categories that can tell one place from another; with none, shared frames alone place a chunk. */
  objectCategories: ReadonlySet<number>;
  /**
   * [F, 4, 4] camera-to-world, where a client says where the cameras stood; null: that is found out.
   */
  poses?: Float32Array | null;
  /** What the estimate of these poses hands to the next chunk, encoded; null where they are not estimated. */
  path?: Uint8Array | null;
  /** N, and how many frames a chunk shares with the one before. */
  sizes: { tokens: number; overlap: number };
}
