import type { SpaceMap, Vec3 } from '@loci/contracts';
import { Line } from '@react-three/drei';
import { memo, useEffect, useMemo } from 'react';
import { BufferGeometry, Vector3, type Color } from 'three';

/** A way of more places is drawn thin: it would cover the map, and take long without a graphics card. */
const WIDE_PLACES = 600;

interface WayProps {
  trajectory: SpaceMap['trajectory'];
  colour: Color;
}

/** The way of the camera. In an hour it has thousands of places, which a click need not lay anew. */
export const Way = memo(function Way({ trajectory, colour }: WayProps) {
  const places = useMemo(() => trajectory.map(({ position }) => position), [trajectory]);
  if (places.length < 2) return null;
  return places.length > WIDE_PLACES ? (
    <ThinLine places={places} colour={colour} />
  ) : (
    <Line points={places} color={colour} lineWidth={2.5} />
  );
});

function ThinLine({ places, colour }: { places: readonly Vec3[]; colour: Color }) {
  const geometry = useMemo(() => {
    const ends = places.slice(1).flatMap((place, index) => [places[index] ?? place, place]);
    return new BufferGeometry().setFromPoints(ends.map((end) => new Vector3(...end)));
  }, [places]);
  useEffect(() => () => geometry.dispose(), [geometry]);
  return (
    <lineSegments geometry={geometry}>
      <lineBasicMaterial color={colour} />
    </lineSegments>
  );
}
