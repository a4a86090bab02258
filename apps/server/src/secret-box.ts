import { SealedBox } from '@rsm/db';
import type { Secrets } from './config/secrets.ts';

/** Seals with the first of the key-encryption keys, and opens what any of them has sealed. */
export function secretBoxOf({ keyEncryptionKeys: keks }: Secrets): SealedBox {
  return new SealedBox({
    keys: new Map(keks.map(({ key, version }) => [version, key])),
    currentVersion: keks[0].version,
  });
}
