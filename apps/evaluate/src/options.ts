import { resolve } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { worldSchema, type World } from '@loci/contracts';
import { CommandError } from '@loci/host';

/** What is asked, and who. */
export interface Target {
  dataset: string;
  /** A running service with a key that it takes; null: an embedded stack is started. */
  service: { url: string; apiKey: string } | null;
}

export interface EvaluateOptions extends Target {
  /** The questions are only read: no video, no service. */
  dryRun: boolean;
  /** Number of videos at once. */
  concurrency: number;
  resume: boolean;
  /** The run's folder; null: a default that follows the data set's name. */
  out: string | null;
  /** Number of questions, or of videos in the robustness study; null: all. */
  limit: number | null;
  /** What the clips show, for the report; null: it does not say. */
  world: World | null;
}

const USAGE = [
  'npm run evaluate -- --dataset PATH [--url URL] [--api-key KEY]',
  '[--concurrency N] [--resume] [--out DIR] [--limit N] [--world drawn|real] [--dry-run]',
].join(' ');

/** The options of the robustness study. */
type StudyOptions = Omit<EvaluateOptions, 'world' | 'dryRun'> & {
  /** The variants that are named; null: none are. */
  variants: string[] | null;
};

/**
 * Reads the arguments of `npm run evaluate --`.
 * @param startedIn relative paths begin there
 * @throws CommandError with the usage
 */
export function readOptions(args: string[], startedIn: string): EvaluateOptions {
  const { variants, ...options } = readAllOptions(args, startedIn, USAGE);
  if (variants !== null) throw new CommandError(`--variants is no option here: ${USAGE}`);
  return options;
}

/** As readOptions, of `npm run robustness --`. */
export function readStudyOptions(args: string[], startedIn: string, usage: string): StudyOptions {
  const { world, dryRun, ...options } = readAllOptions(args, startedIn, usage);
  if (world !== null) throw new CommandError(`--world is no option here: ${usage}`);
  if (dryRun) throw new CommandError(`--dry-run is no option here: ${usage}`);
  return options;
}

/** As readOptions, of `npm run examples --`: the data set and the service. */
export const readTargetOptions = (args: string[], startedIn: string, usage: string): Target =>
  readTarget(parse(args, TARGET_OPTIONS, usage), startedIn, usage);

function readAllOptions(args: string[], startedIn: string, usage: string): EvaluateOptions & StudyOptions {
  const values = parse(args, ALL_OPTIONS, usage);
  const { out, resume, variants } = values;
  return {
    ...readTarget(values, startedIn, usage),
    concurrency: readCount('concurrency', values.concurrency) ?? 2,
    resume,
    dryRun: values['dry-run'],
    out: out === undefined ? null : resolve(startedIn, out),
    limit: readCount('limit', values.limit),
    world: readWorld(values.world),
    variants: variants?.split(',') ?? null,
  };
}

const TEXT = { type: 'string' } as const;
const TARGET_OPTIONS = { dataset: TEXT, url: TEXT, 'api-key': TEXT };
const ALL_OPTIONS = {
  ...TARGET_OPTIONS,
  concurrency: TEXT,
  out: TEXT,
  limit: TEXT,
  resume: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  variants: TEXT,
  world: TEXT,
} as const;

function parse<T extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: T, usage: string) {
  try {
    return parseArgs({ args, options }).values;
  } catch (cause) {
    throw new CommandError(`${cause instanceof Error ? cause.message : String(cause)}: ${usage}`, { cause });
  }
}

function readTarget(
  { dataset, url, 'api-key': apiKey = 'dev' }: Partial<Record<keyof typeof TARGET_OPTIONS, string>>,
  startedIn: string,
  usage: string,
): Target {
  if (dataset === undefined) throw new CommandError(`--dataset is missing: ${usage}`);
  if (url !== undefined && !URL.canParse(url)) throw new CommandError(`--url: ${url} is no URL.`);
  return {
    dataset: resolve(startedIn, dataset),
    service: url === undefined ? null : { url: url.replace(/\/+$/, ''), apiKey },
  };
}

function readWorld(text: string | undefined): World | null {
  if (text === undefined) return null;
  const world = worldSchema.safeParse(text);
  if (!world.success) throw new CommandError(`--world: ${text} is neither drawn nor real.`);
  return world.data;
}

function readCount(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d*$/.test(text)) throw new CommandError(`--${name}: ${text} is not a whole number from 1.`);
  return Number(text);
}
