import type { Page } from 'playwright-core';
import { untilCalm } from './accessibility.ts';

const SHOWN_LIMIT_MS = 60_000;

/**
 * Goes to a screen within the running program, as a link in it would, and waits until it shows what it came to show. To load
 * the program anew for each of many screens costs ten times as much; that every address can be loaded, the tests show that do.
 */
export async function showScreen(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    if (window.__TSR_ROUTER__ === undefined) throw new Error('The program does not run in this page.');
    window.__TSR_ROUTER__.history.push(to);
  }, path);
  await page.waitForFunction(
    () => {
      const { history, state } = window.__TSR_ROUTER__ ?? {};
      return state?.status === 'idle' && state.resolvedLocation?.state.__TSR_key === history?.location.state.__TSR_key;
    },
    undefined,
    { timeout: SHOWN_LIMIT_MS },
  );
  await untilCalm(page);
}
