import type { Certificate, DataWipeProgress } from '@rsm/domain/data-wipes/data-wipe';
import { publicKeyRead } from '../schemas/data-wipes.ts';
import type { CertificatePdfRead, CertificateRead, DataWipeRead, KeySetRead } from '../schemas/data-wipes.ts';
import { toTime, toTimeOrNull } from './common.ts';

export function toDataWipeRead(wipe: DataWipeProgress): DataWipeRead {
  return {
    id: wipe.id,
    bookingId: wipe.bookingId,
    machineId: wipe.machineId,
    status: wipe.status,
    plan: [...wipe.plan],
    attempt: wipe.attempt,
    steps: wipe.steps.map((step) => ({ ...step, startedAt: toTime(step.startedAt) })),
    plannedSteps: wipe.plannedSteps.map((step) => ({ ...step })),
    plannedChecks: [...wipe.plannedChecks],
    findings: wipe.findings.map((finding) => ({ ...finding })),
    failureReason: wipe.failureReason,
    createdAt: toTime(wipe.createdAt),
    startedAt: toTimeOrNull(wipe.startedAt),
    finishedAt: toTimeOrNull(wipe.finishedAt),
  };
}

export function toCertificateRead(certificate: Certificate): CertificateRead {
  return {
    id: certificate.id,
    dataWipeId: certificate.dataWipeId,
    bookingId: certificate.bookingId,
    machineId: certificate.machineId,
    jws: certificate.jws,
    keyId: certificate.keyId,
    sha256: certificate.sha256,
    previousSha256: certificate.previousSha256,
    verdict: certificate.verdict,
    issuedAt: toTime(certificate.issuedAt),
  };
}

export function toCertificatePdfRead(file: {
  readonly suggestedName: string;
  readonly bytes: Uint8Array;
}): CertificatePdfRead {
  return { suggestedName: file.suggestedName, base64: Buffer.from(file.bytes).toString('base64') };
}

/** @throws ZodError when a key holds more than its public members: better no key set than a private key in it */
export function toKeySetRead(keySet: { readonly keys: readonly Record<string, unknown>[] }): KeySetRead {
  return { keys: keySet.keys.map((key) => publicKeyRead.parse(key)) };
}
