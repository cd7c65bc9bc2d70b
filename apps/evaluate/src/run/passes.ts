import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Camera } from '@loci/contracts';
import { readTrajectory, type StampedPose } from '@loci/localization';
import type { Dataset, VideoQuestions } from '../dataset/dataset.js';
import { openRun, remaining, type Run } from './run.js';

/**
 * The questions put to the service once. A walk's are put three times: alone, with its own camera
 * given, and with its lens given and its path estimated.
 */
export interface Pass {
  run: Run;
  /** The videos with the questions that have no answer yet. */
  left: VideoQuestions[];
  camera: Camera | null;
  /** Where the trajectory that the service found is kept; null where there is none to compare it with. */
  trajectoryFile: string | null;
}

/** The folder, in that of the run, of the answers with the walk's own camera given. */
const GIVEN_CAMERA = 'given-camera';
/** That of the answers with its path estimated. */
const ESTIMATED_PATH = 'estimated-path';
const TRAJECTORY_FILE = 'trajectory.tum';

/**
 * Begins the passes over a data set in a folder, or goes on with them: one, and of a walk two more.
 * @throws CommandError as openRun
 */
export async function openPasses(
  out: string,
  dataset: Dataset,
  videos: readonly VideoQuestions[],
  resume: boolean,
): Promise<[Pass] | [Pass, Pass, Pass]> {
  const { walk } = dataset;
  const open = async (folder: string, camera: Camera | null): Promise<Pass> => {
    const run = await openRun(folder, dataset, resume);
    return {
      run,
      left: remaining(videos, run.answers.rows),
      camera,
      trajectoryFile: walk === null ? null : join(folder, TRAJECTORY_FILE),
    };
  };
  const alone = await open(out, null);
  if (walk === null) return [alone];
  return [
    alone,
    await open(join(out, GIVEN_CAMERA), walk.camera),
    await open(join(out, ESTIMATED_PATH), walk.estimated),
  ];
}

/** The trajectory that the service found in a pass; none where it did not take the video. */
export async function foundTrajectory({ trajectoryFile }: Pass): Promise<StampedPose[]> {
  if (trajectoryFile === null || !existsSync(trajectoryFile)) return [];
  const text = await readFile(trajectoryFile, 'utf8');
  return readTrajectory({ format: 'tum', text, metres_per_unit: 1 }, 0);
}
