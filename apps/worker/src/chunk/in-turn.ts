/** Chunks of a run that are worked on at a time, each at another step. */
export const AT_ONCE = 2;

/**
 * Does work on the chunks from `first` to `last`, in order and AT_ONCE: each begins when the one before gives
 * its turn on, or ends, and the one before that has ended.
 * @param work gives the turn on by `pass`; what it resolves to says whether the others are to follow
 * @throws what the first failing work throws, after all that began has ended; none begins after it
 */
export async function inTurn(
  first: number,
  last: number,
  work: (chunk: number, pass: () => void) => Promise<boolean>,
): Promise<void> {
  const run: { goesOn: boolean; failure?: { error: unknown } } = { goesOn: true };
  const begin = async (chunk: number, pass: () => void): Promise<void> => {
    try {
      if (!(await work(chunk, pass))) run.goesOn = false;
    } catch (error) {
      run.failure ??= { error };
      run.goesOn = false;
    } finally {
      pass();
    }
  };
  let before = Promise.resolve();
  for (let chunk = first; chunk <= last && run.goesOn; chunk += 1) {
    const passed = Promise.withResolvers<undefined>();
    const ended = begin(chunk, () => passed.resolve(undefined));
    await passed.promise;
    await before;
    before = ended;
  }
  await before;
  if (run.failure !== undefined) throw run.failure.error;
}
