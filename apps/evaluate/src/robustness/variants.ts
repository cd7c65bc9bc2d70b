import type { Inserted } from '../dataset/dataset.js';
import { afterLead, looped, middleOf, paused, thereAndBack, withAnother } from './timelines.js';
import { COARSE_CRF, compressed, FINE_CRF, inHdr, rotated, scaled, type Transform } from './transforms.js';

/** The names of the variants. `plain` comes first: most of the others are compared with it. */
export const NAMES = [
  'plain',
  'looped',
  'four-times',
  'there-and-back',
  'a-b',
  'a-b-a',
  'lead-10',
  'lead-60',
  'pause-15',
  'pause-60',
  'half-rate',
  'double-rate',
  '480p',
  '720p',
  'compressed',
  'rotated',
  'pq',
  'hlg',
] as const;
export type VariantName = (typeof NAMES)[number];

export const isVariant = (name: string): name is VariantName => NAMES.some((known) => known === name);

/** One way to put every video of the data set to the service. */
export interface Variant {
  /** A description for reports. */
  does: string;
  /** The change of the clip; null: it is sent as it is. */
  transform: Transform | null;
  /** Sampling rate, as a multiple of the model's own. */
  rate: number;
  /** What the change inserts into a clip of a duration; null: moments stay. */
  inserts: ((durationS: number) => Inserted) | null;
}

const plain = (does: string, rate = 1): Variant => ({ does, transform: null, rate, inserts: null });
const clip = (does: string, transform: Transform): Variant => ({ ...plain(does), transform });
const fine = `H.264 at CRF ${FINE_CRF}`;

const MINUTE_S = 60;

const lead = (minutes: number): Variant => ({
  ...clip(`behind ${minutes} minutes of a black picture`, afterLead(minutes * MINUTE_S)),
  inserts: () => ({ atS: 0, seconds: minutes * MINUTE_S }),
});

const pause = (minutes: number): Variant => ({
  ...clip(`stands still for ${minutes} minutes in the middle`, paused(minutes * MINUTE_S)),
  inserts: (durationS) => ({ atS: middleOf(durationS), seconds: minutes * MINUTE_S }),
});

export const VARIANTS: Readonly<Record<VariantName, Variant>> = {
  plain: plain('the clip as it is'),
  looped: clip('the clip twice in a row, its packets copied', looped(2)),
  'four-times': clip('the clip four times in a row, its packets copied', looped(4)),
  'there-and-back': clip('the clip, then the same backwards', thereAndBack),
  'a-b': clip('the clip, then another one of the data set', withAnother(2)),
  'a-b-a': clip('the clip, another one, and the clip again', withAnother(3)),
  'lead-10': lead(10),
  'lead-60': lead(60),
  'pause-15': pause(15),
  'pause-60': pause(60),
  'half-rate': plain('sampled at half the model’s rate', 0.5),
  'double-rate': plain('sampled at twice the model’s rate', 2),
  '480p': clip(`scaled to 480 pixels on the shorter side, ${fine}`, scaled(480)),
  '720p': clip(`scaled to 720 pixels on the shorter side, ${fine}`, scaled(720)),
  compressed: clip(`H.264 at CRF ${COARSE_CRF}`, compressed),
  rotated: clip(`stored turned by 90°, tagged to be shown upright, ${fine}`, rotated),
  pq: clip(`in high dynamic range, PQ, HEVC at CRF ${FINE_CRF}`, inHdr('smpte2084')),
  hlg: clip(`in high dynamic range, HLG, HEVC at CRF ${FINE_CRF}`, inHdr('arib-std-b67')),
};

/** What a comparison is held against. */
export type Bar =
  /** The least share of counting questions with equal answers, in percent. */
  | { kind: 'equal counts'; least: number }
  /** The largest change of the macro average, up or down, in points. */
  | { kind: 'change'; most: number };

const equalCounts: Bar = { kind: 'equal counts', least: 95 };
const change: Bar = { kind: 'change', most: 3 };
const smallChange: Bar = { kind: 'change', most: 2 };

/** Two variants to compare, and the bar; null: it is only reported. */
export interface ComparedNames {
  of: VariantName;
  against: VariantName;
  bar: Bar | null;
}

const withPlain = (of: VariantName, bar: Bar | null): ComparedNames => ({ of, against: 'plain', bar });

/** The comparisons. With another clip in between, it is only the return to the first that should not tell. */
export const COMPARISONS: readonly ComparedNames[] = [
  withPlain('looped', equalCounts),
  withPlain('four-times', equalCounts),
  withPlain('there-and-back', equalCounts),
  { of: 'a-b-a', against: 'a-b', bar: equalCounts },
  withPlain('a-b-a', null),
  withPlain('lead-10', smallChange),
  withPlain('lead-60', smallChange),
  withPlain('pause-15', smallChange),
  withPlain('pause-60', smallChange),
  withPlain('half-rate', change),
  withPlain('double-rate', change),
  withPlain('480p', change),
  withPlain('720p', change),
  { of: '480p', against: '720p', bar: change },
  withPlain('compressed', change),
  withPlain('rotated', change),
  withPlain('pq', change),
  withPlain('hlg', change),
];

/** Variants with those that they are compared with, in the order of the study. */
export function withCompared(chosen: readonly VariantName[]): VariantName[] {
  const compared = COMPARISONS.filter(({ of }) => chosen.includes(of));
  const needed = new Set<VariantName>(['plain', ...chosen, ...compared.map(({ against }) => against)]);
  return NAMES.filter((name) => needed.has(name));
}
