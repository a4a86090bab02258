import { createHash, timingSafeEqual } from 'node:crypto';
import type { HostKey } from '@rsm/domain/machines/machine';

/** SHA-256 fingerprint of a raw public key in OpenSSH's form. */
export function fingerprintOf(rawKey: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(rawKey).digest('base64').replace(/=+$/, '')}`;
}

/**
 * Describes a host key as the machine shows it in the key exchange (RFC 4253, 6.6), before anything is sent to it.
 * @throws RangeError when the blob does not begin with its type's name.
 */
export function hostKeyOf(rawKey: Buffer): HostKey {
  const length = rawKey.length >= 4 ? rawKey.readUInt32BE(0) : 0;
  const type = rawKey.subarray(4, 4 + length).toString('latin1');
  if (length === 0 || length > 64 || !/^[a-z0-9@.-]+$/.test(type)) throw new RangeError('This is no SSH public key.');
  return { keyType: type, publicKey: rawKey.toString('base64'), fingerprint: fingerprintOf(rawKey) };
}

/** The raw bytes of a pinned key. @throws RangeError when what is stored is no host key, which is a programming error. */
export function rawHostKeyOf(pinned: HostKey): Buffer {
  const rawKey = Buffer.from(pinned.publicKey, 'base64');
  if (hostKeyOf(rawKey).publicKey !== pinned.publicKey)
    throw new RangeError('The pinned host key is not in canonical base64.');
  return rawKey;
}

/** Whether the key that a machine shows is, byte for byte, the pinned one. */
export function isPinnedKey(pinned: Buffer, presented: Buffer): boolean {
  return pinned.length === presented.length && timingSafeEqual(pinned, presented);
}
