import type { Page } from 'playwright-core';
import type { Hands } from './hands.ts';

const ACTIVE_LIMIT_MS = 90_000;
const SHELL_LIMIT_MS = 30_000;
const CLEAN_UP_LIMIT_MS = 180_000;
const TEST_CARD = '4242424242424242';

/** Makes a key pair on this computer; its private half stays in the key chain. */
export async function makeKey(page: Page, hands: Hands): Promise<void> {
  await hands.press(page, 'link', 'SSH keys');
  await hands.press(page, 'button', 'Make a new pair');
  await hands.type(page, 'Name', 'this computer');
  await hands.press(page, 'button', 'Make the pair');
  await page.getByText('this computer').first().waitFor();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}

export async function topUp(page: Page, hands: Hands, amount: string): Promise<void> {
  await hands.press(page, 'link', 'Wallet');
  await hands.press(page, 'button', 'Top up');
  await hands.type(page, 'Amount in EUR', amount);
  await hands.type(page, 'Card number', TEST_CARD);
  await hands.press(page, 'button', /^Pay /);
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}

/** Finds the machine in the market and books it from now on for an hour, or what it allows; gives the booking's id. */
export async function book(page: Page, hands: Hands, title: string): Promise<string> {
  await hands.press(page, 'link', 'Market');
  await hands.type(page, 'Search the market', title);
  // The result follows the letters after a short pause.
  await page.waitForURL(/[?&]q=/);
  await hands.press(page, 'link', title);
  await page.waitForURL(/\/listings\//);
  // An hour is what the panel begins with.
  await hands.press(page, 'button', /^Book now for at most/);
  await page.waitForURL(/\/bookings\/[0-9a-f-]{36}/);
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

/** Opens the built-in terminal, types a command, and gives what the terminal shows. */
export async function typeInTerminal(page: Page, hands: Hands, command: string, until: RegExp): Promise<string> {
  await page.getByText('Active', { exact: true }).first().waitFor({ timeout: ACTIVE_LIMIT_MS });
  await hands.press(page, 'tab', 'Terminal');
  await page.getByRole('tab', { name: /Terminal 1, connected/ }).waitFor({ timeout: SHELL_LIMIT_MS });
  const screen = page.getByRole('tabpanel', { name: 'Terminal 1' });
  // The terminal takes the keyboard by itself when it opens.
  await page.keyboard.type(`${command}\n`);
  await screen.locator('.xterm-rows').filter({ hasText: until }).waitFor({ timeout: SHELL_LIMIT_MS });
  return screen.locator('.xterm-rows').innerText();
}

/** Ends the booking, with the consequence on screen before the button, and waits for the verified clean-up. */
export async function endEarly(page: Page, hands: Hands): Promise<{ readonly consequence: string }> {
  await hands.press(page, 'button', 'End early');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Goes back to your wallet').waitFor();
  const consequence = await dialog.innerText();
  await hands.press(page, 'button', 'End now');
  await dialog.waitFor({ state: 'hidden' });
  await hands.press(page, 'tab', 'Clean-up');
  await page.getByText('every check that looked for them found nothing').waitFor({ timeout: CLEAN_UP_LIMIT_MS });
  await page.getByRole('button', { name: 'Check the signature' }).waitFor();
  return { consequence };
}
