import { LociClient } from './client.js';
import { chooseClip, runDemo } from './demo/demo.js';
import { main } from './main.js';
import { withTemporaryStack } from './stack/temporary.js';

/** `npm run demo [-- FILE "question" …]`: the stack on free ports and a temporary data directory, and one clip through it. */
await main(async (say) => {
  const clip = await chooseClip(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd());
  await withTemporaryStack('demo', {}, say, (stack) =>
    runDemo(new LociClient(stack.url, stack.apiKey), clip, (text) => console.log(text)),
  );
  return 0;
});
