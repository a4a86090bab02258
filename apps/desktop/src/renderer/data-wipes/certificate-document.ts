import { findingVerdicts, wipeVerdicts } from '@rsm/domain/data-wipes/data-wipe';
import { z } from 'zod';

/**
 * What this program reads of a signed report (docs/wipes.md). Later versions may add fields; a report without one of these is no
 * report that can be shown.
 */
const certificateDocumentSchema = z.looseObject({
  version: z.literal(1),
  certificateId: z.string(),
  issuedAt: z.iso.datetime(),
  issuer: z.string(),
  verdict: z.enum(wipeVerdicts),
  statement: z.string(),
  machine: z.looseObject({ id: z.string(), name: z.string(), hostKeyFingerprint: z.string() }),
  booking: z.looseObject({ id: z.string(), start: z.iso.datetime(), end: z.iso.datetime() }),
  steps: z.array(z.looseObject({ name: z.string(), succeeded: z.boolean() })),
  findings: z.array(z.looseObject({ check: z.string(), verdict: z.enum(findingVerdicts) })),
  /** Reports from before there were markers lack it. */
  canaries: z.looseObject({ planted: z.boolean(), note: z.string() }).optional(),
  sanitization: z.looseObject({ standard: z.string(), category: z.string(), categoryReason: z.string() }),
  notCovered: z.array(z.string()),
  limits: z.string(),
  previousSha256: z.string().nullable(),
});

export type CertificateDocument = z.infer<typeof certificateDocumentSchema>;

/** Reads the text of a report, whoever wrote it; null when it is none. */
export function parseCertificateDocument(text: string): CertificateDocument | null {
  try {
    return certificateDocumentSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // Not JSON at all.
    return null;
  }
}
