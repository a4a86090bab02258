import { canaryPlaces } from '@rsm/domain/data-wipes/canary';
import { findingVerdicts, wipeVerdicts } from '@rsm/domain/data-wipes/data-wipe';
import { z } from 'zod';

const text = z.string();
const person = z.looseObject({ name: text, title: text, date: text, location: text, contact: text, signature: text });

/** What is drawn of a report (docs/wipe-certificate.schema.json). Later versions may add fields; those are in the signed text. */
const signedReportSchema = z.looseObject({
  certificateId: text,
  issuedAt: z.iso.datetime(),
  issuer: text,
  verdict: z.enum(wipeVerdicts),
  statement: text,
  machine: z.looseObject({
    id: text,
    name: text,
    hostKeyFingerprint: text,
    operatingSystem: text,
    processor: text,
    gpus: z.array(text),
  }),
  booking: z.looseObject({ id: text, start: text, end: text, accessEndedAt: text }),
  steps: z.array(
    z.looseObject({
      name: text,
      command: text,
      exitStatus: z.int().nullable(),
      succeeded: z.boolean(),
      startedAt: z.int(),
      durationMs: z.int(),
    }),
  ),
  findings: z.array(z.looseObject({ check: text, verdict: z.enum(findingVerdicts), detail: text })),
  /** Reports that were signed before there were markers say nothing of them. */
  canaries: z
    .looseObject({
      note: text,
      markers: z.array(z.looseObject({ place: z.enum(canaryPlaces), nameSha256: text, contentSha256: text })),
    })
    .optional(),
  sanitization: z.looseObject({
    standard: text,
    category: text,
    categoryReason: text,
    media: z.array(z.record(z.string(), text)),
    performedBy: person,
    verifiedBy: person,
  }),
  notCovered: z.array(text),
  limits: text,
  previousSha256: text.nullable(),
});
export type SignedReport = z.infer<typeof signedReportSchema>;

/**
 * Reads the words of a report that we signed ourselves; whoever holds the PDF checks the signature, this does not.
 * @throws ZodError, SyntaxError for what was never signed here, which is a programming error
 */
export function readSignedReport(jws: string): SignedReport {
  const payload = Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8');
  return signedReportSchema.parse(JSON.parse(payload));
}
