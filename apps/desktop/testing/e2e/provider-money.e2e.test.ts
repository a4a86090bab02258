// @module-tag ci

/** @module-tag deep */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Desktop } from '../host/desktop.ts';
import { untilCalm, violationsInBothThemes } from '../scene/accessibility.ts';
import { keyboard, mouse } from '../scene/hands.ts';
import { openMoneyScene, type MoneyScene } from '../scene/money-scene.ts';
import { moneyPictures } from '../scene/money-pictures.ts';
import {
  operatorScreens,
  providerMoneyScreens,
  renterDisputeScreens,
  troubledScreens,
  type ScreenPlace,
} from '../scene/screens.ts';
import { showScreen } from '../scene/show-screen.ts';
import { tellAsStory } from '../scene/story.ts';
import { leaveAfterFailedCheck, leaveLateStart, openNetworks, readCleanUp } from '../scene/trouble-flow.ts';

/* The provider's money, disputes on both sides and the operator's place. Machines and time are in memory; the rest is real. */
let scene: MoneyScene;
let provider: Desktop;
let renter: Desktop;
let admin: Desktop;
let secondAdmin: Desktop;

tellAsStory(() =>
  [provider, renter, admin, secondAdmin].filter((desktop) => desktop !== undefined).map(({ page }) => page),
);

beforeAll(async () => {
  scene = await openMoneyScene();
  const { people } = scene.money;
  provider = await scene.start(people.provider);
  renter = await scene.start(people.renter);
  admin = await scene.start(people.admin);
  secondAdmin = await scene.start(people.secondAdmin);
});

afterAll(async () => {
  await scene?.close();
});

async function look(desktop: Desktop, places: readonly ScreenPlace[]): Promise<Record<string, readonly string[]>> {
  const found: Record<string, readonly string[]> = {};
  for (const { name, path } of places) {
    await showScreen(desktop.page, path);
    await moneyPictures(desktop.page, name);
    // A screen that could not be read is easy to use, too.
    const failures = await desktop.page.getByRole('alert').allInnerTexts();
    const violations = await violationsInBothThemes(desktop.page);
    if (failures.length + violations.length > 0) found[name] = [...failures, ...violations];
  }
  return found;
}

const dialogOf = (page: Page) => page.getByRole('dialog');

describe('every screen can be used by everybody, in both themes', () => {
  it('for the provider', async () => {
    expect(
      await look(provider, providerMoneyScreens({ ...scene.money.bookings, payout: scene.money.payouts.arrived })),
    ).toEqual({});
  });

  it('for the renter', async () => {
    expect(await look(renter, renterDisputeScreens(scene.money.bookings))).toEqual({});
    expect(await look(renter, troubledScreens(scene.money.troubles))).toEqual({});
  });

  it('for the operator', async () => {
    expect(await look(admin, operatorScreens({ dispute: scene.money.disputeId }))).toEqual({});
  });
});

describe('a booking that does not go as it should', () => {
  it('is left free of charge, with one click, when the check at the start failed', async () => {
    await showScreen(renter.page, `/bookings/${scene.money.troubles.failedHandover}`);
    expect(await leaveAfterFailedCheck(renter.page, mouse, scene.money.work)).toMatch(
      /Charged\s+€0\.00\s+Went back\s+€3\.60/,
    );
  });

  it('says why its start is late, and is left with the consequence shown first', async () => {
    await showScreen(renter.page, `/bookings/${scene.money.troubles.late}`);
    const { consequence, reason } = await leaveLateStart(renter.page, keyboard, scene.money.work);
    expect(reason).toContain('The start is delayed. The machine does not answer. It is tried again until');
    expect(consequence).toMatch(/You pay\s+€0\.00/);
  });

  it('shows how far its clean-up is, step by step, and what is still to come', async () => {
    await showScreen(renter.page, `/bookings/${scene.money.troubles.cleaning}?tab=clean-up`);
    expect(await readCleanUp(renter.page)).toEqual([
      expect.stringMatching(/^Done: Your SSH keys .* 1 of 1 steps$/),
      expect.stringMatching(/^Done: Your home directory .* 1 of 1 steps$/),
      expect.stringMatching(/^Done: Your processes .* 1 of 1 steps$/),
      expect.stringMatching(/^Now: Other code looks .* 0 of 2 checks Now: accounts$/),
    ]);
  });
});

it('a provider opens a private network to renters, and a name that is no network is refused at its field', async () => {
  await showScreen(provider.page, `/machines/${scene.money.machineId}?tab=settings`);
  const refused = await openNetworks(provider.page, keyboard, moneyPictures);
  expect(refused).toBe('“storage.example.org”: Must be a network such as 10.20.0.0/16 or fd12:3456::/48.');
});

