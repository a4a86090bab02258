import { DomainError } from '../common/domain-error.ts';
import type { IdSource } from '../common/ids.ts';
import type { Clock, Instant } from '../common/instant.ts';
import { MINUTE_MS, SECOND_MS, plusMs } from '../common/instant.ts';
import type { SecretBox } from '../common/secret-box.ts';
import type { Timers } from '../common/timers.ts';
import type { Tx, UnitOfWork } from '../unit-of-work/unit-of-work.ts';

/** What a workflow tells the worker: nothing is left to do, or look again then. */
export type WorkflowOutcome = { readonly kind: 'done' } | { readonly kind: 'again'; readonly at: Instant };

export const DONE: WorkflowOutcome = { kind: 'done' };

export interface Workflow<Payload> {
  /** One try. May be repeated and may die at any line: it decides from the row's state, never from the payload. */
  run(payload: Payload, work: { readonly signal: AbortSignal }): Promise<WorkflowOutcome>;
}

export interface WorkflowOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly ids: IdSource;
  readonly secretBox: SecretBox;
  /** Writes one structured line; never secrets. */
  readonly log: (line: { readonly event: string; readonly [detail: string]: unknown }) => void;
}

/** A worker that died is followed by another one after this. */
export const LEASE_MS = 30 * SECOND_MS;
/** The lease is lengthened so often while work goes on. */
export const LEASE_HEARTBEAT_MS = 8 * SECOND_MS;
/** Another worker has the lease: look again, in case it dies. */
export const LEASE_TAKEN_RETRY_MS = 10 * SECOND_MS;
/** No single try lasts longer; the next one carries on. */
export const TRY_LIMIT_MS = 15 * MINUTE_MS;

export interface Lease {
  /** Counts from 1; begins anew when the subject made progress. */
  readonly attempt: number;
  /** Ends when the lease is lost, the try's time is over or the worker stops. */
  readonly signal: AbortSignal;
  /** The subject moved on: the next try's attempts count from 1 again. */
  progressed(): void;
  /** @throws LeaseLostError inside the transaction that records a result, when another worker has taken over */
  assertHeld(tx: Tx): Promise<void>;
}

/** Another worker has taken over: this one must write nothing more. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/**
 * Runs one try while holding the subject's lease, lengthening it meanwhile. When another worker holds it, asks to be
 * called again.
 */
export async function withLease(
  options: WorkflowOptions,
  subject: string,
  outer: AbortSignal,
  attemptWork: (lease: Lease) => Promise<WorkflowOutcome>,
): Promise<WorkflowOutcome> {
  const { clock, ids, timers, uow } = options;
  const owner = ids.next();
  const taken = await uow.run((tx) => tx.leases.acquire({ subject, owner, now: clock.now(), leaseMs: LEASE_MS }));
  if (!taken.acquired) return again(clock, LEASE_TAKEN_RETRY_MS);
  const lost = new AbortController();
  let hasProgressed = false;
  const heartbeat = async (): Promise<void> => {
    try {
      const isOurs = await uow.run((tx) => tx.leases.renew({ subject, owner, now: clock.now(), leaseMs: LEASE_MS }));
      if (!isOurs) lost.abort(new LeaseLostError(`The lease of ${subject} was lost.`));
    } catch (error) {
      // A failed renewal is not a lost lease yet: the next heartbeat or the guarded write decides.
      options.log({ event: 'lease_renewal_failed', subject, error: messageOf(error) });
    }
  };
  const stopHeartbeat = timers.every(LEASE_HEARTBEAT_MS, heartbeat);
  try {
    return await attemptWork({
      attempt: taken.attempt,
      signal: AbortSignal.any([outer, lost.signal, AbortSignal.timeout(TRY_LIMIT_MS)]),
      progressed: () => {
        hasProgressed = true;
      },
      assertHeld: async (tx) => {
        if (!(await tx.leases.isHeld({ subject, owner, now: clock.now() }))) {
          throw new LeaseLostError(`The lease of ${subject} was lost.`);
        }
      },
    });
  } finally {
    stopHeartbeat();
    await uow.run((tx) => tx.leases.release({ subject, owner, resetAttempts: hasProgressed }));
  }
}

/** Asks to be called again after a time. */
export function again(clock: Clock, afterMs: number): WorkflowOutcome {
  return { kind: 'again', at: plusMs(clock.now(), afterMs) };
}

/** Exponential back-off with a cap: 2 s, 4 s, 8 s … 5 minutes, and up to a fifth of jitter from a fresh id's random end. */
export function backOffMs(options: Pick<WorkflowOptions, 'ids'>, attempt: number): number {
  const plainMs = Math.min(5 * MINUTE_MS, 2 * SECOND_MS * 2 ** Math.min(attempt - 1, 10));
  const fraction = Number.parseInt(options.ids.next().slice(-4), 16) / 0xffff;
  return Math.round(plainMs * (0.9 + fraction * 0.2));
}

/** The text of an error for a person; unknown errors stay behind a general sentence. */
export function reasonOf(error: unknown): string {
  return error instanceof DomainError ? error.message : 'Something went wrong on our side; we try again.';
}

/** The text of any error, for logs only. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
