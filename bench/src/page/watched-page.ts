import { CommandError } from '@loci/host';
import type { Locator, Page } from 'playwright-core';

/** After so long a click has no answer; milliseconds. */
const NO_ANSWER_MS = 20_000;
/**
 * Notes the browser's own times of what a person does (Event Timing), from the press until the next picture
 * is presented; it rounds them to 8 ms, and what takes less than 16 ms it does not tell. `awaitAnswer` notes
 * beside them when the first picture is drawn in which what `sign` gives is no longer what it was before the
 * press: that picture may be a later one. All times are of one clock, that of `performance.now()`.
 */
const WATCH = `window.presses = []; window.answers = [];
new PerformanceObserver((list) => {
  for (const { interactionId, startTime, duration } of list.getEntries())
    if (interactionId > 0) presses.push({ at: startTime, ms: duration });
}).observe({ type: 'event', durationThreshold: 16 });
window.awaitAnswer = (sign) => {
  const before = sign();
  window.answered = new Promise((resolve) => addEventListener('pointerdown', ({ timeStamp: at }) => {
    const look = () => {
      if (performance.now() - at > ${NO_ANSWER_MS}) resolve(false);
      if (sign() === before) { requestAnimationFrame(look); return; }
      // the picture of this frame is drawn before the message comes
      const { port1, port2 } = new MessageChannel();
      port2.onmessage = () => resolve(answers.push({ at, ms: performance.now() - at }) > 0);
      port1.postMessage(null);
    };
    requestAnimationFrame(look);
  }, { once: true, capture: true }));
}`;
/** Resolves once two pictures were drawn, so that the browser has told of what was before. */
const DRAWN = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))`;
/** Pixels that a browser's own bars take of its window at most. */
const BARS = 180;
/** Pixels: nothing lies over the timeline there. */
const NEAR_CORNER = { x: 12, y: 8 };

/** Something that happened `at` a time of the page's clock, and how long it took. Milliseconds. */
interface Timed {
  at: number;
  ms: number;
}

/** What is clicked, and by what one sees that the click was taken. */
export interface Act {
  what: string;
  where: Locator;
  /** An expression of the page; it gives something else once the click has its answer. */
  sign: string;
  /** Pixels from the upper left corner; near it if left out. */
  position?: { x: number; y: number };
}

/** How long a person waited for the answer of a click. */
export interface Click {
  what: string;
  ms: number;
}

/** A page whose clicks and heap are watched. */
export class WatchedPage {
  readonly #begun: { what: string; at: number }[] = [];
  #heapBytes = 0;

  private constructor(private readonly page: Page) {}

  static async watch(page: Page): Promise<WatchedPage> {
    await showWhole(page);
    await page.evaluate(WATCH);
    return new WatchedPage(page);
  }

  /**
   * Clicks, and waits until the answer is seen.
   * @throws CommandError where there is none
   */
  async click({ what, where, sign, position = NEAR_CORNER }: Act): Promise<void> {
    await where.scrollIntoViewIfNeeded();
    this.#begun.push({ what, at: await this.page.evaluate<number>('performance.now()') });
    await this.page.evaluate(`awaitAnswer(() => ${sign})`);
    await where.click({ position });
    if (!(await this.page.evaluate<boolean>('answered')))
      throw new CommandError(`A click changes nothing that one sees: ${what}.`);
  }

  /** Notes how much the scripts hold just now, without collecting before. */
  async weigh(): Promise<void> {
    const devtools = await this.page.context().newCDPSession(this.page);
    await devtools.send('Performance.enable');
    const { metrics } = await devtools.send('Performance.getMetrics');
    await devtools.detach();
    const used = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
    this.#heapBytes = Math.max(this.#heapBytes, used);
  }

  /** The most that was held, in MB. */
  get heapMB(): number {
    return this.#heapBytes / 1e6;
  }

  /** Every click so far: until the next picture after it, and not before its answer was seen. */
  async clicks(): Promise<Click[]> {
    await this.page.evaluate(DRAWN);
    const times = await this.page.evaluate<Timed[]>('[...presses, ...answers]');
    return this.#begun.map(({ what, at }, index) => {
      const until = this.#begun[index + 1]?.at ?? Infinity;
      const own = times.filter((each) => each.at >= at && each.at < until);
      return { what, ms: Math.max(0, ...own.map(({ ms }) => ms)) };
    });
  }
}

/**
 * Makes the browser's window large enough for the page and the browser's own bars. Playwright makes it as
 * large as the page; the page's lower edge would lie outside, and what changes there is never presented.
 */
async function showWhole(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const { windowId } = await devtools.send('Browser.getWindowForTarget');
  const height = (page.viewportSize()?.height ?? 0) + BARS;
  await devtools.send('Browser.setWindowBounds', { windowId, bounds: { height } });
  await devtools.detach();
}
