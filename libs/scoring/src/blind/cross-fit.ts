const FOLDS = 5;

/**
 * Cross-fitted guesses, for questions without a training set: each fifth of the scenes is guessed from the
 * other four, so that no guess has seen its own scene. Null with fewer than two scenes.
 */
export function crossFitted<Q extends { scene: string }, G>(
  questions: readonly Q[],
  fit: (known: Q[]) => (question: Q) => G,
): Map<Q, G> | null {
  const scenes = [...new Set(questions.map(({ scene }) => scene))];
  if (scenes.length < 2) return null;
  const fold = new Map(scenes.map((scene, index) => [scene, index % FOLDS]));
  const guesses = new Map<Q, G>();
  for (let left = 0; left < Math.min(FOLDS, scenes.length); left += 1) {
    const guess = fit(questions.filter(({ scene }) => fold.get(scene) !== left));
    for (const question of questions)
      if (fold.get(question.scene) === left) guesses.set(question, guess(question));
  }
  return guesses;
}
