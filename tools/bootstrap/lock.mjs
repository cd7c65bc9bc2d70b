import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { capture, makeFolder, unwritable } from './npm.mjs';

/**
 * Runs `work` while no other run of the bootstrap does: two at once would install over each other. A lock
 * names its process. The lock of a killed run is taken over: its process has ended, or is another program.
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

/** Takes the lock, if it is free: a link appears with its content, and fails where a file exists. */
function claim(path) {
  const candidate = `${path}.${process.pid}`;
  try {
    writeFileSync(candidate, String(process.pid));
    linkSync(candidate, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw unwritable(dirname(path), error);
  } finally {
    rmSync(candidate, { force: true });
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

/** Removes the lock of a run that has ended. A lock that another run took in between is put back. */
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
  // without `ps`, any live process counts as the holder
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
