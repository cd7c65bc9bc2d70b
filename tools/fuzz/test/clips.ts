import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmpeg } from '@loci/host';

const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=96x64:rate=10:duration=2'];
const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=2'];
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '5'];

/** Arguments of ffmpeg for a small file of each container and codec that people send. */
const KINDS: Record<string, string[]> = {
  'sound.mp4': [...picture, ...sound, ...h264, '-c:a', 'aac'],
  'index-first.mp4': [...picture, ...h264, '-movflags', 'faststart'],
  'fragments.mp4': [...picture, ...h264, '-movflags', 'frag_keyframe+empty_moov'],
  'h265.mp4': [...picture, '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none'],
  'av1.mp4': [...picture, '-c:v', 'libsvtav1', '-preset', '12'],
  'motion.mov': [...picture, '-c:v', 'mjpeg', '-q:v', '20'],
  'h264.mkv': [...picture, ...sound, ...h264, '-c:a', 'libopus'],
  'transport.ts': [...picture, ...sound, ...h264, '-c:a', 'aac'],
  'live.webm': [...picture, '-c:v', 'libvpx', '-deadline', 'realtime', '-g', '5', '-live', '1'],
  'vp8.webm': [...picture, '-c:v', 'libvpx', '-deadline', 'realtime', '-g', '5'],
  'vp9.webm': [...picture, '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8'],
};

/** Texts that make a player open something else, which must never happen. */
const scripts = (url: string): Record<string, string> => ({
  'playlist.mp4': `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n${url}/part.ts\n#EXT-X-ENDLIST\n`,
  'concat.mp4': `ffconcat version 1.0\nfile '${url}/clip.mp4'\nfile '/etc/passwd'\n`,
  'dash.mp4': `<MPD><Period><AdaptationSet><BaseURL>${url}/</BaseURL></AdaptationSet></Period></MPD>`,
});

export interface SmallFile {
  name: string;
  bytes: Buffer;
}

/**
 * Makes a file of each kind in a folder.
 * @param url what scripts name, and what must never be asked for
 */
export async function smallFiles(folder: string, url: string): Promise<SmallFile[]> {
  const files: SmallFile[] = [];
  for (const [name, args] of Object.entries(KINDS)) {
    const path = join(folder, name);
    await ffmpeg(...args, path);
    files.push({ name, bytes: await readFile(path) });
  }
  for (const [name, text] of Object.entries(scripts(url))) files.push({ name, bytes: Buffer.from(text) });
  return files;
}
