import { createHash } from 'node:crypto';

const person = {
  name: 'Märkte GmbH',
  title: 'not applicable',
  date: '2026-11-22T10:00:00.000Z',
  location: 'Berlin',
  contact: 'ops@example.org',
  signature: 'electronic: the signature of this document',
};

/** The words of a report, written by hand as docs/wipe-certificate.schema.json describes them. */
export const sampleReport = {
  version: 1,
  certificateId: '01900000-0000-7000-8000-000000000002',
  issuedAt: '2026-11-22T10:00:00.000Z',
  issuer: 'market.example.org',
  verdict: 'failed',
  statement: 'At least one check found something of the booking, or a step of the wipe failed.',
  machine: {
    id: '01900000-0000-7000-8000-000000000003',
    name: 'Łódź gpu-1',
    hostKeyFingerprint: 'SHA256:abc',
    operatingSystem: 'Debian 13',
    processor: 'A processor',
    gpus: ['A card', 'A card'],
  },
  booking: {
    id: '01900000-0000-7000-8000-000000000001',
    start: '2026-11-22T08:00:00.000Z',
    end: '2026-11-22T09:00:00.000Z',
    accessEndedAt: '2026-11-22T09:00:02.000Z',
  },
  steps: [
    {
      name: 'remove the home',
      command: 'rm -rf {home}',
      exitStatus: 0,
      succeeded: true,
      startedAt: Date.UTC(2026, 10, 22, 9, 1),
      durationMs: 7,
    },
  ],
  findings: [
    { check: 'accounts', verdict: 'clean', detail: '' },
    { check: 'keys', verdict: 'found', detail: 'one key in a file of keys' },
    { check: 'mounts', verdict: 'could_not_look', detail: 'no findmnt' },
  ],
  canaries: {
    planted: true,
    note: '1 of 4 markers were planted at the start',
    markers: [{ place: 'var_tmp', nameSha256: 'c'.repeat(64), contentSha256: 'd'.repeat(64) }],
  },
  sanitization: {
    standard: 'NIST SP 800-88 Rev. 2',
    category: 'none',
    categoryReason: 'No category is claimed.',
    media: [{ manufacturer: 'not read', serialNumber: 'not read', mediaType: 'nvme' }],
    performedBy: person,
    verifiedBy: { ...person, title: 'second connection' },
  },
  notCovered: ['Freed blocks were not overwritten.'],
  limits: 'Whoever has root can lie to any checker.',
  previousSha256: 'b'.repeat(64),
};

/** As it is stored. Nobody checks the signature here, so there is none that would be right. */
export function storedReport(report: object = sampleReport) {
  const jws = `e30.${Buffer.from(JSON.stringify(report)).toString('base64url')}.AAAA`;
  return { jws, keyId: 'key-1', sha256: createHash('sha256').update(jws).digest('hex') };
}
