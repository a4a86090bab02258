import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, plusMs } from '@rsm/domain/common/instant';
import { DomainError } from '@rsm/domain/common/domain-error';
import { openMarket, type MarketOptions } from '../testing/open-market.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

const product = useTestProduct();
/** For days in which nothing happens but tries: a worker that looks every half hour only. */
const lateWorker = { stepMs: 30 * MINUTE_MS };
const setup = (options: MarketOptions = {}) => openMarket(product(), options);

describe('a booking that goes well', () => {
  it('gives access at the start, ends it by itself, charges what was used, wipes, certifies and pays out', async () => {
    const t = await setup();
    const booking = await t.seed.book(t.renter, t.listing, { start: plusMs(t.clock.now(), 30 * MINUTE_MS) });
    expect(await t.spent()).toBe(3_600_000n);
    await t.jobs.advance(30 * MINUTE_MS);
    const account = await t.accountOf(booking);
    expect(t.fake.admits(account, t.clock.now())).toBe(true);
    expect(await t.services.bookings.connection(t.renter.actor, booking)).toMatchObject({ user: account });

    await t.jobs.advance(HOUR_MS);
    expect(await t.now(booking)).toMatchObject({
      status: 'completed',
      endReason: 'expired',
      chargedAmount: 3_600_000n,
    });
    expect(t.fake.effects.map(({ kind }) => kind)).toEqual(['account_made', 'account_ended', 'account_removed']);
    expect(t.fake.strayFiles.size).toBe(0);
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: 3_240_000n });
    const wipe = await t.services.dataWipes.getByBooking(t.renter.actor, { bookingId: booking.id });
    const certificate = await t.services.dataWipes.certificate(t.renter.actor, { id: wipe.id });
    expect(certificate).toMatchObject({ verdict: 'verified', previousSha256: null });
    const pdf = await t.services.dataWipes.certificatePdf(t.renter.actor, { id: wipe.id });
    expect(pdf.suggestedName).toBe(`clean-up-${certificate.id}.pdf`);
    expect(Buffer.from(pdf.bytes).toString('latin1')).toMatch(/^%PDF-[^]*%%EOF\s*$/);
    expect(await t.eventsOf(booking)).toEqual([
      'wallet_changed',
      'booking_scheduled',
      'booking_provisioning',
      'booking_active',
      'booking_handover_checked',
      'booking_ends_soon',
      'booking_ends_soon',
      'booking_revoking',
      'booking_charged',
      'booking_wiping',
      'booking_completed',
    ]);
    await t.sound();
  });

  it('tells the renter 24 hours, 1 hour, 15 minutes and 5 minutes before the end, and not again after an extension', async () => {
    const t = await setup();
    const booking = await t.active(30 * HOUR_MS);
    const notices = async () => (await t.eventsOf(booking)).filter((kind) => kind === 'booking_ends_soon').length;
    await t.jobs.advance(6 * HOUR_MS);
    expect(await notices()).toBe(1);
    await t.services.bookings.extend(t.renter.actor, {
      idempotencyKey: t.seed.key('extend'),
      id: booking.id,
      newEnd: plusMs(booking.end, HOUR_MS),
      acceptedAdditional: null,
    });
    await t.jobs.advance(HOUR_MS);
    expect(await notices()).toBe(2);
    await t.jobs.advance(23 * HOUR_MS);
    expect(await notices()).toBe(3);
    await t.jobs.advance(HOUR_MS);
    expect(await notices()).toBe(5);
    expect(await t.statusOf(booking)).toBe('completed');
    await t.sound();
  });

  it(
    'moves the watchdog on the machine when it is extended, and charges the new price for the new hour only',
    { tags: 'deep' },
    async () => {
      const t = await setup();
      const booking = await t.active();
      const account = await t.accountOf(booking);
      await t.services.listings.update(t.provider, {
        id: t.listing.id,
        terms: { ...t.listing, pricePerHour: t.listing.pricePerHour },
      });
      const newEnd = plusMs(booking.end, HOUR_MS);
      await t.services.bookings.extend(t.renter.actor, {
        idempotencyKey: t.seed.key('extend'),
        id: booking.id,
        newEnd,
        acceptedAdditional: null,
      });
      expect(t.fake.accounts.get(account)?.deadlineAt).toBe(booking.end);
      await t.jobs.runDue();
      expect(t.fake.accounts.get(account)?.deadlineAt).toBe(newEnd);
      await t.jobs.advance(HOUR_MS + MINUTE_MS);
      expect(await t.statusOf(booking)).toBe('active');
      expect(t.fake.admits(account, t.clock.now())).toBe(true);
      await t.jobs.advance(HOUR_MS);
      expect(await t.now(booking)).toMatchObject({ status: 'completed', chargedAmount: 7_200_000n });
      await t.sound();
    },
  );

  it('gives the rest of the window back to the calendar when it ends early', { tags: 'deep' }, async () => {
    const t = await setup();
    const booking = await t.active(4 * HOUR_MS);
    await t.jobs.advance(HOUR_MS);
    const quote = await t.services.bookings.endEarlyQuote(t.renter.actor, booking);
    await t.services.bookings.endEarly(t.renter.actor, booking);
    await t.services.bookings.endEarly(t.renter.actor, booking);
    await t.jobs.runDue();
    expect(await t.now(booking)).toMatchObject({
      status: 'completed',
      endReason: 'ended',
      chargedAmount: quote.charged,
      releasedAmount: quote.released,
    });
    expect(quote.charged).toBe(3_600_000n);
    const next = await t.seed.book(t.renter, t.listing, { start: plusMs(t.clock.now(), 15 * MINUTE_MS) });
    expect(next.status).toBe('scheduled');
    await t.sound();
  });
});

