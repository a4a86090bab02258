import { CLOSED_RENTER_NETWORK } from '@rsm/domain/access/renter-network';
import { createHash } from 'node:crypto';
import type { IdSource, SshKeyId } from '@rsm/domain/common/ids';
import {
  benchmarkIdSchema,
  ledgerTransferIdSchema,
  listingIdSchema,
  machineIdSchema,
  newId,
  sshKeyIdSchema,
  unitIdSchema,
  userIdSchema,
} from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import { DAY_MS, MINUTE_MS } from '@rsm/domain/common/instant';
import type { Currency } from '@rsm/domain/common/money';
import { amountMicros } from '@rsm/domain/common/money';
import type { Listing } from '@rsm/domain/listings/listing';
import type { Machine } from '@rsm/domain/machines/machine';
import type { Tx, UnitOfWork } from '@rsm/domain/unit-of-work/unit-of-work';
import type { Actor, User } from '@rsm/domain/users/user';
import { actorOf } from '@rsm/domain/users/user';

/** Far above what a renter of this benchmark can spend. */
const WALLET_MICROS = 1_000_000_000_000n;
const PRICE_PER_HOUR_MICROS = 1_200_000n;
const PUBLIC_KEY = `ssh-ed25519 ${'A'.repeat(68)}`;

export interface BenchRenter {
  readonly actor: Actor;
  readonly sshKeyId: SshKeyId;
}

/** Who is there to book what: machines of one provider, the same number of machines of one provider each, and renters. */
export interface BenchMarket {
  readonly provider: Actor;
  readonly oneProvider: readonly Listing[];
  readonly manyProviders: readonly Listing[];
  readonly renters: readonly BenchRenter[];
}

export interface MarketMaker {
  readonly uow: UnitOfWork;
  readonly ids: IdSource;
  readonly currency: Currency;
  readonly at: Instant;
}

/** Fills an empty database through the repositories: what the product writes when people do the same, without their machines. */
export async function makeMarket(
  maker: MarketMaker,
  size: { readonly machines: number; readonly renters: number },
): Promise<BenchMarket> {
  const { uow } = maker;
  const provider = await uow.run(async (tx) => addUser(maker, tx));
  const oneProvider: Listing[] = [];
  const manyProviders: Listing[] = [];
  for (let n = 0; n < size.machines; n += 1) {
    oneProvider.push(await uow.run(async (tx) => addListing(maker, tx, provider)));
    manyProviders.push(await uow.run(async (tx) => addListing(maker, tx, await addUser(maker, tx))));
  }
  const renters: BenchRenter[] = [];
  for (let n = 0; n < size.renters; n += 1) renters.push(await uow.run(async (tx) => addRenter(maker, tx)));
  return { provider: actorOf(provider), oneProvider, manyProviders, renters };
}

async function addUser({ ids, at }: MarketMaker, tx: Tx): Promise<User> {
  const id = newId(ids, userIdSchema);
  const user: User = {
    id,
    issuer: 'https://bench.test',
    subject: id,
    email: `${id}@bench.test`,
    displayName: 'Bench',
    status: 'active',
    statusReason: null,
    isAdmin: false,
    providerProfile: null,
    createdAt: at,
  };
  await tx.users.insertOrFind(user);
  return user;
}

async function addRenter(maker: MarketMaker, tx: Tx): Promise<BenchRenter> {
  const { at, currency, ids } = maker;
  const user = await addUser(maker, tx);
  const sshKeyId = newId(ids, sshKeyIdSchema);
  await tx.sshKeys.insert({
    id: sshKeyId,
    userId: user.id,
    name: 'laptop',
    publicKey: PUBLIC_KEY,
    fingerprint: 'SHA256:bench',
    createdAt: at,
  });
  await tx.ledger.post({
    id: newId(ids, ledgerTransferIdSchema),
    kind: 'top_up',
    idempotencyKey: `bench:${user.id}:top_up`,
    bookingId: null,
    paymentId: null,
    explanation: 'Money for the benchmark.',
    currency,
    at,
    entries: [
      { account: { kind: 'wallet', userId: user.id }, amount: amountMicros(WALLET_MICROS) },
      { account: { kind: 'clearing' }, amount: amountMicros(-WALLET_MICROS) },
    ],
  });
  return { actor: actorOf(user), sshKeyId };
}

