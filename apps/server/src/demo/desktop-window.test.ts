import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findDesktopWindow, openDesktopWindow } from './desktop-window.ts';
import { waitFor } from './wait-for.ts';

const ELECTRON = {
  'node_modules/electron/path.txt': 'electron',
  // Importing the package starts a download: it must never be run.
  'node_modules/electron/index.js': 'throw new Error("imported")',
  'node_modules/electron/dist/electron': `#!/bin/sh
trap 'echo ended > ended; kill $!; exit' TERM
sleep 60 &
echo "$RSM_DESKTOP_SERVER $1" > opened
wait
`,
};
const BUILT = { 'apps/desktop/out/main/index.js': '' };

async function checkout(files: Readonly<Record<string, string>>): Promise<string> {
  const rootDir = await mkdtemp(join(tmpdir(), 'rsm-window-'));
  onTestFinished(async () => rm(rootDir, { recursive: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(rootDir, dirname(path)), { recursive: true });
    await writeFile(join(rootDir, path), content);
    await chmod(join(rootDir, path), 0o755);
  }
  return rootDir;
}

const place = { env: { DISPLAY: ':0' }, platform: 'linux', uid: 1_000 } as const;

it('a window can be opened where the program, a display and the build are', async () => {
  const rootDir = await checkout({ ...ELECTRON, ...BUILT });
  const binary = join(rootDir, 'node_modules/electron/dist/electron');
  expect(findDesktopWindow({ ...place, rootDir })).toEqual({ kind: 'possible', binary });
  expect(findDesktopWindow({ ...place, rootDir, env: { WAYLAND_DISPLAY: 'w' } }).kind).toBe('possible');
  expect(findDesktopWindow({ ...place, rootDir, env: {}, platform: 'darwin' }).kind).toBe('possible');
});

it.each([
  ['there is no program', BUILT, place, /Electron's program is not here/],
  ['the program was not fetched', { 'node_modules/electron/path.txt': 'electron', ...BUILT }, place, /is not here/],
  ['it is not built', ELECTRON, place, /not built/],
  ['there is no display', { ...ELECTRON, ...BUILT }, { ...place, env: {} }, /no display/],
  ['it would run as root', { ...ELECTRON, ...BUILT }, { ...place, uid: 0 }, /as root/],
] as const)('none can where %s, and it says so', async (_what, files, where, reason) => {
  const found = findDesktopWindow({ ...where, rootDir: await checkout(files) });
  expect(found).toEqual({ kind: 'impossible', reason: expect.stringMatching(reason) as string });
});

it('the window is told its server and ends with the demo', async () => {
  const rootDir = await checkout({ ...ELECTRON, ...BUILT });
  const found = findDesktopWindow({ ...place, rootDir });
  if (found.kind === 'impossible') throw new Error(found.reason);
  const warnings: string[] = [];
  const window = openDesktopWindow({
    binary: found.binary,
    rootDir,
    env: process.env,
    serverUrl: 'http://127.0.0.1:4600',
    warn: (line) => warnings.push(line),
  });
  const opened = await waitFor('the window', 20_000, async () => {
    const text = await readFile(join(rootDir, 'opened'), 'utf8').catch(() => '');
    // The file is there before its line is.
    return text.endsWith('\n') ? text : null;
  });
  expect(opened).toBe('http://127.0.0.1:4600 apps/desktop\n');
  await window.stop();
  expect(await readFile(join(rootDir, 'ended'), 'utf8'), 'it was asked to end, not killed').toBe('ended\n');
  expect(warnings).toEqual([]);
});

it('a program that cannot be started is said in one sentence', async () => {
  const warnings: string[] = [];
  const rootDir = await checkout({});
  const binary = join(rootDir, 'gone');
  const window = openDesktopWindow({ binary, rootDir, env: {}, serverUrl: 'x', warn: (line) => warnings.push(line) });
  await waitFor('the warning', 20_000, () => Promise.resolve(warnings.length > 0 ? true : null));
  await window.stop();
  expect(warnings).toEqual([expect.stringContaining('could not be opened')]);
});
