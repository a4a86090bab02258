import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** The only rules that the theme changes anything about; the others see the same page in both. */
const THEME_RULES = ['color-contrast', 'link-in-text-block'] as const;
const CALM_LIMIT_MS = 60_000;

/** Waits until a screen shows what it came to show: its heading is there, and nothing is loading or moving. */
export async function untilCalm(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor({ timeout: CALM_LIMIT_MS });
  await page.waitForFunction(
    () =>
      document.querySelector('[aria-busy="true"], .animate-pulse, .animate-spin') === null &&
      document.getAnimations().every((animation) => animation.playState !== 'running'),
    undefined,
    { timeout: CALM_LIMIT_MS },
  );
}

/** Switches the system's theme and waits until every colour has arrived. */
export async function showTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await page.waitForFunction((wanted) => document.documentElement.dataset['theme'] === wanted, theme);
  // Transitions begin with the next frame.
  await page.evaluate(
    async () =>
      new Promise((done) => {
        requestAnimationFrame(() => requestAnimationFrame(done));
      }),
  );
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
}

/**
 * Axe stays in the page as long as that does. The official integration reads it in anew, in a second page too, for each look:
 * that was most of the work of these tests.
 */
async function violationsOf(page: Page, rules: readonly string[] | undefined): Promise<axe.AxeResults['violations']> {
  if (!(await page.evaluate(() => window.axe !== undefined))) await page.evaluate(axe.source);
  return page.evaluate(
    async (only) => {
      if (window.axe === undefined) throw new Error('The page went away while axe looked at it.');
      const { violations } = await window.axe.run(document, {
        resultTypes: ['violations'],
        ...(only === null ? {} : { runOnly: only }),
      });
      return violations;
    },
    rules === undefined ? null : [...rules],
  );
}

/** What axe finds wrong, one line each: the rule, what it says, and where. Looks in the light theme at everything, in the dark at colours. */
export async function violationsInBothThemes(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    await showTheme(page, theme);
    const violations = await violationsOf(page, theme === 'light' ? undefined : THEME_RULES);
    found.push(
      ...violations.flatMap(({ id, help, nodes }) =>
        nodes.map(
          ({ target, failureSummary }) => `${theme}: ${id}: ${help}: ${target.join(' ')} ${failureSummary ?? ''}`,
        ),
      ),
    );
  }
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}
