import { Installation, PASSWORD } from '@rsm/server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOST_ORIGIN } from '../host/app-scheme.ts';
import { launchBrowser, type TestBrowser } from '../host/browser.ts';
import { startHostedDesktop, type HostedDesktop } from '../host/test-host.ts';

let testBrowser: TestBrowser;
let installation: Installation;
let desktop: HostedDesktop;

beforeAll(async () => {
  [testBrowser, installation] = await Promise.all([
    launchBrowser(),
    Installation.open({ DESKTOP_ORIGIN: HOST_ORIGIN }),
  ]);
  const server = await installation.serve();
  desktop = await startHostedDesktop(testBrowser, { serverUrl: server.url });
});

afterAll(async () => {
  await desktop?.close();
  await testBrowser?.close();
  await installation?.close();
});

describe('a person who comes for the first time', () => {
  it('makes an account by clicking and sees the market', async () => {
    const { page } = desktop;
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: /account/i }).click();
    await page.getByLabel('Name').fill('First person');
    await page.getByLabel('E-mail').fill('first@desktop.example');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.getByRole('heading', { name: 'Market' }).waitFor();
    await page.getByRole('button', { name: /First person/ }).waitFor();
    expect(desktop.events).toEqual([]);
  });

  it('is still signed in when the program starts again', async () => {
    await desktop.load('/wallet');
    await desktop.page.getByRole('heading', { name: 'Wallet', level: 1 }).waitFor();
    expect(new URL(desktop.page.url()).pathname).toBe('/wallet');
  });
});
