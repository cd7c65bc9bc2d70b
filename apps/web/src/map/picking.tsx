import type { SpaceMap } from '@loci/contracts';
import { useThree } from '@react-three/fiber';
import { useEffect, useRef } from 'react';
import { Raycaster, Vector2, Vector3, type Camera, type Group } from 'three';
import { texts } from '../texts.js';
import { shownPoints } from './cloud.js';
import { hitDistance, pickPoint, type Ray } from './geometry.js';
import { NO_SIZE, pickedObject, type Picked } from './picked.js';

/** A press that moves by more pixels turns the map, and picks nothing. */
const STILL_PX = 5;
/** How far from the line of a click a point may lie, metres. */
const TOLERANCE_M = 0.1;

/** Clicks into the map pick an object, or else a point. */
export function Picking({ map, onPick }: { map: SpaceMap; onPick: (thing: Picked) => void }) {
  const canvas = useThree((state) => state.gl.domElement);
  const camera = useThree((state) => state.camera);
  const world = useRef<Group>(null);
  useEffect(() => {
    const listeners = new AbortController();
    let pressed = { x: 0, y: 0 };
    canvas.addEventListener(
      'pointerdown',
      ({ clientX: x, clientY: y }) => {
        pressed = { x, y };
      },
      { signal: listeners.signal },
    );
    canvas.addEventListener(
      'click',
      (event) => {
        const moved = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y);
        if (moved > STILL_PX || world.current === null) return;
        const thing = thingAt(map, rayOf(event, canvas, camera, world.current));
        if (thing !== null) onPick(thing);
      },
      { signal: listeners.signal },
    );
    return () => listeners.abort();
  }, [canvas, camera, map, onPick]);
  return <group ref={world} />;
}

/** The line of a click in the coordinates of the map's world. */
function rayOf(event: MouseEvent, canvas: HTMLCanvasElement, camera: Camera, world: Group): Ray {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const pointer = new Vector2(
    ((event.clientX - left) / width) * 2 - 1,
    1 - ((event.clientY - top) / height) * 2,
  );
  const caster = new Raycaster();
  caster.setFromCamera(pointer, camera);
  const { origin, direction } = caster.ray;
  const from = world.worldToLocal(origin.clone());
  const along = world.worldToLocal(new Vector3().addVectors(origin, direction)).sub(from).normalize();
  return { origin: from.toArray(), direction: along.toArray() };
}

function thingAt(map: SpaceMap, ray: Ray): Picked | null {
  const hits = map.objects.map(pickedObject).flatMap((thing) => {
    const distance = hitDistance(ray, thing);
    return distance === null ? [] : [{ thing, distance }];
  });
  const [nearest] = hits.sort((a, b) => a.distance - b.distance);
  if (nearest !== undefined) return nearest.thing;
  const points = shownPoints(map.points);
  const positions = points.map(({ position }) => position);
  const point = points[pickPoint(positions, ray, TOLERANCE_M)];
  if (point === undefined) return null;
  return { position: point.position, size: NO_SIZE, id: null, name: point.category ?? texts.map.point };
}
