import { describe, expect, it } from 'vitest';
import { compareFingerprints, fingerprintsIn, printCommand } from './fingerprints.ts';

const OURS = `SHA256:${'a'.repeat(43)}`;
const OTHER = `SHA256:${'B/+'.repeat(14)}C`;

describe('comparing a host key', () => {
  it('finds the fingerprint in what ssh-keygen prints', () => {
    expect(fingerprintsIn(`256 ${OTHER} root@gpu-1 (ED25519)`)).toEqual([OTHER]);
  });

  it('takes the whole output of the pasted block', () => {
    const output = `Done: our two keys may log in as root.\nCompare this fingerprint:\n256 ${OURS} root@host (ED25519)\n`;
    expect(compareFingerprints(output, OURS)).toEqual({ kind: 'same', fingerprint: OURS });
  });

  it('says which other key the machine has', () => {
    expect(compareFingerprints(OTHER, OURS)).toEqual({ kind: 'different', fingerprint: OTHER });
  });

  it('does not accept a part of a fingerprint or one with more behind it', () => {
    expect(compareFingerprints(OURS.slice(0, -1), OURS)).toEqual({ kind: 'nothing' });
    expect(compareFingerprints(`${OURS}a`, OURS)).toEqual({ kind: 'nothing' });
  });

  it('does not take upper and lower case for the same', () => {
    expect(compareFingerprints(`SHA256:${'A'.repeat(43)}`, OURS).kind).toBe('different');
  });
});

describe('the command that prints it', () => {
  it('names the file of the key that was shown', () => {
    expect(printCommand('ssh-ed25519')).toBe('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub');
    expect(printCommand('ecdsa-sha2-nistp256')).toContain('ssh_host_ecdsa_key.pub');
    expect(printCommand('rsa-sha2-512')).toContain('ssh_host_rsa_key.pub');
  });
});
