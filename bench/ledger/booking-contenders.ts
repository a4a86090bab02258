import { DomainError } from '@rsm/domain/common/domain-error';
import { MINUTE_MS, plusMs, toIso } from '@rsm/domain/common/instant';
import type { Instant } from '@rsm/domain/common/instant';
import type { Listing } from '@rsm/domain/listings/listing';
import type { Installation } from './installation.ts';
import { renterOf } from './market.ts';
import type { BenchRenter } from './market.ts';
import type { Contender } from './rounds.ts';
import { Replay, recordStatements } from './statements.ts';
import { walletAccounts } from './wallet-accounts.ts';

const DURATION_MS = 10 * MINUTE_MS;
/** product.md: the turnaround of a machine with few measured wipes. Windows touch and never overlap. */
const TURNAROUND_MS = 15 * MINUTE_MS;

/** One free window after another: the next one is on the next machine. */
export class Windows {
  readonly #begin: Instant;
  readonly #listings: readonly Listing[];
  #taken = 0;

  constructor(begin: Instant, listings: readonly Listing[]) {
    this.#begin = begin;
    this.#listings = listings;
  }

  next(): { readonly listing: Listing; readonly start: Instant } {
    const listing = this.#listings[this.#taken % this.#listings.length];
    if (listing === undefined) throw new Error('There is nothing to book.');
    const slot = 1 + Math.trunc(this.#taken / this.#listings.length);
    this.#taken += 1;
    return { listing, start: plusMs(this.#begin, slot * (DURATION_MS + TURNAROUND_MS)) };
  }
}

function wishOf(installation: Installation, renter: BenchRenter, window: ReturnType<Windows['next']>) {
  return {
    idempotencyKey: installation.freshId(),
    listingId: window.listing.id,
    start: window.start,
    durationMs: DURATION_MS,
    sshKeyIds: [renter.sshKeyId],
    canaryConsent: false,
    containerImage: null,
    acceptedMaximum: null,
  };
}

/** A booking as the product makes it: service, unit of work, repositories. */
export function productBookings(name: string, installation: Installation, windows: Windows): Contender {
  return {
    name,
    run: async (client) => {
      const renter = renterOf(installation.market, client);
      await installation.bookings.create(renter.actor, wishOf(installation, renter, windows.next()));
    },
  };
}

/** The product saying no to a window that is taken. */
export async function productRefusals(name: string, installation: Installation, windows: Windows): Promise<Contender> {
  const taken = windows.next();
  const first = renterOf(installation.market, 0);
  await installation.bookings.create(first.actor, wishOf(installation, first, taken));
  return {
    name,
    run: async (client) => {
      const renter = renterOf(installation.market, client);
      try {
        await installation.bookings.create(renter.actor, wishOf(installation, renter, taken));
      } catch (error) {
        if (error instanceof DomainError && error.code === 'window_taken') return;
        throw error;
      }
      throw new Error('A taken window was booked twice.');
    },
  };
}

/** The statements that the product sent for one booking, sent by bare clients for other bookings. */
export async function bareBookings(name: string, installation: Installation, windows: Windows): Promise<Contender> {
  const { bookings, bare, freshId, knex, market } = installation;
  const wallets = await walletAccounts(installation);
  const sampleRenter = renterOf(market, 0);
  const sampleWindow = windows.next();
  const wish = wishOf(installation, sampleRenter, sampleWindow);
  const { result: booking, statements } = await recordStatements(knex, async () =>
    bookings.create(sampleRenter.actor, wish),
  );
  const [reader] = bare;
  const found = await reader?.query<{ occupancy_id: string; transfer_id: string; hold_account_id: string }>(
    `SELECT occupancy.id AS occupancy_id, transfer.id AS transfer_id, account.id AS hold_account_id
     FROM occupancies occupancy JOIN ledger_transfers transfer USING (booking_id) JOIN ledger_accounts account USING (booking_id)
     WHERE booking_id = $1`,
    [booking.id],
  );
  const row = found?.rows[0];
  if (row === undefined) throw new Error('The sample booking left no trace.');
  const valuesOf = (
    fresh: { booking: string; occupancy: string; transfer: string; hold: string; key: string },
    renter: BenchRenter,
    { listing, start }: ReturnType<Windows['next']>,
  ): readonly string[] => [
    fresh.booking,
    fresh.occupancy,
    fresh.transfer,
    fresh.hold,
    fresh.key,
    renter.actor.userId,
    renter.sshKeyId,
    wallets.get(renter.actor.userId) ?? '',
    listing.id,
    listing.machineId,
    listing.unitId,
    toIso(start),
    toIso(plusMs(start, DURATION_MS)),
    toIso(plusMs(start, DURATION_MS + TURNAROUND_MS)),
  ];
  const sample = {
    booking: booking.id,
    occupancy: row.occupancy_id,
    transfer: row.transfer_id,
    hold: row.hold_account_id,
    key: wish.idempotencyKey,
  };
  const replay = new Replay('booking', statements, valuesOf(sample, sampleRenter, sampleWindow));
  return {
    name: `${name} (${String(replay.count)} statements)`,
    run: async (client) => {
      const connection = bare[client];
      if (connection === undefined) throw new Error('There is a bare client for each.');
      const fresh = {
        booking: freshId(),
        occupancy: freshId(),
        transfer: freshId(),
        hold: freshId(),
        key: freshId(),
      };
      await replay.send(connection, valuesOf(fresh, renterOf(market, client), windows.next()));
    },
  };
}
