import type { Vec3 } from '@loci/contracts';
import { useFrame, useThree } from '@react-three/fiber';
import { useEffect, useRef, useState } from 'react';
import { Vector3, type Group } from 'three';
import styles from './label.module.css';

interface LabelProps {
  position: Vec3;
  text: string;
  lit: boolean;
}

/** Nearer labels cover those behind them; this many metres away all are alike. */
const FAR_M = 1_000;

/**
 * A text at a place of the map: an element above the canvas, moved with each picture. It is not drei's Html,
 * for that renders each with a React root of its own, which fails when the map is closed.
 */
export function Label({ position, text, lit }: LabelProps) {
  const place = useRef<Group>(null);
  const canvas = useThree((state) => state.gl.domElement);
  const [element] = useState(() => document.createElement('span'));
  useEffect(() => {
    canvas.parentElement?.append(element);
    return () => element.remove();
  }, [canvas, element]);
  useEffect(() => {
    element.textContent = text;
    element.className = `${styles.label} ${lit ? styles.lit : ''}`;
  }, [element, text, lit]);
  useFrame(({ camera, size }) => {
    if (place.current === null) return;
    camera.updateMatrixWorld();
    const seen = place.current.getWorldPosition(new Vector3()).applyMatrix4(camera.matrixWorldInverse);
    const depth = -seen.z;
    const { x, y } = seen.applyMatrix4(camera.projectionMatrix);
    element.hidden = depth <= 0;
    element.style.zIndex = String(Math.round(Math.max(0, FAR_M - depth) * 100));
    element.style.translate = `${((x + 1) * size.width) / 2}px ${((1 - y) * size.height) / 2}px`;
  });
  return <group ref={place} position={position} />;
}
