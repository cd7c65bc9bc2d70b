import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GRAPHS, type GraphName } from '@loci/contracts';
import { readTensors, type Tensor } from '@loci/tensors';
import { describe, expect, it } from 'vitest';
import {
  graphSpecs,
  listBundles,
  openEngine,
  shortSpecs,
  type AnswerInput,
  type Engine,
  type GraphSpec,
  type PerceiveInput,
  type RememberInput,
} from '../src/index.js';
import { NANO, TINY } from './tiny-bundle.js';

const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

type Arrays = Record<string, Tensor['data']>;

/** Runs one recorded input, by the graph's name. */
async function replay(
  engine: Engine,
  graph: Exclude<GraphName, 'read' | 'perceive_next'>,
  input: Arrays,
): Promise<Arrays> {
  switch (graph) {
    case 'perceive':
    case 'perceive_short':
      return { ...(await engine.perceive(input as unknown as PerceiveInput)) };
    case 'remember':
    case 'remember_short':
      return { ...(await engine.remember(input as unknown as RememberInput)) };
    case 'answer':
      return { ...(await engine.answer(input as unknown as AnswerInput)) };
  }
}

const arraysIn = (tensors: Record<string, Tensor>): Arrays =>
  Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [camelCase(name), data]));

function largestError(actual: Float32Array, expected: Float32Array): number {
  let largest = 0;
  expected.forEach((value, index) => (largest = Math.max(largest, Math.abs(value - actual[index]!))));
  return largest;
}

describe.each([
  ['the tiny bundle', TINY, 'float'],
  ['the shipped model', NANO, 'float'],
  ['the shipped model in 8 bits', NANO, '8bit'],
] as const)('The golden cases of %s', (_, dir, precision) => {
  it('come out as they were recorded: floats within the tolerance, all else identical', async () => {
    const [bundle] = await listBundles(dir, precision);
    if (bundle === undefined) throw new Error('there is a bundle');
    const { golden, sizes, tolerance } = bundle.manifest;
    const specs: Partial<Record<GraphName, GraphSpec>> = {
      ...graphSpecs(sizes),
      ...shortSpecs(bundle.manifest),
    };
    expect(golden.map(({ graph }) => graph)).toEqual(expect.arrayContaining([...GRAPHS]));
    const engine = await openEngine(bundle, { executionProviders: ['cpu'], threads: 1 });
    try {
      for (const { graph, inputs, outputs } of golden) {
        // the words of the read graph have cases of their own: its labels are compared, not its floats; a
        // chunk that goes on is compared with itself alone
        if (graph === 'read' || graph === 'perceive_next') continue;
        const actual = await replay(
          engine,
          graph,
          arraysIn(readTensors(readFileSync(join(dir, inputs))).tensors),
        );
        const { tensors } = readTensors(readFileSync(join(dir, outputs)));
        const { outputs: always, optional = {} } = specs[graph]!;
        const recorded = Object.entries(optional).filter(([name]) => name in tensors);
        for (const [name, { type }] of [...Object.entries(always), ...recorded]) {
          const expected = tensors[name]?.data;
          const found = actual[camelCase(name)];
          if (type === 'float32')
            expect(
              largestError(found as Float32Array, expected as Float32Array),
              `${outputs} ${name}`,
            ).toBeLessThanOrEqual(tolerance);
          else expect(found, `${outputs} ${name}`).toEqual(expected);
        }
      }
    } finally {
      await engine.close();
    }
  });
});
