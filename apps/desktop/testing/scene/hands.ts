import type { Page } from 'playwright-core';

/** How a person acts on a control: by clicking, or by keyboard alone. */
export interface Hands {
  press(page: Page, role: 'button' | 'link' | 'tab' | 'menuitem' | 'checkbox', name: string | RegExp): Promise<void>;
  type(page: Page, label: string, text: string): Promise<void>;
}

/** A person with a mouse. */
export const mouse: Hands = {
  press: async (page, role, name) =>
    page
      .getByRole(role, { name, exact: typeof name === 'string' })
      .first()
      .click(),
  type: async (page, label, text) => field(page, label).fill(text),
};

const TABS_MAX = 120;

/**
 * A person without one: Tab reaches the control, as it would for him, and Enter or Space presses it. What Tab never reaches is a
 * failure, however well a mouse would reach it.
 */
export const keyboard: Hands = {
  press: async (page, role, name) => {
    const target = page.getByRole(role, { name, exact: typeof name === 'string' }).first();
    // Waits until it can be pressed, and presses nothing.
    await target.click({ trial: true });
    // Within a row of tabs the arrow keys move, as in every tab list.
    if (role === 'tab') {
      await tabTo(page, page.locator('[role="tab"][tabindex="0"], [role="tab"]:not([tabindex])').first());
      for (let step = 0; step < TABS_MAX && !(await hasFocus(target)); step += 1)
        await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      return;
    }
    await tabTo(page, target);
    await page.keyboard.press(role === 'checkbox' ? 'Space' : 'Enter');
  },
  type: async (page, label, text) => {
    const target = field(page, label);
    await target.waitFor();
    await tabTo(page, target);
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText(text);
  },
};

function field(page: Page, label: string) {
  return page.getByLabel(label, { exact: true }).first();
}

/** Forwards, or backwards when the control is above: within a terminal Tab belongs to the shell, so nobody can go round that way. */
async function tabTo(page: Page, target: ReturnType<Page['locator']>): Promise<void> {
  const isAbove = await target.evaluate((element) => {
    const from = document.activeElement ?? document.body;
    return from !== document.body && (from.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
  });
  for (let presses = 0; presses < TABS_MAX; presses += 1) {
    if (await hasFocus(target)) return;
    await page.keyboard.press(isAbove ? 'Shift+Tab' : 'Tab');
  }
  const held = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 300));
  throw new Error(`${TABS_MAX} times Tab never came to ${String(target)}; the focus is on ${String(held)}`);
}

async function hasFocus(target: ReturnType<Page['locator']>): Promise<boolean> {
  return target.evaluate((element) => element === document.activeElement);
}
