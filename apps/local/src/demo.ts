import { ClientError, LociClient } from '@loci/client';
import { runCommand } from '@loci/host';
import { chooseClip, runDemo } from './demo/run-demo.js';
import { readSettings } from './stack/settings.js';
import { withTemporaryStack } from './stack/temporary-stack.js';

/** `npm run demo [-- FILE "question" …]`: takes one clip through a temporary stack. */
await runCommand(
  async (say) => {
    const clip = await chooseClip(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd());
    // one clip does not pay for the start of a second worker
    const { workers } = readSettings(process.env, 1);
    await withTemporaryStack('demo', { workers }, say, (stack) =>
      runDemo(new LociClient(stack.url, stack.apiKey), clip, (text) => console.log(text)),
    );
    return 0;
  },
  [ClientError],
);
