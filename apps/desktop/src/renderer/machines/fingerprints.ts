import type { MachineRead } from '@rsm/api/schemas/machines';

type KeyRead = NonNullable<MachineRead['hostKey']>;

/** The fingerprints in what a person pasted: one, a whole line of ssh-keygen, or the whole output of the block. */
export function fingerprintsIn(text: string): readonly string[] {
  return [...text.matchAll(/SHA256:[A-Za-z0-9+/]{43}(?![A-Za-z0-9+/])/g)].map(([match]) => match);
}

export type Comparison =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'same'; readonly fingerprint: string }
  | { readonly kind: 'different'; readonly fingerprint: string };

/** Compares what the machine printed with what we were shown over the network. */
export function compareFingerprints(pasted: string, scanned: string): Comparison {
  const found = fingerprintsIn(pasted);
  const [first] = found;
  if (first === undefined) return { kind: 'nothing' };
  return found.includes(scanned) ? { kind: 'same', fingerprint: scanned } : { kind: 'different', fingerprint: first };
}

/** Where sshd keeps the public half of each kind of host key (sshd_config(5), HostKey). */
export function printCommand(keyType: KeyRead['keyType']): string {
  const name = keyType.startsWith('ecdsa') ? 'ecdsa' : keyType.includes('rsa') ? 'rsa' : 'ed25519';
  return `ssh-keygen -lf /etc/ssh/ssh_host_${name}_key.pub`;
}
