import { CLOSED_RENTER_NETWORK } from '@rsm/domain/access/renter-network';
import { createHash, randomBytes } from 'node:crypto';

import type { Booking } from '@rsm/domain/bookings/booking';
import {
  benchmarkIdSchema,
  blockIdSchema,
  bookingIdSchema,
  listingIdSchema,
  machineIdSchema,
  newId,
  occupancyIdSchema,
  unitIdSchema,
  userIdSchema,
  type IdSource,
} from '@rsm/domain/common/ids';
import { HOUR_MS, instant, MINUTE_MS, plusMs, type Clock, type Instant } from '@rsm/domain/common/instant';
import { amountMicros, currencySchema } from '@rsm/domain/common/money';
import type { Benchmark } from '@rsm/domain/benchmarks/benchmark';
import type { Listing } from '@rsm/domain/listings/listing';
import type { Machine } from '@rsm/domain/machines/machine';
import type { Block } from '@rsm/domain/occupancies/occupancy';
import type { UnitOfWork } from '@rsm/domain/unit-of-work/unit-of-work';
import type { User } from '@rsm/domain/users/user';

/** A clock that a test sets. */
export class TestClock implements Clock {
  #now: Instant;

  constructor(start = Date.UTC(2031, 0, 15, 12)) {
    this.#now = instant(start);
  }

  now(): Instant {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now = plusMs(this.#now, ms);
  }
}

/** Fresh UUIDv7 (RFC 9562, 5.7): 48 bits of time, then chance. */
export const testIds: IdSource = {
  next(): string {
    const bytes = randomBytes(16);
    bytes.writeUIntBE(Date.now(), 0, 6);
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    const hex = bytes.toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  },
};

const EUR = currencySchema.parse('EUR');

export function makeUser(at: Instant, overrides: Partial<User> = {}): User {
  const id = newId(testIds, userIdSchema);
  return {
    id,
    issuer: 'https://identity.test',
    subject: id,
    email: `${id}@example.test`,
    displayName: 'Test user',
    status: 'active',
    statusReason: null,
    isAdmin: false,
    providerProfile: null,
    createdAt: at,
    ...overrides,
  };
}

const hostKey = { keyType: 'ssh-ed25519', publicKey: 'AAAAC3NzaC1lZDI1NTE5', fingerprint: 'SHA256:test' };

export function makeMachine(provider: User, at: Instant, overrides: Partial<Machine> = {}): Machine {
  const id = newId(testIds, machineIdSchema);
  return {
    id,
    unitId: newId(testIds, unitIdSchema),
    providerId: provider.id,
    name: 'Test machine',
    control: { address: `${id}.example.test`, port: 22 },
    renter: { address: `${id}.example.test`, port: 22 },
    sshUser: 'rsm',
    declaredRegion: 'eu-central',
    accessMode: 'unix_user',
    renterNetwork: CLOSED_RENTER_NETWORK,
    status: 'verified',
    quarantineReason: null,
    statusReason: null,
    reachability: 'reachable',
    reachabilityChangedAt: at,
    hostKeyState: 'pinned',
    hostKey,
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
    ...overrides,
  };
}

export function makeListing(machine: Machine, at: Instant, overrides: Partial<Listing> = {}): Listing {
  return {
    id: newId(testIds, listingIdSchema),
    machineId: machine.id,
    unitId: machine.unitId,
    providerId: machine.providerId,
    title: 'Test listing',
    description: '',
    pricePerHour: amountMicros(3_600_000n),
    currency: EUR,
    durationMinMs: 10 * MINUTE_MS,
    durationMaxMs: 24 * HOUR_MS,
    cancellationPolicy: 'flexible',
    extraWipeStrategies: [],
    visibility: 'public',
    status: 'active',
    createdAt: at,
    updatedAt: at,
    ...overrides,
  };
}

/** A booking of one hour from `start`, at a millionth a millisecond, with a clean-up time of 15 minutes. */
export function makeBooking(listing: Listing, renter: User, start: Instant, overrides: Partial<Booking> = {}): Booking {
  const end = plusMs(start, HOUR_MS);
  return {
    id: newId(testIds, bookingIdSchema),
    listingId: listing.id,
    machineId: listing.machineId,
    unitId: listing.unitId,
    renterId: renter.id,
    providerId: listing.providerId,
    start,
    end,
    turnaroundMs: 15 * MINUTE_MS,
    status: 'scheduled',
    statusReason: null,
    statusChangedAt: listing.createdAt,
    endReason: null,
    accessMode: 'unix_user',
    priceSegments: [{ start, end, pricePerHour: listing.pricePerHour }],
    currency: listing.currency,
    feeBasisPoints: 1_000,
    cancellationPolicy: listing.cancellationPolicy,
    holdAmount: amountMicros(3_600_000n),
    settledAmount: amountMicros(0n),
    settledWeeks: 0,
    chargedAmount: null,
    releasedAmount: null,
    readyAt: null,
    accessEndedAt: null,
    cancelRequestedAt: null,
    endRequestedAt: null,
    endRequestedBy: null,
    deadlineAt: null,
    canaryConsent: false,
    containerImage: null,
    autoExtend: null,
    publicKeys: ['ssh-ed25519 AAAA'],
    createdAt: listing.createdAt,
    ...overrides,
  };
}

export function makeBlock(machine: Machine, start: Instant, overrides: Partial<Block> = {}): Block {
  return {
    id: newId(testIds, blockIdSchema),
    unitId: machine.unitId,
    kind: 'maintenance',
    range: { start, end: plusMs(start, HOUR_MS) },
    note: null,
    createdBy: machine.providerId,
    createdAt: start,
    ...overrides,
  };
}

export function makeBenchmark(machine: Machine, at: Instant, overrides: Partial<Benchmark> = {}): Benchmark {
  return {
    id: newId(testIds, benchmarkIdSchema),
    machineId: machine.id,
    kind: 'cpu',
    origin: 'requested',
    factsFingerprint: null,
    status: 'queued',
    progressPercent: 0,
    result: null,
    driftPercent: null,
    rawOutputSha256: null,
    failureReason: null,
    queuedAt: at,
    startedAt: null,
    finishedAt: null,
    ...overrides,
  };
}

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A provider with one listed machine, and a renter, written through the unit of work. */
export async function seedMarket(
  uow: UnitOfWork,
  clock: Clock,
): Promise<{ readonly provider: User; readonly renter: User; readonly machine: Machine; readonly listing: Listing }> {
  const at = clock.now();
  const provider = makeUser(at);
  const renter = makeUser(at);
  const machine = makeMachine(provider, at);
  const listing = makeListing(machine, at);
  await uow.run(async (tx) => {
    await tx.users.insertOrFind(provider);
    await tx.users.insertOrFind(renter);
    await tx.machines.insert(machine);
    await tx.listings.insert(listing);
  });
  return { provider, renter, machine, listing };
}

/** Writes a booking with its occupancy, the way the service does, without its money. */
export async function placeBooking(uow: UnitOfWork, booking: Booking): Promise<void> {
  await uow.run(async (tx) => {
    await tx.occupancies.lockCalendar(booking.unitId);
    await tx.bookings.insert(booking);
    await tx.occupancies.insertForBooking({
      id: newId(testIds, occupancyIdSchema),
      unitId: booking.unitId,
      bookingId: booking.id,
      range: { start: booking.start, end: plusMs(booking.end, booking.turnaroundMs) },
    });
  });
}
