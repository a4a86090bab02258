// @module-tag ci

import { PASSWORD } from '@rsm/server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Desktop } from '../host/desktop.ts';
import { keyboard } from '../scene/hands.ts';
import { useMarketScene, type MarketScene } from '../scene/market-scene.ts';
import { offerMachine, type OfferedMachine } from '../scene/provider-flow.ts';
import { book, endEarly, makeKey, topUp, typeInTerminal } from '../scene/renter-flow.ts';
import { signUpWith } from '../scene/door-flow.ts';
import { tellAsStory } from '../scene/story.ts';

/* The whole main job by two people who have no mouse. It takes a machine of its own: one that was just given back is not free yet. */
const market = useMarketScene();
let scene: MarketScene | null = null;
let provider: Desktop;
let renter: Desktop;
let machine: OfferedMachine;

tellAsStory(() => [provider, renter].map(({ page }) => page));

beforeAll(async () => {
  scene = await market.open();
  if (scene === null) return;
  provider = await scene.start();
  renter = await scene.start();
});

afterAll(async () => {
  await scene?.close();
});

describe('by keyboard alone', { tags: 'deep' }, () => {
  it('a provider connects, measures and offers a machine', async () => {
    if (scene === null) throw new Error('Without a lab these tests are skipped.');
    const { page } = provider;
    await signUpWith(keyboard, page, { name: 'Pat Provider', email: 'pat@desktop.example', password: PASSWORD });
    machine = await offerMachine(page, keyboard, scene.labHost, { name: 'typed-1', pricePerHour: '7.20' });
    expect(machine.title).toBe('Quiet typed-1');
  });

  it('a renter makes a key, tops up, books, works in the terminal and leaves nothing behind', async () => {
    const { page } = renter;
    await signUpWith(keyboard, page, { name: 'Robin Renter', email: 'robin@desktop.example', password: PASSWORD });
    await makeKey(page, keyboard);
    await topUp(page, keyboard, '20');
    await book(page, keyboard, machine.title);
    expect(await typeInTerminal(page, keyboard, 'whoami', /whoami\s*rsm-/)).toMatch(/rsm-/);
    // The way out of a terminal, which takes every other key for itself.
    await page.keyboard.press('Control+Shift+F6');
    await endEarly(page, keyboard);
    await keyboard.press(page, 'button', 'Check the signature');
    await page.getByText('Signature valid', { exact: true }).waitFor();
  });

  it('anybody finds a screen through the palette', async () => {
    const { page } = renter;
    await page.keyboard.press('ControlOrMeta+K');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('wallet');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/wallet/);
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('the focus is on the screen when a dialog closes whose button is gone', async () => {
    const { page } = renter;
    const button = page.getByRole('button', { name: 'Top up' }).first();
    await button.focus();
    // While the dialog is open, what lies behind it has no role.
    const opener = await button.elementHandle();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await opener?.evaluate((element) => (element as HTMLElement).remove());
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    const isOnScreen = async (): Promise<boolean> =>
      page.evaluate(() => document.querySelector('#content')?.contains(document.activeElement) === true);
    await expect.poll(isOnScreen).toBe(true);
  });
});
