/** Words that ask for the least of what is compared. */
const LEAST = /\b(?:small|short|tini|thinn|narrow|low)(?:er|est)\b|\bleast\b/i;

/** Whether a question asks for the least of some things, and not for the most. */
export const asksForLeast = (question: string): boolean => LEAST.test(question);
