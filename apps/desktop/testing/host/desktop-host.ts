import { HOST_ORIGIN } from './app-scheme.ts';
import { launchBrowser } from './browser.ts';
import type { DesktopHost } from './desktop.ts';
import { electronHost, electronMissing } from './electron-host.ts';
import { startHostedDesktop, type HostedDesktop } from './test-host.ts';

/** Set by `npm run test:electron`. */
const ON_ELECTRON = process.env['RSM_DESKTOP_HOST'] === 'electron';

/**
 * The host that this run tests on: headless Chromium, or the real Electron.
 * @throws Error saying why there is no Electron, when it was asked for
 */
export async function openDesktopHost(): Promise<DesktopHost> {
  if (!ON_ELECTRON) return openTestHost();
  const missing = electronMissing();
  if (missing !== null) throw new Error(`The suite can't run on Electron: ${missing}.`);
  return electronHost();
}

/** The host in headless Chromium, for what looks into the core. */
export async function openTestHost(): Promise<
  DesktopHost & { start(...options: Parameters<DesktopHost['start']>): Promise<HostedDesktop> }
> {
  const testBrowser = await launchBrowser();
  return {
    origin: HOST_ORIGIN,
    start: async (options) => startHostedDesktop(testBrowser, options),
    close: async () => testBrowser.close(),
  };
}
