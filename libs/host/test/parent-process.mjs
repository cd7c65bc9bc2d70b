// A parent that the tests kill with -9: starts what its arguments say, and prints the child's process id.
//
//   node parent-process.mjs child <signal> <seconds until SIGKILL> <folder to remove> <program> [arguments]
//   node parent-process.mjs postgres <folder> <port>
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { killOnParentExit, startEmbeddedPostgres } from '@loci/host';

const [kind, ...args] = process.argv.slice(2);

const starts = {
  child(signal, patienceS, remove, program, ...rest) {
    const child = spawn(program, rest, { stdio: 'ignore', detached: true });
    killOnParentExit(child.pid, signal, [remove], Number(patienceS));
    return child.pid;
  },
  async postgres(folder, port) {
    const { pid } = await startEmbeddedPostgres({
      dataDir: join(folder, 'data'),
      logFile: join(folder, 'postgres.log'),
      port: Number(port),
      disposable: { remove: folder },
    });
    return pid;
  },
};

process.stdout.write(`${await starts[kind](...args)}\n`);
setInterval(() => undefined, 60_000);
