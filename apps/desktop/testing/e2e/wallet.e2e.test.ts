// @module-tag ci

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PASSWORD, signIn, signUp, startStripeWorld, type StripeWorld } from '@rsm/server/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Desktop } from '../host/desktop.ts';
import { untilCalm, violationsInBothThemes } from '../scene/accessibility.ts';
import { signUpByClicking } from '../scene/door-flow.ts';
import { mouse } from '../scene/hands.ts';
import { issueInvoice, type IssuedInvoice } from '../scene/issued-invoice.ts';
import { openScene, type Scene } from '../scene/scene.ts';
import { tellAsStory } from '../scene/story.ts';

/* A renter's wallet where cards are saved: a real server, and the payment company's stand-in behind its real SDK. */
const RENTER = { name: 'Wanda Wallet', email: 'wanda@desktop.example', password: PASSWORD };

let world: StripeWorld;
let scene: Scene;
let desktop: Desktop;
let invoice: IssuedInvoice;

tellAsStory(() => [desktop.page]);

beforeAll(async () => {
  world = await startStripeWorld();
  scene = await openScene(world.env);
  await scene.installation.work();
  desktop = await scene.start();
  await signUpByClicking(desktop.page, RENTER);
});

afterAll(async () => {
  await scene?.close();
  await world?.close();
});

const see = async (text: string | RegExp): Promise<void> => desktop.page.getByText(text).first().waitFor();
const dialog = () => desktop.page.getByRole('dialog');

/** The last page that was opened in the browser. */
async function lastOpened(): Promise<string> {
  return (await desktop.person.openedInBrowser()).at(-1) ?? '';
}

/** What the payment company calls the top-up of this amount. */
async function referenceOf(amountMicros: number): Promise<string> {
  const [payment] = await scene.installation.sql<{ reference: string }>(
    `SELECT processor_reference AS reference FROM payments WHERE kind = 'top_up' AND amount_micros = ?::bigint`,
    [String(amountMicros)],
  );
  if (payment === undefined) throw new Error(`There is no top-up of ${String(amountMicros)}.`);
  return payment.reference;
}

/** What the window wrote down for its next start. */
async function keptAnswers(page: Page): Promise<string> {
  return page.evaluate(
    async () =>
      new Promise<string>((resolve, reject) => {
        const opening = indexedDB.open('keyval-store');
        opening.addEventListener('error', () => reject(new Error('The store of the window could not be opened.')));
        opening.addEventListener('success', () => {
          const reading = opening.result.transaction('keyval').objectStore('keyval').get('rsm.queries');
          reading.addEventListener('success', () => resolve(String(reading.result)));
        });
      }),
  );
}

/** Takes money out of the wallet, as bookings do. */
async function spend(amount: string): Promise<void> {
  const operator = { email: 'operator@desktop.example', password: PASSWORD, displayName: 'Olive Operator' };
  const { market } = await signUp(scene.server.apiUrl, operator);
  // Only whoever has signed in once is known by name.
  await market.users.me.query();
  expect(await scene.installation.run(['make-admin', operator.email])).toMatchObject({ status: 0 });
  const [renter] = await scene.installation.sql<{ id: string }>('SELECT id FROM users WHERE email = ?', [RENTER.email]);
  await market.payments.manualDebit.mutate({
    idempotencyKey: randomUUID(),
    userId: renter?.id ?? '',
    amount,
    reason: 'It was spent on bookings.',
  });
}

