import { CLOSED_RENTER_NETWORK } from '@rsm/domain/access/renter-network';
import { describe, expect, it } from 'vitest';
import type { Booking } from '@rsm/domain/bookings/booking';
import type { DisputeView } from '@rsm/domain/disputes/disputes-service';
import type { Machine } from '@rsm/domain/machines/machine';
import type { MachineFacts } from '@rsm/domain/machines/machine-facts';
import type { ReliabilityLoss } from '@rsm/domain/reliability/reliability';
import type { User } from '@rsm/domain/users/user';
import { machineFactsPublic } from '../schemas/listings.ts';
import { machineRead } from '../schemas/machines.ts';
import { sampleIds } from '../testing/procedure-matrix.ts';
import { disputeDetailRead } from '../schemas/disputes.ts';
import { toBookingDetailRead, toBookingListItem, toBookingRead } from './bookings.ts';
import { toKeySetRead } from './data-wipes.ts';
import { toDisputeRead } from './disputes.ts';
import { toListingDetailRead } from './listings.ts';
import { toMachineRead } from './machines.ts';
import { toListingLossRead, toMachineLossRead } from './reliability.ts';
import { toUserRead } from './users.ts';

const SECRET = 'must-not-leave';

const facts = {
  cpu: null,
  memory: null,
  disks: null,
  gpus: [
    {
      vendor: 'nvidia',
      model: 'H100',
      uuid: `GPU-${SECRET}`,
      vramBytes: 1,
      driverVersion: null,
      cudaVersion: null,
      computeCapability: null,
      pcieGeneration: null,
      pcieWidth: null,
      powerLimitWatts: null,
      eccEnabled: null,
    },
  ],
  containerRuntime: null,
  kernel: null,
  virtualization: null,
  os: null,
  initSystem: null,
  sshdVersion: null,
  timeZone: null,
  unreadable: [],
  fingerprint: 'a'.repeat(64),
} satisfies MachineFacts;

const machine = {
  id: sampleIds.machineId,
  unitId: SECRET,
  providerId: SECRET,
  name: 'rack-7',
  control: { address: '203.0.113.7', port: 22 },
  renter: { address: '203.0.113.7', port: 22 },
  sshUser: 'root',
  declaredRegion: 'DE',
  accessMode: 'unix_user',
  renterNetwork: CLOSED_RENTER_NETWORK,
  status: 'verified',
  quarantineReason: null,
  statusReason: null,
  reachability: 'reachable',
  reachabilityChangedAt: 1,
  hostKeyState: 'pinned',
  hostKey: null,
  lastError: null,
  credentials: {
    controlPublicKey: SECRET,
    controlPrivateKeySealed: SECRET,
    verifierPublicKey: SECRET,
    verifierPrivateKeySealed: SECRET,
  },
  facts: null,
  factsReadAt: null,
  verifiedAt: null,
  createdAt: 1,
} as unknown as Machine;

const user = {
  id: sampleIds.userId,
  issuer: SECRET,
  subject: SECRET,
  email: 'ada@example.org',
  displayName: 'Ada',
  status: 'active',
  statusReason: null,
  isAdmin: false,
  providerProfile: null,
  createdAt: 1,
} as unknown as User;

const booking = {
  id: sampleIds.bookingId,
  listingId: sampleIds.listingId,
  machineId: sampleIds.machineId,
  unitId: SECRET,
  renterId: SECRET,
  providerId: SECRET,
  priceSegments: [],
  publicKeys: [SECRET],
  start: 1,
  end: 2,
  holdAmount: 1n,
  chargedAmount: null,
  releasedAmount: null,
  readyAt: null,
  autoExtend: null,
  createdAt: 1,
} as unknown as Booking;

/** The text of everything in a value, bigints too. */
const textOf = (value: unknown) =>
  JSON.stringify(value, (_key, field: unknown) => (typeof field === 'bigint' ? field.toString() : field));

