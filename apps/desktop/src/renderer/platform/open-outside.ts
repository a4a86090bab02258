import { ClientError, valueOf } from '../api/client-error.ts';
import type { Platform } from './platform.ts';

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost']);

/**
 * Opens another party's page, such as a bank's, in the person's browser: never in a window or a frame of ours.
 * @throws ClientError for an address that is neither https nor http of this computer
 */
export async function openOutside(platform: Pick<Platform, 'kind' | 'bridge'>, url: string): Promise<void> {
  if (platform.bridge !== null) {
    valueOf(await platform.bridge.app.openExternal({ url }));
    return;
  }
  if (!isOpened(url)) {
    throw new ClientError({
      code: 'invalid_address',
      message: 'This page has no address that is safe to open.',
      field: null,
      remedy: 'Tell the operator of this marketplace.',
      fieldErrors: [],
      logId: null,
    });
  }
  // The other page learns neither where it was opened from nor who opened it.
  window.open(url, '_blank', 'noopener,noreferrer');
}

function isOpened(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK_HOSTS.has(url.hostname));
}
