import type { QuizRound, Video } from '@loci/contracts';
import { useEffect, useRef, useState } from 'react';
import { Bar } from '../design/bar.js';
import { texts } from '../texts/quiz.js';
import { Player } from '../video/player.js';
import { Playhead, PlayheadContext } from '../video/playhead.js';
import { AnswerForm } from './answer-form.js';
import { answered, BEGUN, currentIndex, next } from './round.js';
import { Score } from './score.js';
import { useResults } from './results-of-round.js';
import { Verdict } from './verdict.js';
import styles from './quiz.module.css';

interface PlayingProps {
  round: QuizRound;
  video: Video;
  onAgain: () => void;
}

/** A round from its first question to its score. */
export function Playing({ round, video, onAgain }: PlayingProps) {
  const [playhead] = useState(() => new Playhead());
  const [progress, setProgress] = useState(BEGUN);
  const results = useResults(round, progress.answers);
  const index = currentIndex(progress);
  const question = round.questions[index];
  if (question === undefined)
    return <Score round={round} results={results.flatMap(({ data }) => data ?? [])} onAgain={onAgain} />;
  return (
    <PlayheadContext value={playhead}>
      <section className={styles.playing}>
        <header className={styles.progress}>
          <p>{texts.at(index + 1, round.questions.length)}</p>
          <Bar label={texts.progress} fraction={progress.answers.length / round.questions.length} />
        </header>
        <Player video={video} name={texts.clip} />
        <div className={styles.asked}>
          <Question key={question.id} text={question.question} />
          {progress.checked ? (
            <Verdict
              question={question}
              answer={progress.answers[index] ?? ''}
              result={results[index]}
              last={index + 1 === round.questions.length}
              onNext={() => setProgress(next)}
            />
          ) : (
            <AnswerForm
              key={question.id}
              question={question}
              onAnswer={(answer) => setProgress((before) => answered(before, answer))}
            />
          )}
        </div>
      </section>
    </PlayheadContext>
  );
}

/** A new question takes the focus, so that it is read out. */
function Question({ text }: { text: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <h2 ref={heading} tabIndex={-1} className={styles.question}>
      {text}
    </h2>
  );
}
