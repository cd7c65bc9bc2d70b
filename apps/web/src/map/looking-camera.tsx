import type { SpaceMap } from '@loci/contracts';
import { useFrame, useThree } from '@react-three/fiber';
import { memo, useEffect, useRef } from 'react';
import type { Color, Group } from 'three';
import { afterPaint } from '../design/after-paint.js';
import { usePlayhead } from '../video/playhead.js';
import { Frustum, turnTo } from './frustum.js';
import { poseAt } from './geometry.js';

/** Where the camera stood, and what it saw, at the player's moment. */
export const LookingCamera = memo(function LookingCamera({ map, colour }: { map: SpaceMap; colour: Color }) {
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
    let takeBack = (): void => undefined;
    const stop = playhead.subscribe(() => {
      takeBack();
      // what a jump changes in words is drawn before the scene
      takeBack = afterPaint(() => {
        cancelAnimationFrame(frame);
        follow();
      });
    });
    follow();
    return () => {
      stop();
      takeBack();
      cancelAnimationFrame(frame);
    };
  }, [playhead, invalidate]);
  useFrame(() => {
    const pose = poseAt(map.trajectory, playhead.time);
    if (pose === null || group.current === null) return;
    group.current.position.set(...pose.position);
    turnTo(pose.forward, map.up, group.current.quaternion);
  });
  return (
    <group ref={group}>
      <Frustum colour={colour} width={2.5} />
      <mesh>
        <sphereGeometry args={[0.09, 16, 12]} />
        <meshBasicMaterial color={colour} />
      </mesh>
    </group>
  );
});
