import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { CommandError } from './command-error.js';

/** A folder that is ours until `release`, or the process that owns it. */
export type FolderClaim = { release: () => Promise<void> } | { owner: string };

/** These lie below the ports that freePort gives. */
const PORTS = { from: 10_000, below: 19_000 };
/** Other programs may hold some of a folder's ports. */
const PORTS_PER_FOLDER = 8;
const ANSWER_LIMIT_MS = 2_000;

/**
 * Claims a folder for this process. The claim is a port on loopback, which the kernel takes back with the
 * process, and which cannot be deleted as a file can. The ports follow from the folder's identity on its
 * disk, and who listens there says which folder it owns.
 */
export async function claimFolder(folder: string): Promise<FolderClaim> {
  const { dev, ino } = await stat(folder, { bigint: true });
  const identity = `loci ${dev}:${ino}`;
  const ports = portsOf(identity);
  for (const port of ports) {
    const owner = await ownerAt(port, identity);
    if (owner !== null) return { owner };
  }
  for (const port of ports) {
    const release = await listen(port, `${identity} ${process.pid}`);
    if (release !== null) return { release };
    // one that starts at the same moment tries the same port first
    const owner = await ownerAt(port, identity);
    if (owner !== null) return { owner };
  }
  throw new CommandError(`The ports ${ports.join(', ')} are all in use; Loci needs one of them.`);
}

function portsOf(identity: string): number[] {
  const range = PORTS.below - PORTS.from - PORTS_PER_FOLDER;
  const first = PORTS.from + (createHash('sha256').update(identity).digest().readUInt32BE() % range);
  return Array.from({ length: PORTS_PER_FOLDER }, (_, index) => first + index);
}

/**
 * The process that owns the folder by this port; null when nobody listens there, or another program does. One
 * that is silent may be an owner that stands still.
 */
async function ownerAt(port: number, identity: string): Promise<string | null> {
  const socket = connect(port, '127.0.0.1');
  const silence = new AbortController();
  socket.setTimeout(ANSWER_LIMIT_MS, () => {
    silence.abort();
    socket.destroy();
  });
  try {
    // other programs answer this too: with a complaint
    socket.write('loci?\r\n\r\n');
    const answer = await text(socket);
    return answer.startsWith(`${identity} `) ? answer.slice(identity.length + 1) : null;
  } catch {
    return silence.signal.aborted ? `behind port ${port}, which does not answer` : null;
  }
}

/** @returns null when the port is in use */
async function listen(port: number, answer: string): Promise<(() => Promise<void>) | null> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.resume();
    socket.end(answer);
  });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return null;
  }
  server.unref();
  return async () => {
    server.close();
    await once(server, 'close');
  };
}
