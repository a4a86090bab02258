import { createKeyPairMaker } from '@rsm/hosts';
import type { SshKeyId } from '@rsm/domain/common/ids';
import { HOUR_MS, MINUTE_MS } from '@rsm/domain/common/instant';
import type { Instant } from '@rsm/domain/common/instant';
import type { AmountMicros } from '@rsm/domain/common/money';
import { amountMicros } from '@rsm/domain/common/money';
import type { Booking } from '@rsm/domain/bookings/booking';
import type { Listing, ListingTerms } from '@rsm/domain/listings/listing';
import { DURATION_MAX_DEFAULT_MS } from '@rsm/domain/listings/listing';
import type { AccessMode, Machine } from '@rsm/domain/machines/machine';
import type { Actor } from '@rsm/domain/users/user';
import { TOP_UP_MAX_MICROS } from '@rsm/domain/payments/payment';
import type { FullComposition } from '../compose.ts';
import type { FakeMachine } from './fake-machine.ts';
import type { FakeMachines } from './fake-machines.ts';
import type { JobDriver } from './job-driver.ts';

export interface SeederOptions {
  readonly services: FullComposition['services'];
  readonly machines: FakeMachines;
  readonly jobs: JobDriver;
  /** Whether people go through the real door; else their address is their token. */
  readonly hasRealDoor: boolean;
}

export interface SeededRenter {
  readonly actor: Actor;
  readonly sshKeyId: SshKeyId;
}

export interface SeededMachine {
  readonly provider: Actor;
  readonly machine: Machine;
  readonly fake: FakeMachine;
}

export interface SeededListing extends SeededMachine {
  readonly listing: Listing;
}

export interface BookingWish {
  readonly start: Instant | null;
  readonly durationMs: number;
  readonly idempotencyKey: string;
  readonly canaryConsent: boolean;
  readonly containerImage: string | null;
  readonly acceptedMaximum: AmountMicros | null;
  readonly sshKeyIds: readonly SshKeyId[];
}

/** One currency unit an hour, so that a price can be read off a length. */
export const SEED_PRICE = amountMicros(3_600_000n);
const SEED_PASSWORD = 'correct horse battery';
const SEED_CARD_MAX_MICROS = 20_000_000n;
const TEST_CARD = '4242 4242 4242 4242';

/** Makes people and machines the way people make them: through the services, never by SQL. */
export class Seeder {
  readonly #options: SeederOptions;
  readonly #keys = createKeyPairMaker();
  readonly #tokens = new Map<string, string>();
  #treasurer: Actor | undefined;
  #count = 0;

  constructor(options: SeederOptions) {
    this.#options = options;
  }

  /** Somebody who has signed up and in. */
  async person(name = 'person'): Promise<Actor> {
    const { hasRealDoor, services } = this.#options;
    this.#count += 1;
    const email = `${name}-${String(this.#count)}@example.test`;
    if (hasRealDoor) {
      // Each from an address of his own, because the door counts how many come from one.
      const caller = { clientAddress: `203.0.113.${String(this.#count % 250)}` };
      const outcome = await services.auth.signUp(caller, { email, password: SEED_PASSWORD, displayName: name });
      if (outcome.kind !== 'signed_in') throw new Error('The demo asks nobody to confirm an address.');
      this.#tokens.set(email, outcome.session.accessToken);
    }
    return services.auth.authenticate(this.tokenOf({ email }));
  }

  /** The access token of somebody made here. */
  tokenOf(actor: Pick<Actor, 'email'>): string {
    return this.#tokens.get(actor.email) ?? actor.email;
  }

  async provider(): Promise<Actor> {
    const person = await this.person('provider');
    await this.#options.services.users.openProviderProfile(person, { publicName: person.displayName });
    return this.again(person);
  }

  async admin(): Promise<Actor> {
    const person = await this.person('admin');
    await this.#options.services.users.makeAdmin({ email: person.email });
    return this.again(person);
  }

  /** The actor with the roles that the person has now. */
  async again(actor: Actor): Promise<Actor> {
    return this.#options.services.auth.authenticate(this.tokenOf(actor));
  }

  /** A renter with a key and a wallet. */
  async renter(overrides: { readonly wallet?: bigint } = {}): Promise<SeededRenter> {
    const actor = await this.person('renter');
    await this.topUp(actor, overrides.wallet ?? 1_000_000_000n);
    return { actor, sshKeyId: await this.sshKey(actor) };
  }

