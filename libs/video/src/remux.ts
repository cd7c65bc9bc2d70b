import { randomUUID } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FfmpegOutcome } from './ffmpeg.js';
import { PacketTable } from './packets.js';
import { runProbe, type ProbeLimits } from './probe-run.js';
import { inputArguments, TAKEN } from './source.js';

export interface Remuxing {
  source: string;
  /** The place of the track among the file's video tracks. */
  track: number;
  /** A bitstream filter that gives its packets their times; see oneTimeline. */
  timeline: string;
}

/** The child's number of the file that is passed to it: after stdin, stdout and stderr. */
const FILE = 3;

/**
 * Copies one track into a Matroska file with an index of its key pictures. Nothing is encoded anew, and the
 * same source gives the same bytes.
 * @returns the file, which has no name and goes with its handle; how many packets it has; how ffmpeg ended
 */
export async function remux(
  { source, track, timeline }: Remuxing,
  limits: ProbeLimits,
  signal: AbortSignal | undefined,
): Promise<{ file: FileHandle; packets: number; outcome: FfmpegOutcome }> {
  const file = await unnamedFile();
  const table = new PacketTable();
  const copy = ['-map', `0:V:${track}`, '-c', 'copy', '-bsf:v', timeline];
  try {
    const run = {
      args: (input: string) => [
        ...['-y', '-copyts', ...inputArguments(input, TAKEN)],
        ...[...copy, '-map_metadata', '-1', '-map_chapters', '-1', '-fflags', '+bitexact'],
        ...['-avoid_negative_ts', 'disabled', '-f', 'matroska', '-fd', String(FILE), 'fd:'],
        // a listing beside it shows that the copy gets on, and how far it came
        ...[...copy, '-f', 'framecrc', 'pipe:1'],
      ],
      file: file.fd,
      onOutput: (data: Buffer) => {
        table.push(data);
        return true;
      },
    };
    const outcome = await runProbe(source, run, limits, signal);
    table.end();
    return { file, packets: table.tracks.get(0)?.count ?? 0, outcome };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A file that no killed process leaves behind: its name is gone before anything is written. */
async function unnamedFile(): Promise<FileHandle> {
  const path = join(tmpdir(), `loci-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await rm(path);
  return file;
}
