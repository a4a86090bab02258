import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach } from 'vitest';

/** Not kept in Git. */
const PICTURES = resolve(import.meta.dirname, '../../../../.cache/desktop-failures');

/**
 * The tests of a file tell one story in order: when a step fails, those behind it are skipped and do not wait for what never
 * comes. A picture and the words of each page are left where the failure can be looked at.
 */
export function tellAsStory(pagesOf: () => readonly Page[]): void {
  let failed: string | null = null;
  beforeEach((context) => {
    if (failed !== null) context.skip(`an earlier step failed: ${failed}`);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    failed ??= task.name;
    await mkdir(PICTURES, { recursive: true });
    for (const [index, page] of pagesOf().entries()) {
      const file = join(PICTURES, `${task.name.replaceAll(/\W+/g, '-').slice(0, 60)}-${index + 1}`);
      await page.screenshot({ path: `${file}.png` });
      await writeFile(`${file}.txt`, `${page.url()}\n\n${await page.locator('body').innerText()}\n`);
    }
  });
}
