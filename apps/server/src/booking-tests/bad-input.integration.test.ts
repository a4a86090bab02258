import { beforeAll, describe, expect, it } from 'vitest';
import { createKeyPairMaker } from '@rsm/hosts';
import { DomainError } from '@rsm/domain/common/domain-error';
import type { DomainErrorCode } from '@rsm/domain/common/domain-error';
import { DAY_MS, HOUR_MS, MINUTE_MS, plusMs } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import { dumpDatabase } from '../testing/database-dump.ts';
import { openMarket, type Market } from '../testing/open-market.ts';
import type { SeededRenter } from '../testing/seeder.ts';
import { SEED_PRICE, termsWith } from '../testing/seeder.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

const product = useTestProduct();
let t: Market;

beforeAll(async () => {
  t = await openMarket(product());
});

interface Refusal {
  readonly code: DomainErrorCode;
  /** The field that a form marks; null where no field of the input is at fault. */
  readonly field: string | null;
}

/** The call is refused with code, field and a way out in words, and the database is as it was. */
async function expectRefusal(call: () => Promise<unknown>, { code, field }: Refusal): Promise<DomainError> {
  const reader = await t.reader();
  const before = await dumpDatabase(reader);
  const error: unknown = await call().then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DomainError);
  if (!(error instanceof DomainError)) throw new Error('unreachable');
  expect({ code: error.code, field: error.field ?? null }).toEqual({ code, field });
  expect(error.message).toMatch(/\.$/);
  expect(error.remedy).toMatch(/[.?]$/);
  expect(await dumpDatabase(reader)).toEqual(before);
  return error;
}

describe('connecting a machine', () => {
  const connect = (address: string, port = 22) =>
    t.services.machines.connect(t.provider, {
      name: 'rack-9',
      control: { address, port },
      renter: null,
      sshUser: 'root',
      declaredRegion: 'Frankfurt, DE',
      accessMode: 'unix_user',
    });

  it.each([
    ['this computer', '127.0.0.1'],
    ['this computer by name', 'localhost'],
    ['cloud metadata', '169.254.169.254'],
    ['a private network that was not named', '10.21.0.1'],
    ['another private network', '192.168.1.1'],
    ['IPv4 in IPv6', '::ffff:10.21.0.1'],
    ['a decimal spelling', '2130706433'],
    ['an octal spelling', '0177.0.0.1'],
    ['multicast', '224.0.0.1'],
  ])('at %s is refused', async (_what, address) => {
    await expectRefusal(() => connect(address), { code: 'invalid_address', field: 'control.address' });
  });

  it('at a renter address in a forbidden range is refused too', async () => {
    await expectRefusal(
      () =>
        t.services.machines.connect(t.provider, {
          name: 'rack-9',
          control: { address: '10.20.250.9', port: 22 },
          renter: { address: '169.254.169.254', port: 22 },
          sshUser: 'root',
          declaredRegion: 'Frankfurt, DE',
          accessMode: 'unix_user',
        }),
      { code: 'invalid_address', field: 'renter.address' },
    );
  });

  it('with containers is refused where the operator named no image for them', async () => {
    const error = await expectRefusal(
      () =>
        t.services.machines.connect(t.provider, {
          name: 'rack-9',
          control: { address: '10.20.250.9', port: 22 },
          renter: null,
          sshUser: 'root',
          declaredRegion: 'Frankfurt, DE',
          accessMode: 'container',
        }),
      { code: 'invalid_input', field: 'accessMode' },
    );
    expect(error.remedy).toContain('CONTAINER_IMAGES');
  });

  it('at a wrong port: the machine stays, says why nothing was read, and can be asked again', async () => {
    const fake = t.machines.add();
    const machine = await connect(fake.endpoint.address, 2_222);
    await t.jobs.advance(HOUR_MS);
    expect(await t.services.machines.get(t.provider, { id: machine.id })).toMatchObject({
      status: 'connecting',
      hostKeyState: 'none',
      lastError: `Nothing answers at ${fake.endpoint.address}:2222.`,
    });
    await expectRefusal(
      () => t.services.machines.confirmHostKey(t.provider, { id: machine.id, fingerprint: t.fake.hostKey.fingerprint }),
      { code: 'wrong_state', field: null },
    );
    await t.services.machines.retire(t.provider, { id: machine.id });
    expect(t.jobs.failures).toEqual([]);
  });

  it('with another fingerprint than the one that was read pins nothing', async () => {
    const { machine, provider, fake } = await t.seed.scannedMachine();
    const shown = fake.hostKey.fingerprint;
    fake.changeHostKey();
    const refusal = { code: 'host_key_not_confirmed', field: 'fingerprint' } as const;
    const confirm = (fingerprint: string) =>
      t.services.machines.confirmHostKey(provider, { id: machine.id, fingerprint });
    const error = await expectRefusal(() => confirm(fake.hostKey.fingerprint), refusal);
    expect(error.message).toContain(shown);
    await t.jobs.runDue();
    expect(fake.visits).toEqual(['scan']);

    // Confirming what was read then is found out at the first login: nothing is sent to the other key.
    await confirm(shown);
    await t.jobs.runDue();
    expect(fake.visits).toEqual(['scan']);
    expect(await t.services.machines.get(provider, { id: machine.id })).toMatchObject({
      status: 'connecting',
      hostKeyState: 'changed',
    });
  });

  it('whose checks fail is not verified, and says which and how to get there', async () => {
    const { machine, provider, fake } = await t.seed.scannedMachine();
    fake.failedCheck = 'sshd';
    await t.services.machines.confirmHostKey(provider, { id: machine.id, fingerprint: fake.hostKey.fingerprint });
    await t.jobs.runDue();
    const { checks } = await t.services.machines.listChecks(provider, { id: machine.id });
    expect(checks.filter(({ passed }) => !passed)).toMatchObject([{ id: 'sshd', remedy: 'Change it.' }]);
    expect((await t.services.machines.get(provider, { id: machine.id })).status).toBe('connecting');
    await expectRefusal(() => t.services.benchmarks.start(provider, { machineId: machine.id, kinds: null }), {
      code: 'machine_not_verified',
      field: 'machineId',
    });
  });
});

