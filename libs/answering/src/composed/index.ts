/** Answers that are composed of the answer graph's answers to other questions. */
export { answerQuestion } from './answer.js';
export { unseenIn, type Unseen } from './presence.js';
export type { AnsweringManifest, AskerParts, AskGraph, PutQuestion, Written } from './asker.js';
