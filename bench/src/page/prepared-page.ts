import { ClientError, LociClient } from '@loci/client';
import type { Job } from '@loci/contracts';
import { CommandError } from '@loci/host';
import { withTemporaryStack, type Stack } from '@loci/local';
import { browserOffer } from '@loci/testing';
import { basename } from 'node:path';
import type { Browser } from 'playwright-core';

export interface PreparedPage {
  stack: Stack;
  client: LociClient;
  browser: Browser;
}

/** Errors of the work below that are said in one sentence. */
export const KNOWN = [ClientError];

/**
 * Runs `work` with a browser and a stack of its own that serves the page.
 * @throws CommandError without a browser
 */
export function withPage<T>(
  say: (line: string) => void,
  work: (page: PreparedPage) => Promise<T>,
): Promise<T> {
  const offer = browserOffer();
  if ('missing' in offer) throw new CommandError(`The page needs a browser, and ${offer.missing}.`);
  return withTemporaryStack('page', {}, say, async (stack) => {
    const browser = await offer.start();
    try {
      return await work({ stack, client: new LociClient(stack.url, stack.apiKey), browser });
    } finally {
      await browser.close();
    }
  });
}

/** Uploads a clip, under its name, and waits for its memory. */
export async function remember(client: LociClient, file: string, fps?: number): Promise<Job> {
  const video = await client.upload(file);
  const sampling = fps === undefined ? {} : { sampling: { fps } };
  const job = await client.submit({ video_id: video.id, metadata: { name: basename(file) }, ...sampling });
  return client.finished(job.id);
}