describe('access that can not be given', () => {
  it('gives all money back after three failed commands, wipes what was half done, and keeps the next booking waiting', async () => {
    const t = await setup();
    t.fake.brokenSteps.add('provision');
    t.fake.brokenSteps.add('wipe');
    const booking = await t.seed.book(t.renter, t.listing);
    await t.jobs.advance(30 * SECOND_MS);
    expect(await t.now(booking)).toMatchObject({ status: 'failed', chargedAmount: 0n, releasedAmount: 3_600_000n });
    expect(await t.spent()).toBe(0n);
    expect(t.fake.visits.filter((step) => step === 'provision')).toHaveLength(3);

    t.fake.brokenSteps.delete('provision');
    const next = await t.seed.book(t.renter, t.listing);
    await t.jobs.advance(MINUTE_MS);
    expect(await t.statusOf(next)).toBe('scheduled');
    expect(await t.eventsOf(next)).toContain('booking_delayed');
    const reason = async () => (await t.services.bookings.get(t.renter.actor, { id: next.id })).delayReason;
    expect(await reason()).toBe('The clean-up of an earlier booking is not verified yet.');
    t.fake.brokenSteps.delete('wipe');
    await t.jobs.advance(10 * MINUTE_MS);
    expect(await t.statusOf(next)).toBe('active');
    expect(await reason()).toBeNull();
    await t.sound();
  });

  it(
    'is not given on a machine that can not be looked at before: money back, no account, and the clean-up is verified',
    { tags: 'deep' },
    async () => {
      const t = await setup();
      t.fake.brokenSteps.add('baseline');
      const booking = await t.seed.book(t.renter, t.listing);
      await t.jobs.advance(MINUTE_MS);
      expect(await t.now(booking)).toMatchObject({ status: 'failed', chargedAmount: 0n, releasedAmount: 3_600_000n });
      expect(t.fake.visits).not.toContain('provision');
      expect(t.fake.visits.slice(-2)).toEqual(['wipe', 'verify']);
      await t.sound();
    },
  );

  it('waits for a machine that does not answer, and fails 60 minutes after the start', async () => {
    const t = await setup();
    t.fake.isUnreachable = true;
    const booking = await t.seed.book(t.renter, t.listing, { durationMs: 3 * HOUR_MS });
    await t.jobs.advance(59 * MINUTE_MS);
    expect(await t.statusOf(booking)).toBe('provisioning');
    await t.jobs.advance(MINUTE_MS);
    expect(await t.now(booking)).toMatchObject({ status: 'failed', chargedAmount: 0n });
    expect(await t.spent()).toBe(0n);
    await t.sound();
  });

  it('lets the renter leave free while it is being set up, and wipes behind him', async () => {
    const t = await setup({ policy: 'strict' });
    t.fake.isUnreachable = true;
    const booking = await t.seed.book(t.renter, t.listing, { durationMs: 3 * HOUR_MS });
    await t.jobs.advance(20 * MINUTE_MS);
    await t.services.bookings.cancel(t.renter.actor, booking);
    await t.jobs.advance(10 * SECOND_MS);
    expect(await t.now(booking)).toMatchObject({ status: 'cancelled', chargedAmount: 0n });
    expect(await t.spent()).toBe(0n);
    t.fake.isUnreachable = false;
    await t.jobs.advance(10 * MINUTE_MS);
    expect(t.fake.visits.slice(-2)).toEqual(['wipe', 'verify']);
    await t.sound();
  });

  it(
    'ends at once and free when the renter left in the very moment in which access began to work',
    { tags: 'deep' },
    async () => {
      const t = await setup({ policy: 'strict' });
      const booking = await t.seed.book(t.renter, t.listing, { durationMs: 3 * HOUR_MS });
      t.fake.onVisit = async ({ step, phase }) => {
        if (step === 'provision' && phase === 'after') await t.services.bookings.cancel(t.renter.actor, booking);
      };
      await t.jobs.runDue();
      await t.jobs.advance(MINUTE_MS);
      expect(await t.now(booking)).toMatchObject({ status: 'completed', endReason: 'interrupted', chargedAmount: 0n });
      expect(await t.spent()).toBe(0n);
      await t.sound();
    },
  );

  it('does not let a delayed start use up the tries that a broken command has', { tags: 'deep' }, async () => {
    const t = await setup();
    t.fake.brokenSteps.add('wipe');
    const first = await t.active(10 * MINUTE_MS);
    const second = await t.seed.book(t.renter, t.listing, { start: plusMs(first.end, 15 * MINUTE_MS) });
    await t.jobs.advance(40 * MINUTE_MS, { stepMs: 2 * MINUTE_MS });
    expect(await t.statusOf(second)).toBe('scheduled');
    t.fake.brokenSteps.clear();
    let isFirst = true;
    t.fake.onVisit = ({ step, phase }) => {
      if (step !== 'provision' || phase !== 'before' || !isFirst) return;
      isFirst = false;
      throw new DomainError('host_command_failed', 'useradd: cannot lock /etc/passwd; try again later.');
    };
    await t.jobs.advance(15 * MINUTE_MS);
    expect(await t.statusOf(second)).toBe('active');
    await t.sound();
  });
});

