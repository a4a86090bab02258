import { divide } from '@rsm/domain/bookings/settlement';
import type { BookingId } from '@rsm/domain/common/ids';
import { bookingIdSchema } from '@rsm/domain/common/ids';
import { amountMicros } from '@rsm/domain/common/money';
import type { Installation } from './installation.ts';
import type { Contender } from './rounds.ts';
import { Replay, recordStatements } from './statements.ts';

interface OpenBooking {
  readonly id: string;
  readonly renter_id: string;
  readonly hold_account_id: string;
  readonly wallet_account_id: string;
}

/** Bookings of the one provider whose money still lies in their hold, each handed out once. */
export class OpenBookings {
  readonly #rows: readonly OpenBooking[];
  #taken = 0;

  private constructor(rows: readonly OpenBooking[]) {
    this.#rows = rows;
  }

  static async read(installation: Installation): Promise<OpenBookings> {
    const [reader] = installation.bare;
    const found = await reader?.query<OpenBooking>(
      `SELECT booking.id, booking.renter_id, hold.id AS hold_account_id, wallet.id AS wallet_account_id
       FROM bookings booking JOIN ledger_accounts hold ON hold.booking_id = booking.id
       JOIN ledger_accounts wallet ON wallet.user_id = booking.renter_id AND wallet.kind = 'wallet'
       WHERE booking.provider_id = $1 AND booking.charged_amount_micros IS NULL
         -- The product makes the id of an account from what it is (a UUIDv8); those of the bare bookings were made up.
         AND uuid_extract_version(hold.id) = 8 ORDER BY booking.id`,
      [installation.market.provider.userId],
    );
    return new OpenBookings(found?.rows ?? []);
  }

  next(): OpenBooking {
    const row = this.#rows[this.#taken];
    if (row === undefined) throw new Error('All bookings are settled: measure shorter rounds.');
    this.#taken += 1;
    return row;
  }
}

/** Four fifths of the hold are charged, so that both the provider and the renter get something. */
async function settle(installation: Installation, bookingId: BookingId): Promise<void> {
  await installation.uow.run(async (tx) => {
    const booking = await tx.bookings.lockById(bookingId);
    if (booking === null) throw new Error('The booking is gone.');
    const charged = amountMicros((booking.holdAmount * 4n) / 5n);
    await installation.ledger.settle(tx, booking, divide(charged, booking, ['Four fifths of the maximum.']));
  });
}

/** The division of a hold as the product posts it, into the provider's pending account and the platform's revenue. */
export function productSettlements(name: string, installation: Installation, open: OpenBookings): Contender {
  return { name, run: async () => settle(installation, bookingIdSchema.parse(open.next().id)) };
}

/** The statements that the product sent for one settlement, sent by bare clients for other bookings. */
export async function bareSettlements(
  name: string,
  installation: Installation,
  open: OpenBookings,
): Promise<Contender> {
  const { bare, freshId, knex } = installation;
  const sample = open.next();
  const { statements } = await recordStatements(knex, async () =>
    settle(installation, bookingIdSchema.parse(sample.id)),
  );
  const [reader] = bare;
  const transfers = await reader?.query<{ id: string }>(
    `SELECT id FROM ledger_transfers WHERE booking_id = $1 AND kind IN ('charge', 'release') ORDER BY kind`,
    [sample.id],
  );
  const [charge, release] = transfers?.rows ?? [];
  const earnings = await reader?.query<{ id: string }>('SELECT id FROM earnings WHERE booking_id = $1', [sample.id]);
  const earning = earnings?.rows[0];
  if (charge === undefined || release === undefined || earning === undefined)
    throw new Error('The sample settlement left no trace.');
  const valuesOf = (booking: OpenBooking, fresh: readonly [charge: string, release: string, earning: string]) => [
    booking.id,
    booking.renter_id,
    booking.hold_account_id,
    booking.wallet_account_id,
    ...fresh,
  ];
  const replay = new Replay('settlement', statements, valuesOf(sample, [charge.id, release.id, earning.id]));
  return {
    name: `${name} (${String(replay.count)} statements)`,
    run: async (client) => {
      const connection = bare[client];
      if (connection === undefined) throw new Error('There is a bare client for each.');
      await replay.send(connection, valuesOf(open.next(), [freshId(), freshId(), freshId()]));
    },
  };
}
