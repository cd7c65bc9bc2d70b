import type { Locator, Page } from 'playwright-core';

/**
 * Notes the browser's own times of what a person does, from the press until the next picture is drawn; what
 * takes less than 16 ms it does not tell. `startTime` and `performance.now()` are of one clock.
 */
const WATCH = `window.presses = []; new PerformanceObserver((list) => {
  for (const { interactionId, startTime, duration } of list.getEntries())
    if (interactionId > 0) presses.push({ at: startTime, ms: duration });
}).observe({ type: 'event', durationThreshold: 16 })`;
/** Resolves once two pictures were drawn, so that the browser has told of what was before. */
const DRAWN = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))`;

/** Pixels: nothing lies over the timeline there. */
const NEAR_CORNER = { x: 12, y: 8 };

interface Press {
  at: number;
  ms: number;
}

/** How long a click was waited for. */
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
    await page.evaluate(WATCH);
    return new WatchedPage(page);
  }

  /** Clicks near the upper left corner of something, and waits for what is to be seen then. */
  async click(what: string, where: Locator, shown?: Locator): Promise<void> {
    await where.scrollIntoViewIfNeeded();
    this.#begun.push({ what, at: await this.page.evaluate<number>('performance.now()') });
    await where.click({ position: NEAR_CORNER });
    await shown?.waitFor();
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

  /** Every click so far, the slowest first. */
  async clicks(): Promise<Click[]> {
    await this.page.evaluate(DRAWN);
    const presses = await this.page.evaluate<Press[]>('presses');
    const clicks = this.#begun.map(({ what, at }, index) => {
      const until = this.#begun[index + 1]?.at ?? Infinity;
      const own = presses.filter((press) => press.at >= at && press.at < until);
      return { what, ms: Math.max(0, ...own.map(({ ms }) => ms)) };
    });
    return clicks.sort((a, b) => b.ms - a.ms);
  }
}