describe('a machine that does not answer at the end', () => {
  it('locks the account by itself, settles the money at the booked end, and is quarantined after 24 hours', async () => {
    const t = await setup();
    const booking = await t.active();
    const account = await t.accountOf(booking);
    t.fake.isUnreachable = true;
    await t.jobs.advance(HOUR_MS);
    expect(t.fake.admits(account, t.clock.now())).toBe(false);
    expect(await t.now(booking)).toMatchObject({ status: 'revoking', chargedAmount: 3_600_000n });
    expect(await t.earnings()).toMatchObject({ pending: 3_240_000n, available: 0n });
    await t.jobs.advance(DAY_MS - MINUTE_MS, lateWorker);
    expect(await t.statusOf(booking)).toBe('revoking');
    await t.jobs.advance(10 * MINUTE_MS);
    expect(await t.statusOf(booking)).toBe('quarantined');
    expect(await t.machineNow()).toMatchObject({ status: 'quarantined', quarantineReason: 'wipe' });
    await t.sound();

    t.fake.isUnreachable = false;
    await t.jobs.sweep();
    await t.jobs.advance(10 * MINUTE_MS, { sweepEveryMs: MINUTE_MS });
    expect(await t.statusOf(booking)).toBe('completed');
    expect(await t.machineNow()).toMatchObject({ status: 'verified' });
    expect(t.fake.accounts.has(account)).toBe(false);
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: 3_240_000n });
    await t.sound();
  });

  it('settles a booking that was ended early long before its end, too', { tags: 'deep' }, async () => {
    const t = await setup();
    const booking = await t.active(3 * DAY_MS);
    await t.jobs.advance(HOUR_MS);
    t.fake.isUnreachable = true;
    await t.services.bookings.endEarly(t.renter.actor, booking);
    await t.jobs.advance(DAY_MS + 10 * MINUTE_MS, lateWorker);
    expect(await t.now(booking)).toMatchObject({ status: 'quarantined', chargedAmount: 3_600_000n });
    expect(await t.spent()).toBe(3_600_000n);
    await t.sound();
  });

  it('is completed by an admin who releases it although the wipe never ran', { tags: 'deep' }, async () => {
    const t = await setup();
    const admin = await t.seed.admin();
    const booking = await t.active();
    t.fake.isUnreachable = true;
    await t.jobs.advance(DAY_MS + 2 * HOUR_MS, { ...lateWorker, sweepEveryMs: 6 * HOUR_MS });
    expect(await t.statusOf(booking)).toBe('quarantined');
    await t.services.machines.release(admin, { id: t.machine.id, reason: 'The disk was destroyed.' });
    expect(await t.statusOf(booking)).toBe('completed');
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: 3_240_000n });
    t.fake.isUnreachable = false;
    await t.jobs.advance(6 * HOUR_MS, { ...lateWorker, sweepEveryMs: 2 * HOUR_MS });
    expect(await t.machineNow()).toMatchObject({ status: 'verified' });
    await t.sound();
  });
});

