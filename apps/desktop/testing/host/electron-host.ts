import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { _electron as electron } from 'playwright-core';
import { BUILD_FOLDER } from './built-program.ts';
import { WINDOW_SIZE, type Desktop, type DesktopHost, type DesktopOptions } from './desktop.ts';

const APP_ORIGIN = 'app://rsm';
const LAUNCH_LIMIT_MS = 120_000;

/** What stands between the client and the person in Electron's main process, replaced so that nobody has to click. */
interface Stubs {
  readonly openedInBrowser: string[];
  readonly notifications: { readonly title: string; readonly body: string }[];
  readonly choices: string[];
}

/** Why the suite can't run on the real binary here; null when it can. Looks at files alone: importing electron would download it. */
export function electronMissing(): string | null {
  if (!existsSync(electronBinary())) return "Electron's program is not here (npx install-electron fetches it)";
  if (process.platform === 'linux' && process.env['DISPLAY'] === undefined)
    return 'there is no display (xvfb-run is one)';
  return null;
}

function electronBinary(): string {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const pathFile = join(folder, 'path.txt');
  return existsSync(pathFile) ? join(folder, 'dist', readFileSync(pathFile, 'utf8').trim()) : join(folder, 'dist/none');
}

/** Runs the built program in the real Electron, each client with folders of its own. */
export function electronHost(): DesktopHost {
  return { origin: APP_ORIGIN, start: startElectronDesktop, close: async () => Promise.resolve() };
}

async function startElectronDesktop({ serverUrl, colorScheme }: DesktopOptions): Promise<Desktop> {
  const root = await mkdtemp(join(tmpdir(), 'rsm-electron-'));
  const [home, data] = [join(root, 'home'), join(root, 'data')];
  await Promise.all([mkdir(home), mkdir(data)]);
  await writeFile(join(data, 'settings.json'), JSON.stringify({ version: 1, server: serverUrl }));
  const app = await electron.launch({
    executablePath: electronBinary(),
    args: [BUILD_FOLDER, `--user-data-dir=${data}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    env: { ...namedEnvironment(), HOME: home, USERPROFILE: home },
    colorScheme: colorScheme ?? 'light',
    timeout: LAUNCH_LIMIT_MS,
  });
  const stubs = await app.evaluateHandle(({ dialog, Notification, shell }) => {
    const stubs: Stubs = { openedInBrowser: [], notifications: [], choices: [] };
    shell.openExternal = async (url) => {
      stubs.openedInBrowser.push(url);
      return Promise.resolve();
    };
    Notification.prototype.show = function record() {
      stubs.notifications.push({ title: this.title, body: this.body });
    };
    dialog.showOpenDialog = async () => {
      const path = stubs.choices.shift();
      return Promise.resolve({ canceled: path === undefined, filePaths: path === undefined ? [] : [path] });
    };
    dialog.showSaveDialog = async () => {
      const filePath = stubs.choices.shift();
      return Promise.resolve({ canceled: filePath === undefined, filePath: filePath ?? '' });
    };
    return stubs;
  });
  const page = await app.firstWindow({ timeout: LAUNCH_LIMIT_MS });
  await page.setViewportSize(WINDOW_SIZE);
  return {
    page,
    homeFolder: home,
    person: {
      openedInBrowser: async () => stubs.evaluate(({ openedInBrowser }) => openedInBrowser),
      notifications: async () => stubs.evaluate(({ notifications }) => notifications),
      chooses: async (path) => stubs.evaluate(({ choices }, choice) => void choices.push(choice), path),
    },
    load: async (path) => void (await page.goto(`${APP_ORIGIN}${path}`)),
    close: async () => {
      await app.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

function namedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
