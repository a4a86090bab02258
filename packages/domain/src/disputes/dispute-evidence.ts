import { z } from 'zod';
import { accessHistoryKinds } from '../access/access-history.ts';
import { bookingStatuses, endReasons } from '../bookings/booking.ts';
import { dataWipeStatuses, findingVerdicts, wipeVerdicts } from '../data-wipes/data-wipe.ts';
import { transferKinds } from '../ledger/ledger.ts';
import { cancellationPolicies } from '../listings/listing.ts';
import { minuteKinds } from '../machines/machine-minutes.ts';
import { accessModes } from '../machines/machine.ts';

/** Rows of one kind that evidence quotes; of more, the newest, and how many were left out. */
export const EVIDENCE_ROWS_MAX = 500;

const time = z.iso.datetime();
/** Whole millionths as a decimal text: a JSON number could lose digits. */
const micros = z.string().regex(/^-?\d+$/);
const quoted = <Row extends z.ZodType>(row: Row) =>
  z.strictObject({ rows: z.array(row).max(EVIDENCE_ROWS_MAX), leftOut: z.int().min(0) });

/**
 * What the product's own records said about a booking when a dispute about it was opened. Both sides and the admin see the
 * same document, so nothing may stand in it that one of them may not know: no addresses of people, no names of keys.
 */
export const disputeEvidenceSchema = z.strictObject({
  version: z.literal(1),
  takenAt: time,
  booking: z.strictObject({
    id: z.uuid(),
    listingId: z.uuid(),
    machineId: z.uuid(),
    start: time,
    end: time,
    status: z.enum(bookingStatuses),
    endReason: z.enum(endReasons).nullable(),
    accessMode: z.enum(accessModes),
    readyAt: time.nullable(),
    endRequestedAt: time.nullable(),
    accessEndedAt: time.nullable(),
  }),
  /** What was agreed: the price of each stretch, the policy, the platform's part. */
  terms: z.strictObject({
    currency: z.string(),
    cancellationPolicy: z.enum(cancellationPolicies),
    feeBasisPoints: z.int(),
    prices: quoted(z.strictObject({ start: time, end: time, pricePerHourMicros: micros })),
  }),
  /** What was set aside, charged and released, and each transfer of it as the booking's hold saw it. */
  money: z.strictObject({
    holdMicros: micros,
    chargedMicros: micros,
    releasedMicros: micros,
    refundedBeforeMicros: micros,
    lines: z.strictObject({
      rows: z
        .array(z.strictObject({ kind: z.enum(transferKinds), amountMicros: micros, explanation: z.string(), at: time }))
        .max(EVIDENCE_ROWS_MAX),
      areAll: z.boolean(),
    }),
  }),
  /** The machine's minutes from the start until the booking was over: sums of all, and each stretch that was not `up`. */
  minutes: z.strictObject({
    from: time,
    to: time,
    sumsMs: z.strictObject({
      up: z.int().min(0),
      down: z.int().min(0),
      degraded: z.int().min(0),
      not_measured: z.int().min(0),
    }),
    notUp: quoted(z.strictObject({ kind: z.enum(minuteKinds), start: time, end: time })),
  }),
  /** Null when nothing ever reached the machine. */
  cleanUp: z
    .strictObject({
      dataWipeId: z.uuid(),
      status: z.enum(dataWipeStatuses),
      attempt: z.int().min(0),
      failureReason: z.string().nullable(),
      certificate: z
        .strictObject({
          id: z.uuid(),
          sha256: z.string(),
          keyId: z.string(),
          verdict: z.enum(wipeVerdicts),
          issuedAt: time,
        })
        .nullable(),
      findings: z.strictObject({
        clean: z.int().min(0),
        found: z.int().min(0),
        couldNotLook: z.int().min(0),
        notClean: quoted(z.strictObject({ check: z.string(), verdict: z.enum(findingVerdicts), detail: z.string() })),
      }),
    })
    .nullable(),
  access: z.strictObject({
    accountName: z.string().nullable(),
    watchdogDeadlineAt: time.nullable(),
    keys: z.array(z.strictObject({ keyType: z.string(), fingerprint: z.string() })),
    log: quoted(z.strictObject({ kind: z.enum(accessHistoryKinds), at: time, deadline: time.nullable() })),
  }),
  history: z.array(
    z.strictObject({
      from: z.enum(bookingStatuses).nullable(),
      to: z.enum(bookingStatuses),
      reason: z.string().nullable(),
      at: time,
    }),
  ),
});
export type DisputeEvidence = z.infer<typeof disputeEvidenceSchema>;

/** Evidence as it is kept: its exact text, of which `sha256` is the hash, so that anyone can check it with sha256sum(1). */
export interface KeptEvidence {
  readonly document: string;
  readonly sha256: string;
}
