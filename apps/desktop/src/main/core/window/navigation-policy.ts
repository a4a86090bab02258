import { isAppPage } from './app-origin.ts';

/** What becomes of an address: it is shown in the window, opened in the person's browser, or nothing happens. */
export type NavigationDecision =
  | { readonly kind: 'allow' }
  | { readonly kind: 'browser'; readonly url: string }
  | { readonly kind: 'deny'; readonly reason: string };

const URL_CHARS_MAX = 2_000;
const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', 'localhost'];

/** Where a frame of the window may go: our own pages, in the main frame alone. Links to the web go to the browser. */
export function decideNavigation(target: { readonly url: string; readonly isMainFrame: boolean }): NavigationDecision {
  if (!target.isMainFrame) return deny('There are no frames in this program.');
  if (isAppPage(target.url)) return { kind: 'allow' };
  return decideOpening(target.url);
}

/** What becomes of `window.open` and `target="_blank"`: there is never a second window. */
export function decideOpening(url: string): NavigationDecision {
  const external = externalUrlOf(url);
  return external === null
    ? deny('Only https addresses, and http of this computer, are opened.')
    : { kind: 'browser', url: external };
}

/** The address as the browser is given it; null for everything but https and http of this computer. */
export function externalUrlOf(text: string): string | null {
  // Characters that a URL parser drops or turns round, so that what is checked would not be what is opened.
  if (text.length > URL_CHARS_MAX || /[\s\\\p{Cc}\p{Cf}]/u.test(text)) return null;
  if (!/^https?:\/\/[^/]/i.test(text)) return null;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  // A name before an @ is there to be taken for the host.
  if (url.username !== '' || url.password !== '' || url.hostname === '') return null;
  if (url.protocol === 'https:') return url.href;
  return url.protocol === 'http:' && LOOPBACK_HOSTS.includes(url.hostname) ? url.href : null;
}

function deny(reason: string): NavigationDecision {
  return { kind: 'deny', reason };
}
