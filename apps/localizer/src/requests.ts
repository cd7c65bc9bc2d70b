import { readTensors, writeTensors } from '@loci/tensors';
import { z } from 'zod';
import { composed } from './composed.js';
import { confidence } from './confidence.js';
import { keyframes } from './keyframes.js';
import { localize } from './localize.js';
import type { Method } from './method.js';
import type { Sessions } from './sessions.js';

const METHODS: Readonly<Record<string, Method>> = {
  localize,
  keyframes,
  confidence,
  composed,
  drop: ({ arguments: given }, sessions) => ({
    result: { dropped: sessions.drop(z.object({ session: z.string() }).parse(given).session) },
  }),
};

/** The reply to a request: whatever is wrong with it is said in the reply. */
export async function replyTo(message: Uint8Array, sessions: Sessions): Promise<Uint8Array> {
  try {
    const { metadata, tensors } = readTensors(message);
    const method = METHODS[metadata['method'] ?? ''];
    if (method === undefined) throw new Error(`there is no method ${JSON.stringify(metadata['method'])}`);
    const reply = await method({ arguments: JSON.parse(metadata['arguments'] ?? '{}'), tensors }, sessions);
    return writeTensors(reply.tensors ?? {}, { result: JSON.stringify(reply.result) });
  } catch (error) {
    return writeTensors({}, { error: sentenceOf(error) });
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    const problems = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return `the arguments are wrong: ${problems.join('; ')}`;
  }
  return error instanceof Error ? error.message : String(error);
}
