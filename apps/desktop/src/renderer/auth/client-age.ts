/** What a client says when the server it speaks with no longer serves its version; null when it does. */
export function updateHint(
  info: { readonly oldestClientVersion: string },
  client: { readonly version: string; readonly kind: 'desktop' | 'web' },
): string | null {
  if (!isOlder(client.version, info.oldestClientVersion)) return null;
  const wayOut =
    client.kind === 'web'
      ? 'Load this page anew to get the current version.'
      : 'Install the newest version of this program, then try again.';
  return `This server serves clients from version ${info.oldestClientVersion} on; this one is ${client.version}. ${wayOut}`;
}

/** Compares the three numbers of Semantic Versioning 2.0.0. What is not of this form is not older. */
function isOlder(version: string, oldest: string): boolean {
  const left = numbersOf(version);
  const right = numbersOf(oldest);
  if (left === null || right === null) return false;
  for (const [index, number] of left.entries()) {
    const other = right[index] ?? 0;
    if (number !== other) return number < other;
  }
  return false;
}

function numbersOf(version: string): readonly number[] | null {
  const match = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?:[-+].*)?$/.exec(version);
  return match === null ? null : match.slice(1).map(Number);
}
