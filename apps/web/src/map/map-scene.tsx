import type { Answer, SpaceMap, Vec3 } from '@loci/contracts';
import { Line, OrbitControls, OrthographicCamera, PerspectiveCamera } from '@react-three/drei';
import { Canvas, useThree, type CanvasProps } from '@react-three/fiber';
import { memo, useEffect, useMemo, useState } from 'react';
import { Quaternion, Vector3 } from 'three';
import { texts } from '../texts.js';
import { Cloud } from './cloud.js';
import { useColours, type Colours } from './colours.js';
import { extentOf, floorHeight, type Box } from './geometry.js';
import { LabelLayer } from './label-layer.js';
import { Label } from './label.js';
import { LookingCamera } from './looking-camera.js';
import type { Picked } from './picked.js';
import { Picking } from './picking.js';
import { SeenFrom } from './seen-from.js';
import { Things } from './things.js';
import { Way } from './way.js';
import { drawnBy } from './webgl.js';
import styles from './map-scene.module.css';

interface MapSceneProps {
  map: SpaceMap;
  /** Straight from above, without perspective. */
  top: boolean;
  picked: readonly Picked[];
  gap: { from: Vec3; to: Vec3; metres: number } | null;
  lit: Answer | null;
  onPick: (thing: Picked) => void;
}

/** Room for boxes and labels around the points. */
const MARGIN = 1.2;
/** Smooth edges and the finest pixels, where a card draws them; a processor would take thrice as long. */
const PAINTING = {
  fine: { dpr: [1, 2], gl: { antialias: true } },
  plain: { dpr: 1, gl: { antialias: false } },
} satisfies Record<string, Pick<CanvasProps, 'dpr' | 'gl'>>;
/** In three.js y is up. */
const UP = new Vector3(0, 1, 0);

/** The map in three dimensions. It is drawn anew only when something has changed. */
export default memo(function MapScene({ map, top, picked, gap, lit, onPick }: MapSceneProps) {
  const colours = useColours();
  const frame = useMemo(() => frameOf(map), [map]);
  const [isCompiled, setCompiled] = useState(false);
  return (
    <Canvas
      frameloop={isCompiled ? 'demand' : 'never'}
      flat
      {...PAINTING[drawnBy() === 'processor' ? 'plain' : 'fine']}
      role="img"
      aria-label={texts.map.scene(map.points.length)}
      className={styles.canvas ?? ''}
    >
      <Viewpoint top={top} reach={frame.reach} />
      <Programs isCompiled={isCompiled} onCompiled={setCompiled} />
      <group position={[0, -frame.floor, 0]}>
        <group position={frame.centre.clone().negate()}>
          <group quaternion={frame.turn}>
            <Cloud points={map.points} />
            <Way trajectory={map.trajectory} colour={colours.act} />
            <LookingCamera map={map} colour={colours.now} />
            <SeenFrom map={map} answer={lit} colour={colours.now} />
            <LabelLayer>
              <Things objects={map.objects} picked={picked} lit={lit} colours={colours} />
              {gap !== null && <Gap gap={gap} colours={colours} />}
            </LabelLayer>
            <Picking map={map} onPick={onPick} />
          </group>
        </group>
      </group>
      <Grid reach={frame.reach} colours={colours} />
    </Canvas>
  );
});

interface ProgramsProps {
  isCompiled: boolean;
  onCompiled: (isCompiled: true) => void;
}

/** Has the programs of the scene compiled before its first picture, which would else make the page wait. */
function Programs({ isCompiled, onCompiled }: ProgramsProps) {
  const { gl, scene, camera, invalidate } = useThree();
  useEffect(() => {
    if (isCompiled) invalidate();
    else void gl.compileAsync(scene, camera).then(() => onCompiled(true));
  }, [isCompiled, gl, scene, camera, invalidate, onCompiled]);
  return null;
}

interface Frame {
  /** From the world's axes to three.js's. */
  turn: Quaternion;
  /** The middle of the map, on three.js's ground plane. */
  centre: Vector3;
  floor: number;
  /** Half of the longer side, in metres. */
  reach: number;
}

function frameOf(map: SpaceMap): Frame {
  const turn = new Quaternion().setFromUnitVectors(new Vector3(...map.up).normalize(), UP);
  const positions = map.points.map(({ position }) => position);
  const extent: Box = extentOf(positions.length > 0 ? positions : map.trajectory.map((at) => at.position));
  const centre = new Vector3(...extent.position).applyQuaternion(turn).setY(0);
  const size = new Vector3(...extent.size).applyQuaternion(turn);
  const reach = MARGIN * Math.max(2, Math.abs(size.x) / 2, Math.abs(size.z) / 2);
  return { turn, centre, floor: floorHeight(map), reach };
}

function Viewpoint({ top, reach }: { top: boolean; reach: number }) {
  const { width, height } = useThree((state) => state.size);
  // pixels a metre
  const zoom = Math.min(width, height) / (2.4 * reach);
  // all of the room, also where the frame is narrower than it is high
  const away = reach * 1.75 * Math.max(1, (1.35 * height) / width);
  return (
    <>
      {top ? (
        <OrthographicCamera key="top" makeDefault position={[0, 40, 0.001]} zoom={zoom} far={200} />
      ) : (
        <PerspectiveCamera
          key="orbit"
          makeDefault
          position={[away * 0.28, away, away]}
          fov={42}
          near={0.05}
          far={400}
        />
      )}
      <OrbitControls
        key={top ? 'over' : 'around'}
        makeDefault
        enableRotate={!top}
        enableDamping={false}
        maxPolarAngle={Math.PI * 0.495}
        screenSpacePanning={top}
      />
    </>
  );
}

/** Metres of the floor. */
const Grid = ({ reach, colours }: { reach: number; colours: Colours }) => {
  const metres = 2 * Math.ceil(reach + 1);
  return <gridHelper key={metres} args={[metres, metres, colours.edge, colours.line]} />;
};

function Gap({ gap, colours }: { gap: { from: Vec3; to: Vec3; metres: number }; colours: Colours }) {
  const middle = gap.from.map((value, axis) => (value + (gap.to[axis] ?? 0)) / 2) as Vec3;
  return (
    <>
      <Line points={[gap.from, gap.to]} color={colours.now} lineWidth={3} depthTest={false} renderOrder={3} />
      <Label position={middle} text={texts.map.metres(gap.metres)} lit />
    </>
  );
}
