import type { SpaceMap } from '@loci/contracts';
import { Line } from '@react-three/drei';
import { useFrame, useThree } from '@react-three/fiber';
import { useEffect, useRef } from 'react';
import { Vector3, type Color, type Group } from 'three';
import { usePlayhead } from '../video/playhead.js';
import { poseAt } from './geometry.js';

/** How far the drawn frustum reaches, and half its width and height there; metres. 90 degrees wide, 4:3. */
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

/** Where the camera stood, and what it saw, at the player's moment. */
export function LookingCamera({ trajectory, colour }: { trajectory: SpaceMap['trajectory']; colour: Color }) {
  const playhead = usePlayhead();
  const group = useRef<Group>(null);
  const invalidate = useThree((state) => state.invalidate);
  // while the player plays, each picture moves the camera
  useEffect(() => {
    let frame = 0;
    const follow = () => {
      invalidate();
      frame = playhead.playing ? requestAnimationFrame(follow) : 0;
    };
    const stop = playhead.subscribe(() => {
      cancelAnimationFrame(frame);
      follow();
    });
    follow();
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [playhead, invalidate]);
  useFrame(() => {
    const pose = poseAt(trajectory, playhead.time);
    if (pose === null || group.current === null) return;
    const { position, forward } = pose;
    group.current.position.set(...position);
    group.current.lookAt(
      group.current.parent?.localToWorld(new Vector3(...position).add(new Vector3(...forward))) ??
        new Vector3(),
    );
  });
  return (
    <group ref={group}>
      <Line points={EDGES.map((corner) => [...corner])} segments color={colour} lineWidth={2.5} />
      <mesh>
        <sphereGeometry args={[0.09, 16, 12]} />
        <meshBasicMaterial color={colour} />
      </mesh>
    </group>
  );
}
