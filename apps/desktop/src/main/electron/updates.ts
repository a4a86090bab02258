import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import type { UpdateEvent, UpdatesPort } from '../core/ports.ts';

/** Written into the packed program by electron-builder when a feed is configured. */
const FEED_FILE = 'app-update.yml';

/** New versions from the feed that the program was built with; without one, none are looked for. */
export function electronUpdates(options: { readonly beforeInstall: () => void }): UpdatesPort {
  if (!app.isPackaged) return { kind: 'off', reason: 'This program runs from its source folder.' };
  if (!existsSync(join(process.resourcesPath, FEED_FILE))) {
    return { kind: 'off', reason: 'This program was built without an update feed.' };
  }
  let tell: (event: UpdateEvent) => void = () => undefined;
  let version = '';
  let ready: ReturnType<typeof load> | null = null;

  /** Loaded when first needed: it costs time at the start. */
  async function load() {
    const { default: updaterModule } = await import('electron-updater');
    const { autoUpdater } = updaterModule;
    autoUpdater.autoDownload = true;
    autoUpdater.autoInstallOnAppQuit = true;
    autoUpdater.on('update-not-available', () => tell({ kind: 'none' }));
    autoUpdater.on('update-available', (info) => {
      ({ version } = info);
      tell({ kind: 'progress', version, percent: 0 });
    });
    autoUpdater.on('download-progress', ({ percent }) => tell({ kind: 'progress', version, percent }));
    autoUpdater.on('update-downloaded', (info) => tell({ kind: 'downloaded', version: info.version }));
    autoUpdater.on('error', () => tell({ kind: 'failed', message: 'The update could not be fetched.' }));
    return autoUpdater;
  }

  return {
    kind: 'feed',
    check: async () => {
      await (await (ready ??= load())).checkForUpdates();
    },
    install: () => {
      const run = async (): Promise<void> => {
        const updater = await ready;
        if (updater === null) return;
        options.beforeInstall();
        updater.quitAndInstall();
      };
      run().catch(() => tell({ kind: 'failed', message: 'The update could not be installed.' }));
    },
    listen: (listener) => {
      tell = listener;
    },
  };
}
