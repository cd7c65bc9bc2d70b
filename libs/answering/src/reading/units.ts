import type { Manifest, ReadingSection } from '@loci/contracts';

/** A number answer in a unit. */
export interface Measured {
  value: number;
  /** The value as it is written: no more digits than the model's own number told. */
  text: string;
  unit: string | null;
}

const BASES: Record<string, { of: 'm' | 'm2'; factor: number }> = {
  m: { of: 'm', factor: 1 },
  cm: { of: 'm', factor: 0.01 },
  m2: { of: 'm2', factor: 1 },
};

/**
 * The unit that an answer of a task is given in: the one asked for where it measures the same, else the
 * task's own.
 */
export function unitFor(
  asked: string | null,
  own: string | null,
  units: ReadingSection['units'],
): string | null {
  const wanted = asked === null || !Object.hasOwn(units, asked) ? undefined : units[asked];
  const base = own === null ? undefined : BASES[own];
  return wanted !== undefined && base !== undefined && wanted.of === base.of ? asked : own;
}

/** A number in the task's own unit as one in the unit asked for. */
export function inUnit(
  number: { value: number; text: string },
  asked: string | null,
  { unit: own = null }: Pick<Manifest['tasks'][string], 'unit'>,
  units: ReadingSection['units'],
): Measured {
  const unit = unitFor(asked, own, units);
  const [from, to] = [own === null ? undefined : BASES[own], unit === null ? undefined : units[unit]];
  if (unit === own || from === undefined || to === undefined) return { ...number, unit: own };
  const ratio = from.factor / to.factor;
  const places = decimalPlaces(10 ** -decimalsIn(number.text) * ratio);
  const text = (number.value * ratio).toFixed(places);
  return { value: Number(text), text, unit };
}

/** How many decimals a number is written with: `4.43 m` has 2. */
const decimalsIn = (text: string): number => /\.(\d+)/.exec(text)?.[1]?.length ?? 0;

/** The fewest decimals whose last place is no coarser than a step. */
const decimalPlaces = (step: number): number => Math.min(6, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
