import type { LabHost } from '@rsm/lab';
import type { Page } from 'playwright-core';
import type { Hands } from './hands.ts';

const SCAN_LIMIT_MS = 60_000;
const CHECKS_LIMIT_MS = 120_000;
const BENCHMARK_LIMIT_MS = 180_000;

export interface OfferedMachine {
  readonly title: string;
  readonly machineId: string;
}

/** From the list of machines to a published listing; the host's console stands for the provider's own terminal. */
export async function offerMachine(
  page: Page,
  hands: Hands,
  host: LabHost,
  words: { readonly name: string; readonly pricePerHour: string },
): Promise<OfferedMachine> {
  await hands.press(page, 'link', 'Machines');
  await hands.type(page, 'Public name', 'Good Machines');
  await hands.press(page, 'button', 'Open the profile');
  await hands.press(page, 'link', /^Connect/);

  await hands.type(page, 'Name', words.name);
  await hands.type(page, 'Address for us', host.address);
  await hands.type(page, 'Region', 'Lab');
  await hands.press(page, 'button', 'Next: make the block');

  const block = await page.getByLabel('The block to paste', { exact: true }).innerText();
  const pasted = await host.run(block);
  if (pasted.exitCode !== 0) throw new Error(`The pasted block failed: ${pasted.stderr}`);
  await hands.press(page, 'button', 'I have pasted it');

  const printed = page.getByLabel('What the machine printed');
  await printed.waitFor({ timeout: SCAN_LIMIT_MS });
  await hands.type(page, 'What the machine printed', pasted.stdout);
  await page.getByText('The same. The machine that answers us').waitFor();
  await hands.press(page, 'button', 'They are the same: confirm');

  await page.getByRole('button', { name: 'Next: measure it' }).waitFor({ timeout: CHECKS_LIMIT_MS });
  await hands.press(page, 'button', 'Next: measure it');
  await hands.press(page, 'button', 'Measure everything');
  await hands.press(page, 'button', 'Write the offer meanwhile');

  const title = `Quiet ${words.name}`;
  await hands.type(page, 'Title', title);
  await hands.type(page, 'Price per hour (EUR)', words.pricePerHour);
  await page.getByText('You can publish it as soon as the machine is measured.').waitFor();
  await page.getByRole('button', { name: 'Publish', disabled: false }).waitFor({ timeout: BENCHMARK_LIMIT_MS });
  await hands.press(page, 'button', 'Publish');
  await page.getByText(`${words.name} is on the market`).waitFor();
  const machineId = new URL(page.url()).searchParams.get('machineId')?.replaceAll('"', '') ?? '';
  return { title, machineId };
}