describe('a wipe that is not verified', () => {
  it('quarantines booking and machine, holds the share back, and lets it go when a retry is verified', async () => {
    const t = await setup();
    t.fake.leavesResidue = true;
    const booking = await t.active();
    await t.jobs.advance(HOUR_MS);
    expect(await t.statusOf(booking)).toBe('quarantined');
    expect(await t.machineNow()).toMatchObject({ status: 'quarantined', quarantineReason: 'wipe' });
    expect(await t.earnings()).toMatchObject({ pending: 3_240_000n, available: 0n });
    expect(await t.now(booking)).toMatchObject({ chargedAmount: 3_600_000n });
    await t.sound();

    const wipe = await t.services.dataWipes.getByBooking(t.provider, { bookingId: booking.id });
    expect(wipe.status).toBe('failed');
    await t.services.dataWipes.retry(t.provider, { id: wipe.id });
    await t.jobs.runDue();
    expect(await t.statusOf(booking)).toBe('quarantined');
    t.fake.leavesResidue = false;
    await t.services.dataWipes.retry(t.provider, { id: wipe.id });
    await t.jobs.runDue();
    expect(await t.statusOf(booking)).toBe('completed');
    expect(await t.machineNow()).toMatchObject({ status: 'verified', quarantineReason: null });
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: 3_240_000n });
    const chain = await t.services.dataWipes.listCertificates(t.provider, {
      machineId: t.machine.id,
      limit: 10,
      cursor: null,
    });
    expect(chain.items.map(({ verdict }) => verdict)).toEqual(['failed', 'failed', 'verified']);
    expect(chain.items.map(({ previousSha256 }) => previousSha256)).toEqual([
      null,
      chain.items[0]?.sha256,
      chain.items[1]?.sha256,
    ]);
    await t.sound();
  });

  it('shows each step as it ends and what is still to come, and a try that was cut is followed by another attempt', async () => {
    const t = await setup();
    const booking = await t.active();
    const seen: unknown[] = [];
    t.fake.onVisit = async ({ step, phase }) => {
      if (step !== 'verify' || phase !== 'before') return;
      const wipe = await t.services.dataWipes.getByBooking(t.renter.actor, { bookingId: booking.id });
      const { attempt, plannedChecks, plannedSteps, status } = wipe;
      const done = wipe.steps.map(({ strategy, name }) => ({ strategy, name }));
      seen.push({ status, attempt, isAllDone: isDeepStrictEqual(done, plannedSteps), findings: wipe.findings });
      expect(plannedChecks).toEqual(['accounts', 'files_by_owner']);
      if (seen.length === 1) throw new DomainError('machine_unreachable', 'The connection was cut.');
    };
    await t.jobs.advance(HOUR_MS + 5 * MINUTE_MS);
    const running = { status: 'running', isAllDone: true, findings: [] };
    expect(seen).toEqual([
      { ...running, attempt: 1 },
      { ...running, attempt: 2 },
    ]);
    const wipe = await t.services.dataWipes.getByBooking(t.renter.actor, { bookingId: booking.id });
    expect(wipe).toMatchObject({ status: 'verified', attempt: 2 });
    expect(wipe.steps).toHaveLength(wipe.plan.length);
    expect(wipe.findings.map(({ check }) => check)).toEqual(wipe.plannedChecks);
    await t.sound();
  });

  it('is unverifiable when the verifier can not look, and an admin may release the machine with a reason', async () => {
    const t = await setup();
    const admin = await t.seed.admin();
    t.fake.verifierIsBlind = true;
    const booking = await t.active();
    await t.jobs.advance(HOUR_MS);
    expect(await t.statusOf(booking)).toBe('quarantined');
    const wipe = await t.services.dataWipes.getByBooking(t.renter.actor, { bookingId: booking.id });
    expect(wipe).toMatchObject({ status: 'unverifiable' });
    const released = await t.services.machines.release(admin, { id: t.machine.id, reason: 'Looked at it on site.' });
    expect(released).toMatchObject({ status: 'verified', statusReason: 'Released by an admin: Looked at it on site.' });
    expect(await t.now(booking)).toMatchObject({
      status: 'completed',
      statusReason: 'Released by an admin: Looked at it on site.',
    });
    expect(await t.earnings()).toMatchObject({ available: 3_240_000n });
    t.fake.verifierIsBlind = false;
    await t.jobs.advance(15 * MINUTE_MS);
    await t.active();
    await t.sound();
  });

  it(
    'keeps the next booking waiting; when nobody cleans up, it fails after 60 minutes and all its money goes back',
    { tags: 'deep' },
    async () => {
      const t = await setup();
      t.fake.leavesResidue = true;
      const first = await t.active();
      const next = await t.seed.book(t.renter, t.listing, { start: plusMs(first.end, 15 * MINUTE_MS) });
      await t.jobs.advance(HOUR_MS + 74 * MINUTE_MS, { stepMs: 5 * MINUTE_MS });
      expect(await t.statusOf(next)).toBe('scheduled');
      await t.jobs.advance(MINUTE_MS + SECOND_MS);
      expect(await t.now(next)).toMatchObject({ status: 'failed', chargedAmount: 0n });
      expect(await t.spent()).toBe(3_600_000n);
      await t.sound();
    },
  );
});

