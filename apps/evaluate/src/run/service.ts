import { LociClient } from '@loci/client';
import { withTemporaryStack } from '@loci/local';
import type { EvaluateOptions } from '../options.js';

/**
 * Runs `work` against the service that was named, or against an embedded stack that lasts as long as it.
 * @param purpose a word in the name of the stack's directory
 */
export function withService<T>(
  service: EvaluateOptions['service'],
  purpose: string,
  say: (line: string) => void,
  work: (client: LociClient, keep: boolean) => Promise<T>,
): Promise<T> {
  // the videos of a stack of our own would fill its disk; a service that was named is not ours to clear
  if (service === null)
    return withTemporaryStack(purpose, {}, say, ({ url, apiKey }) =>
      work(new LociClient(url, apiKey), false),
    );
  return work(new LociClient(service.url, service.apiKey), true);
}
