import type { Booking } from '../bookings/booking.ts';
import { DomainError, notFound } from '../common/domain-error.ts';
import type { BookingId, DisputeId, IdSource } from '../common/ids.ts';
import { disputeIdSchema, newId } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import type { AmountMicros } from '../common/money.ts';
import { formatMicros, minusMicros } from '../common/money.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { Reads, Tx, UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import { requireAdmin } from '../users/require-role.ts';
import type { Actor } from '../users/user.ts';
import { assertAnother, assertNoSide, assertTakesMoney } from './dispute-checks.ts';
import type { KeptEvidence } from './dispute-evidence.ts';
import type { DisputeLedger } from './dispute-ledger.ts';
import { refundAmount, refundedBy } from './dispute-refund.ts';
import type { DisputeSummary } from './dispute-repository.ts';
import { assertDisputable } from './dispute-window.ts';
import type { Dispute, DisputeOutcome, DisputeReason, DisputeSide } from './dispute.ts';
import { sideOf } from './dispute.ts';
import { gatherEvidence } from './gather-evidence.ts';

export interface DisputesServiceOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly ledger: DisputeLedger;
}

/** A dispute as one person sees it. */
export interface DisputeView {
  readonly dispute: DisputeSummary;
  readonly viewer: DisputeSide | 'admin';
}

export interface DisputeDetail extends DisputeView {
  readonly evidence: KeptEvidence;
}

/** Disagreements about bookings that are over: opened by one side, answered by the other, decided by an admin. */
export class DisputesService {
  readonly #options: DisputesServiceOptions;

  constructor(options: DisputesServiceOptions) {
    this.#options = options;
  }

  /**
   * Opens a dispute about a booking of the actor's, within 14 days after it was over. The product attaches its own records as
   * evidence, and holds back what the booking earned.
   * @throws DomainError not_found, wrong_state, conflict when one is open already, limit_reached
   */
  async open(
    actor: Actor,
    input: { readonly bookingId: BookingId; readonly reason: DisputeReason; readonly text: string },
  ): Promise<DisputeView> {
    const { clock, ids, ledger, uow } = this.#options;
    const { booking: seen, side } = await sidesBooking(uow.reads, actor, input.bookingId);
    const at = clock.now();
    assertDisputable(seen, at);
    const evidence = await gatherEvidence(uow.reads, seen, at);
    return uow.run(async (tx) => {
      const booking = await tx.bookings.lockById(input.bookingId);
      if (booking === null) throw notFound('booking');
      assertDisputable(booking, at);
      assertAnother(await tx.disputes.listByBooking(booking.id));
      await ledger.hold(tx, booking.id);
      const id = newId(ids, disputeIdSchema);
      const { reason, text } = input;
      const { currency, id: bookingId, providerId, renterId } = booking;
      const unanswered = { response: null, respondedAt: null, decision: null, closedAt: null } as const;
      const about = { id, bookingId, renterId, providerId, currency } as const;
      await tx.disputes.insert(
        { ...about, ...unanswered, openedBy: side, reason, text, status: 'open', createdAt: at },
        evidence,
      );
      tellBoth(tx, about, `The ${side} opened a dispute about a booking.`);
      return this.#view(tx, id, side);
    });
  }

  /** The disputes in which the actor is a side, newest first; about one booking when it is named. */
  async list(actor: Actor, input: PageRequest & { readonly bookingId: BookingId | null }): Promise<Page<DisputeView>> {
    const page = await this.#options.uow.reads.disputes.listByUser(actor.userId, input);
    const items = page.items.map((dispute) => ({ dispute, viewer: sideOf(dispute, actor.userId) ?? 'renter' }));
    return { ...page, items };
  }

