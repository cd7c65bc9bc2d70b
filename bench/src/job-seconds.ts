import type { LociClient } from '@loci/client';
import type { Ask, Video } from '@loci/contracts';
import { CommandError } from '@loci/host';

/**
 * Seconds from the submission of a job to its end.
 * @throws CommandError when it does not succeed
 */
export async function jobSeconds(
  client: LociClient,
  video: Pick<Video, 'id'>,
  questions: Ask[],
): Promise<number> {
  const begun = performance.now();
  const submitted = await client.submit({ video_id: video.id, questions });
  const { status, error } = await client.finished(submitted.id);
  if (status !== 'succeeded')
    throw new CommandError(`A job ended as ${status}: ${error?.detail ?? 'no reason given'}.`);
  return (performance.now() - begun) / 1000;
}