describe('saved cards', () => {
  it('are entered on the payment company’s page and appear by themselves', async () => {
    const { page } = desktop;
    await mouse.press(page, 'link', 'Wallet');
    await mouse.press(page, 'button', 'Top up');
    await see('No card is saved yet.');
    await mouse.press(page, 'button', 'Add a card');
    await see('Enter the card on the page that has opened');
    world.standIn.completeSetup(await lastOpened());
    // Nobody clicks: the webhook tells the server, and the server tells the window.
    await world.tell(scene.server.url);
    await dialog().getByText('Visa •••• 4242').waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
  });

  it('pay with two clicks', async () => {
    await mouse.press(desktop.page, 'button', /^Pay /);
    await dialog().waitFor({ state: 'hidden' });
    await see('€25.00');
    expect(await referenceOf(25_000_000)).toMatch(/^pi_/);
  });

  it('that the bank asks about are confirmed there, while the window follows', async () => {
    const { page } = desktop;
    await desktop.load('/wallet?tab=cards');
    await mouse.press(page, 'button', 'Add a card');
    await see('Enter the card on the page that has opened');
    world.standIn.completeSetup(await lastOpened(), 'authentication_required');
    await mouse.press(page, 'button', 'I have entered it');
    await page.getByRole('button', { name: /^Offer Visa/ }).click();
    await see('is offered first now');

    await mouse.press(page, 'button', 'Top up');
    await mouse.type(page, 'Amount in EUR', '40');
    await mouse.press(page, 'button', /^Pay /);
    await dialog().getByText('Confirm it at your bank').waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    const before = await lastOpened();
    await mouse.press(page, 'button', 'Open the bank’s page');
    await expect.poll(lastOpened).not.toBe(before);
    world.standIn.settle(await referenceOf(40_000_000), 'succeeds');
    await world.tell(scene.server.url);
    await dialog().getByText('€40.00 reached your wallet').waitFor();
    await mouse.press(page, 'button', 'Done');
    await see('€65.00');
  });

  it('fill the wallet by themselves within limits, and a wrong amount is said at its field', async () => {
    const { page } = desktop;
    await mouse.press(page, 'button', 'Set it up');
    await mouse.type(page, 'Charge, in EUR', '1');
    await mouse.press(page, 'button', 'Fill it by itself');
    await dialog()
      .getByText(/at least 5\.00/)
      .waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await mouse.type(page, 'Charge, in EUR', '20,00');
    await mouse.press(page, 'button', 'Fill it by itself');
    await dialog().waitFor({ state: 'hidden' });
    await see('€20.00 each time');
    expect(await violationsInBothThemes(page)).toEqual([]);
  });

  it('get unspent money back, and automatic top-up stops', async () => {
    const { page } = desktop;
    await mouse.press(page, 'button', 'Send money back');
    await see('can go back.');
    await see('Automatic top-up stops');
    await mouse.type(page, 'Amount in EUR', '65.01');
    await mouse.press(page, 'button', /^Send back/);
    await dialog().getByText('At most €65.00 can go back.').waitFor();
    await mouse.type(page, 'Amount in EUR', '30');
    expect(await violationsInBothThemes(page)).toEqual([]);
    await mouse.press(page, 'button', 'Send back €30.00');
    await dialog().waitFor({ state: 'hidden' });
    await page.getByRole('row').filter({ hasText: 'Refund' }).getByText('Done').first().waitFor();
    await see('€35.00');
    await mouse.press(page, 'tab', 'Cards');
    await see('You asked for money of your wallet back.');
  });

  it('are forgotten when their owner says so', async () => {
    const { page } = desktop;
    await page
      .getByRole('button', { name: /^Remove Visa/ })
      .first()
      .click();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await mouse.press(page, 'button', 'Remove the card');
    await dialog().waitFor({ state: 'hidden' });
    await expect.poll(async () => page.getByRole('button', { name: /^Remove Visa/ }).count()).toBe(1);
  });
});

describe('the month', () => {
  it('gets a limit, and is without one again', async () => {
    const { page } = desktop;
    await mouse.press(page, 'tab', 'Overview');
    await mouse.press(page, 'button', 'Set a limit');
    await mouse.type(page, 'Limit in EUR', 'much');
    await mouse.press(page, 'button', 'Set the limit');
    await dialog().getByRole('alert').first().waitFor();
    await mouse.type(page, 'Limit in EUR', '120');
    await mouse.press(page, 'button', 'Set the limit');
    await dialog().waitFor({ state: 'hidden' });
    await page.getByRole('img', { name: /^0 % of the monthly limit/ }).waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await mouse.press(page, 'button', 'Take it away');
    await see('There is no limit');
  });
});

describe('what a bank took back', () => {
  it('is said with the amount and the way out, and a top-up repays it', async () => {
    const { page } = desktop;
    await spend('20');
    await see('€15.00');
    world.standIn.openDispute(await referenceOf(25_000_000));
    await world.tell(scene.server.url);
    // 25.00 were taken back, and the wallet had 15.00 of them.
    await see('You owe €10.00.');
    await mouse.press(page, 'button', 'See the payment');
    await page.getByRole('row').filter({ hasText: 'Chargeback' }).getByText('Your bank decides').waitFor();
    expect(await violationsInBothThemes(page)).toEqual([]);
    await mouse.press(page, 'button', 'Send money back');
    await dialog().getByText('You owe €10.00').waitFor();
    await dialog().getByRole('button', { name: 'Close' }).last().click();

    await page.getByRole('button', { name: 'Top up' }).first().click();
    await dialog().getByText('€10.00 are owed').waitFor();
    await mouse.type(page, 'Amount in EUR', '12');
    await mouse.press(page, 'button', 'Pay €12.00');
    await dialog().getByText('Confirm it at your bank').waitFor();
    world.standIn.settle(await referenceOf(12_000_000), 'succeeds');
    await world.tell(scene.server.url);
    await dialog().getByText('€12.00 reached your wallet').waitFor();
    await mouse.press(page, 'button', 'Done');
    await page.getByText('You owe').waitFor({ state: 'hidden' });
    await see('€2.00');
  });
});

