import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { CHANNEL_PREFIX } from '../../src/shared/channel-names.ts';
import type { DesktopCore } from '../../src/main/core/desktop-core.ts';
import type { CoreEvent } from '../../src/main/core/ports.ts';
import { connectScheme, HOST_ORIGIN, toAppUrl, toHostUrl } from './app-scheme.ts';
import type { TestBrowser } from './browser.ts';
import { loadProgram, type BuiltProgram } from './built-program.ts';
import { WINDOW_SIZE, type Desktop, type DesktopOptions } from './desktop.ts';
import { CALL_BINDING, DELIVER, preloadScript } from './preload-script.ts';
import { createTestPorts } from './test-ports.ts';

const ACTION_LIMIT_MS = 30_000;
const PLATFORM = 'linux';

/** A desktop client in the test host, with a view into its core. */
export interface HostedDesktop extends Desktop {
  readonly core: DesktopCore;
  /** What the core would have written to its log. */
  readonly events: readonly CoreEvent[];
}

/**
 * Runs the built core here, and the built preload script and renderer in a page of headless Chromium. The host implements
 * the core's ports and nothing else.
 */
export async function startHostedDesktop(
  testBrowser: TestBrowser,
  options: DesktopOptions & { readonly program?: BuiltProgram },
): Promise<HostedDesktop> {
  const program = options.program ?? (await loadProgram());
  const root = await mkdtemp(join(tmpdir(), 'rsm-desktop-'));
  const folders = { home: join(root, 'home'), data: join(root, 'data') };
  await Promise.all([mkdir(folders.home), mkdir(folders.data)]);
  if (options.serverUrl !== null) {
    await testBrowser.reach(options.serverUrl);
    await writeFile(join(folders.data, 'settings.json'), JSON.stringify({ version: 1, server: options.serverUrl }));
  }
  const context = await testBrowser.browser.newContext({
    viewport: WINDOW_SIZE,
    colorScheme: options.colorScheme ?? 'light',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(ACTION_LIMIT_MS);
  const page = await context.newPage();
  const visit = async (url: string): Promise<void> => {
    await page.goto(toHostUrl(url));
  };
  const { ports, events, openedInBrowser, notifications, chooses } = createTestPorts({
    folders: { ...folders, renderer: program.rendererFolder },
    load: (url) => {
      visit(url).catch(() => undefined);
    },
  });
  const core = program.core.createDesktopCore({ ports, version: program.version, platform: PLATFORM });
  await connectScheme({ page, core, openInBrowser: (url) => void openedInBrowser.push(url) });
  await connectIpc({ context, page, core, preload: program.preload });
  core.start();
  await visit(program.core.APP_START);

  return {
    page,
    core,
    events,
    homeFolder: folders.home,
    person: {
      openedInBrowser: async () => Promise.resolve([...openedInBrowser]),
      notifications: async () => Promise.resolve([...notifications]),
      chooses: async (path) => Promise.resolve(chooses(path)),
    },
    load: async (path) => visit(`${HOST_ORIGIN}${path}`),
    close: async () => {
      await core.stop();
      await context.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Calls go to the core with the frame they came from, as Chromium tells it; messages go to the page. */
async function connectIpc(options: {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly core: DesktopCore;
  readonly preload: string;
}): Promise<void> {
  const { context, page, core, preload } = options;
  await page.exposeBinding(CALL_BINDING, async ({ frame }, { channel, input }: { channel: string; input: unknown }) =>
    core.handle(channel.startsWith(CHANNEL_PREFIX) ? channel.slice(CHANNEL_PREFIX.length) : '', input, {
      url: toAppUrl(frame.url()),
      isMainFrame: frame === page.mainFrame(),
    }),
  );
  await context.addInitScript({ content: preloadScript({ preload, origin: HOST_ORIGIN, platform: PLATFORM }) });
  core.onSend(({ name, body }) => {
    page
      .evaluate(
        ([deliver, channel, message]) => {
          const receive: unknown = Reflect.get(window, deliver);
          if (typeof receive === 'function') Reflect.apply(receive, undefined, [channel, message]);
        },
        [DELIVER, CHANNEL_PREFIX + name, body] as const,
      )
      // A message for a page that is being replaced is for nobody, as in Electron.
      .catch(() => undefined);
  });
}
