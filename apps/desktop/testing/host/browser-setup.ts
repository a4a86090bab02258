import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from './chromium-program.ts';

/** Where npm's Chromium unpacks itself. */
const UNPACKED = join(tmpdir(), 'chromium');

/** Gets the browser ready once, before the test files start side by side: two of them would unpack it over each other. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  const stood = existsSync(UNPACKED);
  const program = await findChromium(process.env);
  if (stood || program !== UNPACKED) return undefined;
  return async () => rm(UNPACKED, { force: true });
}
