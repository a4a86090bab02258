import { createTestDatabase } from '@rsm/db/testing';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import type { Booking } from '@rsm/domain/bookings/booking';
import { createLogger } from '../logging.ts';
import { startHttp } from '../http/start-http.ts';
import { FakePayoutGateway, processorWithPayouts } from './fake-payout-gateway.ts';
import { tellTroubles, type ServedTroubles } from './served-troubles.ts';
import { createTestProduct, type TestProduct } from './test-product.ts';

/** A month ends while the story is told, so that its statements are issued. */
const STORY_START = '2031-01-29T09:00:00Z';
const PRICE_PER_HOUR = amountMicros(30_000_037n);
const STEP = { stepMs: 30 * MINUTE_MS } as const;
/** Machines are probed by the sweep. */
const PROBED = { sweepEveryMs: 30 * SECOND_MS } as const;
const SILENCE = { stepMs: 12 * HOUR_MS } as const;

export interface MoneyPerson {
  readonly email: string;
  /** Any will do: the door is in memory. */
  readonly password: string;
}

/** A product that answers at an address, with machines and time in memory, in which money has been earned and disputed. */
export interface ServedMoney {
  readonly url: string;
  readonly people: Readonly<Record<'provider' | 'renter' | 'admin' | 'secondAdmin', MoneyPerson>>;
  /** Ended bookings: one that nobody disputed, one whose dispute is open, one whose dispute was decided. */
  readonly bookings: Readonly<Record<'quiet' | 'disputed' | 'decided', string>>;
  readonly disputeId: string;
  /** The provider's machine, on which all of this happened. */
  readonly machineId: string;
  readonly troubles: ServedTroubles;
  readonly payouts: Readonly<Record<'arrived' | 'waiting', string>>;
  /** Where the clock stands. */
  readonly nowMs: number;
  /** What the processor says of the provider's account from now on. */
  readonly accountLacks: (missing: readonly string[]) => void;
  /** Lets the worker do what is due. */
  readonly work: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Tells the story and serves it. Needs the Postgres of the test run. */
export async function serveMoney(options: { readonly desktopOrigin: string }): Promise<ServedMoney> {
  const database = await createTestDatabase();
  const gateway = new FakePayoutGateway();
  const product = await createTestProduct({
    database,
    startIso: STORY_START,
    paymentProcessor: processorWithPayouts(gateway),
  });
  const story = await tellStory(product, gateway);
  const host = '127.0.0.1';
  const http = await startHttp({
    host,
    port: 0,
    composition: product,
    log: createLogger({ level: 'silent' }),
    publicUrl: `http://${host}`,
    desktopOrigin: options.desktopOrigin,
    trustedProxies: [],
  });
  return {
    ...story,
    url: `http://${host}:${String(http.port)}`,
    nowMs: product.clock.now(),
    work: async () => product.jobs.runDue(),
    close: async () => {
      await http.stop();
      await product.close();
      await database.drop();
    },
  };
}

async function tellStory(product: TestProduct, gateway: FakePayoutGateway) {
  const { jobs, seed, services } = product;
  const { fake, listing, machine, provider } = await seed.listing({ terms: { pricePerHour: PRICE_PER_HOUR } });
  const renter = await seed.renter();
  const admin = await seed.admin();
  const secondAdmin = await seed.admin();
  const used = async (): Promise<Booking> => {
    const booking = await seed.book(renter, listing, { durationMs: HOUR_MS });
    await jobs.advance(90 * MINUTE_MS, STEP);
    return booking;
  };
  /** For a third of its hour nothing answers, and its clean-up leaves a file behind. */
  const troubled = async (): Promise<Booking> => {
    const booking = await seed.book(renter, listing, { durationMs: HOUR_MS });
    await jobs.advance(20 * MINUTE_MS, PROBED);
    fake.isUnreachable = true;
    await jobs.advance(20 * MINUTE_MS, PROBED);
    fake.isUnreachable = false;
    fake.leavesResidue = true;
    await jobs.advance(20 * MINUTE_MS, PROBED);
    await jobs.advance(30 * MINUTE_MS);
    return booking;
  };
  const payOut = async (): Promise<string> => {
    const { id } = await services.payouts.request(provider, { idempotencyKey: seed.key('payout') });
    await jobs.runDue();
    return id;
  };

  await services.payouts.startOnboarding(provider);
  const quiet = await used();
  const arrived = await payOut();
  const decided = await used();
  gateway.trouble = 'under_way';
  const waiting = await payOut();
  await jobs.advance(4 * DAY_MS, SILENCE);
  const earlier = await services.disputes.open(renter.actor, {
    bookingId: decided.id,
    reason: 'charged_wrongly',
    text: 'I could only work for half an hour, and was charged for all of it.',
  });
  await services.disputes.respond(provider, {
    id: earlier.dispute.id,
    text: 'The machine was up all the time. I can see in the records that nobody logged in for the second half.',
  });
  await services.disputes.decide(admin, {
    idempotencyKey: seed.key('decision'),
    id: earlier.dispute.id,
    outcome: 'partial',
    amount: amountMicros(5_000_000n),
    reason: 'The records show the machine up, but access came late.',
  });
  await jobs.sweep();
  // This one can be paid out at once.
  await used();
  const disputed = await troubled();
  const { dispute } = await services.disputes.open(renter.actor, {
    bookingId: disputed.id,
    reason: 'not_reachable',
    text: 'After twenty minutes nothing answered any more.\nI tried from two networks.',
  });
  const troubles = await tellTroubles(product, renter);
  const person = ({ email }: { readonly email: string }): MoneyPerson => ({ email, password: 'any password' });
  return {
    people: {
      provider: person(provider),
      renter: person(renter.actor),
      admin: person(admin),
      secondAdmin: person(secondAdmin),
    },
    bookings: { quiet: quiet.id, disputed: disputed.id, decided: decided.id },
    disputeId: dispute.id,
    machineId: machine.id,
    troubles,
    payouts: { arrived, waiting },
    accountLacks: (missing: readonly string[]) => {
      for (const reference of gateway.accounts()) gateway.setAccount(reference, { missing });
    },
  };
}
