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

/** Some of a scene's things, made together. */
interface ScenePart {
  readonly ids: Partial<SampleIds>;
  readonly offered?: SeededListing;
  readonly hidden?: SeededMachine;
}

/** What makes a part, by the ids that it brings. */
const makers: readonly {
  readonly brings: readonly (keyof SampleIds)[];
  readonly make: (product: TestProduct, cast: Cast) => Promise<ScenePart>;
}[] = [
  { brings: ['documentId'], make: async (...of) => ({ ids: { documentId: await makeDocument(...of) } }) },
  { brings: ['listingId', 'bookingId', 'dataWipeId'], make: async (...of) => makeOffered(...of) },
  { brings: ['machineId', 'blockId', 'benchmarkId'], make: async (...of) => makeHidden(...of) },
  { brings: ['sshKeyId'], make: async (...of) => ({ ids: { sshKeyId: await makeSshKey(...of) } }) },
  { brings: ['cardId'], make: async (...of) => ({ ids: { cardId: await makeCard(...of) } }) },
  { brings: ['payoutId'], make: async (...of) => ({ ids: { payoutId: await makePayout(...of) } }) },
  { brings: ['disputeId'], make: async (...of) => ({ ids: { disputeId: await makeDispute(...of) } }) },
];

/** A fresh market of the cast's provider, with a booking of its renter. */
export async function makeScene(product: TestProduct, cast: Cast): Promise<Scene> {
  const [offered, hidden] = [await makeOffered(product, cast), await makeHidden(product, cast)];
  const [payment] = (await product.services.payments.list(cast.renter.actor, { limit: 1, cursor: null })).items;
  if (payment === undefined) throw new Error('The renter has topped up.');
  return {
    offered: offered.offered,
    hidden: hidden.hidden,
    ids: {
      ...offered.ids,
      ...hidden.ids,
      userId: cast.stranger.userId,
      paymentId: payment.id,
      sshKeyId: await makeSshKey(product, cast),
      cardId: await makeCard(product, cast),
      documentId: await makeDocument(product, cast),
      payoutId: await makePayout(product, cast),
      disputeId: await makeDispute(product, cast),
    },
  };
}

/** The scene with new things behind these ids, for a call that may use them up; all others are those that it had. */
export async function renewScene(
  product: TestProduct,
  cast: Cast,
  { scene, ids }: { readonly scene: Scene; readonly ids: ReadonlySet<keyof SampleIds> },
): Promise<Scene> {
  let renewed = scene;
  for (const { brings, make } of makers) {
    if (!brings.some((id) => ids.has(id))) continue;
    const part = await make(product, cast);
    renewed = { ...renewed, ...part, ids: { ...renewed.ids, ...part.ids } };
  }
  return renewed;
}

async function makeOffered({ jobs, seed, services }: TestProduct, { provider, renter }: Cast) {
  const offered = await seed.listing({ provider, terms: { pricePerHour: SCENE_PRICE } });
  const booking = await seed.book(renter, offered.listing);
  await jobs.runDue();
  const dataWipe = await services.dataWipes.getByBooking(renter.actor, { bookingId: booking.id });
  return { offered, ids: { listingId: offered.listing.id, bookingId: booking.id, dataWipeId: dataWipe.id } };
}

async function makeHidden({ clock, seed, services }: TestProduct, { provider }: Cast) {
  const hidden = await seed.measuredMachine(provider);
  const { id } = hidden.machine;
  const [benchmark] = (await services.benchmarks.listByMachine(provider, { machineId: id, limit: 1, cursor: null }))
    .items;
  if (benchmark === undefined) throw new Error('The hidden machine was measured.');
  const block = await services.machines.blockTime(provider, {
    id,
    kind: 'own_use',
    range: { start: plusMs(clock.now(), DAY_MS), end: plusMs(clock.now(), DAY_MS + HOUR_MS) },
    note: null,
  });
  return { hidden, ids: { machineId: id, blockId: block.id, benchmarkId: benchmark.id } };
}

/** An account holds only so many keys, and there are more scenes than that: the keys of earlier ones go. */
async function makeSshKey({ seed, services }: TestProduct, { renter }: Cast): Promise<string> {
  for (const { id } of await services.users.listSshKeys(renter.actor)) {
    if (id !== renter.sshKeyId) await services.users.removeSshKey(renter.actor, { id });
  }
  return seed.sshKey(renter.actor);
}

/** The demo's processor keeps no cards, so that no procedure can make one. */
async function makeCard({ clock, uow }: TestProduct, { renter }: Cast): Promise<string> {
  const card = aCardOf(renter.actor, clock.now());
  await uow.run((tx) => tx.cards.insert(card));
  return card.id;
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

async function makePayout(product: TestProduct, { provider }: Cast): Promise<string> {
  const { jobs, seed, services } = product;
  await giveEarnings(product, provider);
  await services.payouts.startOnboarding(provider);
  const payout = await services.payouts.request(provider, { idempotencyKey: seed.key('payout') });
  await jobs.runDue();
  return payout.id;
}

/** A dispute that the renter opened about a booking of a machine of its own, which has ended. */
async function makeDispute({ jobs, seed, services }: TestProduct, { provider, renter }: Cast): Promise<string> {
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
