import type { Answer, MapObject, Vec3 } from '@loci/contracts';
import { memo, useMemo } from 'react';
import { BoxGeometry } from 'three';
import type { Colours } from './colours.js';
import { Label } from './label.js';
import type { Picked } from './picked.js';
import { usedOf } from './used.js';

/** Metres that a thing without a known size is drawn wide. */
const UNKNOWN_M = 0.16;

interface ThingsProps {
  objects: readonly MapObject[];
  picked: readonly Picked[];
  lit: Answer | null;
  colours: Colours;
}

/** Objects as labelled boxes, what was picked, and what an answer was reasoned from. */
export function Things({ objects, picked, lit, colours }: ThingsProps) {
  const points = picked.filter(({ id }) => id === null);
  const used = useMemo(() => usedOf(lit, objects), [lit, objects]);
  return (
    <>
      {objects.map((object) => (
        <Thing
          key={object.id}
          position={object.position}
          size={object.size}
          name={object.category}
          lit={used.ids.has(object.id) || picked.some(({ id }) => id === object.id)}
          colours={colours}
        />
      ))}
      {points.map(({ position }, index) => (
        <Dot key={index} position={position} colours={colours} />
      ))}
      {used.places.map(({ position, name }, index) => (
        <Thing key={index} position={position} size={null} name={name} lit colours={colours} />
      ))}
    </>
  );
}

interface ThingProps {
  position: Vec3;
  size: Vec3 | null;
  name: string;
  lit: boolean;
  colours: Colours;
}

const Thing = memo(function Thing({ position, size, name, lit, colours }: ThingProps) {
  const [x, y, z] = size ?? [UNKNOWN_M, UNKNOWN_M, UNKNOWN_M];
  const box = useMemo(() => new BoxGeometry(x, y, z), [x, y, z]);
  return (
    <group position={position}>
      <lineSegments>
        <edgesGeometry args={[box]} />
        <lineBasicMaterial color={lit ? colours.now : colours.ink} />
      </lineSegments>
      {/* it is there from the start, so that a click does not wait until its program is compiled */}
      <mesh visible={lit}>
        <boxGeometry args={[x, y, z]} />
        <meshBasicMaterial color={colours.now} transparent opacity={0.25} depthWrite={false} />
      </mesh>
      <Label position={[0, -y / 2, 0]} text={name} lit={lit} />
    </group>
  );
});

const Dot = ({ position, colours }: { position: Vec3; colours: Colours }) => (
  <mesh position={position} renderOrder={2}>
    <sphereGeometry args={[0.07, 16, 12]} />
    <meshBasicMaterial color={colours.now} depthTest={false} />
  </mesh>
);
