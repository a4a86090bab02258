import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { provideSystemPackages } from '@rsm/lab';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] as const;
const MAC_PATHS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
] as const;

/** What the Chromium of npm links and does not bring, with the Debian package of each. */
const LIBRARIES = [
  { soname: 'libnss3.so', package: 'libnss3' },
  { soname: 'libnspr4.so', package: 'libnspr4' },
  { soname: 'libexpat.so.1', package: 'libexpat1' },
] as const;

/**
 * The Chromium to test with: the one that `RSM_CHROMIUM` names, else the system's, else the headless one that npm brings,
 * whose libraries are installed where that is possible.
 * @throws Error with the command to run where they are missing and can't be installed
 */
export async function findChromium(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const named = env['RSM_CHROMIUM'];
  if (named !== undefined) return named;
  const folders = (env['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  const places = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...MAC_PATHS];
  const path = places.find((place) => existsSync(place));
  if (path !== undefined) return path;
  const missing = missingLibraries();
  if (missing.length > 0) {
    await provideSystemPackages(missing, {
      why: 'The headless Chromium of the end-to-end tests',
      log: (line) => void process.stderr.write(`${line}\n`),
    });
  }
  const { default: chromium } = await import('@sparticuz/chromium');
  // Without the arguments that come with it: they switch off the very rules that are tested here.
  return chromium.executablePath();
}

/** Debian packages of what the system's linker does not know (ldconfig(8), `-p` prints its cache). */
function missingLibraries(): string[] {
  const { stdout } = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' });
  const known = stdout ?? '';
  return LIBRARIES.filter(({ soname }) => !known.includes(`${soname} `)).map((library) => library.package);
}
