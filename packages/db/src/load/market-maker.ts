import { DAY_MS, HOUR_MS, MINUTE_MS } from '@rsm/domain/common/instant';
import { divideHalfUp, type Currency } from '@rsm/domain/common/money';
import { cudaVersionNumber } from '@rsm/domain/machines/cuda-version';
import { bookingIdSchema, userIdSchema } from '@rsm/domain/common/ids';

import { accountPlace } from '../ledger/ledger-account.ts';
import { hardwareModels, type HardwareModel } from './hardware-models.ts';
import type { LoadBatch } from './load-tables.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Everybody made here has an address that mail can't reach (RFC 2606). */
const DOMAIN = 'load.invalid';
const ISSUER = 'https://load.invalid';
const FEE_BASIS_POINTS = 1_000;
const TURNAROUND_MS = 15 * MINUTE_MS;
const AHEAD_MS = 180 * DAY_MS;
const MIB = 1_048_576;
const LISTINGS_PER_PROVIDER = 12;
const RENTERS = 200;
/** Far above what a renter books here. */
const TOP_UP_MICROS = 1_000_000_000_000_000n;
/** A share of what is taken is booked; the rest is kept by the providers for themselves. */
const BOOKED_SHARE = 0.25;

const regions = [
  'eu-central, Frankfurt DE',
  'us-east, Ashburn US',
  'eu-west, Amsterdam NL',
  'us-west, Portland US',
  'eu-north, Helsinki FI',
  'ca-east, Montreal CA',
  'eu-east, Warsaw PL',
  'ap-northeast, Tokyo JP',
  'eu-west, Paris FR',
  'ap-southeast, Singapore SG',
  'eu-north, Oslo NO',
  'us-central, Dallas US',
  'eu-south, Milan IT',
  'ap-south, Mumbai IN',
  'eu-central, Prague CZ',
  'sa-east, São Paulo BR',
  'oc-east, Sydney AU',
  'eu-south, Madrid ES',
  'af-south, Cape Town ZA',
  'me-central, Dubai AE',
] as const;
const adjectives = ['Quiet', 'Fast', 'Reliable', 'Cheap', 'Dedicated', 'Well-cooled', 'Idle', 'Tuned'] as const;
const places = ['rack', 'tower', 'node', 'rig', 'server', 'box'] as const;

interface Person {
  readonly id: string;
  readonly walletId: string;
}

/** Makes the rows of a market, one listing after the other. What it remembers does not grow with the market. */
export class MarketMaker {
  readonly #random: SeededRandom;
  readonly #nowMs: number;
  readonly #currency: Currency;
  readonly #rawOutputSha256: string;
  readonly #renters: Person[] = [];
  readonly #held = new Map<string, bigint>();
  #provider = '';
  #listingsOfProvider = 0;

  constructor(options: { random: SeededRandom; nowMs: number; currency: Currency; rawOutputSha256: string }) {
    this.#random = options.random;
    this.#nowMs = options.nowMs;
    this.#currency = options.currency;
    this.#rawOutputSha256 = options.rawOutputSha256;
  }

