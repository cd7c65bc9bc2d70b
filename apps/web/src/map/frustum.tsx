import type { Vec3 } from '@loci/contracts';
import { Line } from '@react-three/drei';
import { Matrix4, Quaternion, Vector3, type Color } from 'three';

/** How far a drawn frustum reaches, and half its width and height there; metres. 90 degrees wide, 4:3. */
const [FAR, WIDE, HIGH] = [0.7, 0.7, 0.525];
const CORNERS = [
  [-WIDE, -HIGH, FAR],
  [WIDE, -HIGH, FAR],
  [WIDE, HIGH, FAR],
  [-WIDE, HIGH, FAR],
] as const;
const EDGES = CORNERS.flatMap((corner, index) => [
  [0, 0, 0] as const,
  corner,
  corner,
  CORNERS[(index + 1) % CORNERS.length] ?? corner,
]);

const ORIGIN = new Vector3();
/** Used again with each picture. */
const [ahead, above, turn] = [new Vector3(), new Vector3(), new Matrix4()];

/** The turn of a frustum that looks along `forward`, upright; written into `into`. */
export const turnTo = (forward: Vec3, up: Vec3, into = new Quaternion()): Quaternion =>
  into.setFromRotationMatrix(turn.lookAt(ahead.set(...forward), ORIGIN, above.set(...up)));

/** What a camera at the origin sees along z, as the edges of a pyramid. */
export const Frustum = ({ colour, width }: { colour: Color; width: number }) => (
  <Line points={EDGES.map((corner) => [...corner])} segments color={colour} lineWidth={width} />
);
