import { join } from 'node:path';
import { textOrNumberSchema } from '@loci/contracts';
import { questionKind } from '@loci/scoring';
import { z } from 'zod';
import { checkKeys, type EvalQuestion } from './dataset.js';
import { DatasetError, parseItem, readItems, type Item } from './records.js';

const scanqaSchema = z.object({
  question_id: textOrNumberSchema,
  scene_id: z.string().min(1),
  question: z.string().min(1),
  answers: z.array(z.string()).min(1),
});

const sqa3dQuestionSchema = z.object({
  question_id: textOrNumberSchema,
  scene_id: z.string().min(1),
  situation: z.string().min(1),
  question: z.string().min(1),
});
const sqa3dAnnotationSchema = z.object({
  question_id: textOrNumberSchema,
  answers: z.array(z.object({ answer: z.string() })).min(1),
});

/**
 * Reads the questions of ScanQA (`ScanQA_v1.0_val.json`).
 * @throws DatasetError
 */
export async function readScanqa(file: string, root: string): Promise<EvalQuestion[]> {
  const items = await readItems(file);
  return checkKeys(
    items.map((item) => {
      const { question_id, scene_id, question, answers } = parseItem(scanqaSchema, item);
      return wordQuestion({
        id: question_id,
        scene: scene_id,
        question,
        asked: question,
        truths: answers,
        root,
        item,
      });
    }),
  );
}

/**
 * Reads the questions of SQA3D, each with its situation (`v1_balanced_questions_test_scannetv2.json`). Their
 * answers are in the file of annotations beside it.
 * @throws DatasetError
 */
export async function readSqa3d(file: string, root: string): Promise<EvalQuestion[]> {
  const annotations = file.replace('balanced_questions', 'balanced_sqa_annotations');
  const answers = new Map<string, string[]>();
  for (const item of await readItems(annotations, 'annotations')) {
    const record = parseItem(sqa3dAnnotationSchema, item);
    const texts = record.answers.map(({ answer }) => answer);
    answers.set(record.question_id, texts);
  }
  const items = await readItems(file, 'questions');
  return checkKeys(
    items.map((item) => {
      const { question_id, scene_id, situation, question } = parseItem(sqa3dQuestionSchema, item);
      const truths = answers.get(question_id);
      if (truths === undefined)
        throw new DatasetError(item, `question ${question_id} has no answer in ${annotations}`);
      return wordQuestion({
        id: question_id,
        scene: scene_id,
        question,
        asked: `${situation.trim()} ${question}`,
        truths,
        root,
        item,
      });
    }),
  );
}

interface WordQuestion {
  id: string;
  scene: string;
  question: string;
  /** The text that is sent. */
  asked: string;
  truths: string[];
  root: string;
  item: Item;
}

function wordQuestion({ id, scene, question, asked, truths, root, item }: WordQuestion): EvalQuestion {
  const videos = [join(root, 'scannet', `${scene}.mp4`), join(root, `${scene}.mp4`)];
  return {
    id,
    scene,
    questionType: questionKind(question),
    question: asked,
    options: null,
    truths,
    pruned: false,
    videos,
    ownWords: null,
    item,
  };
}
