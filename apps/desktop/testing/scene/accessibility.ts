import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** The only rules that the theme changes anything about; the others see the same page in both. */
const THEME_RULES = ['color-contrast', 'link-in-text-block'] as const;
const CALM_LIMIT_MS = 20_000;

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

/** What axe finds wrong, one line each: the rule, what it says, and where. Looks in the light theme at everything, in the dark at colours. */
export async function violationsInBothThemes(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    await showTheme(page, theme);
    const builder = new AxeBuilder({ page });
    const { violations } = await (theme === 'light' ? builder : builder.withRules([...THEME_RULES])).analyze();
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
