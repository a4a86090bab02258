import type { Page } from 'playwright-core';
import type { Hands } from './hands.ts';

/** Leaves a booking whose check at the start failed; `work` lets the worker take the access away. Gives what was charged. */
export async function leaveAfterFailedCheck(page: Page, hands: Hands, work: () => Promise<void>): Promise<string> {
  await page.getByText('You may leave now and pay nothing.').waitFor();
  await page.getByRole('timer', { name: /^Possible for/ }).waitFor();
  await hands.press(page, 'button', 'Leave free of charge');
  await page.getByText('You left because of it: the whole maximum goes back to you.').waitFor();
  await page.getByRole('button', { name: 'Leave free of charge' }).waitFor({ state: 'hidden' });
  await work();
  await page.getByText('The check at the start failed and the renter left: nothing is charged.').waitFor();
  return page.locator('dl').filter({ hasText: 'Went back' }).innerText();
}

/** Leaves a booking whose start is late; gives the reason and the consequence as they stood on screen. */
export async function leaveLateStart(
  page: Page,
  hands: Hands,
  work: () => Promise<void>,
): Promise<{ readonly reason: string; readonly consequence: string }> {
  const reason = await page.getByText('The start is delayed.').innerText();
  await hands.press(page, 'button', 'Leave free of charge …');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('You pay').waitFor();
  const consequence = await dialog.innerText();
  await hands.press(page, 'button', 'Cancel the booking');
  await dialog.waitFor({ state: 'hidden' });
  await work();
  return { reason, consequence };
}

/** The parts of a clean-up as they stand on screen, in their order. */
export async function readCleanUp(page: Page): Promise<readonly string[]> {
  const items = page.getByRole('listitem').filter({ hasText: /of \d+ (steps|checks)/ });
  await items.first().waitFor();
  return (await items.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
}

/** Opens a network to renters in a machine's settings, after a try with what is none; gives the sentence of the refusal. */
export async function openNetworks(
  page: Page,
  hands: Hands,
  look: (page: Page, name: string) => Promise<void>,
): Promise<string> {
  const field = page.getByLabel('Private networks that renters may reach');
  await field.fill('10.20.0.0/16\nstorage.example.org');
  await hands.press(page, 'button', 'Save');
  const refused = await page.getByRole('alert').filter({ hasText: 'Must be a network' }).innerText();
  await field.fill('10.20.0.0/16\n169.254.169.254/32');
  await page.getByText('10.20.0.0/16 (65,536 addresses)').waitFor();
  await look(page, 'machine-settings');
  await hands.press(page, 'button', 'Save');
  await page.getByText('Saved. It holds from the next start on.').waitFor();
  return refused;
}
