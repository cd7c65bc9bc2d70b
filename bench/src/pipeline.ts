import { availableParallelism } from 'node:os';
import { ClientError } from '@loci/client';
import { runCommand } from '@loci/host';
import { readSettings, withTemporaryStack, type Stack } from '@loci/local';
import { loadBundles } from './bundle.js';
import { readCounts } from './counts.js';
import { BareGraphs } from './pipeline/bare-graphs.js';
import { askedClip, sampledFrames } from './pipeline/clip.js';
import { decodingAlone } from './pipeline/decoding.js';
import { measure } from './pipeline/measure.js';
import { hasPeers, Peer, PEERS_MISSING } from './pipeline/peer.js';
import {
  atLeast,
  atMost,
  cpuPerFrame,
  describeSide,
  framesPerSecond,
  limitOf,
  speedRatio,
  type Measured,
  type Verdict,
} from './pipeline/report.js';
import { serviceSide } from './pipeline/service-side.js';
import type { Side } from './pipeline/side.js';

/** What the figures should reach on two cores. */
const WANTED = { ofScript: 1.6, ofOverlapped: 1.05, ofLimit: 0.78, cpuMs: 11.5, second: 0.97 };
/** And with 8-bit convolutions. */
const WANTED_8BIT = { ofScript: 1.9, cpuMs: 9 };

/**
 * `npm run bench:pipeline`: the service with one and with two workers and with 8-bit convolutions, the
 * scripts that a user would write instead of it, the bare graphs, and decoding alone. Each takes the same
 * clip and the same questions, in turn, from the clip's file to the last answer.
 */
await runCommand(
  (say) => {
    const { seconds, rounds } = readCounts({ seconds: 240, rounds: 3 });
    return withTemporaryStack('pipeline', { workers: 1 }, say, (one) =>
      withTemporaryStack('pipeline', { workers: 2 }, say, async (two) => {
        const { sides, frames } = await openSides(one, two, seconds, say);
        const cores = availableParallelism();
        console.log(`${frames} sampled frames of ${seconds} s, ${cores} cores, ${rounds} rounds in turn`);
        try {
          return report(await measure(sides, rounds), frames);
        } finally {
          for (const side of sides) await side.close?.();
        }
      }),
    );
  },
  [ClientError],
);

async function openSides(
  one: Stack,
  two: Stack,
  seconds: number,
  say: (line: string) => void,
): Promise<{ sides: Side[]; frames: number }> {
  const [bundle, ...others] = await loadBundles();
  const clip = await askedClip(seconds, one.dataDir);
  const frames = await sampledFrames(one, clip.file, bundle.manifest);
  const threads = Number(readSettings().environment['INFERENCE_THREADS'] ?? 1);
  const sides: Side[] = [serviceSide(one, 1, clip), serviceSide(two, 2, clip)];
  const eightBit = others.find(({ dir }) => dir === bundle.dir);
  if (eightBit !== undefined) {
    const side = serviceSide(one, 1, clip, eightBit);
    // the worker loads the graphs when they are first asked for
    await side.run();
    sides.push(side);
  }
  if (hasPeers()) {
    const options = { frames, modelDir: bundle.dir };
    sides.push(
      await Peer.start('plain PyTorch script', clip, { ...options, threads: availableParallelism() }),
    );
    sides.push(await Peer.start('overlapped ONNX script', clip, { ...options, threads }));
  } else say(PEERS_MISSING);
  sides.push(await BareGraphs.open(bundle, clip, { name: 'bare graphs', frames, threads }));
  if (eightBit !== undefined)
    sides.push(await BareGraphs.open(eightBit, clip, { name: 'bare graphs, 8 bits', frames, threads }));
  sides.push(decodingAlone(clip.file, frames, bundle.manifest));
  return { sides, frames };
}

/** Prints the medians over the rounds. Returns the exit code. */
function report(measured: readonly Measured[], frames: number): number {
  console.log('medians                  frame/s CPU ms a frame, by program');
  for (const side of measured) console.log(describeSide(side, frames));
  const named = (name: string): Measured | undefined => measured.find((side) => side.name === name);
  const [one, two] = measured;
  const parts = [named('bare graphs'), named('decoding alone')].filter((side) => side !== undefined);
  if (one === undefined || two === undefined) throw new Error('the service was not measured');
  const limit = limitOf(parts, frames, availableParallelism());
  const [script, overlapped] = [named('plain PyTorch script'), named('overlapped ONNX script')];
  const verdicts = [
    ...(script === undefined ? [] : [atLeast('of the script', speedRatio(one, script), WANTED.ofScript)]),
    ...(overlapped === undefined
      ? []
      : [atLeast('of the overlapped script', speedRatio(one, overlapped), WANTED.ofOverlapped)]),
    atLeast(
      `of the limit, ${limit.toFixed(0)} frames/s`,
      framesPerSecond(one, frames) / limit,
      WANTED.ofLimit,
    ),
    atMost('processor time a frame, ms', cpuPerFrame(one, frames), WANTED.cpuMs),
    atLeast('two workers against one', speedRatio(two, one), WANTED.second),
    ...eightBitVerdicts(named('Loci, 1 worker, 8 bits'), script, frames),
  ];
  console.log('Loci with one worker:');
  for (const { line, reached } of verdicts) console.log(`  ${line}${reached ? '' : ', not reached'}`);
  return verdicts.every(({ reached }) => reached) ? 0 : 1;
}

function eightBitVerdicts(
  eightBit: Measured | undefined,
  script: Measured | undefined,
  frames: number,
): Verdict[] {
  if (eightBit === undefined) return [];
  return [
    ...(script === undefined
      ? []
      : [atLeast('with 8 bits, of the script', speedRatio(eightBit, script), WANTED_8BIT.ofScript)]),
    atMost('with 8 bits, processor time a frame, ms', cpuPerFrame(eightBit, frames), WANTED_8BIT.cpuMs),
  ];
}
