/** What a mailed link carries behind its `#`, which no browser sends to a server. Empty when there is nothing. */
export function mailedToken(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token') ?? '';
}
