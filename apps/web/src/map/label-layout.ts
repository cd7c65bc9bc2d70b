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
  const shown: Label[] = [];
  const moves = labels.map((): number | null => null);
  for (const [index, label] of order) {
    const places = (label.lit ? STEPS : IN_PLACE).map((step) => step * label.height);
    const move = places.find((down) => !shown.some((other) => meet({ ...label, y: label.y + down }, other)));
    if (move === undefined) continue;
    moves[index] = move;
    shown.push({ ...label, y: label.y + move });
  }
  return moves;
}

type Rectangle = Pick<Label, 'x' | 'y' | 'width' | 'height'>;

/** Whether two rectangles overlap; touching ones do not. */
export const meet = (a: Rectangle, b: Rectangle): boolean =>
  2 * Math.abs(a.x - b.x) < a.width + b.width && 2 * Math.abs(a.y - b.y) < a.height + b.height;
