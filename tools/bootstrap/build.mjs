import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a build reads besides the sources of each package. */
const SHARED = ['package-lock.json', 'nx.json', 'tsconfig.base.json', 'prisma/schema.prisma'];
const WORKSPACES = ['libs', 'apps'];

/**
 * Whether everything is built from the sources as they are. Nx would find that too, but it unpacks its cache over `dist` each time,
 * under the feet of a stack that runs from it, and it cannot do so in a checkout that is read-only.
 */
export function buildStands(root) {
  const stamp = stampOf(root);
  return (
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === fingerprint(root) &&
    packages(root).every((folder) => existsSync(join(folder, 'dist')))
  );
}

/** To be called before a build: an interrupted one does not stand. */
export const forgetBuild = (root) => rmSync(stampOf(root), { force: true });

/** To be called after a build. */
export const rememberBuild = (root) => writeFileSync(stampOf(root), fingerprint(root));

const stampOf = (root) => join(root, '.tools', 'built');

/** Folders of the packages that are built. */
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

/** The files that a package is built from, in the order of their names; what was generated follows from the schema. */
function sources(folder) {
  const below = (path) =>
    readdirSync(path, { withFileTypes: true })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) =>
        entry.name === 'generated'
          ? []
          : entry.isDirectory()
            ? below(join(path, entry.name))
            : [join(path, entry.name)],
      );
  return [join(folder, 'package.json'), join(folder, 'tsconfig.json'), ...below(join(folder, 'src'))];
}
