import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DesktopCore } from '../core/desktop-core.ts';

type Handler = (...args: never[]) => unknown;

const electron = vi.hoisted(() => ({
  windows: [] as { readonly options: unknown; readonly on: Map<string, Handler>; openHandler: Handler | null }[],
  channels: new Map<string, Handler>(),
  schemes: [] as unknown[],
  served: new Map<string, Handler>(),
  backend: 'gnome_libsecret',
  asyncAvailable: true,
}));

// Electron's own module is never loaded here: under Node, importing it would fetch its binary.
vi.mock('electron', () => ({
  BrowserWindow: class {
    readonly record = {
      options: undefined as unknown,
      on: new Map<string, Handler>(),
      openHandler: null as Handler | null,
    };
    readonly webContents = {
      mainFrame: { url: 'app://rsm/' },
      setWindowOpenHandler: (handler: Handler) => (this.record.openHandler = handler),
      on: (name: string, handler: Handler) => this.record.on.set(name, handler),
      send: vi.fn<(channel: string, body: unknown) => void>(),
    };
    constructor(options: unknown) {
      this.record.options = options;
      electron.windows.push(this.record);
    }
    once(name: string, handler: Handler): void {
      this.record.on.set(name, handler);
    }
    isDestroyed(): boolean {
      return false;
    }
  },
  ipcMain: { handle: (name: string, handler: Handler) => electron.channels.set(name, handler) },
  protocol: {
    registerSchemesAsPrivileged: (schemes: unknown[]) => electron.schemes.push(...schemes),
    handle: (scheme: string, handler: Handler) => electron.served.set(scheme, handler),
  },
  safeStorage: {
    getSelectedStorageBackend: () => electron.backend,
    isAsyncEncryptionAvailable: async () => electron.asyncAvailable,
  },
}));

const decide = { kind: 'deny', reason: 'no' } as ReturnType<DesktopCore['decideOpening']>;

function fakeCore(change: Partial<DesktopCore> = {}): DesktopCore {
  return {
    start: () => undefined,
    handle: async () => ({ ok: true, value: null }),
    onSend: () => undefined,
    resolve: async () => ({ status: 404, headers: {}, body: null }),
    decideNavigation: () => decide,
    decideOpening: () => decide,
    decidePermission: () => false,
    openDeepLink: () => undefined,
    menu: [],
    command: () => undefined,
    pageGone: () => undefined,
    stop: async () => undefined,
    ...change,
  };
}

beforeEach(() => {
  electron.windows.length = 0;
  electron.channels.clear();
});

describe('the window', () => {
  it('is sandboxed and isolated, and as large as it must be', async () => {
    const { createWindow } = await import('./window.ts');
    createWindow({ core: fakeCore(), openInBrowser: () => undefined });
    expect(electron.windows[0]?.options).toMatchObject({
      width: 1280,
      height: 800,
      minWidth: 900,
      minHeight: 600,
      webPreferences: {
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInSubFrames: false,
        nodeIntegrationInWorker: false,
        webSecurity: true,
        webviewTag: false,
        allowRunningInsecureContent: false,
      },
    });
  });

  it('opens no second one, goes nowhere but where the core says, and holds no web view', async () => {
    const { createWindow } = await import('./window.ts');
    const opened: string[] = [];
    const url = 'https://example.org/';
    const decision = () => ({ kind: 'browser', url }) as const;
    createWindow({
      core: fakeCore({
        decideOpening: decision,
        decideNavigation: (target) => (target.url === 'app://rsm/' ? { kind: 'allow' } : decision()),
      }),
      openInBrowser: (address) => opened.push(address),
    });
    const [window] = electron.windows;
    expect(window?.openHandler?.({ url } as never)).toEqual({ action: 'deny' });
    expect(opened).toEqual([url]);
    for (const name of ['will-frame-navigate', 'will-redirect']) {
      const away = { preventDefault: vi.fn<() => void>(), url, isMainFrame: true };
      window?.on.get(name)?.(away as never);
      expect(away.preventDefault).toHaveBeenCalledOnce();
      const home = { preventDefault: vi.fn<() => void>(), url: 'app://rsm/', isMainFrame: true };
      window?.on.get(name)?.(home as never);
      expect(home.preventDefault).not.toHaveBeenCalled();
    }
    const view = { preventDefault: vi.fn<() => void>() };
    window?.on.get('will-attach-webview')?.(view as never);
    expect(view.preventDefault).toHaveBeenCalledOnce();
  });

  it('tells the core that its page goes, but not when only the screen changes', async () => {
    const { createWindow } = await import('./window.ts');
    const pageGone = vi.fn<() => void>();
    createWindow({ core: fakeCore({ pageGone }), openInBrowser: () => undefined });
    const start = electron.windows[0]?.on.get('did-start-navigation');
    start?.({ isMainFrame: true, isSameDocument: true } as never);
    start?.({ isMainFrame: false, isSameDocument: false } as never);
    expect(pageGone).not.toHaveBeenCalled();
    start?.({ isMainFrame: true, isSameDocument: false } as never);
    expect(pageGone).toHaveBeenCalledOnce();
  });
});

