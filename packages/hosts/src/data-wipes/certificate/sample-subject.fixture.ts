import { instant } from '@rsm/domain/common/instant';
import type { CertificateSubject } from '@rsm/domain/data-wipes/data-wipe-strategy';

export const identity = {
  name: 'Marketplace',
  location: 'Berlin',
  contact: 'ops@example.org',
  tool: 'rsm 0.1.0',
};

/** What a short report is about: one disk with two file systems, one step, one check. */
export function subject(): CertificateSubject {
  const id = '01900000-0000-7000-8000-000000000001';
  return {
    machine: {
      id,
      name: 'gpu-1',
      hostKey: { keyType: 'ssh-ed25519', publicKey: 'AAAA', fingerprint: 'SHA256:abc' },
      facts: {
        disks: ['/', '/home'].map((mountPoint) => ({
          device: '/dev/nvme0n1',
          mountPoint,
          fileSystem: 'ext4',
          kind: 'nvme',
          sizeBytes: 1,
          freeBytes: 1,
        })),
        gpus: null,
        fingerprint: 'a'.repeat(64),
      },
      factsReadAt: instant(5_000),
    },
    booking: { id, start: instant(0), end: instant(10_000), accessEndedAt: null },
    plan: ['home_directory_purge'],
    steps: [
      {
        strategy: 'home_directory_purge',
        name: 'remove the home',
        command: 'rm -rf {home}',
        exitStatus: 0,
        succeeded: true,
        startedAt: instant(1_000),
        durationMs: 5,
        detail: null,
      },
    ],
    findings: [{ check: 'accounts', verdict: 'clean', detail: '' }],
    canaries: {
      planted: true,
      note: '1 of 4 markers were planted at the start',
      markers: [{ place: 'home', nameSha256: 'c'.repeat(64), contentSha256: 'd'.repeat(64) }],
    },
    verdict: 'verified',
    certificateId: id,
    dataWipeId: id,
    previousSha256: null,
    issuedAt: instant(20_000),
  } as unknown as CertificateSubject;
}
