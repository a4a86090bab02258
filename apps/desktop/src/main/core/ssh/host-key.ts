import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import { refusal, type BridgeRefusal } from '../errors/bridge-refusal.ts';

/** The host key that the product pinned when it verified the machine. */
export interface PinnedHostKey {
  readonly keyType: string;
  /** The key itself in base64, as in a known_hosts file. */
  readonly publicKey: string;
}

/** SHA-256 fingerprint of a raw public key, as `ssh-keygen -l` prints it. */
export function fingerprintOf(rawKey: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(rawKey).digest('base64').replace(/=+$/, '')}`;
}

/** Refuses a machine that shows another key than the pinned one; null when it is the same, byte for byte. */
export function judgeHostKey(pinned: PinnedHostKey, presented: Uint8Array): BridgeRefusal | null {
  const expected = Buffer.from(pinned.publicKey, 'base64');
  // An empty pin would be equal to an empty key.
  if (expected.length > 0 && expected.length === presented.length && timingSafeEqual(expected, presented)) return null;
  return refusal(
    'host_key_changed',
    `The machine shows another host key than the one that was verified: ${fingerprintOf(presented)} instead of ` +
      `${fingerprintOf(expected)}. It may be another machine, or somebody in between. Nothing was sent to it.`,
    {
      remedy: 'Do not log in by other means. The marketplace checks the machine by itself and tells you what it found.',
    },
  );
}

/** Host key algorithms in the order of preference. SHA-1 signatures and DSA are not spoken. */
const HOST_KEY_ALGORITHMS: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** The pinned key's type goes first, so that a machine with several keys shows the pinned one. */
export function hostKeyAlgorithmsFor(pinnedType: string): ServerHostKeyAlgorithm[] {
  const fits = (name: ServerHostKeyAlgorithm): boolean =>
    pinnedType === 'ssh-rsa' ? name.startsWith('rsa-') : name === pinnedType;
  return [...HOST_KEY_ALGORITHMS.filter(fits), ...HOST_KEY_ALGORITHMS.filter((name) => !fits(name))];
}
