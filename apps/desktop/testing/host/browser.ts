import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { findChromium } from './chromium-program.ts';
import { openOwnNetwork } from './own-network.ts';

export interface TestBrowser {
  readonly browser: Browser;
  /** Lets pages reach a server of this computer, where the browser has a network of its own. */
  reach(origin: string): Promise<void>;
  close(): Promise<void>;
}

const LAUNCH_LIMIT_MS = 120_000;

const ARGS = [
  // The app's pages stand for app://, which is of this computer as the server's 127.0.0.1 is: no leave has to be asked.
  '--disable-features=LocalNetworkAccessChecks,PrivateNetworkAccessSendPreflights',
  '--font-render-hinting=none',
  '--force-color-profile=srgb',
] as const;

/** Starts headless Chromium, on Linux as root in a network of its own. */
export async function launchBrowser(): Promise<TestBrowser> {
  const [program, network] = await Promise.all([findChromium(process.env), openOwnNetwork()]);
  const folder = await mkdtemp(join(tmpdir(), 'rsm-browser-'));
  const starter = join(folder, 'browser.sh');
  const command = [...(network?.prefix ?? []), program].map((word) => `'${word}'`).join(' ');
  await writeFile(starter, `#!/bin/sh\nexec ${command} "$@"\n`);
  await chmod(starter, 0o755);
  const discard = async (): Promise<void> => {
    await network?.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const browser = await chromium.launch({
      executablePath: network === null ? program : starter,
      args: [...ARGS],
      chromiumSandbox: process.getuid?.() !== 0,
      timeout: LAUNCH_LIMIT_MS,
    });
    return {
      browser,
      reach: async (origin) => network?.admit(Number(new URL(origin).port)),
      close: async () => {
        await browser.close();
        await discard();
      },
    };
  } catch (error) {
    await discard();
    throw error;
  }
}
