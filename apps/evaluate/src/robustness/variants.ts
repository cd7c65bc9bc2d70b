import {
  COARSE_CRF,
  compressed,
  FINE_CRF,
  inHdr,
  looped,
  rotated,
  scaled,
  type Transform,
} from './transforms.js';

/** The names of the variants. `plain` comes first: most of the others are compared with it. */
export const NAMES = [
  'plain',
  'looped',
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

/** One way to put every video of the data set to the service. */
export interface Variant {
  /** A description for reports. */
  does: string;
  /** The change of the clip; null: it is sent as it is. */
  transform: Transform | null;
  /** Sampling rate, as a multiple of the model's own. */
  rate: number;
}

const clip = (does: string, transform: Transform): Variant => ({ does, transform, rate: 1 });
const fine = `H.264 at CRF ${FINE_CRF}`;

export const VARIANTS: Readonly<Record<VariantName, Variant>> = {
  plain: { does: 'the clip as it is', transform: null, rate: 1 },
  looped: clip('the clip twice in a row, its packets copied', looped),
  'half-rate': { does: 'sampled at half the model’s rate', transform: null, rate: 0.5 },
  'double-rate': { does: 'sampled at twice the model’s rate', transform: null, rate: 2 },
  '480p': clip(`scaled to 480 pixels on the shorter side, ${fine}`, scaled(480)),
  '720p': clip(`scaled to 720 pixels on the shorter side, ${fine}`, scaled(720)),
  compressed: clip(`H.264 at CRF ${COARSE_CRF}`, compressed),
  rotated: clip(`stored turned by 90°, tagged to be shown upright, ${fine}`, rotated),
  pq: clip(`in high dynamic range, PQ, HEVC at CRF ${FINE_CRF}`, inHdr('smpte2084')),
  hlg: clip(`in high dynamic range, HLG, HEVC at CRF ${FINE_CRF}`, inHdr('arib-std-b67')),
};

/** A bar: the least share of counting questions with equal answers, in percent. */
export const MIN_EQUAL_COUNTS = 95;
/** A bar: the largest change of the macro average, up or down, in points. */
export const MAX_CHANGE = 3;

/** The comparisons, and the bar of each. */
export const COMPARISONS: readonly {
  of: VariantName;
  against: VariantName;
  bar: 'equal counts' | 'change';
}[] = [
  { of: 'looped', against: 'plain', bar: 'equal counts' },
  { of: 'half-rate', against: 'plain', bar: 'change' },
  { of: 'double-rate', against: 'plain', bar: 'change' },
  { of: '480p', against: 'plain', bar: 'change' },
  { of: '720p', against: 'plain', bar: 'change' },
  { of: '480p', against: '720p', bar: 'change' },
  { of: 'compressed', against: 'plain', bar: 'change' },
  { of: 'rotated', against: 'plain', bar: 'change' },
  { of: 'pq', against: 'plain', bar: 'change' },
  { of: 'hlg', against: 'plain', bar: 'change' },
];
