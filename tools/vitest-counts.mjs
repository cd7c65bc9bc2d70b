/**
 * Prints `N passed, N failed, N skipped` as the very last line. A file that breaks before its tests run
 * counts as one failed test.
 */
export default class Counts {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      const states = Array.from(module.children.allTests(), (test) => test.result().state);
      counts.passed += states.filter((state) => state === 'passed').length;
      counts.failed += states.filter((state) => state === 'failed').length;
      counts.skipped += states.filter((state) => state === 'skipped' || state === 'pending').length;
      if (module.state() === 'failed' && !states.includes('failed')) counts.failed += 1;
    }
    // after the other reporters' own summaries
    process.once('exit', () =>
      console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`),
    );
  }
}
