import type { Booking } from '@rsm/domain/bookings/booking';
import {
  accessGrantIdSchema,
  certificateIdSchema,
  dataWipeIdSchema,
  disputeIdSchema,
  earningIdSchema,
  ledgerTransferIdSchema,
  newId,
  paymentIdSchema,
} from '@rsm/domain/common/ids';
import { HOUR_MS, instant, plusMs, toIso, type Instant } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import type { DisputeEvidence } from '@rsm/domain/disputes/dispute-evidence';
import type { AccountRef, TransferKind } from '@rsm/domain/ledger/ledger';
import { newPayment } from '@rsm/domain/payments/payment';
import type { Tx } from '@rsm/domain/unit-of-work/unit-of-work';

import { makeBooking, placeBooking, seedMarket, sha256Of, testIds } from '../testing/market.ts';
import type { UnitOfWorkFixture } from '../testing/use-unit-of-work.ts';

/** What happened in the market, so that a sabotage can aim at it. */
export type HealthyMarket = {
  /** Charged, wiped, verified, its share made available. */
  readonly completed: Booking;
  /** Running now, with access on the machine. */
  readonly active: Booking;
  /** In a few hours. */
  readonly scheduled: Booking;
  readonly dataWipeId: string;
  readonly paymentId: string;
  /** About the completed booking, decided: a third of its charge went back. */
  readonly disputeId: string;
};

