import { DomainError, unreachable } from '../common/domain-error.ts';
import type { Clock, Instant } from '../common/instant.ts';
import { earlier } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { readMinutes } from '../machines/read-minutes.ts';
import { reliabilityJob } from '../reliability/reliability-workflow.ts';
import type { Reads, Tx } from '../unit-of-work/unit-of-work.ts';
import type { BookingLedger } from './booking-ledger.ts';
import { tellBoth } from './booking-news.ts';
import { cancellationCharge } from './cancellation.ts';
import type { Booking, EndReason } from './booking.ts';
import type { Settlement } from './settlement.ts';
import { divide, releaseEverything, settle } from './settlement.ts';

/** What a person is shown before he ends or cancels. */
export interface EndConsequence {
  readonly at: Instant;
  readonly charged: AmountMicros;
  readonly released: AmountMicros;
  readonly currency: Currency;
  readonly explanation: readonly string[];
}

/** Ending and cancelling, for the service and for the workflows. All methods run in the caller's transaction. */
export class BookingEnding {
  readonly #clock: Clock;
  readonly #ledger: BookingLedger;

  constructor(options: { readonly clock: Clock; readonly ledger: BookingLedger }) {
    this.#clock = options.clock;
    this.#ledger = options.ledger;
  }

  /** @throws DomainError wrong_state unless access works */
  async quoteEnd(reads: Pick<Reads, 'machines'>, booking: Booking): Promise<EndConsequence> {
    assertStatus(booking, ['active']);
    const at = this.#clock.now();
    const settlement = await this.settlementFor(reads, booking, at, 'ended');
    return consequence(at, booking, settlement);
  }

  /** @throws DomainError wrong_state once access works */
  quoteCancel(booking: Booking): EndConsequence {
    assertStatus(booking, ['scheduled', 'provisioning']);
    const at = this.#clock.now();
    return consequence(at, booking, cancellationSettlement(booking, at));
  }

  /** Notes the wish and its reason, which goes into the history when access ends; asking twice is harmless. @throws DomainError wrong_state */
  async requestEnd(tx: Tx, booking: Booking, by: EndReason, reason: string | null = null): Promise<Booking> {
    if (booking.endRequestedAt !== null) return booking;
    assertStatus(booking, ['active']);
    const at = this.#clock.now();
    await tx.bookings.requestEnd(booking.id, { at, by, reason });
    tx.jobs.add({
      name: 'booking.end',
      payload: { bookingId: booking.id },
      key: `booking:${booking.id}:end`,
    });
    if (by === 'provider' || by === 'handover') tx.jobs.add(reliabilityJob(booking.machineId));
    return { ...booking, endRequestedAt: at, endRequestedBy: by, statusReason: reason };
  }

  /** Cancels before access works. While provisioning runs it is a wish that the workflow acts on. */
  async cancel(tx: Tx, booking: Booking): Promise<Booking> {
    assertStatus(booking, ['scheduled', 'provisioning']);
    const at = this.#clock.now();
    if (booking.status === 'provisioning') {
      await tx.bookings.requestCancel(booking.id, at);
      tx.jobs.add({
        name: 'booking.provision',
        payload: { bookingId: booking.id },
        key: `booking:${booking.id}:provision`,
      });
      return { ...booking, cancelRequestedAt: booking.cancelRequestedAt ?? at };
    }
    return this.close(tx, booking, {
      to: 'cancelled',
      reason: 'The renter cancelled.',
      settlement: cancellationSettlement(booking, at),
    });
  }

  /** @throws DomainError wrong_state when the booking has ended */
  async cancelAsProvider(tx: Tx, booking: Booking, reason: string): Promise<Booking> {
    assertStatus(booking, ['scheduled', 'active']);
    if (booking.status === 'active') {
      return this.requestEnd(tx, booking, 'provider', `The provider ended the booking: ${reason}`);
    }
    return this.close(tx, booking, {
      to: 'cancelled',
      reason: `The provider cancelled: ${reason}`,
      settlement: releaseEverything(booking, []),
      brokenByProvider: true,
    });
  }

  /** Ends a booking that never became active: state, calendar, money and news in one go. */
  async close(
    tx: Tx,
    booking: Booking,
    close: {
      readonly to: 'cancelled' | 'failed';
      readonly reason: string;
      readonly settlement: Settlement;
      /** Whether it counts in the machine's reliability. */
      readonly brokenByProvider?: boolean;
    },
  ): Promise<Booking> {
    const at = this.#clock.now();
    await tx.bookings.changeStatus(booking.id, {
      from: booking.status,
      to: close.to,
      reason: close.reason,
      at,
      set: { deadlineAt: null, ...(close.brokenByProvider === true ? { brokenByProvider: true } : {}) },
    });
    if (close.brokenByProvider === true) tx.jobs.add(reliabilityJob(booking.machineId));
    await tx.occupancies.releaseForBooking(booking.id);
    await this.#ledger.settle(tx, booking, close.settlement);
    const settled = { ...booking, chargedAmount: close.settlement.charged, releasedAmount: close.settlement.released };
    // A cancellation that cost something is earned at once: there is nothing to wipe.
    await this.#ledger.earn(tx, booking);
    tellBoth(tx, booking, close.to === 'failed' ? 'booking_failed' : 'booking_cancelled', close.reason);
    return { ...settled, status: close.to, statusReason: close.reason, statusChangedAt: at, deadlineAt: null };
  }

  /** How the hold of a booking that was active is divided when its use ends at `usedUntil`. */
  async settlementFor(
    reads: Pick<Reads, 'machines'>,
    booking: Booking,
    usedUntil: Instant,
    endReason: EndReason,
  ): Promise<Settlement> {
    if (booking.readyAt === null) return releaseEverything(booking, ['Access never worked.']);
    // Minutes after the booked end say nothing about the booking.
    const used = { start: booking.readyAt, end: earlier(usedUntil, booking.end) };
    const minutes = await readMinutes(reads, booking.machineId, used);
    return settle({
      booking,
      readyAt: booking.readyAt,
      usedUntil,
      endReason,
      minutes,
    });
  }
}

/** The division of a hold by the cancellation policy. */
export function cancellationSettlement(booking: Booking, at: Instant): Settlement {
  const charged = cancellationCharge(booking, at);
  return divide(charged, booking, [
    charged === 0n
      ? 'Cancelling costs nothing now.'
      : `Cancelling now costs part of the maximum under the policy "${booking.cancellationPolicy}".`,
  ]);
}

function consequence(at: Instant, booking: Booking, settlement: Settlement): EndConsequence {
  return {
    at,
    charged: settlement.charged,
    released: settlement.released,
    currency: booking.currency,
    explanation: settlement.explanation,
  };
}

function assertStatus(booking: Booking, allowed: readonly Booking['status'][]): void {
  if (allowed.includes(booking.status)) return;
  throw new DomainError('wrong_state', `This booking is ${booking.status}.`, { remedy: remedyFor(booking) });
}

function remedyFor(booking: Booking): string {
  switch (booking.status) {
    case 'scheduled':
    case 'provisioning':
      return 'Cancel it: access does not work yet.';
    case 'active':
      return 'End it early: access works already.';
    case 'revoking':
    case 'wiping':
    case 'quarantined':
    case 'completed':
    case 'cancelled':
    case 'failed':
      return 'Nothing is left to do: it has ended.';
    default:
      return unreachable(booking.status);
  }
}
