import { createPublicKey } from 'node:crypto';
import { instant, type Instant } from '@rsm/domain/common/instant';

/** A key that signed certificates once. */
export interface RetiredKey {
  /** SPKI PEM of an Ed25519 key. */
  readonly pem: string;
  /** Reports that say they were issued at this time or later don't count. */
  readonly retiredAt: Instant;
}

/** RFC 7468 leaves the lines before a PEM block to people and programs; one of ours says since when the key signs nothing. */
const ENTRY =
  /Retired: *(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z)\s+(-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----)/g;

/** Reads `Retired: <time>` lines, each before the public key that it is about. Undefined when there is anything else in the text. */
export function parseRetiredKeys(text: string): readonly RetiredKey[] | undefined {
  if (text.replaceAll(ENTRY, '').trim() !== '') return undefined;
  const keys: RetiredKey[] = [];
  for (const [, time = '', pem = ''] of text.matchAll(ENTRY)) {
    const epochMs = Date.parse(time);
    if (Number.isNaN(epochMs) || !isEd25519(pem)) return undefined;
    keys.push({ pem, retiredAt: instant(epochMs) });
  }
  return keys;
}

function isEd25519(pem: string): boolean {
  try {
    return createPublicKey(pem).asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}