  /** A dispute with its evidence; an admin's look is written to the audit log. @throws DomainError not_found */
  async get(actor: Actor, input: { readonly id: DisputeId }): Promise<DisputeDetail> {
    const { uow } = this.#options;
    const [dispute, evidence] = await Promise.all([
      uow.reads.disputes.findSummary(input.id),
      uow.reads.disputes.findEvidence(input.id),
    ]);
    const viewer = dispute === null ? null : viewerOf(dispute, actor);
    if (dispute === null || evidence === null || viewer === null) throw notFound('dispute');
    if (viewer === 'admin') await uow.run((tx) => this.#audit(tx, actor, 'look', { id: input.id, reason: null }));
    return { dispute, evidence, viewer };
  }

  /** The other side answers, once, while the dispute is open. @throws DomainError not_found, forbidden, wrong_state */
  async respond(actor: Actor, input: { readonly id: DisputeId; readonly text: string }): Promise<DisputeView> {
    return this.#options.uow.run(async (tx) => {
      const { dispute, viewer } = await this.#seen(tx, actor, input.id);
      if (viewer === dispute.openedBy || viewer === 'admin') {
        throw new DomainError('forbidden', 'Only the other side of the booking answers a dispute.', {
          remedy: 'Wait for the answer and the decision.',
        });
      }
      await tx.disputes.respond(dispute.id, { text: input.text, at: this.#options.clock.now() });
      tellBoth(tx, dispute, `The ${viewer} answered the dispute about a booking.`);
      return this.#view(tx, dispute.id, viewer);
    });
  }

  /** Who opened it takes it back. @throws DomainError not_found, forbidden, wrong_state */
  async withdraw(actor: Actor, input: { readonly id: DisputeId }): Promise<DisputeView> {
    return this.#options.uow.run(async (tx) => {
      const { dispute, viewer } = await this.#seen(tx, actor, input.id);
      if (viewer !== dispute.openedBy) {
        throw new DomainError('forbidden', 'Only who opened a dispute can withdraw it.', {
          remedy: viewer === 'admin' ? 'Decide it instead.' : 'Answer it instead.',
        });
      }
      await tx.bookings.lockById(dispute.bookingId);
      await this.#options.ledger.free(tx, dispute.bookingId);
      await tx.disputes.close(dispute.id, { to: 'withdrawn', decision: null, at: this.#options.clock.now() });
      tellBoth(tx, dispute, `The ${viewer} withdrew the dispute about a booking.`);
      return this.#view(tx, dispute.id, viewer);
    });
  }

  /**
   * An admin decides how much of the charge goes back to the renter; the money moves at once, by one transfer.
   * @throws DomainError not_found, forbidden, wrong_state when it is closed, invalid_amount, account_restricted
   */
  async decide(
    actor: Actor,
    input: {
      readonly idempotencyKey: string;
      readonly id: DisputeId;
      readonly outcome: DisputeOutcome;
      readonly amount: AmountMicros | null;
      readonly reason: string;
    },
  ): Promise<DisputeView> {
    requireAdmin(actor);
    const { clock, ledger, uow } = this.#options;
    return uow.run(async (tx) => {
      const { id, reason } = input;
      const claim = { userId: actor.userId, operation: 'disputes.decide', key: input.idempotencyKey };
      const text = JSON.stringify([id, input.outcome, input.amount?.toString() ?? null, reason]);
      const earlier = await tx.idempotency.claim({ ...claim, input: text });
      if (earlier.kind === 'answered') return this.#view(tx, disputeIdSchema.parse(earlier.answer), 'admin');
      const { booking, dispute } = await lockOpen(tx, id);
      assertNoSide(dispute, actor);
      const { amount, refunded } = await this.#amountOf(tx, booking, input);
      if (amount > 0n) await assertTakesMoney(tx, dispute);
      await ledger.refund(tx, dispute, booking, { amount, refunded, reason });
      const decision = { outcome: input.outcome, refund: amount, reason, decidedBy: actor.userId };
      await tx.disputes.close(id, { to: 'decided', decision, at: clock.now() });
      await ledger.free(tx, booking.id);
      const back =
        amount === 0n ? 'nothing goes back' : `${formatMicros(amount, booking.currency)} go back to the renter`;
      tellBoth(tx, dispute, `The dispute about a booking was decided: ${back}. ${reason}`);
      await this.#audit(tx, actor, 'decide', input);
      await tx.idempotency.answer({ ...claim, answer: id });
      return this.#view(tx, id, 'admin');
    });
  }

  /** The disputes that wait for a decision, oldest first; each such look is written to the audit log. */
  async listOpen(actor: Actor, input: PageRequest): Promise<Page<DisputeView>> {
    requireAdmin(actor);
    return this.#options.uow.run(async (tx) => {
      await tx.audit.insert({
        actorId: actor.userId,
        action: 'disputes.listOpen',
        subjectType: 'dispute',
        subjectId: '*',
        reason: null,
        at: this.#options.clock.now(),
      });
      const page = await tx.disputes.listOpen(input);
      return { ...page, items: page.items.map((dispute) => ({ dispute, viewer: 'admin' })) };
    });
  }

  async #amountOf(
    tx: Tx,
    booking: Booking,
    input: { readonly outcome: DisputeOutcome; readonly amount: AmountMicros | null },
  ): Promise<{ readonly amount: AmountMicros; readonly refunded: AmountMicros }> {
    if (booking.chargedAmount === null) throw new Error(`Booking ${booking.id} is disputed and was never settled.`);
    const refunded = refundedBy(await tx.disputes.listByBooking(booking.id));
    const left = minusMicros(booking.chargedAmount, refunded);
    return { amount: refundAmount(input, left, booking.currency), refunded };
  }

  async #seen(tx: Tx, actor: Actor, id: DisputeId): Promise<{ dispute: Dispute; viewer: DisputeView['viewer'] }> {
    const dispute = await tx.disputes.findById(id);
    const viewer = dispute === null ? null : viewerOf(dispute, actor);
    if (dispute === null || viewer === null) throw notFound('dispute');
    return { dispute, viewer };
  }

  async #view(tx: Tx, id: DisputeId, viewer: DisputeView['viewer']): Promise<DisputeView> {
    const dispute = await tx.disputes.findSummary(id);
    if (dispute === null) throw notFound('dispute');
    return { dispute, viewer };
  }

  async #audit(
    tx: Tx,
    actor: Actor,
    what: 'look' | 'decide',
    input: { readonly id: DisputeId; readonly reason: string | null },
  ): Promise<void> {
    await tx.audit.insert({
      actorId: actor.userId,
      action: `disputes.${what}`,
      subjectType: 'dispute',
      subjectId: input.id,
      reason: input.reason,
      at: this.#options.clock.now(),
    });
  }
}

