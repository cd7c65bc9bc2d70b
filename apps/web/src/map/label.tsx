import type { Vec3 } from '@loci/contracts';
import { useThree } from '@react-three/fiber';
import { useEffect, useRef, useState } from 'react';
import type { Group } from 'three';
import { useLabels, type PlacedLabel } from './label-layer.js';
import styles from './label.module.css';

/** Before the first picture. */
const UNPLACED = { x: 0, y: 0, width: 0, height: 0, depth: 0 };

interface LabelProps {
  position: Vec3;
  text: string;
  lit: boolean;
}

/**
 * A text at a place of the map: an element above the canvas, which the layer around moves. It is not drei's
 * Html, for that renders each with a React root of its own, which fails when the map is closed.
 */
export function Label({ position, text, lit }: LabelProps) {
  const place = useRef<Group>(null);
  const canvas = useThree((state) => state.gl.domElement);
  const invalidate = useThree((state) => state.invalidate);
  const labels = useLabels();
  const [element] = useState(() => document.createElement('span'));
  useEffect(() => {
    canvas.parentElement?.append(element);
    return () => element.remove();
  }, [canvas, element]);
  useEffect(() => {
    element.textContent = text;
    element.className = `${styles.label} ${lit ? styles.lit : ''}`;
    if (place.current === null) return undefined;
    const label: PlacedLabel = { ...UNPLACED, element, place: place.current, lit };
    labels.add(label);
    invalidate();
    return () => void labels.delete(label);
  }, [labels, element, text, lit, invalidate]);
  return <group ref={place} position={position} />;
}