/** Tells a story in which everything is as it should be: top-up, three bookings, one of them to its end. */
export async function makeHealthyMarket(fixture: UnitOfWorkFixture): Promise<HealthyMarket> {
  const { uow, clock } = fixture;
  const { listing, renter, provider, machine } = await seedMarket(uow, clock);
  if (machine.hostKey === null) throw new Error('The machine of the fixture has a host key.');
  const { hostKey } = machine;
  const wallet: AccountRef = { kind: 'wallet', userId: renter.id };

  const post = (
    tx: Tx,
    kind: TransferKind,
    of: { readonly booking?: Booking; readonly paymentId?: ReturnType<typeof paymentIdSchema.parse> },
    entries: readonly (readonly [AccountRef, bigint])[],
    idempotencyKey = testIds.next(),
  ) =>
    tx.ledger.post({
      id: newId(testIds, ledgerTransferIdSchema),
      kind,
      idempotencyKey,
      bookingId: of.booking?.id ?? null,
      paymentId: of.paymentId ?? null,
      explanation: 'A story is told.',
      currency: listing.currency,
      at: clock.now(),
      entries: entries.map(([account, amount]) => ({ account, amount: amountMicros(amount) })),
    });

  const tell = (tx: Tx, text: string) =>
    tx.events.add({ audience: renter.id, kind: 'wallet_changed', subject: 'user', subjectId: renter.id, text });

  const paymentId = newId(testIds, paymentIdSchema);
  await uow.run(async (tx) => {
    // A little before anything is spent, as people do it.
    await tx.spending.addLimit({
      renterId: renter.id,
      amount: amountMicros(20_000_000n),
      currency: listing.currency,
      setAt: plusMs(clock.now(), -HOUR_MS),
    });
    const month = instant(Date.UTC(new Date(clock.now()).getUTCFullYear(), new Date(clock.now()).getUTCMonth()));
    await tx.spending.raiseAlarms([
      {
        renterId: renter.id,
        month,
        percent: 50,
        limit: amountMicros(20_000_000n),
        spent: amountMicros(10_000_000n),
        currency: listing.currency,
        at: clock.now(),
      },
    ]);
    await tx.payments.insert(
      newPayment({
        id: paymentId,
        userId: renter.id,
        kind: 'top_up',
        status: 'succeeded',
        processor: 'test',
        processorReference: paymentId,
        amount: amountMicros(50_000_000n),
        currency: listing.currency,
        createdBy: renter.id,
        createdAt: clock.now(),
        settledAt: clock.now(),
      }),
    );
    await post(tx, 'top_up', { paymentId }, [[wallet, 50_000_000n], [{ kind: 'clearing' }, -50_000_000n]]); // prettier-ignore
    tell(tx, 'Top-up.');
  });

  const book = async (startsInMs: number): Promise<Booking> => {
    const booking = makeBooking(listing, renter, plusMs(clock.now(), startsInMs), { createdAt: clock.now() });
    await placeBooking(uow, booking);
    await uow.run(async (tx) => {
      const hold: AccountRef = { kind: 'hold', bookingId: booking.id };
      await post(tx, 'hold', { booking }, [[wallet, -booking.holdAmount], [hold, booking.holdAmount]]); // prettier-ignore
      tell(tx, 'Booked.');
    });
    return booking;
  };

  const provision = async (booking: Booking) => {
    const at = clock.now();
    const dataWipeId = newId(testIds, dataWipeIdSchema);
    await uow.run(async (tx) => {
      await tx.bookings.changeStatus(booking.id, { from: 'scheduled', to: 'provisioning', reason: null, at });
      await tx.accessGrants.insert({
        id: newId(testIds, accessGrantIdSchema),
        bookingId: booking.id,
        machineId: machine.id,
        mode: 'unix_user',
        status: 'pending',
        accountName: `rsm-${booking.id.slice(-12)}`,
        uid: await tx.machines.takeUid(machine.id, booking.id),
        endpoint: machine.renter,
        hostKey,
        watchdogDeadlineAt: null,
        grantedAt: null,
        revokedAt: null,
        createdAt: at,
      });
      await tx.dataWipes.insert({
        id: dataWipeId,
        bookingId: booking.id,
        machineId: machine.id,
        status: 'pending',
        plan: ['user_deletion'],
        attempt: 0,
        steps: [],
        findings: [],
        failureReason: null,
        createdAt: at,
        startedAt: null,
        finishedAt: null,
      });
    });
    await uow.run(async (tx) => {
      const set = { readyAt: at };
      await tx.bookings.changeStatus(booking.id, { from: 'provisioning', to: 'active', reason: null, at, set });
      const change = { from: 'pending', to: 'active', at, watchdogDeadlineAt: booking.end } as const;
      await tx.accessGrants.changeStatus(booking.id, change);
    });
    return dataWipeId;
  };

  const completed = await book(0);
  const dataWipeId = await provision(completed);
  clock.advance(HOUR_MS);
  const [charged, released] = [3_000_000n, 600_000n];
  const earningId = newId(testIds, earningIdSchema);
  await uow.run(async (tx) => {
    const at = clock.now();
    const hold: AccountRef = { kind: 'hold', bookingId: completed.id };
    const pending: AccountRef = { kind: 'provider_pending', userId: provider.id };
    await tx.bookings.changeStatus(completed.id, {
      from: 'active',
      to: 'revoking',
      reason: null,
      at,
      set: { endReason: 'expired' },
    });
    await tx.accessGrants.changeStatus(completed.id, { from: 'active', to: 'revoked', at });
    const divided = { chargedAmount: amountMicros(charged), releasedAmount: amountMicros(released) };
    await tx.bookings.settle(completed.id, divided);
    const fee = 300_000n;
    await post(tx, 'charge', { booking: completed }, [[hold, -charged], [pending, charged - fee], [{ kind: 'platform_revenue' }, fee]]); // prettier-ignore
    await tx.earnings.insert({
      id: earningId,
      bookingId: completed.id,
      providerId: provider.id,
      part: 0,
      amount: amountMicros(charged - fee),
      taken: amountMicros(0n),
      currency: listing.currency,
      createdAt: at,
      earnedAt: null,
      reservedUntil: null,
      disputedAt: null,
      availableAt: null,
    });
    await post(tx, 'release', { booking: completed }, [[hold, -released], [wallet, released]]); // prettier-ignore
    const set = { accessEndedAt: at };
    await tx.bookings.changeStatus(completed.id, { from: 'revoking', to: 'wiping', reason: null, at, set });
  });
  await uow.run(async (tx) => {
    const at = clock.now();
    await tx.dataWipes.changeStatus(dataWipeId, { from: 'pending', to: 'running', at });
    await tx.dataWipes.noteFindings(dataWipeId, [{ check: 'accounts', verdict: 'clean', detail: 'none' }]);
    await tx.dataWipes.changeStatus(dataWipeId, { from: 'running', to: 'verified', at });
    await tx.dataWipes.insertCertificate({
      id: newId(testIds, certificateIdSchema),
      dataWipeId,
      bookingId: completed.id,
      machineId: machine.id,
      jws: 'signed',
      keyId: 'key-1',
      sha256: sha256Of('signed'),
      previousSha256: null,
      verdict: 'verified',
      issuedAt: at,
    });
    await tx.bookings.changeStatus(completed.id, { from: 'wiping', to: 'completed', reason: null, at });
    const [pending, available]: AccountRef[] = [
      { kind: 'provider_pending', userId: provider.id },
      { kind: 'provider_available', userId: provider.id },
    ];
    if (!pending || !available) throw new Error('There are two accounts.');
    await post(tx, 'earning_available', { booking: completed }, [[pending, -2_700_000n], [available, 2_700_000n]]); // prettier-ignore
    await tx.earnings.markEarned(earningId, { at, reservedUntil: null });
    await tx.earnings.markAvailable(earningId, at);
    tell(tx, 'Completed.');
  });

  clock.advance(HOUR_MS);
  const disputeId = newId(testIds, disputeIdSchema);
  await uow.run(async (tx) => {
    const at = clock.now();
    await tx.disputes.insert(
      {
        id: disputeId,
        bookingId: completed.id,
        renterId: renter.id,
        providerId: provider.id,
        openedBy: 'renter',
        reason: 'not_reachable',
        text: 'It was gone.',
        currency: completed.currency,
        status: 'open',
        response: null,
        respondedAt: null,
        decision: null,
        createdAt: at,
        closedAt: null,
      },
      evidenceOf(completed, at),
    );
    const decision = { outcome: 'partial', refund: amountMicros(1_000_000n), reason: 'So it was.', decidedBy: renter.id } as const; // prettier-ignore
    await tx.disputes.close(disputeId, { to: 'decided', decision, at });
    const available: AccountRef = { kind: 'provider_available', userId: provider.id };
    const entries = [[available, -900_000n], [{ kind: 'platform_revenue' }, -100_000n], [wallet, 1_000_000n]] as const; // prettier-ignore
    await post(tx, 'dispute_refund', { booking: completed }, entries, `dispute:${disputeId}:refund`);
  });

  clock.advance(HOUR_MS);
  const active = await book(0);
  await provision(active);
  const scheduled = await book(5 * HOUR_MS);
  return { completed, active, scheduled, dataWipeId, paymentId, disputeId };
}

/** Evidence of which only the form matters here. */
function evidenceOf(booking: Booking, at: Instant): DisputeEvidence {
  const [start, end] = [toIso(booking.start), toIso(booking.end)];
  const none = { rows: [], leftOut: 0 };
  return {
    version: 1,
    takenAt: toIso(at),
    booking: {
      id: booking.id,
      listingId: booking.listingId,
      machineId: booking.machineId,
      start,
      end,
      status: 'completed',
      endReason: 'expired',
      accessMode: booking.accessMode,
      readyAt: start,
      endRequestedAt: null,
      accessEndedAt: end,
    },
    terms: { currency: booking.currency, cancellationPolicy: 'flexible', feeBasisPoints: 1_000, prices: none },
    money: {
      holdMicros: '3600000',
      chargedMicros: '3000000',
      releasedMicros: '600000',
      refundedBeforeMicros: '0',
      lines: { rows: [], areAll: true },
    },
    minutes: { from: start, to: end, sumsMs: { up: 0, down: 0, degraded: 0, not_measured: 0 }, notUp: none },
    cleanUp: null,
    access: { accountName: null, watchdogDeadlineAt: null, keys: [], log: none },
    history: [],
  };
}
