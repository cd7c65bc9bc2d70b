import { ClientError, LociClient } from '@loci/client';
import { runCommand, shutdownSignal, untilAborted } from '@loci/host';
import { chooseClip, runDemo } from './demo/run-demo.js';
import { readSettings } from './stack/settings.js';
import { withTemporaryStack } from './stack/temporary-stack.js';

/**
 * `npm run demo [-- FILE "question" …]`: takes one clip through a temporary stack. On a terminal it ends with
 * the address of the clip's page, which stands until Ctrl-C.
 */
await runCommand(
  async (say) => {
    const clip = await chooseClip(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd());
    // one clip does not pay for the start of a second worker
    const { workers, webDir } = readSettings(process.env, 1);
    await withTemporaryStack('demo', { workers }, say, async (stack) => {
      const client = new LociClient(stack.url, stack.apiKey);
      const { id } = await runDemo(client, clip, (text) => console.log(text));
      // a script is not to wait
      if (webDir === undefined || !process.stdout.isTTY) return;
      say(`look around in it at ${stack.url}/videos/${id}; Ctrl-C ends the demo`);
      await untilAborted(shutdownSignal());
    });
    return 0;
  },
  [ClientError],
);
