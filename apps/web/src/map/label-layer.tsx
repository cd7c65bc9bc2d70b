import { useFrame, useThree } from '@react-three/fiber';
import { createContext, use, useState, type ReactNode } from 'react';
import { Vector3, type Object3D } from 'three';
import { layOut } from './label-layout.js';

/** A label in the map: an element above the canvas, at a place of the scene. */
interface PlacedLabel {
  element: HTMLElement;
  place: Object3D;
  lit: boolean;
}

const LabelsContext = createContext<Set<PlacedLabel> | null>(null);

/** The labels of the scene around. */
export function useLabels(): Set<PlacedLabel> {
  const labels = use(LabelsContext);
  if (labels === null) throw new Error('There is no <LabelLayer> around this.');
  return labels;
}

/** Moves all labels with each picture, so that none covers another. */
export function LabelLayer({ children }: { children: ReactNode }) {
  const [labels] = useState(() => new Set<PlacedLabel>());
  const { width, height } = useThree((state) => state.size);
  useFrame(({ camera }) => {
    camera.updateMatrixWorld();
    const inFront = [...labels].flatMap(({ element, place, lit }) => {
      const position = place.getWorldPosition(new Vector3()).applyMatrix4(camera.matrixWorldInverse);
      const depth = -position.z;
      if (depth <= 0) return [];
      const { x, y } = position.applyMatrix4(camera.projectionMatrix);
      const size = { width: element.offsetWidth, height: element.offsetHeight };
      return { element, lit, depth, x: ((x + 1) * width) / 2, y: ((1 - y) * height) / 2, ...size };
    });
    // all is read before anything is written, so that the browser lays out once
    for (const { element } of labels) element.style.visibility = '';
    for (const [index, move] of layOut(inFront).entries()) {
      const label = inFront[index];
      if (label === undefined) continue;
      label.element.style.visibility = move === null ? '' : 'visible';
      label.element.style.translate = `${label.x}px ${label.y + (move ?? 0)}px`;
    }
  });
  return <LabelsContext value={labels}>{children}</LabelsContext>;
}
