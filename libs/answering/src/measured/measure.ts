import type { TraceItem } from '@loci/contracts';
import type { ComposedAnswer } from '../answer.js';
import type { Unseen } from '../composed/presence.js';
import type { CanonicalQuestion } from '../reading/compose.js';
import type { FloorPoint, World } from './world.js';

/** What was measured for a question: a number in the task's own unit, or one of the question's options. */
export type Measurement = { trace: TraceItem[]; margin: number } & (
  { value: number } | { option: number } | { text: string }
);

/** What an answer of the answer graph says. */
export type Told = Pick<ComposedAnswer, 'supported' | 'trace'>;

/** What a question is measured with. */
export interface Measuring {
  question: CanonicalQuestion;
  world: World;
  told: Told;
  /** What it says where two things are named the other way round that may change places. */
  toldOtherwise: readonly Told[];
  /** What it offers to choose from that the video did not show. */
  unseen: Unseen;
}

/** Measures the answer to a question of a task; null where what it takes is not known. */
export type Measure = (measuring: Measuring) => Promise<Measurement | null>;

/** A tenth of a metre is what a place is good for. */
export const rounded = (metres: number): number => Math.round(metres * 10) / 10 + 0;

/** A thing of the world as a trace names it. */
export const placeItem = (category: string, place: FloorPoint): TraceItem => {
  const [x, z] = [rounded(place.x), rounded(place.z)];
  return { text: `${category} x${x} z${z}`, category, position: [x, 0, z] };
};
