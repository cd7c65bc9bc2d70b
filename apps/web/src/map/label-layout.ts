/** A label as it would stand: where its middle is, and how large it is. Pixels. */
export interface Label {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Metres from the eye. */
  depth: number;
  /** Whether it is of what was picked or used. */
  lit: boolean;
}

/** Where a lit label goes that would meet another: so many of its heights down. */
const STEPS = [0, -1, 1, -2, 2];
const IN_PLACE = [0];

/**
 * Lays labels out so that none meets another. Lit labels come first, then the nearer ones. A lit label moves
 * up or down where its place is taken; any other gives way, for a label beside its thing names another one.
 * @returns of each label the pixels by which it is moved down; null where it is not shown
 */
export function layOut(labels: readonly Label[]): (number | null)[] {
  const order = [...labels.entries()].sort(
    ([, a], [, b]) => Number(b.lit) - Number(a.lit) || a.depth - b.depth,
  );
  const shown: Placed[] = [];
  const moves = labels.map((): number | null => null);
  for (const [index, label] of order) {
    const step = (label.lit ? STEPS : IN_PLACE).find((each) => isFree(label, each * label.height, shown));
    if (step === undefined) continue;
    const down = step * label.height;
    moves[index] = down;
    shown.push({ label, down });
  }
  return moves;
}

interface Placed {
  label: Label;
  down: number;
}

// this is asked with each picture, of many pairs: it makes nothing that must be collected
function isFree(label: Label, down: number, shown: readonly Placed[]): boolean {
  for (const other of shown) if (overlap(label, down, other.label, other.down)) return false;
  return true;
}

type Rectangle = Pick<Label, 'x' | 'y' | 'width' | 'height'>;

const overlap = (a: Rectangle, downA: number, b: Rectangle, downB: number): boolean =>
  2 * Math.abs(a.x - b.x) < a.width + b.width &&
  2 * Math.abs(a.y + downA - b.y - downB) < a.height + b.height;

/** Whether two rectangles overlap; touching ones do not. */
export const meet = (a: Rectangle, b: Rectangle): boolean => overlap(a, 0, b, 0);
