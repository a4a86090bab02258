import { join } from 'node:path';
import { app, net, session, shell, type BrowserWindow } from 'electron';
import { APP_START, createDesktopCore, DEEP_LINK_SCHEME, deepLinkOfArguments } from '../core/desktop-core.ts';
import type { CoreEvent } from '../core/ports.ts';
import { electronDialogs } from './dialogs.ts';
import { connectIpc } from './ipc.ts';
import { installMenu } from './menu.ts';
import { electronNotifications } from './notifications.ts';
import { platformOf } from './platform.ts';
import { registerScheme, serveScheme } from './scheme.ts';
import { electronSecrets } from './secrets.ts';
import { guardSession } from './session-guard.ts';
import { electronUpdates } from './updates.ts';
import { createWindow } from './window.ts';

/** Set by whoever starts the program for one server, such as `npm start`. */
const PRESET_SERVER = process.env['RSM_DESKTOP_SERVER'] ?? null;
const WINDOWS_AGENT_PIPE = '\\\\.\\pipe\\openssh-ssh-agent';

/** As in electron-builder.config.mjs: Windows shows notifications of programs that it knows by this name only. */
const APP_ID = 'org.remote-servers-marketplace.desktop';
/** A machine that does not answer keeps nobody from quitting. */
const STOP_MS_MAX = 3_000;

registerScheme();
app.enableSandbox();

if (app.requestSingleInstanceLock()) run();
else app.quit();

function run(): void {
  let window: BrowserWindow | null = null;
  /** Everything that was open has ended: the program may go. */
  let stopped = false;
  const platform = platformOf(process.platform);

  const core = createDesktopCore({
    version: app.getVersion(),
    platform,
    presetServer: PRESET_SERVER,
    ports: {
      folders: {
        renderer: join(import.meta.dirname, '../renderer'),
        data: app.getPath('userData'),
        home: app.getPath('home'),
      },
      sshAgent: process.env['SSH_AUTH_SOCK'] ?? (platform === 'win32' ? WINDOWS_AGENT_PIPE : null),
      secrets: electronSecrets(),
      window: {
        load: (url) => {
          if (window !== null) load(window, url);
        },
        focus: () => {
          if (window === null) return;
          if (window.isMinimized()) window.restore();
          window.show();
          window.focus();
        },
      },
      dialogs: electronDialogs(() => {
        if (window === null) throw new Error('There is no window to ask in.');
        return window;
      }),
      browser: { open: async (url) => shell.openExternal(url) },
      notifications: electronNotifications(),
      updates: electronUpdates({
        beforeInstall: () => {
          stopped = true;
        },
      }),
      fetch: async (url, init) => net.fetch(url, init),
      log: logToConsole,
    },
  });

  /** A browser that can't be started is no reason to fail. */
  const openInBrowser = (url: string): void => {
    shell.openExternal(url).catch((error: unknown) => logToConsole({ event: 'call_failed', detail: 'browser', error }));
  };
  const showWindow = (): void => {
    window = createWindow({ core, openInBrowser });
    window.on('closed', () => {
      window = null;
      core.pageGone();
    });
    load(window, APP_START);
  };

  app.setAppUserModelId(APP_ID);
  if (app.isPackaged) app.setAsDefaultProtocolClient(DEEP_LINK_SCHEME);
  app.on('second-instance', (_event, args) => core.openDeepLink(deepLinkOfArguments(args) ?? ''));
  app.on('open-url', (event, url) => {
    event.preventDefault();
    core.openDeepLink(url);
  });
  app.on('activate', () => {
    if (window === null && app.isReady()) showWindow();
  });
  app.on('window-all-closed', () => {
    if (platform !== 'darwin') app.quit();
  });
  app.on('before-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    const quit = (): void => {
      stopped = true;
      app.quit();
    };
    core.stop().then(quit, quit);
    setTimeout(quit, STOP_MS_MAX);
  });

  app.once('ready', () => {
    guardSession(session.defaultSession, core);
    serveScheme(core);
    connectIpc(core, () => window);
    installMenu(core);
    showWindow();
    core.start();
    const link = deepLinkOfArguments(process.argv);
    if (link !== null) core.openDeepLink(link);
  });
}

/** A load that is overtaken by the next one rejects, which is nothing to worry about. */
function load(window: BrowserWindow, url: string): void {
  window.loadURL(url).catch((error: unknown) => logToConsole({ event: 'call_failed', detail: 'load', error }));
}

/** One line per event, without what a person typed and without secrets; the error's text stays on this computer. */
function logToConsole({ event, detail, error }: CoreEvent): void {
  const why = error instanceof Error ? error.message : '';
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), event, detail, why })}\n`);
}
