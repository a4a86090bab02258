import { existsSync } from 'node:fs';
import { join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] as const;
const MAC_PATHS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
] as const;

/**
 * The Chromium to test with: the one that `RSM_CHROMIUM` names, else the system's, else the headless one that npm brings (it
 * wants libnss3, libnspr4 and libexpat from the system).
 */
export async function findChromium(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const named = env['RSM_CHROMIUM'];
  if (named !== undefined) return named;
  const folders = (env['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  const places = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...MAC_PATHS];
  const path = places.find((place) => existsSync(place));
  if (path !== undefined) return path;
  const { default: chromium } = await import('@sparticuz/chromium');
  // Without the arguments that come with it: they switch off the very rules that are tested here.
  return chromium.executablePath();
}