  async sshKey(actor: Actor): Promise<SshKeyId> {
    const { publicKey } = this.#keys.make(`${actor.displayName}@laptop`);
    return (await this.#options.services.users.addSshKey(actor, { name: null, publicKey })).id;
  }

  /** A little by card, as everybody begins; the rest by an admin, because a new account's cards have a limit. */
  async topUp(actor: Actor, amount: bigint): Promise<void> {
    const { payments } = this.#options.services;
    const byCard = amount < SEED_CARD_MAX_MICROS ? amount : SEED_CARD_MAX_MICROS;
    await payments.topUp(actor, {
      idempotencyKey: this.key('top-up'),
      amount: amountMicros(byCard),
      source: TEST_CARD,
    });
    await this.credit(actor, amount - byCard);
  }

  /** Money from an admin. */
  async credit(actor: Actor, amount: bigint): Promise<void> {
    for (let rest = amount; rest > 0n; rest -= TOP_UP_MAX_MICROS) {
      this.#treasurer ??= await this.admin();
      await this.#options.services.payments.manualCredit(this.#treasurer, {
        idempotencyKey: this.key('credit'),
        userId: actor.userId,
        amount: amountMicros(rest < TOP_UP_MAX_MICROS ? rest : TOP_UP_MAX_MICROS),
        reason: 'Seeded.',
      });
    }
  }

  /** A machine whose host key was just read and waits for its provider. */
  async scannedMachine(provider?: Actor, accessMode: AccessMode = 'unix_user'): Promise<SeededMachine> {
    const owner = provider ?? (await this.provider());
    const fake = this.#options.machines.add();
    const connected = await this.#options.services.machines.connect(owner, {
      name: `machine ${fake.endpoint.address}`,
      control: fake.endpoint,
      renter: null,
      sshUser: 'root',
      declaredRegion: 'Frankfurt, DE',
      accessMode,
    });
    await this.#options.jobs.runDue();
    const machine = await this.#options.services.machines.get(owner, { id: connected.id });
    return { provider: owner, machine, fake };
  }

  async verifiedMachine(provider?: Actor, accessMode?: AccessMode): Promise<SeededMachine> {
    const seeded = await this.scannedMachine(provider, accessMode);
    const { fingerprint } = seeded.fake.hostKey;
    await this.#options.services.machines.confirmHostKey(seeded.provider, { id: seeded.machine.id, fingerprint });
    await this.#options.jobs.runDue();
    return this.reread(seeded);
  }

  async measuredMachine(provider?: Actor, accessMode?: AccessMode): Promise<SeededMachine> {
    const seeded = await this.verifiedMachine(provider, accessMode);
    await this.#options.services.benchmarks.start(seeded.provider, { machineId: seeded.machine.id, kinds: ['cpu'] });
    await this.#options.jobs.runDue();
    return seeded;
  }

  /** A verified, measured machine on the market. */
  async listing(
    overrides: {
      readonly provider?: Actor;
      readonly terms?: Partial<ListingTerms>;
      readonly accessMode?: AccessMode;
    } = {},
  ): Promise<SeededListing> {
    const seeded = await this.measuredMachine(overrides.provider, overrides.accessMode);
    const draft = await this.#options.services.listings.create(seeded.provider, {
      machineId: seeded.machine.id,
      terms: termsWith(overrides.terms),
    });
    const listing = await this.#options.services.listings.publish(seeded.provider, { id: draft.id });
    return { ...seeded, listing };
  }

  async reread<Seeded extends SeededMachine>(seeded: Seeded): Promise<Seeded> {
    const machine = await this.#options.services.machines.get(seeded.provider, { id: seeded.machine.id });
    return { ...seeded, machine };
  }

  /** Books an hour from now, unless told otherwise. */
  async book(renter: SeededRenter, listing: Listing, overrides: Partial<BookingWish> = {}): Promise<Booking> {
    return this.#options.services.bookings.create(renter.actor, this.wish(renter, listing, overrides));
  }

  wish(renter: SeededRenter, listing: Listing, overrides: Partial<BookingWish> = {}) {
    return {
      idempotencyKey: this.key('booking'),
      listingId: listing.id,
      start: null,
      durationMs: HOUR_MS,
      sshKeyIds: [renter.sshKeyId],
      canaryConsent: false,
      containerImage: null,
      acceptedMaximum: null,
      ...overrides,
    };
  }

  /** A fresh idempotency key. */
  key(what: string): string {
    this.#count += 1;
    return `${what}-key-${String(this.#count)}`;
  }

  async walletOf(actor: Actor): Promise<bigint> {
    return (await this.#options.services.payments.wallet(actor)).available;
  }
}

/** Terms of a listing at one unit an hour. */
export function termsWith(overrides: Partial<ListingTerms> = {}): ListingTerms {
  return {
    title: 'Sixteen cores',
    description: '',
    pricePerHour: SEED_PRICE,
    durationMinMs: 10 * MINUTE_MS,
    durationMaxMs: DURATION_MAX_DEFAULT_MS,
    cancellationPolicy: 'flexible',
    extraWipeStrategies: [],
    visibility: 'public',
    ...overrides,
  };
}
