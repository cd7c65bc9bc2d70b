import type { Manifest } from '@loci/contracts';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { composeAnswer } from '../src/index.js';
import { NANO } from './bundles.js';

type Calibration = Manifest['calibration'];

interface Case {
  says: string;
  text: string;
  log_probabilities: number[];
  calibration: Calibration;
  confidence: number;
}
const CASES = JSON.parse(
  readFileSync(new URL('fixtures/confidence.json', import.meta.url), 'utf8'),
) as Case[];

const confidence = (text: string, logs: readonly number[], calibration: Calibration) =>
  composeAnswer({
    text,
    logProbabilities: Float32Array.from(logs),
    options: null,
    manifest: { ...NANO, calibration },
    novelty: 1,
    evidence: [],
  }).confidence;

describe('the confidence of an answer', () => {
  it.each(CASES)(
    'is what the training calibrated: $says',
    ({ text, log_probabilities, calibration, confidence: wanted }) => {
      expect(Math.abs(confidence(text, log_probabilities, calibration) - wanted)).toBeLessThan(1e-6);
    },
  );

  it('is 0 where a word has no probability', () => {
    for (const calibration of [
      { temperature: 1 },
      { temperature: 1, tasks: { object_counting: { bias: 3, answer: 0, trace: 0 } } },
    ])
      for (const log of [NaN, -Infinity])
        expect(confidence('<count> <answer> 4 <eos>', [0, 0, log, 0], calibration)).toBe(0);
  });

  const weight = fc.double({ min: 0, max: 20, noNaN: true });
  const weights = fc.record({
    bias: fc.double({ min: -20, max: 20, noNaN: true }),
    answer: weight,
    trace: weight,
  });
  const traceWords = ['<count>', 'chair', 'x1', 'z2', 'chair', 'x-2.2', 'z0.4'];
  const text = [...traceWords, '<answer>', 'living', 'room', '<eos>'].join(' ');
  const logs = fc.array(fc.double({ min: -30, max: 0, noNaN: true }), {
    minLength: traceWords.length + 4,
    maxLength: traceWords.length + 4,
  });

  it('lies between 0 and 1, and grows with the probability of any word of the trace or the answer', () => {
    fc.assert(
      fc.property(
        logs,
        weights,
        fc.nat(),
        fc.double({ min: 0, max: 30, noNaN: true }),
        (said, object_counting, at, by) => {
          const calibration = { temperature: 1, tasks: { object_counting } };
          const before = confidence(text, said, calibration);
          const surer = said.map((log, index) => (index === at % said.length ? Math.min(0, log + by) : log));
          expect(before).toBeGreaterThan(0);
          expect(before).toBeLessThan(1);
          expect(confidence(text, surer, calibration)).toBeGreaterThanOrEqual(before - 1e-12);
        },
      ),
    );
  });

  it('hears nothing of the words between trace and answer, nor of the end', () => {
    fc.assert(
      fc.property(logs, weights, (said, object_counting) => {
        const calibration = { temperature: 1, tasks: { object_counting } };
        const other = said.map((log, index) =>
          index === traceWords.length || index === said.length - 1 ? -9 : log,
        );
        expect(confidence(text, other, calibration)).toBe(confidence(text, said, calibration));
      }),
    );
  });
});
