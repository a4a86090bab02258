import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { WINDOW_SIZE } from '../host/desktop.ts';
import { showTheme, untilCalm } from './accessibility.ts';

/** Where pictures for a person's eyes go; without it none are taken. */
const FOLDER = process.env['RSM_PICTURES'];
const SIZES = [
  { width: WINDOW_SIZE.width, height: WINDOW_SIZE.height },
  { width: 900, height: 600 },
] as const;

/** Takes a screen in both themes and at both sizes, where somebody wants to look at it. */
export async function moneyPictures(
  page: Page,
  name: string,
  isReady: (page: Page) => Promise<void> = untilCalm,
): Promise<void> {
  if (FOLDER === undefined) return;
  await mkdir(FOLDER, { recursive: true });
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const theme of ['light', 'dark'] as const) {
      await showTheme(page, theme);
      await isReady(page);
      const path = join(FOLDER, `${name}-${String(size.width)}-${theme}.png`);
      await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
    }
  }
  await page.setViewportSize(WINDOW_SIZE);
  await page.emulateMedia({ colorScheme: 'light' });
}
