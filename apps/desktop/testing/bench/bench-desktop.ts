import type { Page } from 'playwright-core';
import { openTestHost } from '../host/desktop-host.ts';
import { startDemo } from '../scene/demo.ts';
import { routeSyntheticMarket } from './synthetic-market.ts';

/**
 * `npm run bench:desktop`: the renderer's figures in headless Chromium, beside their limits. Frames are drawn by the processor here,
 * and every file goes through the test host, so a window of Electron is faster.
 */
const FIRST_SCREEN_MS_MAX = 900;
const ROW_ELEMENTS_MAX = 60;
/** One frame of a screen with 60 Hz. */
const FRAME_MS_P95_MAX = 16.7;
/** Frames come with times in tenths of a millisecond (High Resolution Time, section 8), and the length of one is the difference of two. */
const FRAME_TIMER_MS = 0.1;
const KEYSTROKE_MS_MAX = 100;

const ROWS = 100_000;
const STARTS = 7;
const SCROLLED_FRAMES = 300;
const SCROLL_STEP_PX = 120;
const SCREEN_LIMIT_MS = 60_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
let failures = 0;

/** `exactTo` is what the clock can be wrong by: a value that is over the limit by no more holds it. */
function report(what: string, value: number, limit: number, unit: string, exactTo = 0): void {
  const holds = Math.round((value - exactTo) * 10) / 10 <= limit;
  if (!holds) failures += 1;
  say(`${holds ? 'ok  ' : 'OVER'}  ${what}: ${value.toFixed(1)} ${unit} (limit ${limit} ${unit})`);
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((left, right) => left - right)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

/** From the start of loading to a screen whose search can be typed into and whose result is there. */
async function firstScreenMs(page: Page, load: () => Promise<void>): Promise<number> {
  await load();
  const usable = await page.waitForFunction(
    () => {
      const search = document.querySelector('[aria-label="Search the market"]');
      const isThere = search !== null && document.querySelector('main .animate-pulse') === null;
      return isThere ? performance.now() : false;
    },
    undefined,
    { polling: 'raf', timeout: SCREEN_LIMIT_MS },
  );
  return Number(await usable.jsonValue());
}

async function scroll(page: Page): Promise<{ readonly frames: readonly number[]; readonly rowsMax: number }> {
  return page.evaluate(
    async ({ count, step }) => {
      const content = document.querySelector('#content');
      if (content === null) throw new Error('There is nothing to scroll.');
      const frames: number[] = [];
      let rowsMax = 0;
      let last = await new Promise<number>((frame) => {
        requestAnimationFrame(frame);
      });
      for (let index = 0; index < count; index += 1) {
        content.scrollTop += step;
        const now = await new Promise<number>((frame) => {
          requestAnimationFrame(frame);
        });
        frames.push(now - last);
        last = now;
        rowsMax = Math.max(rowsMax, document.querySelectorAll('[data-row]').length);
      }
      return { frames, rowsMax };
    },
    { count: SCROLLED_FRAMES, step: SCROLL_STEP_PX },
  );
}

/** Each letter's time to the next paint, as the browser's event timing tells it (in steps of 8 ms). */
async function keystrokesMs(page: Page, text: string): Promise<readonly number[]> {
  await page.evaluate(() => {
    const durations: number[] = [];
    Reflect.set(window, 'benchDurations', durations);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.name === 'keydown') durations.push(entry.duration);
    }).observe({ type: 'event', durationThreshold: 16, buffered: false } as PerformanceObserverInit);
  });
  await page.getByLabel('Search the market').click();
  for (const letter of text) {
    await page.keyboard.press(letter);
    await page.evaluate(
      async () =>
        new Promise((done) => {
          requestAnimationFrame(() => requestAnimationFrame(done));
        }),
    );
  }
  const durations: unknown = await page.evaluate(() => Reflect.get(window, 'benchDurations') as unknown);
  // What is faster than the browser's threshold is not told at all.
  return Array.isArray(durations) && durations.length > 0 ? durations.map(Number) : [0];
}

const host = await openTestHost();
const demo = await startDemo({ desktopOrigin: host.origin, lab: false });
try {
  const desktop = await host.start({ serverUrl: demo.url });
  const { page } = desktop;
  const starts: number[] = [];
  // The first one fills the caches and is not counted.
  for (let index = 0; index <= STARTS; index += 1) {
    starts.push(await firstScreenMs(page, async () => desktop.load('/')));
  }
  report(
    `first usable screen from cache, median of ${STARTS}`,
    quantile(starts.slice(1), 0.5),
    FIRST_SCREEN_MS_MAX,
    'ms',
  );

  await routeSyntheticMarket(page, ROWS);
  await desktop.load('/?q=server');
  await page.locator('[data-row]').first().waitFor({ timeout: SCREEN_LIMIT_MS });
  const { frames, rowsMax } = await scroll(page);
  report(`row elements of ${ROWS} rows`, rowsMax, ROW_ELEMENTS_MAX, 'rows');
  report(
    `frame while scrolling, 95th percentile of ${SCROLLED_FRAMES}`,
    quantile(frames, 0.95),
    FRAME_MS_P95_MAX,
    'ms',
    FRAME_TIMER_MS,
  );
  say(`      median ${quantile(frames, 0.5).toFixed(1)} ms, longest ${quantile(frames, 1).toFixed(1)} ms`);
  await page.evaluate(() => document.querySelector('#content')?.scrollTo(0, 0));
  const keystrokes = await keystrokesMs(page, ' frankfurt');
  report('keystroke to paint with that result, longest', quantile(keystrokes, 1), KEYSTROKE_MS_MAX, 'ms');
  await desktop.close();
} finally {
  await Promise.all([host.close(), demo.stop()]);
}
if (failures > 0) {
  process.stderr.write(`${failures} figures are over their limit.\n`);
  process.exitCode = 1;
}
