import type { FirstPicture } from './first-picture.js';

/** The frames that pictures are fitted into. */
export interface Fitting {
  height: number;
  width: number;
  /** crop: keep the aspect and crop the middle to height × width. stretch: scale both axes. */
  fit: 'crop' | 'stretch';
}

/** Scales by area averaging. Exact flags, without SIMD shortcuts, give the same bits on every machine. */
const EXACT = 'area+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact';

/**
 * Maps high dynamic range to what the models know. Up to the white of a page, pictures look as they do in
 * SDR; light above it is compressed. 203 cd/m² is that white in PQ and HLG (ITU-R BT.2408).
 */
const TONE_MAPPING = [
  // zscale takes no odd sizes where colours are subsampled
  ...[`scale=flags=${EXACT}`, 'format=yuv444p12le'],
  ...['zscale=transfer=linear:npl=203', 'format=gbrpf32le', 'zscale=primaries=bt709'],
  'tonemap=tonemap=mobius:param=0.8:desat=0:peak=5',
  ...['zscale=transfer=bt709:dither=none', 'format=gbrp'],
];

/**
 * Filters that fit pictures of any size and colours to height × width: bring them to the first picture's
 * size, crop the middle if asked for, and scale.
 */
export const pictureFilters = (fitting: Fitting, first: FirstPicture): string[] => [
  ...(first.orientation?.length ? turned(first, first.orientation) : padTo(first)),
  cropTo(fitting, first),
  ...(first.highDynamicRange ? TONE_MAPPING : []),
  ...[`scale=w=${fitting.width}:h=${fitting.height}:flags=${EXACT}`, 'format=rgb24'],
];

/** Brings pictures to the first one's size as they are stored, and only then turns them. */
function turned(first: FirstPicture, orientation: readonly string[]): string[] {
  const [width, height, pixelAspect] = orientation.some((filter) => filter.startsWith('transpose'))
    ? [first.height, first.width, 1 / first.pixelAspect]
    : [first.width, first.height, first.pixelAspect];
  const cut = `crop=w=${width}:h=${height}:x=0:y=0:exact=1`;
  return [...padTo({ ...first, width, height, pixelAspect }), cut, ...orientation];
}

/**
 * The colour matrices that pictures are brought to, by ffmpeg's name of the first picture's: else filters
 * would keep to that of the picture at which decoding began.
 */
const MATRICES: Record<string, string> = {
  ...{ unknown: 'bt601', bt470bg: 'bt601', smpte170m: 'bt601', bt709: 'bt709', fcc: 'fcc' },
  ...{ smpte240m: 'smpte240m', bt2020nc: 'bt2020' },
};

/** Padded sizes are multiples of this: `pad` rounds others down where colours are subsampled. */
const PADDING_STEP = 8;

/**
 * Fits a picture whose size is not the first one's into the middle of that, with black beside it. A picture
 * of the first size stays as it is, at the top left.
 */
function padTo({ width, height, pixelAspect, matrix, highDynamicRange }: FirstPicture): string[] {
  const kept = highDynamicRange ? undefined : MATRICES[matrix];
  const options = `${kept === undefined ? '' : `out_color_matrix=${kept}:`}flags=${EXACT}`;
  // beside an odd size, `pad` would paint over the colours of the last column: such pictures are stretched
  if (width % 2 === 1 || height % 2 === 1) return [`scale=w=${width}:h=${height}:${options}`];
  const fittedWidth = `round(min(${width},iw*sar/${pixelAspect}*${height}/ih))`;
  const fittedHeight = `round(min(${height},ih*${pixelAspect}/sar*${width}/iw))`;
  const padded = (size: number): number => Math.ceil(size / PADDING_STEP) * PADDING_STEP;
  return [
    `scale=w='max(1,${fittedWidth})':h='max(1,${fittedHeight})':eval=frame:${options}`,
    `pad=w=${padded(width)}:h=${padded(height)}:x=(${width}-iw)/2:y=(${height}-ih)/2:eval=frame`,
  ];
}

/** Cuts the first picture's size out of the padding, or the middle of it that has the frames' aspect. */
function cropTo({ height, width, fit }: Fitting, first: FirstPicture): string {
  const inside = (most: number, size: number): number => Math.max(1, Math.min(most, Math.round(size)));
  const aspect = width / height / first.pixelAspect;
  const [cropWidth, cropHeight] =
    fit === 'crop'
      ? [inside(first.width, first.height * aspect), inside(first.height, first.width / aspect)]
      : [first.width, first.height];
  const [x, y] = [(first.width - cropWidth) / 2, (first.height - cropHeight) / 2];
  return `crop=w=${cropWidth}:h=${cropHeight}:x=${x}:y=${y}:exact=1`;
}
