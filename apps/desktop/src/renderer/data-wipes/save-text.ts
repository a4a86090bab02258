import { valueOf } from '../api/client-error.ts';
import type { DesktopBridge } from '../../shared/bridge.ts';

/** A download has long begun by then, and the text need not stay in memory. */
const FORGET_AFTER_MS = 60_000;

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
  const url = URL.createObjectURL(new Blob([file.text], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = file.suggestedName;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), FORGET_AFTER_MS);
  return true;
}