describe('payouts', () => {
  it('names what the processor still wants, opens its page in the browser and asks again on return', async () => {
    const { page } = provider;
    scene.money.accountLacks(['external_account']);
    await showScreen(provider.page, '/earnings?tab=payouts');
    await mouse.press(page, 'button', 'Ask the processor again');
    await page.getByText('External account', { exact: true }).waitFor();
    await untilCalm(page);
    await moneyPictures(page, 'earnings-payout-account');
    await mouse.press(page, 'button', 'Go on at the processor');
    await page.getByText('opened in your browser').waitFor();
    expect(await provider.person.openedInBrowser()).toEqual([
      expect.stringMatching(/^https:\/\/processor\.example\.test\/onboarding\//),
    ]);
    scene.money.accountLacks([]);
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await page.getByText('Your account takes payouts.').waitFor();
  });

  it('pays out what is available, with the exact amount first', async () => {
    const { page } = provider;
    await showScreen(provider.page, '/earnings?tab=payouts');
    await keyboard.press(page, 'button', 'Pay out now');
    await moneyPictures(page, 'earnings-pay-out-dialog', async () => dialogOf(page).waitFor());
    const amount = /Paid out\s+(€\d+\.\d\d)\s/.exec(await dialogOf(page).innerText())?.[1] ?? 'no amount';
    await keyboard.press(page, 'button', `Pay out ${amount}`);
    await dialogOf(page).waitFor({ state: 'hidden' });
    const newest = page.getByRole('listitem').filter({ hasText: 'Payout of' }).first();
    await newest.filter({ hasText: amount }).waitFor();
    expect(await newest.innerText()).toContain('On its way');
  });

  it('shows what a payout is made of, down to the booking', async () => {
    const { page } = provider;
    await showScreen(provider.page, `/earnings/payouts/${scene.money.payouts.arrived}`);
    await page.getByText('Stays for the next payout').waitFor();
    await mouse.press(page, 'link', 'The booking');
    await page.waitForURL(/\/bookings\//);
    expect(page.url()).toContain(scene.money.bookings.quiet);
  });
});

describe('a dispute', () => {
  it('is opened by keyboard alone, with what happens next and until when', async () => {
    const { page } = renter;
    await showScreen(renter.page, `/bookings/${scene.money.bookings.quiet}`);
    await keyboard.press(page, 'button', 'Open a dispute');
    const dialog = dialogOf(page);
    await dialog.getByText('What happens next').waitFor();
    expect(await dialog.innerText()).toMatch(/can be opened until/);
    await moneyPictures(page, 'dispute-open-dialog', async () => dialog.waitFor());
    await keyboard.press(page, 'button', 'Open the dispute');
    await dialog.getByText('Say in at least 10 characters what happened.').waitFor();
    await keyboard.type(page, 'What happened', 'The machine had eight cores and not sixteen.');
    await keyboard.press(page, 'button', 'Open the dispute');
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('Open, not answered').waitFor();
  });

  it('is answered by the other side, who finds it from what is held back', async () => {
    const { page } = provider;
    await showScreen(provider.page, '/earnings');
    await mouse.press(page, 'link', 'Go to the dispute');
    await page.waitForURL(new RegExp(`${scene.money.bookings.disputed}#dispute$`));
    await mouse.type(page, 'Your answer', 'Our switch was replaced that morning.');
    await mouse.press(page, 'button', 'Answer');
    await page.getByText('Open, answered').waitFor();
    expect(await page.getByRole('button', { name: 'Answer', exact: true }).count()).toBe(0);
  });

  it('is taken back by who opened it', async () => {
    const { page } = renter;
    await showScreen(renter.page, `/bookings/${scene.money.bookings.quiet}`);
    await mouse.press(page, 'button', 'Withdraw');
    await mouse.press(page, 'button', 'Withdraw it');
    await page.getByText('Withdrawn', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Open a dispute' }).count()).toBe(1);
  });

  it('is decided once: the second administrator is refused clearly, and sees the decision', async () => {
    const path = `/operator/disputes/${scene.money.disputeId}`;
    for (const desktop of [admin, secondAdmin]) {
      await showScreen(desktop.page, path);
      await desktop.page.getByLabel('A part of the charge').check();
      await mouse.type(desktop.page, 'Amount in EUR', desktop === admin ? '7.50' : '3');
      await mouse.type(desktop.page, 'Reason', 'The switch was down for a quarter of the time.');
      await mouse.press(desktop.page, 'button', 'Show what it means');
    }
    const dialog = dialogOf(admin.page);
    await moneyPictures(admin.page, 'operator-decide-dialog', async () => dialog.waitFor());
    expect(await dialog.innerText()).toMatch(
      /From the provider\s+provider.*: €6\.75\d*\s+From the platform’s fee\s+€0\.7(5|49)/,
    );
    await mouse.press(admin.page, 'button', /^Give .* back$/);
    await admin.page.getByText('Decided', { exact: true }).waitFor();
    await mouse.press(secondAdmin.page, 'button', /^Give .* back$/);
    await secondAdmin.page.getByText('This dispute is decided already.').waitFor();
    await secondAdmin.page.getByText('Decision: A part of the charge goes back to the renter: €7.50.').waitFor();
    await moneyPictures(secondAdmin.page, 'operator-refused');
  });

  it('shows in the money of the booking what came back, as it happens', async () => {
    const { page } = renter;
    await showScreen(renter.page, `/bookings/${scene.money.bookings.disputed}`);
    const money = page.locator('dl').filter({ hasText: 'You paid in the end' });
    expect(await money.innerText()).toMatch(/Given back after a dispute\s+€7\.50\s/);
  });
});

describe('payouts that wait for a person', () => {
  it('are confirmed once: the second administrator is refused, and the list is read anew', async () => {
    for (const desktop of [admin, secondAdmin]) {
      await showScreen(desktop.page, '/operator?tab=payouts');
      await mouse.press(desktop.page, 'button', /^It is paid/);
      await mouse.type(desktop.page, 'Reference', desktop === admin ? 'BANK-1' : 'BANK-2');
      await mouse.type(desktop.page, 'Note', 'SEPA transfer on Friday.');
    }
    await moneyPictures(admin.page, 'operator-payout-dialog', async () => dialogOf(admin.page).waitFor());
    await mouse.press(admin.page, 'button', /^Yes, /);
    await dialogOf(admin.page).waitFor({ state: 'hidden' });
    await admin.page.getByText('No payout waits').waitFor();
    await mouse.press(secondAdmin.page, 'button', /^Yes, /);
    await secondAdmin.page.getByText('This payout is succeeded already.').waitFor();
    await secondAdmin.page.keyboard.press('Escape');
    await secondAdmin.page.getByText('No payout waits').waitFor();
    expect(await secondAdmin.page.getByRole('button', { name: /^It is paid/ }).count()).toBe(0);
  });
});

it('a statement is saved as the page and as data, and its details lead back to the earnings', async () => {
  const { page } = provider;
  await showScreen(provider.page, '/earnings?tab=documents');
  const number = await page.getByRole('link', { name: /^PST-/ }).innerText();
  await mouse.press(page, 'link', number);
  await mouse.press(page, 'link', 'All statements');
  await page.waitForURL(/\/earnings\?tab=documents$/);
  for (const form of ['PDF', 'data']) {
    const file = join(provider.homeFolder, form);
    await provider.person.chooses(file);
    await mouse.press(page, 'button', `Save ${number} as ${form}`);
    await expect
      .poll(async () => (await readFile(file).catch(() => Buffer.alloc(0))).subarray(0, 1).toString())
      .toBe(form === 'PDF' ? '%' : '{');
  }
});

it('tax data is kept, and a rate that is none is refused at its field', async () => {
  const { page } = provider;
  await showScreen(provider.page, '/earnings?tab=documents');
  await mouse.type(page, 'Legal name', 'Paula Provider GmbH');
  await mouse.type(page, 'Address', 'Hauptstraße 1\n10115 Berlin');
  await mouse.type(page, 'Country', 'XX');
  await mouse.type(page, 'Tax rate in percent', 'much');
  await mouse.press(page, 'button', 'Save');
  await page.getByText('Enter a percentage').waitFor();
  await mouse.type(page, 'Tax rate in percent', '8,1');
  await mouse.press(page, 'button', 'Save');
  await page.getByText('Must be a country of ISO 3166-1').waitFor();
  await mouse.type(page, 'Country', 'de');
  await mouse.press(page, 'button', 'Save');
  await page.getByText('Your tax data is saved.').waitFor();
  await provider.load('/earnings?tab=documents');
  // What this computer kept stands there until the server has answered.
  await expect.poll(async () => page.getByLabel('Tax rate in percent').inputValue()).toBe('8.1');
});

it('the operator’s place is for administrators only', async () => {
  await showScreen(renter.page, '/operator');
  await renter.page.getByText('This is for the people who run this marketplace').waitFor();
  expect(await renter.page.getByRole('link', { name: 'Operator' }).count()).toBe(0);
  expect(await admin.page.getByRole('link', { name: 'Operator' }).count()).toBe(1);
});

it('an event about a dispute leads to its booking', async () => {
  const { page } = renter;
  await showScreen(renter.page, '/inbox');
  await page.getByRole('button', { name: 'Open the dispute' }).first().click();
  await page.waitForURL(/\/bookings\//);
  expect(page.url()).toMatch(/\/bookings\/[0-9a-f-]{36}#dispute$/);
});
