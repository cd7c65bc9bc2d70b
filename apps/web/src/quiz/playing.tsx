import type { QuizResult, QuizRound, Video } from '@loci/contracts';
import { useEffect, useRef, useState } from 'react';
import { Bar } from '../design/bar.js';
import { texts } from '../texts/quiz.js';
import { Player } from '../video/player.js';
import { Playhead, PlayheadContext } from '../video/playhead.js';
import { AnswerForm } from './answer-form.js';
import { keepRound, progressOf } from './kept-round.js';
import { answered, currentIndex, next, standing, type Progress } from './round.js';
import { Score, type Again } from './score.js';
import { useResults } from './results-of-round.js';
import { Verdict } from './verdict.js';
import styles from './quiz.module.css';

interface PlayingProps {
  round: QuizRound;
  video: Video;
  again: Again;
}

/** A round from its first question to its score. */
export function Playing({ round, video, again }: PlayingProps) {
  const [playhead] = useState(() => new Playhead());
  const [progress, setProgress] = useState(() => progressOf(round.id));
  const change = (changed: Progress) => {
    setProgress(changed);
    keepRound({ id: round.id, ...changed });
  };
  const results = useResults(round, progress.answers);
  const known = results.flatMap(({ data }) => data ?? []);
  const index = currentIndex(progress);
  const question = round.questions[index];
  if (question === undefined) return <Score round={round} results={known} again={again} />;
  return (
    <PlayheadContext value={playhead}>
      <section className={styles.playing}>
        <header className={styles.progress}>
          <p>{texts.at(index + 1, round.questions.length)}</p>
          {known.length > 0 && <p>{soFar(known)}</p>}
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
              onNext={() => change(next(progress))}
            />
          ) : (
            <AnswerForm
              key={question.id}
              question={question}
              onAnswer={(answer) => change(answered(progress, answer))}
            />
          )}
        </div>
      </section>
    </PlayheadContext>
  );
}

function soFar(results: readonly QuizResult[]): string {
  const { person, loci } = standing(results);
  return texts.soFar(texts.percent(person), loci === null ? texts.nothing : texts.percent(loci));
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
