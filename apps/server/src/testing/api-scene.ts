import type { SampleIds } from '@rsm/api/testing';
import { cardIdSchema, ledgerTransferIdSchema, newId, type DocumentId } from '@rsm/domain/common/ids';
import { DAY_MS, HOUR_MS, plusMs, type Instant } from '@rsm/domain/common/instant';
import { amountMicros, negateMicros } from '@rsm/domain/common/money';
import type { Card } from '@rsm/domain/payments/card';
import { monthOf } from '@rsm/domain/documents/calendar-month';
import { DocumentIssuer } from '@rsm/domain/documents/document-issuer';
import type { Actor } from '@rsm/domain/users/user';
import { uuidV7Source } from '../ids.ts';
import type { SeededListing, SeededMachine, SeededRenter } from './seeder.ts';
import type { TestProduct } from './test-product.ts';

/** Just before the windows that the samples of the procedure matrix ask for. */
export const SCENE_START = '2030-05-01T09:00:00Z';
/** What the samples expect an hour to cost. */
const SCENE_PRICE = amountMicros(500_000n);

/** People with every role, and nobody with two of them but the one who may not do anything. */
export interface Cast {
  readonly provider: Actor;
  readonly renter: SeededRenter;
  readonly admin: Actor;
  /** A provider and renter to whom nothing here belongs. */
  readonly stranger: Actor;
  /** Admin and provider once, and suspended since. */
  readonly suspended: Actor;
}

/** Things that samples may be about. */
export interface Scene {
  readonly ids: SampleIds;
  /** Offered, and booked at this moment. */
  readonly offered: SeededListing;
  /** Verified and measured, but not on the market, so that only its owner may see it. */
  readonly hidden: SeededMachine;
}

export async function makeCast({ seed, services }: TestProduct): Promise<Cast> {
  const provider = await seed.provider();
  const renter = await seed.renter();
  const admin = await seed.admin();
  const stranger = await seed.provider();
  const suspended = await seed.provider();
  await services.users.makeAdmin({ email: suspended.email });
  await services.users.suspend(admin, { id: suspended.userId, reason: 'Sells what he does not have.' });
  return { provider, renter, admin, stranger, suspended };
}

function aCardOf(actor: Actor, createdAt: Instant): Card {
  const face = { brand: 'visa', lastFour: '4242', expiryMonth: 12, expiryYear: 2040 };
  const id = newId(uuidV7Source, cardIdSchema);
  const of = { userId: actor.userId, processor: 'test', reference: `card-${id}` } as const;
  return { id, ...of, ...face, isDefault: false, createdAt, removedAt: null };
}

/** A fresh market of the cast's provider, with a booking of its renter. */
export async function makeScene(product: TestProduct, cast: Cast): Promise<Scene> {
  const { clock, jobs, seed, services, uow } = product;
  const { provider, renter } = cast;
  const documentId = await makeDocument(product, cast);
  const offered = await seed.listing({ provider, terms: { pricePerHour: SCENE_PRICE } });
  const hidden = await seed.measuredMachine(provider);
  const page = { limit: 1, cursor: null };
  const [benchmark] = (await services.benchmarks.listByMachine(provider, { machineId: hidden.machine.id, ...page }))
    .items;
  const block = await services.machines.blockTime(provider, {
    id: hidden.machine.id,
    kind: 'own_use',
    range: { start: plusMs(clock.now(), DAY_MS), end: plusMs(clock.now(), DAY_MS + HOUR_MS) },
    note: null,
  });
  const booking = await seed.book(renter, offered.listing);
  await jobs.runDue();
  const dataWipe = await services.dataWipes.getByBooking(renter.actor, { bookingId: booking.id });
  // An account holds only so many keys, and there are more scenes than that: the keys of earlier ones go.
  for (const { id } of await services.users.listSshKeys(renter.actor)) {
    if (id !== renter.sshKeyId) await services.users.removeSshKey(renter.actor, { id });
  }
  const sshKeyId = await seed.sshKey(renter.actor);
  const [payment] = (await services.payments.list(renter.actor, page)).items;
  if (payment === undefined) throw new Error('The renter has topped up.');
  const card = aCardOf(renter.actor, clock.now());
  // The demo's processor keeps no cards, so that no procedure can make one.
  await uow.run((tx) => tx.cards.insert(card));
  const payoutId = await makePayout(product, provider);
  const disputeId = await disputed({ jobs, seed, services }, cast);
  if (benchmark === undefined) throw new Error('The hidden machine was measured.');
  return {
    offered,
    hidden,
    ids: {
      userId: cast.stranger.userId,
      sshKeyId,
      machineId: hidden.machine.id,
      blockId: block.id,
      listingId: offered.listing.id,
      bookingId: booking.id,
      benchmarkId: benchmark.id,
      dataWipeId: dataWipe.id,
      paymentId: payment.id,
      cardId: card.id,
      documentId,
      payoutId,
      disputeId,
    },
  };
}

/** An invoice of the renter over a booking that he ended at once; without waiting for the month's end. */
async function makeDocument(
  { clock, config, jobs, seed, services, uow }: TestProduct,
  cast: Cast,
): Promise<DocumentId> {
  const { listing } = await seed.listing({ provider: cast.provider });
  const booking = await seed.book(cast.renter, listing);
  await jobs.runDue();
  await services.bookings.endEarly(cast.renter.actor, { id: booking.id });
  await jobs.runDue();
  const { currency } = config.payments;
  const issuer = new DocumentIssuer({ clock, ids: uuidV7Source, currency, ...config.documents });
  const { userId } = cast.renter.actor;
  const document = await uow.run((tx) => issuer.issueRenterMonth(tx, userId, monthOf(clock.now())));
  if (document === null) throw new Error('The booking that was ended had cost something.');
  return document.id;
}

/** Earnings that fall from the sky: a scene has no time for a booking of hours. */
export async function giveEarnings({ clock, config, seed, uow }: TestProduct, provider: Actor): Promise<void> {
  const amount = amountMicros(25_000_000n);
  await uow.run((tx) =>
    tx.ledger.post({
      id: newId(uuidV7Source, ledgerTransferIdSchema),
      kind: 'earning_available',
      idempotencyKey: seed.key('earning'),
      bookingId: null,
      paymentId: null,
      explanation: 'For the scene.',
      currency: config.payments.currency,
      at: clock.now(),
      entries: [
        { account: { kind: 'adjustments' }, amount: negateMicros(amount) },
        { account: { kind: 'provider_available', userId: provider.userId }, amount },
      ],
    }),
  );
}

async function makePayout(product: TestProduct, provider: Actor): Promise<string> {
  const { jobs, seed, services } = product;
  await giveEarnings(product, provider);
  await services.payouts.startOnboarding(provider);
  const payout = await services.payouts.request(provider, { idempotencyKey: seed.key('payout') });
  await jobs.runDue();
  return payout.id;
}

/** A dispute that the renter opened about a booking of a machine of its own, which has ended. */
async function disputed(
  { jobs, seed, services }: Pick<TestProduct, 'jobs' | 'seed' | 'services'>,
  { provider, renter }: Cast,
): Promise<string> {
  const { listing } = await seed.listing({ provider, terms: { pricePerHour: SCENE_PRICE } });
  const booking = await seed.book(renter, listing);
  await jobs.runDue();
  await services.bookings.endEarly(renter.actor, { id: booking.id });
  await jobs.runDue();
  const { dispute } = await services.disputes.open(renter.actor, {
    bookingId: booking.id,
    reason: 'not_reachable',
    text: 'The machine was gone for half of the time.',
  });
  return dispute.id;
}
