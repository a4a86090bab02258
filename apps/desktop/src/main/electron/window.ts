import { join } from 'node:path';
import { BrowserWindow } from 'electron';
import type { DesktopCore } from '../core/desktop-core.ts';

const SIZE = { width: 1280, height: 800, minWidth: 900, minHeight: 600 } as const;

/** The one window. What a page could ask of it is refused unless the core says otherwise. */
export function createWindow(options: {
  readonly core: DesktopCore;
  readonly openInBrowser: (url: string) => void;
}): BrowserWindow {
  const { core, openInBrowser } = options;
  const window = new BrowserWindow({
    ...SIZE,
    show: false,
    title: 'Remote Servers Marketplace',
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
      allowRunningInsecureContent: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  const { webContents } = window;

  window.once('ready-to-show', () => window.show());
  webContents.setWindowOpenHandler(({ url }) => {
    const decision = core.decideOpening(url);
    if (decision.kind === 'browser') openInBrowser(decision.url);
    return { action: 'deny' };
  });
  const guard = (event: Electron.Event, url: string, isMainFrame: boolean): void => {
    const decision = core.decideNavigation({ url, isMainFrame });
    if (decision.kind === 'allow') return;
    event.preventDefault();
    if (decision.kind === 'browser') openInBrowser(decision.url);
  };
  webContents.on('will-frame-navigate', (event) => guard(event, event.url, event.isMainFrame));
  webContents.on('will-redirect', (event) => guard(event, event.url, event.isMainFrame));
  webContents.on('will-attach-webview', (event) => event.preventDefault());
  webContents.on('did-start-navigation', (event) => {
    if (event.isMainFrame && !event.isSameDocument) core.pageGone();
  });
  return window;
}
