import { BookingEnding } from '../bookings/booking-ending.ts';
import type { BookingLedger } from '../bookings/booking-ledger.ts';
import { viewBooking, type BookingDetail } from '../bookings/booking-view.ts';
import type { Booking } from '../bookings/booking.ts';
import { DomainError, notFound } from '../common/domain-error.ts';
import type { BookingId } from '../common/ids.ts';
import type { Clock, Instant } from '../common/instant.ts';
import { plusMs } from '../common/instant.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import type { Handover } from './handover.ts';
import { FREE_LEAVE_MS, freeLeaveUntil, mayLeaveFree } from './handover.ts';

/** A booking's handover as one person may see it. */
export interface HandoverView {
  /** `none`: access did not work yet, or ended before anything was checked. */
  readonly state: 'none' | 'running' | 'done';
  readonly handover: Handover | null;
  /** Until when the renter may leave and pays nothing; null where he may not. */
  readonly leaveFreeUntil: Instant | null;
  /** Whether the viewer may do so now. */
  readonly mayLeaveFree: boolean;
  /** Whether he did. */
  readonly hasLeftFree: boolean;
}

export interface HandoversServiceOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly ledger: BookingLedger;
}

/** What was checked when a machine was handed over, and the way out when it was not what was promised. */
export class HandoversService {
  readonly #options: HandoversServiceOptions;
  readonly #ending: BookingEnding;

  constructor(options: HandoversServiceOptions) {
    this.#options = options;
    this.#ending = new BookingEnding(options);
  }

  /** For the renter, the provider and admins. @throws DomainError not_found */
  async get(actor: Actor, input: { readonly id: BookingId }): Promise<HandoverView> {
    const { clock, uow } = this.#options;
    const detail = await viewBooking(this.#options, actor, input.id);
    return viewOf(detail, await uow.reads.handovers.findByBooking(input.id), clock.now());
  }

  /** What the machine printed during the check, for the same people. @throws DomainError not_found */
  async rawOutput(
    actor: Actor,
    input: { readonly id: BookingId },
  ): Promise<{ readonly sha256: string; readonly text: string }> {
    await viewBooking(this.#options, actor, input.id);
    const { reads } = this.#options.uow;
    const sha256 = (await reads.handovers.findByBooking(input.id))?.rawOutputSha256 ?? null;
    const text = sha256 === null ? null : await reads.benchmarks.findRawOutput(sha256);
    if (sha256 === null || text === null) throw notFound('output');
    return { sha256, text };
  }

  /**
   * The renter leaves a machine whose check failed: access ends at once and everything goes back. Doing it twice is harmless.
   * @throws DomainError not_found, wrong_state when the check did not fail, the 15 minutes are over, or the booking was ended
   */
  async leave(actor: Actor, input: { readonly id: BookingId }): Promise<Booking> {
    const { clock, uow } = this.#options;
    return uow.run(async (tx) => {
      const seen = await tx.bookings.findById(input.id);
      if (seen?.renterId !== actor.userId) throw notFound('booking');
      const booking = await tx.bookings.lockById(input.id);
      if (booking === null) throw notFound('booking');
      if (booking.endRequestedBy === 'handover') return booking;
      const handover = await tx.handovers.findByBooking(input.id);
      if (!mayLeaveFree(booking, handover?.verdict ?? null, clock.now())) throw noFreeLeave(booking, handover);
      const reason = 'The check at the start failed, and the renter left free of charge.';
      return this.#ending.requestEnd(tx, booking, 'handover', reason);
    });
  }
}

function viewOf({ booking, viewer }: BookingDetail, handover: Handover | null, now: Instant): HandoverView {
  const verdict = handover?.verdict ?? null;
  const isRunning =
    booking.status === 'active' && booking.readyAt !== null && now < plusMs(booking.readyAt, FREE_LEAVE_MS);
  return {
    state: handover !== null ? 'done' : isRunning ? 'running' : 'none',
    handover,
    leaveFreeUntil: freeLeaveUntil(booking, verdict),
    mayLeaveFree: viewer === 'renter' && mayLeaveFree(booking, verdict, now),
    hasLeftFree: booking.endRequestedBy === 'handover',
  };
}

function noFreeLeave(booking: Booking, handover: Handover | null): DomainError {
  if (booking.status !== 'active' || booking.endRequestedAt !== null) {
    return new DomainError('wrong_state', 'This booking is not active any more.', {
      remedy: 'Nothing is left to do: access has ended or is about to end.',
    });
  }
  if (handover?.verdict !== 'failed') {
    return new DomainError('wrong_state', 'The check at the start of this booking did not fail.', {
      remedy: 'End the booking early instead; the cost is shown first.',
    });
  }
  return new DomainError('wrong_state', 'The 15 minutes in which you could leave free of charge are over.', {
    remedy: 'End the booking early instead, or open a dispute: what was found at the start is kept.',
  });
}