describe('calls of a page', () => {
  async function setUp() {
    const { connectIpc } = await import('./ipc.ts');
    const { createWindow } = await import('./window.ts');
    const { channelNames } = await import('../../shared/channel-names.ts');
    const handle = vi.fn<DesktopCore['handle']>(async () => ({ ok: true, value: null }));
    const core = fakeCore({ handle });
    const window = createWindow({ core, openInBrowser: () => undefined });
    connectIpc(core, () => window);
    const call = electron.channels.get('rsm:session.refresh');
    const senderOf = async (event: unknown) => {
      await call?.(event as never, undefined as never);
      return handle.mock.lastCall?.[2];
    };
    return { window, senderOf, channelNames };
  }

  it('have one channel each', async () => {
    const { channelNames } = await setUp();
    expect([...electron.channels.keys()]).toEqual(channelNames.map((name) => `rsm:${name}`));
  });

  it('carry what Electron knows of the sender: frame, window and address', async () => {
    const { window, senderOf } = await setUp();
    const { webContents: sender } = window;
    expect(await senderOf({ senderFrame: sender.mainFrame, sender })).toEqual({ url: 'app://rsm/', isMainFrame: true });
    expect(await senderOf({ senderFrame: { url: 'app://rsm/' }, sender })).toMatchObject({ isMainFrame: false });
    expect(await senderOf({ senderFrame: null, sender })).toEqual({ url: '', isMainFrame: false });
    expect(await senderOf({ senderFrame: sender.mainFrame, sender: {} })).toMatchObject({ isMainFrame: false });
  });
});

describe('the session of the browser', () => {
  it('asks the core for every permission, and gives no device, no screen and no download', async () => {
    const { guardSession } = await import('./session-guard.ts');
    const handlers = new Map<string, Handler>();
    const note = (name: string) => (handler: Handler) => handlers.set(name, handler);
    const asked: unknown[] = [];
    guardSession(
      {
        setPermissionRequestHandler: note('request'),
        setPermissionCheckHandler: note('check'),
        setDevicePermissionHandler: note('device'),
        setDisplayMediaRequestHandler: (handler: unknown) => handlers.set('screen', () => handler),
        on: (name: string, handler: Handler) => handlers.set(name, handler),
      } as never,
      fakeCore({ decidePermission: (request) => asked.push(request) === 1 }),
    );
    const answered = vi.fn<(granted: boolean) => void>();
    handlers.get('request')?.(
      null as never,
      'media' as never,
      answered as never,
      { requestingUrl: 'app://rsm/', isMainFrame: true } as never,
    );
    expect(answered).toHaveBeenCalledWith(true);
    expect(
      handlers.get('check')?.(null as never, 'usb' as never, 'app://rsm' as never, { isMainFrame: false } as never),
    ).toBe(false);
    expect(asked).toEqual([
      { permission: 'media', requester: 'app://rsm/', isMainFrame: true },
      { permission: 'usb', requester: 'app://rsm', isMainFrame: false },
    ]);
    expect(handlers.get('device')?.()).toBe(false);
    expect(handlers.get('screen')?.()).toBeNull();
    const download = { preventDefault: vi.fn<() => void>() };
    handlers.get('will-download')?.(download as never);
    expect(download.preventDefault).toHaveBeenCalledOnce();
  });
});

describe('the key chain', () => {
  it('counts as missing where Electron would keep its key as plain text', async () => {
    const { electronSecrets } = await import('./secrets.ts');
    expect(await electronSecrets().isAvailable()).toBe(true);
    electron.backend = 'basic_text';
    expect(await electronSecrets().isAvailable()).toBe(process.platform !== 'linux');
    electron.backend = 'kwallet6';
    electron.asyncAvailable = false;
    expect(await electronSecrets().isAvailable()).toBe(false);
  });
});

describe('the scheme', () => {
  it('is a standard and secure one, and may not pass the page’s policy by', async () => {
    const { registerScheme } = await import('./scheme.ts');
    registerScheme();
    expect(electron.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ]);
  });

  it('hands on what the core answers, with its headers', async () => {
    const { serveScheme } = await import('./scheme.ts');
    serveScheme(
      fakeCore({
        resolve: async () => ({ status: 200, headers: { 'content-security-policy': 'x' }, body: Buffer.from('y') }),
      }),
    );
    const response = (await electron.served.get('app')?.({ url: 'app://rsm/', method: 'GET' } as never)) as Response;
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toBe('x');
    expect(await response.text()).toBe('y');
  });
});
