import { useFrame, useThree } from '@react-three/fiber';
import { createContext, use, useState, type ReactNode } from 'react';
import { Vector3, type Object3D } from 'three';
import { layOut, type Label } from './label-layout.js';

/** A label in the map: an element above the canvas, at a place of the scene. */
export interface PlacedLabel extends Label {
  element: HTMLElement;
  place: Object3D;
}

const LabelsContext = createContext<Set<PlacedLabel> | null>(null);

/** The labels of the scene around. */
export function useLabels(): Set<PlacedLabel> {
  const labels = use(LabelsContext);
  if (labels === null) throw new Error('There is no <LabelLayer> around this.');
  return labels;
}

const position = new Vector3();

/** Moves all labels with each picture, so that none covers another. */
export function LabelLayer({ children }: { children: ReactNode }) {
  const [labels] = useState(() => new Set<PlacedLabel>());
  const [inFront] = useState((): PlacedLabel[] => []);
  const { width, height } = useThree((state) => state.size);
  useFrame(({ camera }) => {
    camera.updateMatrixWorld();
    inFront.length = 0;
    // all is read before anything is written, so that the browser lays out once
    for (const label of labels) {
      label.place.getWorldPosition(position).applyMatrix4(camera.matrixWorldInverse);
      label.depth = -position.z;
      if (label.depth <= 0) continue;
      position.applyMatrix4(camera.projectionMatrix);
      label.x = ((position.x + 1) * width) / 2;
      label.y = ((1 - position.y) * height) / 2;
      // its size does not change with the picture
      if (label.width === 0) {
        label.width = label.element.offsetWidth;
        label.height = label.element.offsetHeight;
      }
      inFront.push(label);
    }
    const moves = layOut(inFront).values();
    for (const label of labels) {
      const move = label.depth > 0 ? (moves.next().value ?? null) : null;
      label.element.style.visibility = move === null ? '' : 'visible';
      if (move !== null) label.element.style.translate = `${label.x}px ${label.y + move}px`;
    }
  });
  return <LabelsContext value={labels}>{children}</LabelsContext>;
}
