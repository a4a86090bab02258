import { z } from 'zod';
import { bookingIdSchema, dataWipeIdSchema, machineIdSchema } from '@rsm/domain/common/ids';
import { dataWipeStatuses, findingVerdicts, wipeStrategyKinds, wipeVerdicts } from '@rsm/domain/data-wipes/data-wipe';
import { idOutput, pageFields, pageOf, timeOutput } from './common.ts';

export const dataWipeRef = z.strictObject({ id: dataWipeIdSchema });
export const dataWipeByBooking = z.strictObject({ bookingId: bookingIdSchema });
export const certificateList = z.strictObject({ ...pageFields, machineId: machineIdSchema });

/** A clean-up as both sides of its booking see it. */
export const dataWipeRead = z.strictObject({
  id: idOutput,
  bookingId: idOutput,
  machineId: idOutput,
  status: z.enum(dataWipeStatuses),
  plan: z.array(z.enum(wipeStrategyKinds)),
  attempt: z.int().min(0),
  steps: z.array(
    z.strictObject({
      strategy: z.enum(wipeStrategyKinds),
      name: z.string(),
      /** The command template, placeholders unfilled. */
      command: z.string(),
      exitStatus: z.int().nullable(),
      succeeded: z.boolean(),
      startedAt: timeOutput,
      durationMs: z.int(),
      detail: z.string().nullable(),
    }),
  ),
  /** All steps of the plan and all checks, in their order: what is not in `steps` or `findings` yet is still to come. */
  plannedSteps: z.array(z.strictObject({ strategy: z.enum(wipeStrategyKinds), name: z.string() })),
  plannedChecks: z.array(z.string()),
  findings: z.array(z.strictObject({ check: z.string(), verdict: z.enum(findingVerdicts), detail: z.string() })),
  failureReason: z.string().nullable(),
  createdAt: timeOutput,
  startedAt: timeOutput.nullable(),
  finishedAt: timeOutput.nullable(),
});
export type DataWipeRead = z.infer<typeof dataWipeRead>;

/** A signed report. A check of it says "signature valid", never "wipe proven". */
export const certificateRead = z.strictObject({
  id: idOutput,
  dataWipeId: idOutput,
  bookingId: idOutput,
  machineId: idOutput,
  /** Compact JWS (RFC 7515), EdDSA (RFC 8037). */
  jws: z.string(),
  keyId: z.string(),
  sha256: z.string(),
  previousSha256: z.string().nullable(),
  verdict: z.enum(wipeVerdicts),
  issuedAt: timeOutput,
});
export type CertificateRead = z.infer<typeof certificateRead>;
export const certificatePage = pageOf(certificateRead);

/** The report as people read it. */
export const certificatePdfRead = z.strictObject({
  suggestedName: z.string().regex(/^clean-up-[0-9a-f-]{36}\.pdf$/),
  base64: z.base64(),
});
export type CertificatePdfRead = z.infer<typeof certificatePdfRead>;

/** The public members of a JWK (RFC 7517, RFC 8037). Strict: a private member would be refused, not published. */
export const publicKeyRead = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  kid: z.string(),
  alg: z.string().optional(),
  use: z.literal('sig').optional(),
  /** Seconds since 1970 from which on a retired key signs nothing any more. */
  exp: z.int().min(0).optional(),
});

export const keySetRead = z.strictObject({ keys: z.array(publicKeyRead) });
export type KeySetRead = z.infer<typeof keySetRead>;
