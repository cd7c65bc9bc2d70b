import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files that a build reads besides the sources of each package. */
const SHARED = ['package-lock.json', 'nx.json', 'tsconfig.base.json', 'prisma/schema.prisma'];
const WORKSPACES = ['libs', 'apps'];

/**
 * Whether everything is built from the current sources. Nx could say that too, but it unpacks its cache over
 * `dist` each time. That disturbs a running stack, and fails in a read-only checkout.
 */
export function isBuilt(root) {
  const stamp = stampOf(root);
  return (
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === fingerprint(root) &&
    packages(root).every((folder) => existsSync(join(folder, 'dist')))
  );
}

/** Called before a build, so that an interrupted one counts as none. */
export const forgetBuild = (root) => rmSync(stampOf(root), { force: true });

/** Called after a build. */
export const rememberBuild = (root) => writeFileSync(stampOf(root), fingerprint(root));

const stampOf = (root) => join(root, '.tools', 'built');

/** The folders of the packages that are built. */
function packages(root) {
  const below = (folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name));
  return [
    ...WORKSPACES.filter((folder) => existsSync(join(root, folder))).flatMap(below),
    join(root, 'bench'),
  ].filter((folder) => existsSync(join(folder, 'tsconfig.json')));
}

function fingerprint(root) {
  const hash = createHash('sha256');
  const files = [...SHARED.map((name) => join(root, name)), ...packages(root).flatMap(sources)].filter(
    existsSync,
  );
  for (const file of files) hash.update(`\0${file.slice(root.length)}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

/** The files that a package is built from. Generated files are left out: they follow from the schema. */
function sources(folder) {
  const files = ['package.json', 'tsconfig.json', 'index.html', 'vite.config.ts'];
  const folders = ['src', 'public'].map((name) => join(folder, name)).filter(existsSync);
  return [...files.map((name) => join(folder, name)), ...folders.flatMap(filesBelow)];
}

/** All files below a folder in the order of their names. */
function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'generated')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    });
}
