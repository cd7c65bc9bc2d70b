import { LociClient } from '@loci/client';
import { withTemporaryStack } from '@loci/local';
import type { EvaluateOptions } from '../options.js';

/**
 * Runs `work` against a service, or against an embedded stack for the time of the work.
 * @param service null: an embedded stack
 * @param purpose a word in the name of the stack's directory
 * @param work `keep`: whether the videos stay with the service
 */
export function withService<T>(
  service: EvaluateOptions['service'],
  purpose: string,
  say: (line: string) => void,
  work: (client: LociClient, keep: boolean) => Promise<T>,
): Promise<T> {
  // videos would fill the disk of a temporary stack; a named service is not ours to clear
  if (service === null)
    return withTemporaryStack(purpose, {}, say, ({ url, apiKey }) =>
      work(new LociClient(url, apiKey), false),
    );
  return work(new LociClient(service.url, service.apiKey), true);
}
