import type { QuizResult, QuizRound } from '@loci/contracts';
import { useQueries, type Query, type UseQueryResult } from '@tanstack/react-query';
import { useClient } from '../service/client.js';
import { isThinking } from './round.js';

/** Seconds that Loci's own answer is waited for, before a person is told. */
const WAIT_S = 1;
/** Milliseconds until it is seen whether Loci has answered meanwhile. */
const AGAIN_MS = 2_000;

/** What is told of each answer of a person, in order. Loci may answer later. */
export function useResults(round: QuizRound, answers: readonly string[]): UseQueryResult<QuizResult>[] {
  const client = useClient();
  return useQueries({
    queries: answers.map((answer, index) => {
      const id = round.questions[index]?.id ?? '';
      return {
        queryKey: ['quiz-result', round.id, id, answer],
        queryFn: () => client.quiz.answer(round.id, { question_id: id, answer }, WAIT_S),
        staleTime: Infinity,
        refetchInterval: ({ state: { data } }: Query<QuizResult>) =>
          data !== undefined && isThinking(data) && AGAIN_MS,
      };
    }),
  });
}