describe('a host key that changes', () => {
  it('during the wipe: nothing more is sent, the machine is quarantined, and the report says unverifiable', async () => {
    const t = await setup();
    const booking = await t.active();
    t.fake.onVisit = ({ step, phase }) => {
      if (step === 'wipe' && phase === 'after') t.fake.changeHostKey();
    };
    await t.jobs.advance(HOUR_MS);
    expect(t.fake.visits.at(-1)).toBe('wipe');
    expect(await t.statusOf(booking)).toBe('quarantined');
    expect(await t.machineNow()).toMatchObject({
      status: 'quarantined',
      quarantineReason: 'host_key_changed',
      hostKeyState: 'changed',
    });
    const visits = t.fake.visits.length;
    await t.jobs.advance(HOUR_MS, { sweepEveryMs: 10 * MINUTE_MS });
    expect(t.fake.visits).toHaveLength(visits);
    await t.sound();

    // The way out: the provider reads and confirms the new key, then the clean-up is run again.
    await t.services.machines.rescanHostKey(t.provider, { id: t.machine.id });
    await t.jobs.runDue();
    await t.services.machines.confirmHostKey(t.provider, {
      id: t.machine.id,
      fingerprint: t.fake.hostKey.fingerprint,
    });
    await t.jobs.runDue();
    t.fake.onVisit = null;
    const wipe = await t.services.dataWipes.getByBooking(t.provider, { bookingId: booking.id });
    await t.services.dataWipes.retry(t.provider, { id: wipe.id });
    await t.jobs.runDue();
    expect(await t.statusOf(booking)).toBe('completed');
    expect(await t.machineNow()).toMatchObject({ status: 'verified', hostKeyState: 'pinned' });
    await t.sound();
  });

  it(
    'keeps a machine in quarantine whose new key is confirmed while an earlier clean-up is not verified',
    { tags: 'deep' },
    async () => {
      const t = await setup();
      const booking = await t.active();
      t.fake.onVisit = ({ step, phase }) => {
        if (step === 'wipe' && phase === 'after') t.fake.changeHostKey();
      };
      await t.jobs.advance(HOUR_MS);
      t.fake.onVisit = null;
      await t.services.machines.rescanHostKey(t.provider, { id: t.machine.id });
      await t.jobs.runDue();
      const { fingerprint } = t.fake.hostKey;
      await t.services.machines.confirmHostKey(t.provider, { id: t.machine.id, fingerprint });
      await t.jobs.runDue();
      expect(await t.statusOf(booking)).toBe('quarantined');
      expect(await t.machineNow()).toMatchObject({ status: 'quarantined', quarantineReason: 'wipe' });
      await expect(t.seed.book(t.renter, t.listing)).rejects.toMatchObject({ code: 'machine_quarantined' });

      const wipe = await t.services.dataWipes.getByBooking(t.provider, { bookingId: booking.id });
      await t.services.dataWipes.retry(t.provider, { id: wipe.id });
      await t.jobs.runDue();
      expect(await t.machineNow()).toMatchObject({ status: 'verified', quarantineReason: null });
      await t.sound();
    },
  );

  it(
    'does not go back on the market by an admin’s release before the new key is confirmed',
    { tags: 'deep' },
    async () => {
      const t = await setup();
      const admin = await t.seed.admin();
      const booking = await t.active();
      t.fake.onVisit = ({ step, phase }) => {
        if (step === 'wipe' && phase === 'after') t.fake.changeHostKey();
      };
      await t.jobs.advance(HOUR_MS);
      await t.services.machines.release(admin, { id: t.machine.id, reason: 'Reinstalled; nothing is left.' });
      expect(await t.statusOf(booking)).toBe('completed');
      await t.jobs.advance(15 * MINUTE_MS);
      await expect(t.seed.book(t.renter, t.listing)).rejects.toMatchObject({ code: 'machine_quarantined' });
      t.fake.onVisit = null;
      await t.services.machines.rescanHostKey(t.provider, { id: t.machine.id });
      await t.jobs.runDue();
      const { fingerprint } = t.fake.hostKey;
      await t.services.machines.confirmHostKey(t.provider, { id: t.machine.id, fingerprint });
      await t.jobs.runDue();
      expect(await t.machineNow()).toMatchObject({ status: 'verified' });
      await t.active();
      await t.sound();
    },
  );
});

