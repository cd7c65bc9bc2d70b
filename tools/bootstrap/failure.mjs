/** An error that the person at the terminal can act on. It is printed as one sentence, without a stack. */
export class Failure extends Error {}

const AGAIN = 'run the command again';
const NETWORK_FAULTS = [
  ...['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ERR_SOCKET'],
  ...['ENETUNREACH', 'EHOSTUNREACH', 'network request'],
];

/** Known faults in npm's output, and what they mean. The first match counts. */
const NPM_FAULTS = [
  { pattern: /ENOSPC/, meaning: `There is no space left on the disk; free about 3 GB and ${AGAIN}.` },
  {
    pattern: /EACCES|EPERM|EROFS/,
    meaning: 'npm may not write here; the checkout must belong to the user who runs the command.',
  },
  {
    pattern: new RegExp(NETWORK_FAULTS.join('|'), 'i'),
    meaning:
      'The npm registry could not be reached;' +
      ` check the network (or the proxy in npm config) and ${AGAIN}.`,
  },
];
const MISSING_PACKAGE = /(?:E404|ETARGET|notarget)[\s\S]*?['"]?((?:@[\w.-]+\/)?[\w.-]+@[\w.^~-]+)/;
const LOCK_MISMATCH = /EUSAGE|can only install packages when your package.json and package-lock.json/;

/** The meaning of npm's output in one sentence; null when it has no known fault. */
export function explainNpm(output) {
  const fault = NPM_FAULTS.find(({ pattern }) => pattern.test(output));
  if (fault) return fault.meaning;
  const missing = MISSING_PACKAGE.exec(output);
  if (missing) return `The npm registry has no package ${missing[1]}; a mirror may lack it.`;
  if (LOCK_MISMATCH.test(output))
    return (
      'package-lock.json does not match the package.json files;' +
      ' run `npm install` once and commit the lockfile.'
    );
  return null;
}