async function addListing(maker: MarketMaker, tx: Tx, provider: User): Promise<Listing> {
  const { at, currency, ids } = maker;
  const machine = machineOf(maker, provider);
  await tx.machines.insert(machine);
  await addBenchmark(maker, tx, machine);
  const listing: Listing = {
    id: newId(ids, listingIdSchema),
    machineId: machine.id,
    unitId: machine.unitId,
    providerId: provider.id,
    title: 'Sixteen cores',
    description: '',
    pricePerHour: amountMicros(PRICE_PER_HOUR_MICROS),
    currency,
    durationMinMs: 10 * MINUTE_MS,
    durationMaxMs: 30 * DAY_MS,
    cancellationPolicy: 'flexible',
    extraWipeStrategies: [],
    visibility: 'public',
    status: 'active',
    createdAt: at,
    updatedAt: at,
  };
  await tx.listings.insert(listing);
  return listing;
}

/** A machine is bookable once one benchmark of it has succeeded. */
async function addBenchmark({ at, ids }: MarketMaker, tx: Tx, machine: Machine): Promise<void> {
  const id = newId(ids, benchmarkIdSchema);
  await tx.benchmarks.insert({
    id,
    machineId: machine.id,
    kind: 'cpu',
    origin: 'requested',
    factsFingerprint: null,
    driftPercent: null,
    status: 'queued',
    progressPercent: 0,
    result: null,
    rawOutputSha256: null,
    failureReason: null,
    queuedAt: at,
    startedAt: null,
    finishedAt: null,
  });
  const text = 'raw output';
  const rawOutputSha256 = createHash('sha256').update(text).digest('hex');
  await tx.benchmarks.keepRawOutput({ sha256: rawOutputSha256, text });
  await tx.benchmarks.changeStatus(id, { from: 'queued', to: 'running', at });
  await tx.benchmarks.changeStatus(id, {
    from: 'running',
    to: 'succeeded',
    at,
    rawOutputSha256,
    result: {
      tool: 'sysbench',
      toolVersion: '1.0.20',
      methodVersion: 1,
      parameters: {},
      measurements: [{ name: 'cpu', unit: 'events/s', median: 1, minimum: 1, maximum: 1, repetitions: 1 }],
      score: 1_000,
      referenceMachine: 'bench',
    },
  });
}

function machineOf({ at, ids }: MarketMaker, provider: User): Machine {
  const id = newId(ids, machineIdSchema);
  const endpoint = { address: `${id}.bench.test`, port: 22 };
  return {
    id,
    unitId: newId(ids, unitIdSchema),
    providerId: provider.id,
    name: 'Bench machine',
    control: endpoint,
    renter: endpoint,
    sshUser: 'rsm',
    declaredRegion: 'Frankfurt, DE',
    accessMode: 'unix_user',
    renterNetwork: CLOSED_RENTER_NETWORK,
    status: 'verified',
    quarantineReason: null,
    statusReason: null,
    reachability: 'reachable',
    reachabilityChangedAt: at,
    hostKeyState: 'pinned',
    hostKey: { keyType: 'ssh-ed25519', publicKey: 'AAAA', fingerprint: 'SHA256:bench' },
    lastError: null,
    credentials: {
      controlPublicKey: 'ssh-ed25519 AAAA',
      controlPrivateKeySealed: 'sealed',
      verifierPublicKey: 'ssh-ed25519 BBBB',
      verifierPrivateKeySealed: 'sealed',
    },
    facts: null,
    factsReadAt: null,
    verifiedAt: at,
    createdAt: at,
  };
}

/** Each client rents as somebody else. */
export function renterOf(market: BenchMarket, client: number): BenchRenter {
  const renter = market.renters[client];
  if (renter === undefined) throw new Error('There is a renter for each client.');
  return renter;
}