describe('what never leaves', () => {
  it('are a machine’s keys and its sealed private halves', () => {
    expect(textOf(toMachineRead(machine))).not.toContain(SECRET);
  });

  it('is refused by the output schema too, if a mapper ever let it through', () => {
    expect(machineRead.safeParse({ ...toMachineRead(machine) }).success).toBe(true);
    expect(machineRead.safeParse({ ...toMachineRead(machine), credentials: {} }).success).toBe(false);
  });

  it('is the subject under which the identity provider knows a person', () => {
    expect(textOf(toUserRead(user))).not.toContain(SECRET);
  });

  it('are the ids of the two sides of a booking, and the renter’s keys', () => {
    expect(textOf(toBookingRead(booking))).not.toContain(SECRET);
    const row = { listingTitle: 'a', machineName: null, otherName: 'Ada', viewer: 'renter' } as const;
    expect(textOf(toBookingListItem({ ...booking, ...row }))).not.toContain(SECRET);
    const detail = { listingTitle: 'a', machineName: 'b', renterName: 'Ada', providerName: 'c', delayReason: null };
    expect(textOf(toBookingDetailRead({ ...detail, booking, viewer: 'provider' }))).not.toContain(SECRET);
  });

  it('are the ids of the sides of a dispute and of who decided it, and anything that its evidence was not made for', () => {
    const decision = { outcome: 'none', refund: 0n, reason: 'Nothing was found.', decidedBy: SECRET };
    const row = {
      id: sampleIds.disputeId,
      bookingId: sampleIds.bookingId,
      createdAt: 1,
      closedAt: 2,
      respondedAt: null,
    };
    const dispute = { ...row, renterId: SECRET, providerId: SECRET, decision } as unknown as DisputeView['dispute'];
    expect(textOf(toDisputeRead({ dispute, viewer: 'provider' }))).not.toContain(SECRET);
    const { evidence } = disputeDetailRead.shape;
    const shown = { keyType: 'ssh-ed25519', fingerprint: 'SHA256:abc' };
    const keys = evidence.shape.access.shape.keys;
    expect(keys.safeParse([shown]).success).toBe(true);
    expect(keys.safeParse([{ ...shown, name: SECRET }]).success).toBe(false);
    expect(evidence.shape.booking.safeParse({ renterEmail: SECRET }).success).toBe(false);
  });

  it('is the serial number of a machine’s hardware, to the market', () => {
    const listing = { id: sampleIds.listingId, extraWipeStrategies: [], createdAt: 1, updatedAt: 1 };
    const detail = toListingDetailRead({
      listing: listing as never,
      machine: { ...machine, facts },
      providerName: 'Ada Machines',
      benchmarks: [],
      wipePlan: [],
      reliability: { ppm: null, measuredMs: 0, bookings: 0, computedAt: null },
      images: [],
      imagesSeenAt: null,
    });
    expect(textOf(detail)).not.toContain(SECRET);
    expect(textOf(detail)).not.toContain(facts.fingerprint);
    expect(machineFactsPublic.safeParse(detail.machine.facts).success).toBe(true);
  });

  it('are the booking behind a loss of reliability and its hour, to the market', () => {
    const loss = { kind: 'provider_ended', bookingId: SECRET, at: 1, ppm: 5 } as unknown as ReliabilityLoss;
    expect(textOf(toMachineLossRead(loss))).toContain(SECRET);
    expect(textOf(toListingLossRead(loss))).not.toContain(SECRET);
  });

  it('is a private signing key: no key set is better than one with it', () => {
    const publicKey = { kty: 'OKP', crv: 'Ed25519', x: 'abc', kid: 'k1', alg: 'EdDSA', use: 'sig' };
    expect(toKeySetRead({ keys: [publicKey] })).toEqual({ keys: [publicKey] });
    expect(() => toKeySetRead({ keys: [{ ...publicKey, d: SECRET }] })).toThrow('Unrecognized key');
  });
});
