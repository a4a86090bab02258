import type { CDPSession, Page } from 'playwright-core';
import type { DesktopCore } from '../../src/main/core/desktop-core.ts';

/** Headless Chromium can't be given a scheme of its own, so this origin stands for `app://rsm`. */
export const HOST_ORIGIN = 'https://rsm-app.test';
const APP_ORIGIN = 'app://rsm';

/** The page's address as it would be in Electron. */
export function toAppUrl(url: string): string {
  return url === HOST_ORIGIN || url.startsWith(`${HOST_ORIGIN}/`) ? APP_ORIGIN + url.slice(HOST_ORIGIN.length) : url;
}

export function toHostUrl(url: string): string {
  return url === APP_ORIGIN || url.startsWith(`${APP_ORIGIN}/`) ? HOST_ORIGIN + url.slice(APP_ORIGIN.length) : url;
}

/**
 * Answers the app's requests from the core, and asks the core where frames may go, as the Electron adapters do. Only these
 * requests are held up: calls of the API, with their preflights, streams and caches, are Chromium's own.
 */
export async function connectScheme(options: {
  readonly page: Page;
  readonly core: DesktopCore;
  readonly openInBrowser: (url: string) => void;
}): Promise<CDPSession> {
  const { page, core, openInBrowser } = options;
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const mainFrameId = frameTree.frame.id;

  session.on('Fetch.requestPaused', ({ requestId, request, frameId, resourceType }) => {
    const url = toAppUrl(request.url);
    const isMainFrame = frameId === mainFrameId;
    const answer = async (): Promise<void> => {
      if (resourceType === 'Document') {
        const decision = core.decideNavigation({ url, isMainFrame });
        if (decision.kind === 'browser') openInBrowser(decision.url);
        if (decision.kind !== 'allow') {
          await session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
          return;
        }
        if (isMainFrame) core.pageGone();
      }
      const { status, headers, body } = await core.resolve({ url, method: request.method });
      await session.send('Fetch.fulfillRequest', {
        requestId,
        responseCode: status,
        responseHeaders: Object.entries(headers).map(([name, value]) => ({ name, value })),
        body: Buffer.from(body ?? []).toString('base64'),
      });
    };
    // The page may be gone before its request is answered.
    answer().catch(() => undefined);
  });
  // Electron denies a second window before it is there; Chromium has to close it, and its network leads nowhere.
  page.context().on('page', (second) => {
    closeOpened(second).catch(() => undefined);
  });
  session.on('Page.windowOpen', ({ url }) => {
    const decision = core.decideOpening(toAppUrl(url));
    if (decision.kind === 'browser') openInBrowser(decision.url);
  });
  await session.send('Page.enable');
  await session.send('Fetch.enable', {
    patterns: [{ urlPattern: `${HOST_ORIGIN}/*` }, { urlPattern: '*', resourceType: 'Document' }],
  });
  return session;
}

/** A page without an opener is none that the client has opened. */
async function closeOpened(page: Page): Promise<void> {
  if ((await page.opener()) !== null) await page.close();
}