describe('invoices', () => {
  it('are listed and read, line by line', async () => {
    const { page } = desktop;
    invoice = await issueInvoice(scene.installation, RENTER.email);
    await desktop.load('/wallet?tab=documents');
    await see('October 2026');
    await untilCalm(page);
    expect(await violationsInBothThemes(page)).toEqual([]);
    await mouse.press(page, 'link', invoice.number);
    await page.getByRole('heading', { name: `Invoice ${invoice.number}` }).waitFor();
    await see('Two quiet GPUs');
    await see('Includes 19 % VAT');
    expect(await violationsInBothThemes(page)).toEqual([]);
  });

  it('are saved as the PDF and as the data whose hash they bear', async () => {
    const { page } = desktop;
    const pdf = join(desktop.homeFolder, 'invoice.pdf');
    await desktop.person.chooses(pdf);
    await mouse.press(page, 'button', 'Save PDF');
    await see('The document is saved.');
    expect((await readFile(pdf)).subarray(0, 5).toString()).toBe('%PDF-');
    const data = join(desktop.homeFolder, 'invoice.json');
    await desktop.person.chooses(data);
    await mouse.press(page, 'button', 'Save the data (JSON)');
    await expect.poll(async () => readFile(data, 'utf8').catch(() => '')).toBe(invoice.canonical);
  });

  it('bear an address that is kept when it was wrong first', async () => {
    const { page } = desktop;
    await desktop.load('/wallet?tab=documents');
    await mouse.type(page, 'Name or company', 'Wallet & Sons');
    await mouse.press(page, 'button', 'Save the address');
    await page.getByRole('alert').first().waitFor();
    await mouse.type(page, 'Address', 'Short Street 2\n20095 Hamburg');
    await page.getByLabel('Country').selectOption('DE');
    await mouse.press(page, 'button', 'Save the address');
    await see('Your next invoices bear this address.');
    await desktop.load('/wallet?tab=documents');
    await expect.poll(async () => page.getByLabel('Name or company').inputValue()).toBe('Wallet & Sons');
  });

  it('bear the address of today, where this computer kept an older one (bug: it stood in the form, and saving brought it back)', async () => {
    const { page } = desktop;
    await expect.poll(async () => keptAnswers(page)).toContain('Wallet & Sons');
    const elsewhere = await signIn(scene.server.apiUrl, RENTER);
    const moved = { name: 'Wallet & Daughters', address: 'Long Street 3\n20095 Hamburg', country: 'DE', taxId: null };
    await elsewhere.market.documents.setBillingData.mutate(moved);
    await desktop.load('/wallet?tab=documents');
    await expect.poll(async () => page.getByLabel('Name or company').inputValue()).toBe('Wallet & Daughters');
    await mouse.type(page, 'Tax id', 'DE123456789');
    await mouse.press(page, 'button', 'Save the address');
    await see('Your next invoices bear this address.');
    expect(await elsewhere.market.documents.billingData.query()).toMatchObject({ ...moved, taxId: 'DE123456789' });
  });

  it('have the statement beside them as a table for other programs', async () => {
    const { page } = desktop;
    await mouse.press(page, 'tab', 'Statement');
    await mouse.press(page, 'button', 'Save as CSV');
    const lastDay = page.getByLabel('To', { exact: true });
    // The window's own today: its zone has a new day before the test's may.
    const today = await lastDay.inputValue();
    await lastDay.fill('2020-01-01');
    await mouse.press(page, 'button', 'Save CSV');
    await dialog().getByText('Choose the same day or a later one').waitFor();
    await lastDay.fill(today);
    const file = join(desktop.homeFolder, 'statement.csv');
    await desktop.person.chooses(file);
    await mouse.press(page, 'button', 'Save CSV');
    await dialog().waitFor({ state: 'hidden' });
    expect(await readFile(file, 'utf8')).toMatch(/^at,transfer_id,kind[\s\S]*refund/);
  });
});
