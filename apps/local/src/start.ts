import { runCommand, shutdownSignal, untilAborted } from '@loci/host';
import { takeNoArguments } from './no-arguments.js';
import { readSettings } from './stack/settings.js';
import { startStack } from './stack/stack.js';

/** `npm start`: the embedded stack in the foreground until Ctrl-C. */
await runCommand(async (say) => {
  takeNoArguments();
  const shutdown = shutdownSignal();
  const settings = readSettings();
  say('starting Postgres, the API and the workers');
  const stack = await startStack(settings, say, shutdown);
  const page = settings.webDir === undefined ? '' : `the page: ${stack.url}/, `;
  say(`ready at ${stack.url} (${page}the API: ${stack.url}/docs, data and logs: ${stack.dataDir})`);
  if ((settings.environment['API_KEYS'] ?? '') === '')
    say('no API_KEYS: the key `dev` is taken, from this machine only');
  say('Ctrl-C stops it');
  await untilAborted(shutdown);
  say('stopping: workers finish or hand back the chunk in flight');
  await stack.stop();
  say('stopped');
  return 0;
});
