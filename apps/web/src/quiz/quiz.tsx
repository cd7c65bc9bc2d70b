import type { QuizRound } from '@loci/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from 'react-router';
import { Button } from '../design/button.js';
import { Empty } from '../design/empty.js';
import { ErrorNotice, failedLoads, LoadsNotice } from '../design/notice.js';
import { PlaceHead } from '../design/place-head.js';
import { Waiting } from '../design/waiting.js';
import { useClient } from '../service/client.js';
import { isMissing, needsKey } from '../service/problems.js';
import { useVideo } from '../service/queries.js';
import { useTitle } from '../shell/use-title.js';
import { SignIn } from '../sign-in/sign-in.js';
import { texts } from '../texts/quiz.js';
import { Intro, type Draw } from './intro.js';
import { Playing } from './playing.js';

/** Questions a round. */
const QUESTIONS = 8;

/** Answer what Loci is asked: a person against Loci and a blind guess. A round has its address. */
export default function Quiz() {
  useTitle(texts.title);
  const { round } = useParams();
  return (
    <>
      <PlaceHead title={texts.title} text={texts.text} />
      {round === undefined ? <Beginning /> : <Begun key={round} id={round} />}
    </>
  );
}

const nameOfRound = (id: string) => ['quiz', id];

/** Begins a round, and goes to it. */
function useBegin() {
  const client = useClient();
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (draw: Draw) => client.quiz.begin({ ...draw, questions: QUESTIONS }),
    onSuccess: (round: QuizRound) => {
      cache.setQueryData(nameOfRound(round.id), round);
      void navigate(`/quiz/${round.id}`);
    },
  });
}

function Beginning() {
  const client = useClient();
  const begin = useBegin();
  const sets = useQuery({ queryKey: ['quiz-sets'], queryFn: () => client.quiz.sets(), staleTime: Infinity });
  if (needsKey(sets.error)) return <SignIn />;
  if (sets.isPending) return <Waiting />;
  if (sets.isError) return <ErrorNotice error={sets.error} onAgain={() => void sets.refetch()} />;
  if (sets.data.length === 0) return <Empty title={texts.missing.title} text={texts.missing.text} />;
  return (
    <>
      <Intro sets={sets.data} pending={begin.isPending} onBegin={begin.mutate} />
      {begin.isError && <ErrorNotice error={begin.error} />}
    </>
  );
}

/** A round that was begun, from its first question to its score. */
function Begun({ id }: { id: string }) {
  const client = useClient();
  const again = useBegin();
  const round = useQuery({
    queryKey: nameOfRound(id),
    queryFn: () => client.quiz.round(id),
    staleTime: Infinity,
  });
  const video = useVideo(round.data?.video_id);
  const error = round.error ?? video.error;
  if (needsKey(error)) return <SignIn />;
  if (isMissing(error)) return <Gone />;
  const failed = failedLoads(round, video);
  if (failed !== null) return <LoadsNotice failed={failed} />;
  if (!round.isSuccess || !video.isSuccess) return <Waiting />;
  const { set, seed } = round.data;
  return (
    <>
      <Playing
        round={round.data}
        video={video.data}
        again={{ pending: again.isPending, onPress: () => again.mutate({ set, seed: seed + 1 }) }}
      />
      {again.isError && <ErrorNotice error={again.error} />}
    </>
  );
}

function Gone() {
  const navigate = useNavigate();
  return (
    <Empty title={texts.gone.title} text={texts.gone.text}>
      <Button look="main" onPress={() => void navigate('/quiz')}>
        {texts.score.again}
      </Button>
    </Empty>
  );
}
