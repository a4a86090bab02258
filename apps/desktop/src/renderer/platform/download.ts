/** A download has long begun by then, and its content need not stay in memory. */
const FORGET_AFTER_MS = 60_000;

/** Gives a file to the person as a web page can: as a download. */
export function download(suggestedName: string, content: string | Uint8Array<ArrayBuffer>): void {
  // No type that a browser would show instead of saving it.
  const url = URL.createObjectURL(new Blob([content], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = suggestedName;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), FORGET_AFTER_MS);
}
