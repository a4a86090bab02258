import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { openTestHost } from '../host/desktop-host.ts';
import type { Desktop } from '../host/desktop.ts';
import { showTheme, untilCalm } from '../scene/accessibility.ts';
import { DEMO_PROVIDER, DEMO_RENTER, startDemo } from '../scene/demo.ts';
import { signIn } from '../scene/door-flow.ts';
import { mouse } from '../scene/hands.ts';
import { book, endEarly, makeKey, topUp, typeInTerminal } from '../scene/renter-flow.ts';
import { COMMON_SCREENS, DOOR_SCREENS, providerScreens, renterScreens, type ScreenPlace } from '../scene/screens.ts';

/**
 * `npm run screenshots`: every screen in both themes, at the size that the window opens with, as the demo shows it. It needs what
 * the demo's lab needs.
 */
const FOLDER = resolve(import.meta.dirname, '../../../../docs/screenshots');
const PROVIDER_TABS = ['calendar', 'commands', 'benchmarks'] as const;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function shoot(page: Page, name: string, isReady: (page: Page) => Promise<void> = untilCalm): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await showTheme(page, theme);
    await isReady(page);
    await page.screenshot({ path: join(FOLDER, `${name}-${theme}.png`), animations: 'disabled', caret: 'hide' });
  }
  await page.emulateMedia({ colorScheme: 'light' });
  say(name);
}

async function visit(desktop: Desktop, places: readonly ScreenPlace[], prefix = ''): Promise<void> {
  for (const { name, path } of places) {
    await desktop.load(path);
    await shoot(desktop.page, `${prefix}${name}`);
  }
}

/** It takes some seconds; the demo shares one computer with the program that takes the pictures. */
const CHECK_AT_START_LIMIT_MS = 120_000;

/** The last part of an address that ends with an id. */
const idOf = (page: Page): string => new URL(page.url()).pathname.split('/').at(-1) ?? '';

await mkdir(FOLDER, { recursive: true });
const host = await openTestHost();
const demo = await startDemo({ desktopOrigin: host.origin, lab: true });
try {
  const newcomer = await host.start({ serverUrl: demo.url });
  await visit(newcomer, DOOR_SCREENS);
  await newcomer.close();

  const renter = await host.start({ serverUrl: demo.url });
  const { page } = renter;
  await signIn(mouse, page, DEMO_RENTER);
  await makeKey(page, mouse);
  await topUp(page, mouse, '50');
  await renter.load('/');
  const link = page.getByRole('table').getByRole('link').first();
  const title = await link.innerText();
  await link.click();
  await page.waitForURL(/\/listings\//);
  const listing = idOf(page);
  await renter.load('/');
  const booking = await book(page, mouse, title);
  await typeInTerminal(page, mouse, 'whoami && nproc && df -h ~', /Mounted/);
  await shoot(page, 'booking-terminal');
  await renter.load(`/bookings/${booking}`);
  // With what the check at the start found, not with that it runs.
  await page.getByRole('columnheader', { name: 'Verdict' }).waitFor({ timeout: CHECK_AT_START_LIMIT_MS });
  await visit(renter, [
    { name: 'booking-active', path: `/bookings/${booking}` },
    { name: 'booking-connection', path: `/bookings/${booking}?tab=connection` },
    { name: 'booking-files', path: `/bookings/${booking}?tab=files` },
  ]);
  await endEarly(page, mouse);
  await page.getByRole('button', { name: 'Check the signature' }).click();
  await page.getByText('Signature valid', { exact: true }).waitFor();
  await shoot(page, 'booking-clean-up');
  await visit(renter, [...COMMON_SCREENS, ...renterScreens({ listing, booking })]);
  await page.keyboard.press('ControlOrMeta+K');
  // What lies behind a dialog is hidden from everybody, the heading too.
  await shoot(page, 'palette', async () => page.getByRole('dialog').waitFor());
  await renter.close();

  const provider = await host.start({ serverUrl: demo.url });
  await signIn(mouse, provider.page, DEMO_PROVIDER);
  await provider.load('/machines');
  await provider.page.locator('a[href*="/machines/"]:not([href*="connect"])').first().click();
  await provider.page.waitForURL(/\/machines\/[0-9a-f-]{36}/);
  const machine = idOf(provider.page);
  await visit(
    provider,
    [
      { name: 'machines', path: '/machines' },
      { name: 'connect-machine', path: '/machines/connect' },
      { name: 'earnings', path: '/earnings' },
      { name: 'earnings-payouts', path: '/earnings?tab=payouts' },
      { name: 'earnings-documents', path: '/earnings?tab=documents' },
      { name: 'inbox', path: '/inbox' },
      ...providerScreens({ machine }),
      ...PROVIDER_TABS.map((tab) => ({ name: `machine-${tab}`, path: `/machines/${machine}?tab=${tab}` })),
    ],
    'provider-',
  );
  await provider.close();
} finally {
  await Promise.all([host.close(), demo.stop()]);
}