describe('an SSH key', () => {
  const rsa2048 =
    'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDBEUZlZulsyc+IRO7kZeX6rjwBaiSy1LMnQMTyihw5Jt6FboaMMxeZNLaZwkDea1vf3ROKkkjvQtZu7qC8ug5ytxNyTTeFBbTTULk';
  const { privateKey, publicKey } = createKeyPairMaker().make('test');

  it.each<[string, string, RegExp]>([
    ['with options', `command="/bin/sh" ${publicKey}`, /Options before the key/],
    ['that is a private key', privateKey, /private key/],
    ['that is cut off', publicKey.slice(0, 40), /cut off or damaged|does not fit/],
    ['of RSA that is cut off', rsa2048, /damaged/],
    ['with a second line', `${publicKey}\n${publicKey}`, /several lines/],
    ['of a type that is no longer safe', 'ssh-dss AAAAB3NzaC1kc3MAAACBAP1', /DSA/],
    ['that is nothing', '   ', /no key/],
  ])('%s is refused', async (_what, text, why) => {
    const error = await expectRefusal(
      () => t.services.users.addSshKey(t.renter.actor, { name: null, publicKey: text }),
      { code: 'invalid_ssh_key', field: 'publicKey' },
    );
    expect(error.message).toMatch(why);
    expect(error.message).not.toContain(privateKey.slice(100, 140));
  });

  it('of 2048-bit RSA is refused and says how long it must be', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const { n = '', e = '' } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
    const field = (bytes: Buffer) => Buffer.concat([uint32(bytes.length), bytes]);
    const uint32 = (value: number) =>
      Buffer.from([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
    const modulus = Buffer.concat([Buffer.from([0]), Buffer.from(n, 'base64url')]);
    const blob = Buffer.concat([field(Buffer.from('ssh-rsa')), field(Buffer.from(e, 'base64url')), field(modulus)]);
    const error = await expectRefusal(
      () =>
        t.services.users.addSshKey(t.renter.actor, { name: null, publicKey: `ssh-rsa ${blob.toString('base64')} me` }),
      { code: 'invalid_ssh_key', field: 'publicKey' },
    );
    expect(error.message).toBe('This RSA key has 2048 bits; at least 3072 are needed.');
  });

  it('that is there already is refused', async () => {
    await t.services.users.addSshKey(t.renter.actor, { name: null, publicKey });
    await expectRefusal(() => t.services.users.addSshKey(t.renter.actor, { name: 'again', publicKey }), {
      code: 'conflict',
      field: 'publicKey',
    });
  });
});

describe('a listing', () => {
  it.each([
    ['a price of zero', { pricePerHour: amountMicros(0n) }, 'invalid_amount', 'terms.pricePerHour'],
    ['a negative price', { pricePerHour: amountMicros(-1n) }, 'invalid_amount', 'terms.pricePerHour'],
    ['an absurd price', { pricePerHour: amountMicros(10n ** 15n) }, 'invalid_amount', 'terms.pricePerHour'],
    ['a shortest length of zero', { durationMinMs: 0 }, 'invalid_window', 'terms.durationMinMs'],
    [
      'a longest below the shortest',
      { durationMinMs: HOUR_MS, durationMaxMs: MINUTE_MS },
      'invalid_window',
      'terms.durationMaxMs',
    ],
    ['a longest of years', { durationMaxMs: 1_000 * DAY_MS }, 'invalid_window', 'terms.durationMaxMs'],
  ] as const)('with %s is refused', async (_what, terms, code, field) => {
    const { provider, listing } = t;
    await expectRefusal(() => t.services.listings.update(provider, { id: listing.id, terms: termsWith(terms) }), {
      code,
      field,
    });
  });

  it('of somebody else’s machine is refused, as if the machine were not there', async () => {
    const stranger = await t.seed.provider();
    await expectRefusal(() => t.services.listings.create(stranger, { machineId: t.machine.id, terms: termsWith() }), {
      code: 'not_found',
      field: null,
    });
  });

  it('of a machine that has one already is refused', async () => {
    await expectRefusal(() => t.services.listings.create(t.provider, { machineId: t.machine.id, terms: termsWith() }), {
      code: 'conflict',
      field: 'machineId',
    });
  });

  it('of a machine that is not verified, or not measured, is not published', async () => {
    const scanned = await t.seed.scannedMachine();
    const early = await t.services.listings.create(scanned.provider, {
      machineId: scanned.machine.id,
      terms: termsWith(),
    });
    await expectRefusal(() => t.services.listings.publish(scanned.provider, { id: early.id }), {
      code: 'machine_not_verified',
      field: null,
    });
    const verified = await t.seed.verifiedMachine();
    const draft = await t.services.listings.create(verified.provider, {
      machineId: verified.machine.id,
      terms: termsWith(),
    });
    await expectRefusal(() => t.services.listings.publish(verified.provider, { id: draft.id }), {
      code: 'machine_not_benchmarked',
      field: null,
    });
  });

  it('that is published already is not published again', async () => {
    await expectRefusal(() => t.services.listings.publish(t.provider, { id: t.listing.id }), {
      code: 'wrong_state',
      field: null,
    });
  });
});

describe('booking', () => {
  const expectRefused = (
    overrides: Parameters<Market['seed']['book']>[2],
    refusal: Refusal,
    renter: SeededRenter = t.renter,
  ) => expectRefusal(() => t.seed.book(renter, t.listing, overrides), refusal);

  it.each([
    ['an end before the start', -HOUR_MS, 'The end must lie after the start.'],
    ['no time at all', 0, 'The end must lie after the start.'],
    ['half a millisecond', 0.5, 'The end must lie after the start.'],
    ['too short a time', MINUTE_MS, 'This listing is booked for at least 10 minutes.'],
    ['too long a time', 31 * DAY_MS, 'This listing is booked for at most 30 days.'],
    ['an absurd time', Number.MAX_SAFE_INTEGER, 'This listing is booked for at most 30 days.'],
    ['a time that is no number', Number.NaN, 'The end must lie after the start.'],
  ])('for %s is refused', async (_what, durationMs, message) => {
    const error = await expectRefused({ durationMs }, { code: 'invalid_window', field: 'durationMs' });
    expect(error.message).toBe(message);
  });

  it('in the past, or beyond the horizon, is refused', async () => {
    await expectRefused({ start: plusMs(t.clock.now(), -1) }, { code: 'invalid_window', field: 'start' });
    await expectRefused({ start: plusMs(t.clock.now(), 180 * DAY_MS) }, { code: 'invalid_window', field: 'start' });
  });

  it('one’s own machine is refused', async () => {
    const sshKeyId = await t.seed.sshKey(t.provider);
    await expectRefused({}, { code: 'own_machine', field: 'listingId' }, { actor: t.provider, sshKeyId });
  });

  it('with nobody’s key, or somebody else’s, is refused', async () => {
    const other = await t.seed.renter();
    await expectRefused({ sshKeyIds: [] }, { code: 'invalid_input', field: 'sshKeyIds' });
    await expectRefused({ sshKeyIds: [other.sshKeyId] }, { code: 'invalid_input', field: 'sshKeyIds' });
  });

  it('with an empty wallet is refused', async () => {
    const poor: SeededRenter = { actor: await t.seed.person('poor'), sshKeyId: t.renter.sshKeyId };
    const withKey = { ...poor, sshKeyId: await t.seed.sshKey(poor.actor) };
    const error = await expectRefused({}, { code: 'insufficient_funds', field: null }, withKey);
    expect(error.remedy).toMatch(/Top up/);
  });

  it('when the price rose above what was shown is refused', async () => {
    await expectRefused(
      { acceptedMaximum: amountMicros(SEED_PRICE - 1n) },
      { code: 'conflict', field: 'acceptedMaximum' },
    );
  });

  it('a time that is booked or blocked is refused', async () => {
    const start = plusMs(t.clock.now(), 2 * DAY_MS);
    await t.seed.book(t.renter, t.listing, { start });
    await expectRefused({ start: plusMs(start, 30 * MINUTE_MS) }, { code: 'window_taken', field: 'start' });
    // The clean-up time after a booking is taken as well.
    await expectRefused({ start: plusMs(start, HOUR_MS + 14 * MINUTE_MS) }, { code: 'window_taken', field: 'start' });
    const range = { start: plusMs(start, DAY_MS), end: plusMs(start, 2 * DAY_MS) };
    const block = { id: t.machine.id, kind: 'maintenance', note: null } as const;
    await t.services.machines.blockTime(t.provider, { ...block, range });
    await expectRefused({ start: plusMs(range.end, -1) }, { code: 'window_taken', field: 'start' });
    await expectRefusal(() => t.services.machines.blockTime(t.provider, { ...block, range }), {
      code: 'window_taken',
      field: 'range.start',
    });
    const backwards = { start: range.end, end: range.start };
    await expectRefusal(() => t.services.machines.blockTime(t.provider, { ...block, range: backwards }), {
      code: 'invalid_window',
      field: 'range.end',
    });
  });

  it('a listing that is paused or archived is refused', async () => {
    const { provider, listing } = await t.seed.listing();
    await t.services.listings.pause(provider, { id: listing.id });
    const refusal = { code: 'listing_not_bookable', field: 'listingId' } as const;
    await expectRefusal(() => t.seed.book(t.renter, listing), refusal);
    await t.services.listings.archive(provider, { id: listing.id });
    await expectRefusal(() => t.seed.book(t.renter, listing), refusal);
  });

  it("somebody else's draft looks the same as none: it leaked that it was there", async () => {
    const { provider, machine } = await t.seed.measuredMachine();
    const draft = await t.services.listings.create(provider, { machineId: machine.id, terms: termsWith() });
    await expectRefusal(() => t.seed.book(t.renter, draft), { code: 'not_found', field: null });
  });

  it('a machine that is quarantined is refused, and the renter is told what he can do', async () => {
    const market = await openMarket(product());
    market.fake.leavesResidue = true;
    await market.active();
    await market.jobs.advance(2 * HOUR_MS);
    const error = await expectRefusal(() => market.seed.book(market.renter, market.listing), {
      code: 'machine_quarantined',
      field: 'listingId',
    });
    expect(error.remedy).toBe('Choose another listing, or try again later.');
  });

  it('a machine that does not answer is refused', async () => {
    const market = await openMarket(product());
    market.fake.isUnreachable = true;
    await market.jobs.advance(2 * MINUTE_MS, { sweepEveryMs: 31_000 });
    await expectRefusal(() => market.seed.book(market.renter, market.listing), {
      code: 'machine_unreachable',
      field: 'listingId',
    });
  });
});

describe('a booking that exists', () => {
  it('is not extended to before its end, beyond the limits, into a taken time, or without money', async () => {
    const start = plusMs(t.clock.now(), 10 * DAY_MS);
    const booking = await t.seed.book(t.renter, t.listing, { start });
    await t.seed.book(t.renter, t.listing, { start: plusMs(booking.end, HOUR_MS) });
    const extend = (newEnd: number, actor = t.renter.actor) =>
      t.services.bookings.extend(actor, {
        idempotencyKey: t.seed.key('extend'),
        id: booking.id,
        newEnd: plusMs(booking.end, newEnd),
        acceptedAdditional: null,
      });
    await expectRefusal(() => extend(-1), { code: 'invalid_window', field: 'newEnd' });
    await expectRefusal(() => extend(31 * DAY_MS), { code: 'invalid_window', field: 'newEnd' });
    await expectRefusal(() => extend(50 * MINUTE_MS), { code: 'window_taken', field: 'newEnd' });
    await expectRefusal(() => extend(MINUTE_MS, t.provider), { code: 'not_found', field: null });
  });

  it('is not extended after its end, although no worker has come by to end it', async () => {
    const market = await openMarket(product());
    const booking = await market.active();
    market.clock.advance(HOUR_MS);
    await expectRefusal(
      () =>
        market.services.bookings.extend(market.renter.actor, {
          idempotencyKey: market.seed.key('extend'),
          id: booking.id,
          newEnd: plusMs(booking.end, HOUR_MS),
          acceptedAdditional: null,
        }),
      { code: 'wrong_state', field: null },
    );
  });

  it('is not ended before it works, not cancelled when it works, and not given access to when it is over', async () => {
    const market = await openMarket(product());
    const { actor } = market.renter;
    const later = await market.seed.book(market.renter, market.listing, { start: plusMs(t.clock.now(), DAY_MS) });
    const wrong = { code: 'wrong_state', field: null } as const;
    await expectRefusal(() => market.services.bookings.endEarly(actor, later), wrong);
    await expectRefusal(() => market.services.bookings.connection(actor, later), wrong);
    const active = await market.active();
    await expectRefusal(() => market.services.bookings.cancel(actor, active), wrong);
    await expectRefusal(() => market.services.machines.retire(market.provider, { id: market.machine.id }), {
      code: 'machine_in_use',
      field: null,
    });
    await market.jobs.advance(2 * HOUR_MS);
    await expectRefusal(() => market.services.bookings.endEarly(actor, active), wrong);
    await expectRefusal(() => market.services.bookings.cancel(actor, active), wrong);
    const wipe = await market.services.dataWipes.getByBooking(actor, { bookingId: active.id });
    await expectRefusal(() => market.services.dataWipes.retry(market.provider, { id: wipe.id }), wrong);
  });
});

describe('money', () => {
  const topUp = (amount: bigint, source = '4242 4242 4242 4242') =>
    t.services.payments.topUp(t.renter.actor, {
      idempotencyKey: t.seed.key('top-up'),
      amount: amountMicros(amount),
      source,
    });

  it.each([
    ['nothing', 0n],
    ['less than nothing', -5_000_000n],
    ['too little', 4_990_000n],
    ['too much', 10_000_010_000n],
    ['parts of a cent', 5_000_001n],
  ])('topping up %s is refused', async (_what, amount) => {
    await expectRefusal(() => topUp(amount), { code: 'invalid_amount', field: 'amount' });
  });

  it('from a card that the processor does not know leaves no payment that waits for ever', async () => {
    const unknown = () => topUp(5_000_000n, '4111 1111 1111 1111');
    await expectRefusal(unknown, { code: 'invalid_input', field: 'source' });
  });

  it('a card that is declined leaves a failed payment and no money', async () => {
    const before = await t.seed.walletOf(t.renter.actor);
    await expect(topUp(5_000_000n, '4000 0000 0000 0002')).rejects.toMatchObject({
      code: 'payment_declined',
      field: 'source',
      remedy: 'Use another card, or ask your bank.',
    });
    expect(await t.seed.walletOf(t.renter.actor)).toBe(before);
  });

  it('an admin can not take more than there is, nor a negative amount', async () => {
    const admin = await t.seed.admin();
    const person = await t.seed.person();
    const debit = (amount: bigint) =>
      t.services.payments.manualDebit(admin, {
        idempotencyKey: t.seed.key('debit'),
        userId: person.userId,
        amount: amountMicros(amount),
        reason: 'Correction.',
      });
    await expectRefusal(() => debit(1_000_000n), { code: 'insufficient_funds', field: null });
    await expectRefusal(() => debit(-1_000_000n), { code: 'invalid_amount', field: 'amount' });
  });
});
