import type { DesktopBridge } from '../../shared/bridge.ts';
import { valueOf } from '../api/client-error.ts';
import { download } from './download.ts';

/**
 * Saves bytes where the person wants them: through a dialog in the desktop program, as a download on a web page.
 * @returns false when the person thought better of it
 * @throws ClientError when they could not be written
 */
export async function saveBinary(
  bridge: DesktopBridge | null,
  file: { readonly suggestedName: string; readonly base64: string },
): Promise<boolean> {
  if (bridge !== null) return valueOf(await bridge.files.saveBinary(file));
  download(file.suggestedName, bytesOf(file.base64));
  return true;
}

/** The bytes of a base64 text. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
