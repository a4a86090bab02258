import { valueOf } from '../api/client-error.ts';
import type { DesktopBridge } from '../../shared/bridge.ts';
import { download } from '../platform/download.ts';

/**
 * Saves a text where the person wants it: through a dialog in the desktop program, as a download on a web page.
 * @returns false when the person thought better of it
 * @throws ClientError when it could not be written
 */
export async function saveText(
  bridge: DesktopBridge | null,
  file: { readonly suggestedName: string; readonly text: string },
): Promise<boolean> {
  if (bridge !== null) return valueOf(await bridge.files.saveText(file));
  download(file.suggestedName, file.text);
  return true;
}
