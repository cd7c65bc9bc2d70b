/** Something that the person at the terminal can act on: printed as one sentence, without a stack. */
export class Failure extends Error {}

/** What npm's output means, in one sentence; null when it is none of the known faults. */
export function explainNpm(output) {
  if (/ENOSPC/.test(output))
    return 'There is no space left on the disk; free about 3 GB and run the command again.';
  if (/EACCES|EPERM|EROFS/.test(output))
    return 'npm may not write here; the checkout must belong to the user who runs the command.';
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET|ENETUNREACH|EHOSTUNREACH|network request/i.test(
      output,
    )
  ) {
    return 'The npm registry could not be reached; check the network (or the proxy in npm config) and run the command again.';
  }
  const missing = /(?:E404|ETARGET|notarget)[\s\S]*?['"]?((?:@[\w.-]+\/)?[\w.-]+@[\w.^~-]+)/.exec(output);
  if (missing) return `The npm registry has no package ${missing[1]}; a mirror may lack it.`;
  if (/EUSAGE|can only install packages when your package.json and package-lock.json/.test(output)) {
    return 'package-lock.json does not match the package.json files; run `npm install` once and commit the lockfile.';
  }
  return null;
}
