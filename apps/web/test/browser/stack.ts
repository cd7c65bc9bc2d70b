import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inRoot } from '@loci/host';
import { BuiltProgram, browserOffer, isMissing, temporaryFolder } from '@loci/testing';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the stack serves, without a slash at the end. */
    url: string;
    /** Its data directory. */
    dataDir: string;
    /** The name of a set of the quiz beside the samples. */
    quizSet: string;
  }
}

const QUIZ_SET = 'own-rooms';

/** A folder as LOCI_QUIZ_DIR names one: a clip, and what is known of it. */
async function makeQuizSet(folder: string): Promise<void> {
  await mkdir(folder);
  await copyFile(inRoot('samples', 'walk-900010.mp4'), join(folder, 'my-room.mp4'));
  const question = 'How many doors are there in this room?';
  const record = { id: 1, dataset: QUIZ_SET, scene_name: 'my-room', question_type: 'object_counting' };
  const records = [{ ...record, question, options: null, ground_truth: '1' }];
  await writeFile(join(folder, 'questions.json'), JSON.stringify(records));
}

/** Starts the stack of `npm start`, with the shipped model, for all files of this project. */
export default async function startStack({
  provide,
}: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (isMissing(browserOffer(), 'the page in a browser')) return undefined;
  const folder = await temporaryFolder('page');
  const quizDir = join(folder.path, QUIZ_SET);
  await makeQuizSet(quizDir);
  const stack = new BuiltProgram('apps/local/start', {
    LOCI_DATA_DIR: join(folder.path, 'data'),
    LOCI_QUIZ_DIR: quizDir,
    LOCI_WORKERS: '1',
    PORT: '0',
  });
  const [, url = ''] = await stack.waitForOutput(/ready at (\S+)/);
  provide('url', url);
  provide('dataDir', join(folder.path, 'data'));
  provide('quizSet', QUIZ_SET);
  return async () => {
    await stack.stop();
    await folder.remove();
  };
}
