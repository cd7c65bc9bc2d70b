import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { capture, makeFolder, unwritable } from './npm.mjs';

/**
 * Runs `work` while no other run of the bootstrap does (two at once would install over each other). The lock of a run
 * that was killed is taken over: it names its process, which is dead or has become another program.
 */
export async function withLock(path, say, work) {
  makeFolder(dirname(path));
  for (let announced = false; !claim(path);) {
    const holder = read(path);
    if (holder === null) continue;
    if (!isBootstrap(Number(holder))) {
      dropStale(path, holder);
      continue;
    }
    if (!announced) say(`another run (process ${holder}) is installing or building; waiting for it`);
    announced = true;
    await new Promise((resume) => setTimeout(resume, 500));
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** A link appears with its content or not at all, and fails where one stands. */
function claim(path) {
  const own = `${path}.${process.pid}`;
  try {
    writeFileSync(own, String(process.pid));
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw unwritable(dirname(path), error);
  } finally {
    rmSync(own, { force: true });
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Takes a dead run's lock away; one that somebody renewed in between is put back. */
function dropStale(path, holder) {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (read(aside) !== holder) linkSync(aside, path);
  rmSync(aside, { force: true });
}

function isBootstrap(pid) {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  const { status, output } = capture('ps', ['-o', 'args=', '-p', String(pid)]);
  // without `ps`, a live process is taken for the holder
  return status === null ? isAlive(pid) : output.includes('bootstrap.mjs');
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
