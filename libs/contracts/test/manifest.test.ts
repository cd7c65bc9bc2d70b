import { describe, expect, it } from 'vitest';
import { eightBitManifest, graphFrames, manifestSchema, modelRef, modelSchema } from '../src/index.js';

const MANIFEST = {
  format: 1,
  name: 'loci-nano',
  version: '0.1.0',
  description: 'a small model of rooms',
  domain: 'rendered walks through single rooms',
  sizes: {
    frames_per_chunk: 32,
    overlap: 4,
    height: 96,
    width: 128,
    tokens: 48,
    grid: [6, 8],
    geometry_tokens: 48,
    view_tokens: 1,
    d_visual: 96,
    d_geometry: 64,
    d: 128,
    working: 8,
    episodic: 32,
    question_length: 96,
    answer_length: 96,
  },
  preprocessing: { fit: 'crop', color: 'rgb' },
  sampling: { fps: 2, min_fps: 1, max_fps: 4 },
  metric_scale: true,
  up: [0, -1, 0],
  categories: ['wall', 'chair'],
  background: ['wall'],
  tokens: { pad: '<pad>', bos: '<bos>', eos: '<eos>', answer: '<answer>', unknown: '<unk>' },
  tasks: {
    object_counting: { token: '<count>', kind: 'number', unit: null },
    object_rel_distance: { token: '<nearest>', kind: 'choice' },
  },
  unsupported_tasks: [],
  calibration: { temperature: 1 },
  out_of_domain: { threshold: 1.5 },
  scores: {
    split: 'test',
    walks: 10,
    tasks: { object_counting: { score: 60, blind: 40 } },
    average: { score: 60, blind: 40 },
  },
  files: { 'perceive.onnx': { sha256: 'a'.repeat(64), bytes: 1 } },
  golden: [
    {
      graph: 'perceive',
      inputs: 'golden/perceive-0.inputs.safetensors',
      outputs: 'golden/perceive-0.outputs.safetensors',
    },
  ],
  tolerance: 1e-4,
};
const SHORT = { frames: 8, perceive: 'perceive-short.onnx', remember: 'remember-short.onnx' };
const NEXT = { perceive: 'perceive-next.onnx' };
const EIGHT_BIT = {
  perceive: 'perceive-8bit.onnx',
  golden: [{ graph: 'perceive', inputs: 'golden/in', outputs: 'golden/8bit' }],
};
const withSizes = (sizes: object): unknown => ({ ...MANIFEST, sizes: { ...MANIFEST.sizes, ...sizes } });

describe('a manifest', () => {
  it('is read as it is written', () => {
    expect(manifestSchema.parse(MANIFEST)).toEqual(MANIFEST);
  });

  it('may hold weights of the confidence for some tasks', () => {
    const calibrated = {
      ...MANIFEST,
      calibration: { temperature: 1, tasks: { object_counting: { bias: -1.5, answer: 0, trace: 2 } } },
    };
    expect(manifestSchema.parse(calibrated)).toEqual(calibrated);
  });

  it.each<[string, unknown]>([
    ['of another format', { ...MANIFEST, format: 6 }],
    ['with short graphs before format 3', { ...MANIFEST, format: 2, short: SHORT }],
    ['with short graphs that are not short', { ...MANIFEST, format: 3, short: { ...SHORT, frames: 32 } }],
    ['with a graph for chunks that go on before format 4', { ...MANIFEST, format: 3, next: NEXT }],
    ['with 8-bit graphs before format 5', { ...MANIFEST, format: 4, eight_bit: EIGHT_BIT }],
    ['with 8-bit graphs for chunks alone', { ...MANIFEST, format: 5, next: NEXT, eight_bit: EIGHT_BIT }],
    ['whose chunks go on from nothing', { ...(withSizes({ overlap: 0 }) as object), format: 4, next: NEXT }],
    ['with a name that is a path', { ...MANIFEST, name: '../nano' }],
    ['whose grid does not hold its tokens', withSizes({ grid: [6, 9] })],
    ['whose chunks are all overlap', withSizes({ overlap: 32 })],
    ['without a size', withSizes({ d: undefined })],
    ['with a size that is none', withSizes({ working: 0 })],
    ['with a size that nobody knows', withSizes({ heads: 4 })],
    [
      'with a checksum that is none',
      { ...MANIFEST, files: { 'perceive.onnx': { sha256: 'abc', bytes: 1 } } },
    ],
    ['with a temperature of 0', { ...MANIFEST, calibration: { temperature: 0 } }],
    [
      'with a surer answer that is less so',
      {
        ...MANIFEST,
        calibration: { temperature: 1, tasks: { object_counting: { bias: 1, answer: -0.1, trace: 0 } } },
      },
    ],
  ])('%s is refused', (_, manifest) => {
    expect(manifestSchema.safeParse(manifest).success).toBe(false);
  });

  it('takes clips of few frames through its short graphs, where it has them', () => {
    const manifest = manifestSchema.parse({ ...MANIFEST, format: 3, short: SHORT });
    expect([1, 8, 9, 500].map((frames) => graphFrames(manifest, frames))).toEqual([8, 8, 32, 32]);
    expect(graphFrames(manifestSchema.parse(MANIFEST), 1)).toBe(32);
  });

  it('has a model of its own for 8-bit graphs: other files, cases and scores, and another version', () => {
    const golden = [...MANIFEST.golden, { graph: 'answer', inputs: 'golden/asked', outputs: 'golden/said' }];
    const scores = { ...MANIFEST.scores, walks: 20 };
    const section = { ...EIGHT_BIT, short: 'short-8bit.onnx', next: 'next-8bit.onnx' };
    const parts = { format: 5, golden, short: SHORT, next: NEXT };
    const whole = manifestSchema.parse({ ...MANIFEST, ...parts, eight_bit: { ...section, scores } });
    expect(eightBitManifest(whole)).toEqual({
      ...MANIFEST,
      ...{ ...parts, version: '0.1.0-8bit', scores },
      golden: [...EIGHT_BIT.golden, golden[1]],
      short: { ...SHORT, perceive: section.short },
      next: { perceive: section.next },
    });
    const unscored = manifestSchema.parse({ ...MANIFEST, ...parts, eight_bit: section });
    expect(eightBitManifest(unscored)?.scores).toEqual(MANIFEST.scores);
    expect(eightBitManifest(manifestSchema.parse(MANIFEST))).toBeNull();
  });

  it('names its model as rows and the API do', () => {
    expect(modelRef(MANIFEST)).toBe('loci-nano@0.1.0');
  });

  it('has all that GET /v1/models tells', () => {
    expect(Object.keys(modelSchema.parse(MANIFEST)).sort()).toEqual(Object.keys(modelSchema.shape).sort());
  });
});
