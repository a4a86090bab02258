import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { electronMissing } from '../host/electron-host.ts';

/**
 * `npm run test:electron [-- names of files]`: the end-to-end suite on the real Electron. Where there is none it says why and ends
 * with status 1, because a suite that did not run has not passed.
 */
const ROOT = resolve(import.meta.dirname, '../../../..');
const SUITE = 'apps/desktop/testing/e2e/';

const missing = electronMissing();
if (missing === null) {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const files = process.argv.slice(2).map((name) => SUITE + name);
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', '--project', 'e2e', ...(files.length === 0 ? [SUITE] : files)],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, RSM_DESKTOP_HOST: 'electron' } },
  );
  process.exitCode = status ?? 1;
} else {
  process.stderr.write(
    `The suite can't run on Electron: ${missing}. "npm test" runs the same suite in headless Chromium, on the same built program.\n`,
  );
  process.exitCode = 1;
}