/** The booking comes before the dispute, as everywhere: it makes two decisions about it wait for each other. */
async function lockOpen(tx: Tx, id: DisputeId): Promise<{ readonly dispute: Dispute; readonly booking: Booking }> {
  const seen = await tx.disputes.findById(id);
  const booking = seen === null ? null : await tx.bookings.lockById(seen.bookingId);
  const dispute = booking === null ? null : await tx.disputes.findById(id);
  if (booking === null || dispute === null) throw notFound('dispute');
  if (dispute.status === 'open') return { booking, dispute };
  throw new DomainError('wrong_state', `This dispute is ${dispute.status} already.`, {
    remedy: 'Nothing was moved. Load it anew to read how it ended.',
  });
}

async function sidesBooking(
  reads: Pick<Reads, 'bookings'>,
  actor: Actor,
  id: BookingId,
): Promise<{ readonly booking: Booking; readonly side: DisputeSide }> {
  const booking = await reads.bookings.findById(id);
  const side = booking === null ? null : sideOf(booking, actor.userId);
  if (booking === null || side === null) throw notFound('booking');
  return { booking, side };
}

function viewerOf(dispute: Dispute, actor: Actor): DisputeView['viewer'] | null {
  return sideOf(dispute, actor.userId) ?? (actor.roles.includes('admin') ? 'admin' : null);
}

function tellBoth(
  tx: Pick<Tx, 'events'>,
  dispute: Pick<Dispute, 'id' | 'renterId' | 'providerId'>,
  text: string,
): void {
  for (const audience of [dispute.renterId, dispute.providerId]) {
    tx.events.add({ audience, kind: 'dispute_changed', subject: 'dispute', subjectId: dispute.id, text });
  }
}
