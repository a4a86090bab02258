import { valueOf } from '../api/client-error.ts';
import type { Platform } from './platform.ts';

/**
 * Opens a page of somebody else, such as the processor's, in the person's browser and never in a window of ours.
 * @throws ClientError when the address is none that may be opened
 */
export async function openOutside(platform: Platform, url: string): Promise<void> {
  if (platform.kind === 'desktop') {
    valueOf(await platform.bridge.app.openExternal({ url }));
    return;
  }
  // The answer of a call opens it, not the click itself, so that a browser may hold it back: screens show the link, too.
  if (isOutside(url)) window.open(url, '_blank', 'noopener,noreferrer');
}

/** Whether a link may lead there: https, or http of this computer, where tests and development have their processor. */
export function isOutside(url: string): boolean {
  return /^https:\/\/[^/]/i.test(url) || /^http:\/\/(127\.0\.0\.1|localhost)[:/]/i.test(url);
}
