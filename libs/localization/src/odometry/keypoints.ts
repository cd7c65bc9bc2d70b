/** The keypoints of one picture. */
export interface Keypoints {
  /** [K, 2] pixels, x right and y down; 0 is the middle of the first pixel. */
  positions: Float32Array;
  /** [K, D] of length 1. */
  descriptors: Float32Array;
}

/** A lens without distortion, in pixels of the picture. */
export interface Pinhole {
  fx: number;
  fy: number;
  cx: number;
  cy: number;
}

/** Where keypoints lie on the plane one metre before the camera: [K, 2]. */
export function onPlane({ positions }: Pick<Keypoints, 'positions'>, lens: Pinhole): Float64Array {
  const { fx, fy, cx, cy } = lens;
  return Float64Array.from(positions, (value, i) => (i % 2 === 0 ? (value - cx) / fx : (value - cy) / fy));
}
