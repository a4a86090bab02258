import { z } from 'zod';
import {
  benchmarkIdSchema,
  bookingIdSchema,
  dataWipeIdSchema,
  earningIdSchema,
  machineIdSchema,
  paymentIdSchema,
  userIdSchema,
} from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import { processorNames } from '../payments/payment.ts';

/** Every job of the product with its payload. Handlers decide from the row's state, never from the payload. */
export const jobPayloadSchemas = {
  'machine.scan': z.strictObject({ machineId: machineIdSchema }),
  'machine.verify': z.strictObject({ machineId: machineIdSchema }),
  'machine.install_tools': z.strictObject({ machineId: machineIdSchema }),
  'machine.probe': z.strictObject({ machineId: machineIdSchema }),
  'machine.reliability': z.strictObject({ machineId: machineIdSchema }),
  'benchmark.run': z.strictObject({ benchmarkId: benchmarkIdSchema }),
  'benchmarks.remeasure': z.strictObject({ machineId: machineIdSchema }),
  'booking.provision': z.strictObject({ bookingId: bookingIdSchema }),
  'booking.check_handover': z.strictObject({ bookingId: bookingIdSchema }),
  'booking.move_deadline': z.strictObject({ bookingId: bookingIdSchema }),
  'booking.auto_extend': z.strictObject({ bookingId: bookingIdSchema }),
  'booking.settle_week': z.strictObject({ bookingId: bookingIdSchema }),
  'booking.end': z.strictObject({ bookingId: bookingIdSchema }),
  'booking.notice': z.strictObject({ bookingId: bookingIdSchema, beforeEndMs: z.int().min(0) }),
  'wipe.run': z.strictObject({ dataWipeId: dataWipeIdSchema }),
  'payment.auto_top_up': z.strictObject({ userId: userIdSchema }),
  'payment.settle': z.strictObject({ paymentId: paymentIdSchema }),
  'processor_event.apply': z.strictObject({ processor: z.enum(processorNames), eventId: z.string() }),
  'processor.reconcile': z.strictObject({}),
  'earning.release': z.strictObject({ earningId: earningIdSchema }),
  'documents.issue': z.strictObject({}),
  'payout.send': z.strictObject({ payoutId: paymentIdSchema }),
  'payouts.run': z.strictObject({}),
  sweep: z.strictObject({}),
} as const;

export type JobName = keyof typeof jobPayloadSchemas;
export type JobPayload<Name extends JobName> = z.infer<(typeof jobPayloadSchemas)[Name]>;

export interface NewJob<Name extends JobName = JobName> {
  readonly name: Name;
  readonly payload: JobPayload<Name>;
  /** A job with the same key that has not started is replaced. */
  readonly key: string;
  /** Now when absent. */
  readonly runAt?: Instant;
  /** Leaves a waiting job of the same key alone, with its time: for the sweep, which must not undo a back-off. */
  readonly onlyIfNoneWaits?: true;
}

/** Buffers; the unit of work writes all of them, sorted, in one statement, last. */
export interface JobWriter {
  add<Name extends JobName>(job: NewJob<Name>): void;
}

/** One worker at a time acts on a subject. The lease outlives every SSH timeout inside it. */
export interface LeaseRepository {
  /** Takes the lease when it is free or has run out, and counts the attempt. */
  acquire(input: {
    subject: string;
    owner: string;
    now: Instant;
    leaseMs: number;
  }): Promise<{ readonly acquired: true; readonly attempt: number } | { readonly acquired: false }>;
  /** Lengthens a lease that is still ours; false when it was lost. */
  renew(input: { subject: string; owner: string; now: Instant; leaseMs: number }): Promise<boolean>;
  /** Whether the lease is still ours: asked inside the transaction that records a result. */
  isHeld(input: { subject: string; owner: string; now: Instant }): Promise<boolean>;
  release(input: { subject: string; owner: string; resetAttempts: boolean }): Promise<void>;
}
