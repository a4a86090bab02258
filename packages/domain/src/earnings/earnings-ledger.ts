import type { Booking } from '../bookings/booking.ts';
import type { EarningId, IdSource, UserId } from '../common/ids.ts';
import { debtIdSchema, earningIdSchema, ledgerTransferIdSchema, newId } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { ZERO_MICROS, formatMicros, minusMicros, negateMicros } from '../common/money.ts';
import { planRepayment } from '../debts/repayment.ts';
import { debtRepaidTransfer, earningAvailableTransfer } from '../ledger/earning-transfers.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import type { Earning } from './earning.ts';
import { holdsOf, remainderOf, reserveUntil } from './earning.ts';
import { planTakingBack } from './taking-back.ts';

/** A provider's earnings that one taking back looks at; a provider with more of them owes the rest. */
export const HELD_EARNINGS_MAX = 1_000;

/** Moves what providers earn from "held back" to "yours", always inside the caller's transaction. */
export class EarningsLedger {
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #reserveMs: number;

  /** @param options.reserveMs how much longer the earnings of a new provider wait; 0 for not at all */
  constructor(options: { readonly clock: Clock; readonly ids: IdSource; readonly reserveMs: number }) {
    this.#clock = options.clock;
    this.#ids = options.ids;
    this.#reserveMs = options.reserveMs;
  }

  /** Notes what a charge earned. It waits for the clean-up, or for the next week of the same booking. */
  async note(tx: Tx, booking: Booking, part: number, share: AmountMicros): Promise<void> {
    if (share === 0n) return;
    await tx.earnings.insert({
      id: newId(this.#ids, earningIdSchema),
      bookingId: booking.id,
      providerId: booking.providerId,
      part,
      amount: share,
      taken: ZERO_MICROS,
      currency: booking.currency,
      createdAt: this.#clock.now(),
      earnedAt: null,
      reservedUntil: null,
      disputedAt: null,
      availableAt: null,
    });
  }

  /** The clean-up is verified, or a later week was charged: what was held back for it is earned. Twice is harmless. */
  async earn(tx: Tx, bookingId: Booking['id'], options: { readonly beforePart?: number } = {}): Promise<void> {
    const earnings = await tx.earnings.lockByBooking(bookingId);
    const waiting = earnings.filter(
      ({ earnedAt, part }) => earnedAt === null && part < (options.beforePart ?? Number.POSITIVE_INFINITY),
    );
    for (const earning of waiting) {
      const at = this.#clock.now();
      const reservedUntil = await this.#reserveFor(tx, earning.providerId);
      await tx.earnings.markEarned(earning.id, { at, reservedUntil });
      await this.release(tx, { ...earning, earnedAt: at, reservedUntil });
      if (reservedUntil === null) continue;
      tx.jobs.add({
        name: 'earning.release',
        payload: { earningId: earning.id },
        key: `earning:${earning.id}:release`,
        runAt: reservedUntil,
      });
    }
  }

  /**
   * Makes an earning the provider's to pay out, once no reason to hold it back is left. What he owes is repaid from it
   * first. Does nothing while a reason is left, and nothing twice.
   */
  async release(tx: Tx, earning: Earning): Promise<void> {
    const at = this.#clock.now();
    if (earning.availableAt !== null || holdsOf(earning, at).length > 0) return;
    if (!(await tx.earnings.markAvailable(earning.id, at))) return;
    const repaid = await this.#repayDebts(tx, earning);
    const available = minusMicros(remainderOf(earning), repaid);
    if (available === 0n) return;
    const id = newId(this.#ids, ledgerTransferIdSchema);
    await tx.ledger.post(earningAvailableTransfer(id, earning, available, at));
    this.#tell(tx, earning, `${formatMicros(available, earning.currency)} of a booking are yours now.`);
  }

  /** The same for an earning that a job names. */
  async releaseById(tx: Tx, id: EarningId): Promise<void> {
    const seen = await tx.earnings.findById(id);
    if (seen === null) return;
    const earnings = await tx.earnings.lockByBooking(seen.bookingId);
    const earning = earnings.find((candidate) => candidate.id === id);
    if (earning !== undefined) await this.release(tx, earning);
  }

  /**
   * Takes money back that a provider had earned, in this order: what is held back for the same booking, what is available,
   * what is held back for others, oldest first. What he no longer has is noted as his debt, and the losses account carries it.
   * @returns the provider's side of the transfer, which the caller posts; the entries sum to minus the amount
   */
  async takeBack(
    tx: Tx,
    from: { readonly booking: Pick<Booking, 'id' | 'providerId' | 'currency'>; readonly amount: AmountMicros },
  ): Promise<readonly LedgerEntry[]> {
    const { amount, booking } = from;
    const userId = booking.providerId;
    const held = await tx.earnings.lockHeld(userId, HELD_EARNINGS_MAX);
    const available = await tx.ledger.lockBalance({ kind: 'provider_available', userId });
    const plan = planTakingBack({ amount, bookingId: booking.id, held, available });
    for (const { earningId, amount: part } of plan.fromHeld) await tx.earnings.take(earningId, part);
    if (plan.owed > 0n) await this.#noteDebt(tx, booking, plan.owed);
    const entries: LedgerEntry[] = [
      { account: { kind: 'provider_pending', userId }, amount: negateMicros(plan.heldTotal) },
      { account: { kind: 'provider_available', userId }, amount: negateMicros(plan.fromAvailable) },
      { account: { kind: 'losses' }, amount: negateMicros(plan.owed) },
    ];
    return entries.filter((entry) => entry.amount !== 0n);
  }

  async #noteDebt(
    tx: Tx,
    booking: Pick<Booking, 'id' | 'providerId' | 'currency'>,
    amount: AmountMicros,
  ): Promise<void> {
    await tx.debts.insert({
      id: newId(this.#ids, debtIdSchema),
      userId: booking.providerId,
      side: 'provider',
      bookingId: booking.id,
      paymentId: null,
      amount,
      repaid: ZERO_MICROS,
      currency: booking.currency,
      createdAt: this.#clock.now(),
    });
    const owed = formatMicros(amount, booking.currency);
    this.#tell(tx, { ...booking, bookingId: booking.id }, `You owe ${owed}: your next earnings repay it.`);
  }

  async #repayDebts(tx: Tx, earning: Earning): Promise<AmountMicros> {
    const debts = await tx.debts.lockOpen(earning.providerId, 'provider');
    const plan = planRepayment(debts, remainderOf(earning));
    for (const { debtId, amount } of plan.parts) await tx.debts.repay(debtId, amount);
    if (plan.total === 0n) return ZERO_MICROS;
    await tx.earnings.take(earning.id, plan.total);
    const id = newId(this.#ids, ledgerTransferIdSchema);
    await tx.ledger.post(debtRepaidTransfer(id, earning, plan.total, this.#clock.now()));
    this.#tell(tx, earning, `${formatMicros(plan.total, earning.currency)} of a booking repaid what you owed.`);
    return plan.total;
  }

  async #reserveFor(tx: Tx, providerId: UserId): Promise<Earning['reservedUntil']> {
    const profile = (await tx.users.findById(providerId))?.providerProfile ?? null;
    return profile === null ? null : reserveUntil(profile, this.#clock.now(), this.#reserveMs);
  }

  #tell(
    tx: Tx,
    earning: Pick<Earning, 'providerId' | 'bookingId'> & { readonly currency: Currency },
    text: string,
  ): void {
    tx.events.add({
      audience: earning.providerId,
      kind: 'earnings_changed',
      subject: 'booking',
      subjectId: earning.bookingId,
      text,
    });
  }
}
