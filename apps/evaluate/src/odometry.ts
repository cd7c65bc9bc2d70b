import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CommandError, runCommand } from '@loci/host';
import { openKeypointGraph, BundleError } from '@loci/inference';
import { readSettings } from '@loci/local';
import { setFfmpegPath } from '@loci/video';
import { openDataset } from './dataset/open.js';
import { DatasetError } from './dataset/records.js';
import { followWalk } from './odometry/follow-walk.js';
import { odometryTable } from './odometry/table.js';

const USAGE = 'npm run odometry -- --dataset PATH --keypoints FILE [--fps N]';

const HELP = `${USAGE}

Finds where the camera of a walk stood from keypoints alone, and says how far that is from the truth
(docs/design/odometry.md). No service and no model takes part.

  --dataset PATH     a walk's folder, as for npm run evaluate
  --keypoints FILE   a graph of python -m export.keypoints
  --fps N            pictures a second, 6 by default`;

/** `npm run odometry -- --dataset PATH --keypoints FILE`: visual odometry on a walk whose camera is known. */
await runCommand(
  async (say) => {
    const { values } = parseArgs({
      options: {
        dataset: { type: 'string' },
        keypoints: { type: 'string' },
        fps: { type: 'string', default: '6' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(HELP);
      return 0;
    }
    const fps = Number(values.fps);
    if (values.dataset === undefined || values.keypoints === undefined || !(fps > 0))
      throw new CommandError(USAGE);
    const startedIn = process.env['INIT_CWD'] ?? process.cwd();
    const ffmpegPath = readSettings().environment['FFMPEG_PATH'];
    setFfmpegPath(ffmpegPath === '' ? undefined : ffmpegPath);
    const { walk, questions, name } = await openDataset(resolve(startedIn, values.dataset));
    if (walk === null) throw new CommandError(`${name} is no walk: it has no scene.json.`);
    const graph = await openKeypointGraph(resolve(startedIn, values.keypoints));
    try {
      console.log(odometryTable(await followWalk(walk, questions[0]?.videos ?? [], graph, fps, say)));
    } finally {
      await graph.close();
    }
    return 0;
  },
  [DatasetError, BundleError],
);
