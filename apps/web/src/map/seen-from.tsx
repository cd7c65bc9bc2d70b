import type { Answer, SpaceMap } from '@loci/contracts';
import type { Color } from 'three';
import { weightiest } from '../ask/evidence.js';
import { Frustum, turnTo } from './frustum.js';
import { poseAt } from './geometry.js';

/** A frustum of evidence is smaller than the player's. */
const SCALE = 0.5;

interface SeenFromProps {
  map: SpaceMap;
  answer: Answer | null;
  colour: Color;
}

/** From where an answer's evidence was seen. */
export const SeenFrom = ({ map, answer, colour }: SeenFromProps) =>
  weightiest(answer?.evidence ?? []).map(({ entry_kind, slot, t_s }) => {
    const pose = poseAt(map.trajectory, t_s);
    return (
      pose !== null && (
        <group
          key={`${entry_kind} ${slot}`}
          position={pose.position}
          quaternion={turnTo(pose.forward, map.up)}
          scale={SCALE}
        >
          <Frustum colour={colour} width={1.5} />
        </group>
      )
    );
  });
