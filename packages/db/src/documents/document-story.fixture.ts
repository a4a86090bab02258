import type { Booking } from '@rsm/domain/bookings/booking';
import { ledgerTransferIdSchema, newId, paymentIdSchema, type PaymentId } from '@rsm/domain/common/ids';
import { HOUR_MS, instant, plusMs, type Instant } from '@rsm/domain/common/instant';
import { newPayment } from '@rsm/domain/payments/payment';
import { amountMicros, currencySchema } from '@rsm/domain/common/money';
import { DocumentIssuer, type DocumentIssuerOptions } from '@rsm/domain/documents/document-issuer';
import type { AccountRef, LedgerTransfer, TransferKind } from '@rsm/domain/ledger/ledger';
import type { Tx } from '@rsm/domain/unit-of-work/unit-of-work';
import type { User } from '@rsm/domain/users/user';

import { makeBooking, makeUser, placeBooking, seedMarket, testIds } from '../testing/market.ts';
import type { UnitOfWorkFixture } from '../testing/use-unit-of-work.ts';

export const EUR = currencySchema.parse('EUR');
export const VAT = { name: 'VAT', basisPoints: 1_900 };
export const at = (iso: string): Instant => instant(Date.parse(iso));

/** An issuer of documents with few parts to be told. */
export function makeIssuer(fixture: UnitOfWorkFixture, overrides: Partial<DocumentIssuerOptions> = {}): DocumentIssuer {
  const issuer = { name: 'Märkte GmbH', address: ['Weg 1', 'Köln'], country: null, taxId: 'DE1', email: null };
  return new DocumentIssuer({ clock: fixture.clock, ids: testIds, currency: EUR, issuer, tax: VAT, ...overrides });
}

/** A provider, a renter with a booking of his, and what moves money between them. Bookings of all stories lie side by side. */
export async function tellStory(fixture: UnitOfWorkFixture) {
  const { uow, clock } = fixture;
  const { listing, provider } = await seedMarket(uow, clock);
  let bookings = 0;

  const newRenter = async (): Promise<{ readonly renter: User; readonly booking: Booking }> => {
    const renter = makeUser(clock.now(), { displayName: 'Jürgen' });
    await uow.run((tx) => tx.users.insertOrFind(renter));
    bookings += 1;
    const booking = makeBooking(listing, renter, plusMs(clock.now(), bookings * 2 * HOUR_MS));
    await placeBooking(uow, booking);
    return { renter, booking };
  };

  const post = async (
    kind: TransferKind,
    when: Instant,
    entries: readonly (readonly [AccountRef, bigint])[],
    of: { readonly booking?: Booking; readonly paymentId?: PaymentId } = {},
    inTx?: Tx,
  ): Promise<LedgerTransfer> => {
    const transfer: LedgerTransfer = {
      id: newId(testIds, ledgerTransferIdSchema),
      kind,
      idempotencyKey: testIds.next(),
      bookingId: of.booking?.id ?? null,
      paymentId: of.paymentId ?? null,
      explanation: 'A story is told.',
      currency: EUR,
      at: when,
      entries: entries.map(([account, amount]) => ({ account, amount: amountMicros(amount) })),
    };
    await (inTx === undefined ? uow.run((tx) => tx.ledger.post(transfer)) : inTx.ledger.post(transfer));
    return transfer;
  };

  const accounts = (booking: Booking) => ({
    wallet: { kind: 'wallet', userId: booking.renterId } as const,
    hold: { kind: 'hold', bookingId: booking.id } as const,
    pending: { kind: 'provider_pending', userId: booking.providerId } as const,
    available: { kind: 'provider_available', userId: booking.providerId } as const,
  });

  return {
    listing,
    provider,
    newRenter,
    post,
    /** Charges a booking; a tenth is the platform's. */
    charge: async (booking: Booking, amount: bigint, when: Instant) => {
      const { hold, pending } = accounts(booking);
      await post('top_up', when, [[hold, amount], [{ kind: 'clearing' }, -amount]]); // prettier-ignore
      const fee = amount / 10n;
      const entries = [[hold, -amount], [pending, amount - fee], [{ kind: 'platform_revenue' }, fee]] as const; // prettier-ignore
      return post('charge', when, entries, { booking });
    },
    /** Gives a part of a charge back. */
    giveBack: async (booking: Booking, amount: bigint, when: Instant) => {
      const { pending, wallet } = accounts(booking);
      const fee = amount / 10n;
      const entries = [[wallet, amount], [pending, fee - amount], [{ kind: 'platform_revenue' }, -fee]] as const; // prettier-ignore
      return post('charge_returned', when, entries, { booking });
    },
    makeAvailable: async (booking: Booking, amount: bigint, when: Instant) => {
      const { available, pending } = accounts(booking);
      return post('earning_available', when, [[pending, -amount], [available, amount]], { booking }); // prettier-ignore
    },
    /** A payout's payment row. */
    newPayout: async (amount: bigint, when: Instant): Promise<PaymentId> => {
      const id = newId(testIds, paymentIdSchema);
      await uow.run((tx) =>
        tx.payments.insert(
          newPayment({
            id,
            userId: provider.id,
            kind: 'payout',
            status: 'pending',
            processor: 'test',
            amount: amountMicros(amount),
            currency: EUR,
            createdBy: provider.id,
            createdAt: when,
          }),
        ),
      );
      return id;
    },
  };
}
