import type { SpaceMap } from '@loci/contracts';
import { useEffect, useMemo } from 'react';
import { BufferAttribute, BufferGeometry, Color } from 'three';

/** Metres that a point is wide. */
const WIDTH_M = 0.045;
/** What would hide a room from above. */
const COVER = 'ceiling';

export const shownPoints = (points: SpaceMap['points']): SpaceMap['points'] =>
  points.filter(({ category }) => category !== COVER);

/** Every point in one draw call. */
export function Cloud({ points }: { points: SpaceMap['points'] }) {
  const geometry = useMemo(() => geometryOf(shownPoints(points)), [points]);
  useEffect(() => () => geometry.dispose(), [geometry]);
  return (
    <points geometry={geometry}>
      <pointsMaterial size={WIDTH_M} vertexColors sizeAttenuation />
    </points>
  );
}

function geometryOf(points: SpaceMap['points']): BufferGeometry {
  const positions = new Float32Array(points.length * 3);
  const colours = new Float32Array(points.length * 3);
  const colour = new Color();
  for (const [index, { position, rgb }] of points.entries()) {
    positions.set(position, index * 3);
    colour.setRGB(rgb[0] / 255, rgb[1] / 255, rgb[2] / 255, 'srgb').toArray(colours, index * 3);
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(positions, 3));
  geometry.setAttribute('color', new BufferAttribute(colours, 3));
  return geometry;
}
