import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Part } from '../commands/run-until-stopped.ts';

/** What is looked at to decide whether a window can be opened. */
export interface DesktopPlace {
  readonly rootDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly uid: number | undefined;
}

export type DesktopWindow =
  | { readonly kind: 'possible'; readonly binary: string }
  | { readonly kind: 'impossible'; readonly reason: string };

/** Named to the desktop program as the server to begin with. */
const SERVER_VARIABLE = 'RSM_DESKTOP_SERVER';

const STOP_TIMEOUT_MS = 5_000;

/** Looks at files alone: importing the electron package would start a download. */
export function findDesktopWindow({ rootDir, env, platform, uid }: DesktopPlace): DesktopWindow {
  const package_ = join(rootDir, 'node_modules/electron');
  const pathFile = join(package_, 'path.txt');
  const binary = existsSync(pathFile) ? join(package_, 'dist', readFileSync(pathFile, 'utf8').trim()) : null;
  if (binary === null || !existsSync(binary)) {
    return { kind: 'impossible', reason: "Electron's program is not here (npx install-electron fetches it)" };
  }
  if (!existsSync(join(rootDir, 'apps/desktop/out/main/index.js'))) {
    return { kind: 'impossible', reason: 'the desktop program is not built' };
  }
  if (platform === 'linux' && env['DISPLAY'] === undefined && env['WAYLAND_DISPLAY'] === undefined) {
    return { kind: 'impossible', reason: 'there is no display' };
  }
  if (platform === 'linux' && uid === 0) {
    return { kind: 'impossible', reason: "Electron's sandbox does not run as root" };
  }
  return { kind: 'possible', binary };
}

/** Opens the window; it ends with the demo. Closing it ends nothing else. */
export function openDesktopWindow(options: {
  readonly binary: string;
  readonly rootDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly serverUrl: string;
  readonly warn: (line: string) => void;
}): Part {
  const child = spawn(options.binary, ['apps/desktop'], {
    cwd: options.rootDir,
    env: { ...options.env, [SERVER_VARIABLE]: options.serverUrl },
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      options.warn(`The desktop window could not be opened: ${error.message}. The web page shows the same.`);
      resolve();
    });
    child.once('close', () => resolve());
  });
  return {
    name: 'The desktop window',
    stop: async () => {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(late);
    },
  };
}
