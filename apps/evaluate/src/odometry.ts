import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CommandError, runCommand } from '@loci/host';
import { BundleError, listBundles, openKeypointGraph } from '@loci/inference';
import { readSettings } from '@loci/local';
import { setFfmpegPath } from '@loci/video';
import { openDataset } from './dataset/open.js';
import { DatasetError } from './dataset/records.js';
import { followWalk } from './odometry/follow-walk.js';
import { odometryTable } from './odometry/table.js';

const USAGE = 'npm run odometry -- --dataset PATH [--unknown-lens] [--keypoints FILE] [--fps N]';

const HELP = `${USAGE}

Estimates where the camera of a walk stood, as the service does for a job that has its path estimated, and
says how far that is from the truth (docs/design/odometry.md). No service runs, and no model looks.

  --dataset PATH     a walk's folder, as for npm run evaluate
  --unknown-lens     its lens is estimated too
  --keypoints FILE   a graph of python -m export.keypoints; by default the one beside the bundle
  --fps N            frames a second of the memory, as the bundle has it by default`;

/** `npm run odometry -- --dataset PATH`: visual odometry on a walk whose camera is known. */
await runCommand(
  async (say) => {
    const { values } = parseArgs({
      options: {
        dataset: { type: 'string' },
        keypoints: { type: 'string' },
        'unknown-lens': { type: 'boolean', default: false },
        fps: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(HELP);
      return 0;
    }
    if (values.dataset === undefined) throw new CommandError(USAGE);
    const startedIn = process.env['INIT_CWD'] ?? process.cwd();
    const { environment, modelDir } = readSettings();
    const ffmpegPath = environment['FFMPEG_PATH'];
    setFfmpegPath(ffmpegPath === '' ? undefined : ffmpegPath);
    const { walk, questions, name } = await openDataset(resolve(startedIn, values.dataset));
    if (walk === null) throw new CommandError(`${name} is no walk: it has no scene.json.`);
    const [bundle] = await listBundles(modelDir);
    if (bundle === undefined) throw new CommandError(`There is no model bundle in ${modelDir}.`);
    const { manifest, keypoints } = bundle;
    const fps = Number(values.fps ?? manifest.sampling.fps);
    const file = values.keypoints === undefined ? keypoints?.file : resolve(startedIn, values.keypoints);
    if (file === undefined || !(fps > 0)) throw new CommandError(USAGE);
    const graph = await openKeypointGraph(file);
    try {
      console.log(
        odometryTable(
          await followWalk(
            walk,
            questions[0]?.videos ?? [],
            { graph, manifest, fps, isLensUnknown: values['unknown-lens'] },
            say,
          ),
        ),
      );
    } finally {
      await graph.close();
    }
    return 0;
  },
  [DatasetError, BundleError],
);