describe('a provider who gives a booking back', () => {
  it('before the start: everything is released and the time is free again', async () => {
    const t = await setup({ policy: 'strict' });
    const start = plusMs(t.clock.now(), 2 * HOUR_MS);
    const booking = await t.seed.book(t.renter, t.listing, { start });
    await t.jobs.advance(90 * MINUTE_MS);
    await t.services.bookings.cancelAsProvider(t.provider, { id: booking.id, reason: 'The power fails.' });
    expect(await t.now(booking)).toMatchObject({ status: 'cancelled', chargedAmount: 0n });
    expect(await t.spent()).toBe(0n);
    expect((await t.seed.book(t.renter, t.listing, { start })).status).toBe('scheduled');
    await t.sound();
  });

  it('while it runs: the last 24 hours are returned too', { tags: 'deep' }, async () => {
    const t = await setup();
    const booking = await t.active(72 * HOUR_MS);
    await t.jobs.advance(30 * HOUR_MS);
    await t.services.bookings.cancelAsProvider(t.provider, { id: booking.id, reason: 'The power fails.' });
    await t.jobs.runDue();
    expect(await t.now(booking)).toMatchObject({
      status: 'completed',
      endReason: 'provider',
      chargedAmount: 6n * 3_600_000n,
    });
    await t.sound();
  });

  it('while it runs: the renter reads why (bug: the reason was dropped)', async () => {
    const t = await setup();
    const booking = await t.active(2 * HOUR_MS);
    await t.services.bookings.cancelAsProvider(t.provider, { id: booking.id, reason: 'The power fails.' });
    await t.jobs.runDue();
    const reason = 'The provider ended the booking: The power fails.';
    const changes = await t.services.bookings.history(t.renter.actor, { id: booking.id });
    expect(changes.find(({ to }) => to === 'revoking')?.reason).toBe(reason);
    const { events } = await t.services.events.list(t.renter.actor, { limit: 50, afterSeq: 0 });
    expect(events.find(({ kind }) => kind === 'booking_revoking')?.text).toContain(reason);
  });
});

describe('a renter who cancels', () => {
  it.each([
    ['moderate', 30 * HOUR_MS, 0n],
    ['moderate', 20 * HOUR_MS, 1_800_000n],
    ['strict', 200 * HOUR_MS, 0n],
    ['strict', 100 * HOUR_MS, 1_800_000n],
    ['strict', 20 * HOUR_MS, 3_600_000n],
  ] as const)('under "%s", %i ms before the start, is charged %i', async (policy, beforeStartMs, charged) => {
    const t = await setup({ policy });
    const booking = await t.seed.book(t.renter, t.listing, {
      start: plusMs(t.clock.now(), beforeStartMs + 2 * HOUR_MS),
    });
    await t.jobs.advance(2 * HOUR_MS);
    expect(await t.services.bookings.cancelQuote(t.renter.actor, booking)).toMatchObject({ charged });
    await t.services.bookings.cancel(t.renter.actor, booking);
    expect(await t.now(booking)).toMatchObject({ status: 'cancelled', chargedAmount: charged });
    expect(await t.spent()).toBe(charged);
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: (charged * 9n) / 10n });
    await t.sound();
  });
});