  /** Wallets and what is left in each; right once everything was made. */
  *balances(): Iterable<readonly [accountId: string, micros: bigint]> {
    for (const { walletId } of this.#renters) yield [walletId, TOP_UP_MICROS - (this.#held.get(walletId) ?? 0n)];
  }

  /** People who book: with money in the wallet from the start. */
  addRenters(batch: LoadBatch): void {
    for (let n = 0; n < RENTERS; n += 1) {
      const id = this.#addUser(batch, `Renter ${String(n + 1)}`);
      const wallet = accountPlace({ kind: 'wallet', userId: userIdSchema.parse(id) }, this.#currency);
      if (!wallet.guarded) throw new TypeError('A wallet has a row.');
      this.#renters.push({ id, walletId: wallet.id });
      batch.accounts.rows.push([wallet.id, 'wallet', id, null, this.#currency, TOP_UP_MICROS]);
      const paymentId = this.#random.id(this.#nowMs);
      const at = iso(this.#nowMs);
      batch.payments.rows.push([
        paymentId,
        id,
        'top_up',
        'succeeded',
        'test',
        TOP_UP_MICROS,
        this.#currency,
        id,
        at,
        at,
      ]);
      this.#addTransfer(batch, { kind: 'top_up', key: `load:${id}`, bookingId: null, paymentId }, [
        [wallet.id, null, TOP_UP_MICROS],
        [null, 'clearing', -TOP_UP_MICROS],
      ]);
    }
  }

  /** A machine with its evidence, its listing, and what takes its time in the next 180 days. */
  addListing(batch: LoadBatch, n: number): void {
    const random = this.#random;
    const hardware = random.skewed(hardwareModels);
    const createdMs = this.#nowMs - random.below(700 * DAY_MS) - DAY_MS;
    const machineId = random.id(createdMs);
    const unitId = random.id(createdMs);
    const listingId = random.id(createdMs);
    const providerId = this.#providerOf(batch);
    const accessMode = random.next() < 0.4 ? 'container' : 'unix_user';
    // Most ask a little less or more than is fair; some a lot more.
    const factor = 0.7 + random.next() * 0.6 + (random.next() < 0.05 ? random.next() * 3 : 0);
    const price = BigInt(Math.max(1, Math.round(hardware.priceMillis * factor))) * 1_000n;
    this.#addMachine(batch, { n, machineId, providerId, accessMode, createdMs, hardware });
    batch.units.rows.push([unitId, machineId]);
    batch.calendars.rows.push([unitId]);
    batch.probeTimes.rows.push([machineId, iso(this.#nowMs)]);
    const name = hardware.gpu === null ? `${String(hardware.threads)} threads` : gpuTitle(hardware.gpu);
    const title = `${random.skewed(adjectives, 1)} ${random.skewed(places, 1)}, ${name}`;
    batch.listings.rows.push([
      listingId,
      machineId,
      unitId,
      providerId,
      title,
      '',
      price,
      this.#currency,
      10 * MINUTE_MS,
      30 * DAY_MS,
      random.skewed(['flexible', 'moderate', 'strict']),
      '{}',
      'public',
      'active',
      iso(createdMs),
      iso(createdMs),
    ]);
    // The cheap ones are taken first.
    const taken = Math.min(0.97, Math.max(0.05, (1.6 - factor) * (0.3 + random.next())));
    this.#addCalendar(batch, { listingId, machineId, unitId, providerId, price, accessMode }, taken);
  }

  #addMachine(
    batch: LoadBatch,
    machine: {
      n: number;
      machineId: string;
      providerId: string;
      accessMode: string;
      createdMs: number;
      hardware: HardwareModel;
    },
  ): void {
    const random = this.#random;
    const { accessMode, createdMs, hardware, machineId, n, providerId } = machine;
    const address = `m${String(n)}.${DOMAIN}`;
    const { gpu } = hardware;
    const cpuScore = Math.round(hardware.score * (0.92 + random.next() * 0.16));
    const storageScore = hardware.diskKind === 'hdd' ? 40 + random.below(40) : 500 + random.below(900);
    const measuredMs = this.#nowMs - random.below(7 * DAY_MS) - HOUR_MS;
    // Most are nearly always there, a few are not, and the youngest have no figure yet.
    const ppm = random.next() < 0.08 ? null : Math.round(1_000_000 * (1 - 0.2 * random.next() ** 6));
    batch.machines.rows.push([
      machineId,
      providerId,
      `machine-${String(n)}`,
      address,
      22,
      address,
      22,
      'rsm',
      random.skewed(regions),
      accessMode,
      'verified',
      'reachable',
      iso(createdMs),
      'pinned',
      'ssh-ed25519',
      'AAAA',
      'SHA256:load',
      'ssh-ed25519 AAAA',
      'none',
      'ssh-ed25519 BBBB',
      'none',
      hardware.cpu,
      hardware.threads,
      Math.round(hardware.memoryGib * 1_024 * MIB * 0.977),
      Math.round(hardware.diskGib * 1_024 * MIB * (0.5 + random.next() / 2)),
      hardware.diskKind,
      gpu?.model ?? null,
      gpu?.count ?? 0,
      gpu === null ? null : gpu.vramMib * MIB,
      gpu?.cuda ?? null,
      gpu === null ? null : cudaVersionNumber(gpu.cuda),
      cpuScore,
      storageScore,
      gpu === null ? null : Math.round(gpu.vramMib / 20),
      // Of the machine's number, so that the seed's other figures stay what they were.
      150 + ((n * 37) % 1_800),
      iso(measuredMs),
      ppm,
      90 * DAY_MS,
      iso(this.#nowMs),
      iso(createdMs),
      iso(createdMs),
    ]);
    const measured = [
      ['cpu', 'sysbench', 'events/s', cpuScore],
      ['storage', 'fio', 'IOPS', storageScore],
    ] as const;
    for (const [kind, tool, unit, score] of measured) {
      const measurement = {
        name: kind,
        unit,
        median: score * 10,
        minimum: score * 9,
        maximum: score * 11,
        repetitions: 3,
      };
      const result = {
        tool,
        toolVersion: '1',
        methodVersion: 1,
        parameters: {},
        measurements: [measurement],
        score,
        referenceMachine: 'load',
      };
      batch.benchmarks.rows.push([
        random.id(measuredMs),
        machineId,
        kind,
        'requested',
        'succeeded',
        100,
        JSON.stringify(result),
        this.#rawOutputSha256,
        iso(measuredMs),
        iso(measuredMs),
        iso(measuredMs),
      ]);
    }
  }

  #addCalendar(batch: LoadBatch, offer: Offer, taken: number): void {
    const random = this.#random;
    let at = this.#nowMs + HOUR_MS;
    // The next weeks are taken more than the months after them.
    const untilMs = this.#nowMs + AHEAD_MS * (0.15 + 0.85 * random.next() ** 2);
    for (;;) {
      // From half a day to a month; what lies between makes up the share that is taken.
      const lengthMs = HOUR_MS * (12 + random.below(700));
      const gapMs = lengthMs * ((1 - taken) / taken) * 2 * random.next();
      const start = at + Math.floor(gapMs / MINUTE_MS) * MINUTE_MS;
      const end = start + lengthMs;
      if (end + TURNAROUND_MS > untilMs) return;
      if (random.next() < BOOKED_SHARE) this.#addBooking(batch, offer, start, end);
      else this.#addBlock(batch, offer, start, end + TURNAROUND_MS);
      at = end + TURNAROUND_MS;
    }
  }

  #addBlock(batch: LoadBatch, { providerId, unitId }: Offer, start: number, end: number): void {
    const id = this.#random.id(this.#nowMs);
    const kind = this.#random.skewed(['rented_elsewhere', 'own_use', 'maintenance']);
    batch.blocks.rows.push([id, unitId, kind, null, providerId, iso(this.#nowMs)]);
    batch.occupancies.rows.push([this.#random.id(this.#nowMs), unitId, range(start, end), 'block', null, id, true]);
  }

  #addBooking(batch: LoadBatch, offer: Offer, start: number, end: number): void {
    const id = this.#random.id(this.#nowMs);
    const renter = this.#random.skewed(this.#renters, 1.5);
    const hold = divideHalfUp(offer.price * BigInt((end - start) / 1_000), 3_600n);
    const at = iso(this.#nowMs);
    batch.bookings.rows.push([
      id,
      offer.listingId,
      offer.machineId,
      offer.unitId,
      renter.id,
      offer.providerId,
      iso(start),
      iso(end),
      TURNAROUND_MS,
      'scheduled',
      at,
      offer.accessMode,
      this.#currency,
      FEE_BASIS_POINTS,
      'flexible',
      hold,
      false,
      '{"ssh-ed25519 AAAA"}',
      at,
    ]);
    batch.segments.rows.push([id, 1, iso(start), iso(end), offer.price]);
    batch.changes.rows.push([id, 1, null, 'scheduled', null, at]);
    batch.occupancies.rows.push([
      this.#random.id(this.#nowMs),
      offer.unitId,
      range(start, end + TURNAROUND_MS),
      'booking',
      id,
      null,
      true,
    ]);
    const account = accountPlace({ kind: 'hold', bookingId: bookingIdSchema.parse(id) }, this.#currency);
    if (!account.guarded) throw new TypeError('A hold has a row.');
    batch.accounts.rows.push([account.id, 'hold', null, id, this.#currency, hold]);
    this.#addTransfer(batch, { kind: 'hold', key: `booking:${id}:hold`, bookingId: id, paymentId: null }, [
      [renter.walletId, null, -hold],
      [account.id, null, hold],
    ]);
    this.#held.set(renter.walletId, (this.#held.get(renter.walletId) ?? 0n) + hold);
  }

  #addTransfer(
    batch: LoadBatch,
    of: { kind: 'top_up' | 'hold'; key: string; bookingId: string | null; paymentId: string | null },
    entries: readonly (readonly [accountId: string | null, house: string | null, amount: bigint])[],
  ): void {
    const id = this.#random.id(this.#nowMs);
    const at = iso(this.#nowMs);
    batch.transfers.rows.push([
      id,
      of.kind,
      of.key,
      of.bookingId,
      of.paymentId,
      'Made by seed:load.',
      this.#currency,
      at,
    ]);
    for (const [account, house, amount] of entries)
      batch.entries.rows.push([id, account, house, this.#currency, amount, at]);
  }

  #providerOf(batch: LoadBatch): string {
    if (this.#listingsOfProvider === 0) {
      this.#provider = this.#addUser(batch, 'Provider');
      batch.profiles.rows.push([this.#provider, 'approved', 'Provider', iso(this.#nowMs)]);
      // Many offer a few machines, few offer many.
      this.#listingsOfProvider = 1 + Math.floor(LISTINGS_PER_PROVIDER * 4 * this.#random.next() ** 3);
    }
    this.#listingsOfProvider -= 1;
    return this.#provider;
  }

  #addUser(batch: LoadBatch, name: string): string {
    const id = this.#random.id(this.#nowMs);
    batch.users.rows.push([id, ISSUER, id, `${id}@${DOMAIN}`, name, 'active', false, iso(this.#nowMs)]);
    return id;
  }
}

interface Offer {
  readonly listingId: string;
  readonly machineId: string;
  readonly unitId: string;
  readonly providerId: string;
  readonly price: bigint;
  readonly accessMode: string;
}

function gpuTitle({ count, model }: { readonly count: number; readonly model: string }): string {
  return `${String(count)}x ${model.replace(/^(?:NVIDIA|Tesla) (?:GeForce )?/, '')}`;
}

const iso = (atMs: number): string => new Date(atMs).toISOString();
const range = (start: number, end: number): string => `[${iso(start)},${iso(end)})`;
