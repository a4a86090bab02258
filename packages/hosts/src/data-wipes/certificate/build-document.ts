import { toIso, type Instant } from '@rsm/domain/common/instant';
import type { WipeVerdict } from '@rsm/domain/data-wipes/data-wipe';
import type { CertificateSubject } from '@rsm/domain/data-wipes/data-wipe-strategy';
import type { MachineFacts } from '@rsm/domain/machines/machine-facts';
import {
  CERTIFICATE_VERSION,
  certificateDocumentSchema,
  NOT_APPLICABLE,
  NOT_READ,
  type CertificateDocument,
} from './certificate-document.ts';
import {
  categoryOf,
  sanitizationCategories,
  techniqueOf,
  type SanitizationCategory,
  type Technique,
} from './sanitization-category.ts';

/** Who signs, and where he can be reached. */
export interface CertificateIssuerIdentity {
  readonly name: string;
  readonly location: string;
  readonly contact: string;
  /** Name and version of the program that wiped and looked. */
  readonly tool: string;
}

const METHOD =
  'deletion of the account, its files, keys, processes and jobs through the operating system; nothing was overwritten';

const CATEGORY_REASON =
  'Deleting files does not sanitize all user-addressable locations of a medium, so it is neither Clear nor Purge nor Destroy. No category is claimed.';

/** What Revision 2 calls logical sanitization: chosen data, on a medium that stays in use. */
const SCOPE =
  'logical: the account, files, keys, processes and jobs of one booking; the medium as a whole was not sanitized';

const NOT_VALIDATED =
  'not validated: no category is claimed, so there is none whose sufficiency somebody could have decided about';

/** What the method does not reach, said openly. */
const NOT_COVERED: readonly string[] = [
  'Deleted blocks stay on the medium until they are reused or trimmed; they were not overwritten.',
  'Snapshots, backups, RAID or storage-side copies, swap space and hibernation images were not examined.',
  'Memory that was freed was not overwritten; GPU memory, device firmware and kernel keyrings were not examined.',
  'System logs of the machine (login records, journal, audit log) keep the account name, the times and the addresses of logins.',
  'The backups that the account tools keep (/etc/passwd- and its like) may name the account until the next account change.',
  'Network file systems and anything the renter sent elsewhere were not examined.',
  'Whatever was copied during the booking by somebody with root on the machine.',
];

const LIMITS =
  'This report says what was observed on the machine at that time over SSH. Whoever has root on the machine can copy data during a booking and can lie to any checker that runs there. A valid signature proves who issued this report and that it was not changed. It does not prove that nothing is left.';

const STATEMENTS: Readonly<Record<WipeVerdict, string>> = {
  verified: 'Every check of the list looked, and found nothing of the booking.',
  failed: 'At least one check found something of the booking, or a step of the wipe failed.',
  unverifiable: 'At least one check could not look, so nothing is claimed about what is left.',
};

/**
 * Builds the document that is signed. Pure: the same subject gives the same document.
 * @throws ZodError when the subject does not fit, which is a programming error.
 */
export function buildDocument(subject: CertificateSubject, issuer: CertificateIssuerIdentity): CertificateDocument {
  const { machine, booking } = subject;
  const facts = machine.facts;
  const media = mediaOf(subject, issuer);
  const person = {
    name: issuer.name,
    title: NOT_APPLICABLE,
    date: toIso(subject.issuedAt),
    location: issuer.location,
    contact: issuer.contact,
    signature: 'electronic: the signature of this document',
  };
  return certificateDocumentSchema.parse({
    version: CERTIFICATE_VERSION,
    certificateId: subject.certificateId,
    dataWipeId: subject.dataWipeId,
    issuedAt: toIso(subject.issuedAt),
    issuer: issuer.name,
    verdict: subject.verdict,
    statement: STATEMENTS[subject.verdict],
    machine: {
      id: machine.id,
      name: machine.name,
      hostKeyFingerprint: machine.hostKey?.fingerprint ?? NOT_READ,
      factsFingerprint: facts?.fingerprint ?? NOT_READ,
      factsReadAt: isoOr(machine.factsReadAt, NOT_READ),
      operatingSystem: facts?.os?.prettyName || NOT_READ,
      processor: facts?.cpu?.model || NOT_READ,
      memoryBytes: facts?.memory?.totalBytes ?? NOT_READ,
      gpus: (facts?.gpus ?? []).map((gpu) => gpu.model || NOT_READ),
    },
    booking: {
      id: booking.id,
      start: toIso(booking.start),
      end: toIso(booking.end),
      accessEndedAt: isoOr(booking.accessEndedAt, 'not recorded'),
    },
    plan: subject.plan,
    steps: subject.steps,
    findings: subject.findings,
    canaries: subject.canaries,
    sanitization: {
      standard: 'NIST SP 800-88 Rev. 2',
      category: lowestOf(media.map(({ sanitizationDescription }) => sanitizationDescription)),
      categoryReason: CATEGORY_REASON,
      media,
      performedBy: person,
      verifiedBy: { ...person, title: 'second connection with its own key, own code and read-only commands' },
      validatedBy: NOT_APPLICABLE,
    },
    notCovered: NOT_COVERED,
    limits: LIMITS,
    previousSha256: subject.previousSha256,
  });
}

type Disk = NonNullable<MachineFacts['disks']>[number];

/** Each disk once, however many file systems lie on it. Where no disk could be read there is still one medium: an unknown one. */
function mediaOf(
  subject: CertificateSubject,
  issuer: CertificateIssuerIdentity,
): CertificateDocument['sanitization']['media'] {
  const disks = new Map<string, Pick<Disk, 'device' | 'kind'>>();
  for (const disk of subject.machine.facts?.disks ?? []) if (!disks.has(disk.device)) disks.set(disk.device, disk);
  if (disks.size === 0) disks.set('', { device: NOT_READ, kind: 'unknown' });
  const technique = techniqueFor(subject);
  return [...disks.values()].map((disk) => ({
    manufacturer: NOT_READ,
    model: NOT_READ,
    serialNumber: NOT_READ,
    organizationNumber: disk.device || NOT_READ,
    mediaType: disk.kind,
    mediaSource: `machine ${subject.machine.id}`,
    preSanitizationConfidentiality: 'not categorized: the renter did not say',
    sanitizationDescription: categoryOf(disk.kind, technique),
    technique,
    methodUsed: METHOD,
    toolUsed: issuer.tool,
    verificationMethod: 'search for named traces through the running operating system; the medium itself was not read',
    sanitizationScope: SCOPE,
    validationMethod: NOT_APPLICABLE,
    validationResult: NOT_VALIDATED,
    postSanitizationConfidentiality: NOT_APPLICABLE,
    postSanitizationDestination: 'stays in the machine and is rented out again',
  }));
}

/** A plan is worth what its weakest step does to a medium; an empty one deleted nothing more than files either. */
function techniqueFor(subject: CertificateSubject): Technique {
  return subject.plan.map(techniqueOf)[0] ?? 'file_deletion';
}

function lowestOf(found: readonly SanitizationCategory[]): SanitizationCategory {
  return sanitizationCategories.find((category) => found.includes(category)) ?? 'none';
}

function isoOr<Other extends string>(at: Instant | null, other: Other): string {
  return at === null ? other : toIso(at);
}
