// A consumer in a process of its own, that the tests kill: says what it begins, and never ends it by itself.
import { writeSync } from 'node:fs';
import { openQueues } from '@loci/queue';
import { AbortedError } from '@loci/contracts';

const [url, prefix] = process.argv.slice(2);
const queues = await openQueues(url, { prefix });
const consumer = queues.consume(
  'perceive',
  async ({ chunk }, { signal, attempt }) => {
    writeSync(1, `begun ${chunk} attempt ${attempt}\n`);
    await new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(new AbortedError('told to stop'))),
    );
  },
  { concurrency: 1, lockMs: 2000, stalledMs: 1000 },
);
process.on('SIGTERM', async () => {
  await consumer.drain(0);
  await queues.close();
  writeSync(1, 'drained\n');
  process.exit(0);
});
writeSync(1, 'ready\n');
