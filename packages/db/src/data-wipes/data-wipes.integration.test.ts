import type { Booking } from '@rsm/domain/bookings/booking';
import { accessGrantIdSchema, certificateIdSchema, dataWipeIdSchema, newId } from '@rsm/domain/common/ids';
import { HOUR_MS, MINUTE_MS, plusMs } from '@rsm/domain/common/instant';
import type { Certificate, DataWipe } from '@rsm/domain/data-wipes/data-wipe';
import { describe, expect, test } from 'vitest';

import { down, up } from '../migrations/0023-baselines.ts';
import { makeBooking, placeBooking, seedMarket, sha256Of, testIds } from '../testing/market.ts';
import { useUnitOfWork } from '../testing/use-unit-of-work.ts';

describe('PgDataWipeRepository', () => {
  const fixture = useUnitOfWork();

  function makeWipe(booking: Booking): DataWipe {
    return {
      id: newId(testIds, dataWipeIdSchema),
      bookingId: booking.id,
      machineId: booking.machineId,
      status: 'pending',
      plan: ['ssh_key_removal', 'user_deletion'],
      attempt: 0,
      steps: [],
      findings: [],
      failureReason: null,
      createdAt: fixture().clock.now(),
      startedAt: null,
      finishedAt: null,
    };
  }

  async function bookedMachine() {
    const { uow, clock } = fixture();
    const market = await seedMarket(uow, clock);
    const first = makeBooking(market.listing, market.renter, clock.now());
    const second = makeBooking(market.listing, market.renter, plusMs(clock.now(), 2 * HOUR_MS));
    await placeBooking(uow, first);
    await placeBooking(uow, second);
    const wipe = makeWipe(first);
    await uow.run((tx) => tx.dataWipes.insert(wipe));
    return { ...market, first, second, wipe };
  }

  const step = {
    strategy: 'ssh_key_removal' as const,
    name: 'remove keys',
    command: 'rm -f {file}',
    exitStatus: 0,
    succeeded: true,
    durationMs: 12,
    detail: null,
  };

  async function run(wipe: DataWipe, to: 'verified' | 'failed' | 'unverifiable', from: DataWipe['status'] = 'pending') {
    const { uow, clock } = fixture();
    const at = clock.now();
    await uow.run((tx) => tx.dataWipes.changeStatus(wipe.id, { from, to: 'running', at }));
    await uow.run(async (tx) => {
      const verdict = to === 'verified' ? 'clean' : 'found';
      const failureReason = to === 'verified' ? null : 'a file was found';
      await tx.dataWipes.noteStep(wipe.id, { ...step, startedAt: at });
      await tx.dataWipes.noteFindings(wipe.id, [{ check: 'files', verdict, detail: to }]);
      await tx.dataWipes.changeStatus(wipe.id, { from: 'running', to, at, failureReason });
    });
  }

  test('keeps the sealed seed of markers and how planting ended: the first of each counts', async () => {
    const { uow, owner, clock } = fixture();
    const { first, second } = await bookedMachine();
    const planted = [{ place: 'home', nameSha256: 'a'.repeat(64), contentSha256: 'b'.repeat(64) }] as const;
    const find = () => uow.reads.dataWipes.findCanaries(first.id);
    expect(await find()).toBeNull();
    await uow.run((tx) => tx.dataWipes.finishCanaries(first.id, { at: clock.now(), planted, note: null }));
    expect(await find()).toBeNull();
    await uow.run((tx) => tx.dataWipes.keepCanarySeed(first.id, 'sealed'));
    await uow.run((tx) => tx.dataWipes.keepCanarySeed(first.id, 'another'));
    expect(await find()).toEqual({ seedSealed: 'sealed', plantedAt: null, planted: [], note: null });
    const end = { at: clock.now(), planted, note: 'none in tmp' };
    await uow.run((tx) => tx.dataWipes.finishCanaries(first.id, end));
    await uow.run((tx) => tx.dataWipes.finishCanaries(first.id, { at: clock.now(), planted: [], note: null }));
    expect(await find()).toEqual({ seedSealed: 'sealed', plantedAt: end.at, planted, note: 'none in tmp' });
    expect(await uow.reads.dataWipes.findCanaries(second.id)).toBeNull();
    await expect(owner('wipe_canaries').update({ planted: null })).rejects.toThrow('wipe_canaries_planted_whole');
    await expect(owner('wipe_canaries').update({ planted: '{}' })).rejects.toThrow('wipe_canaries_planted_list');
  });

  test('keeps what a machine was before a booking: the first that is kept counts, and equal ones are kept once', async () => {
    const { uow, owner } = fixture();
    const { first, second, wipe } = await bookedMachine();
    const count = async () => owner('machine_baselines').where({ machine_id: wipe.machineId }).count('*');
    expect(await uow.reads.dataWipes.findBaseline(first.id)).toBeNull();
    await uow.run((tx) => tx.dataWipes.keepBaseline(first.id, 'etc as it was\n'));
    await uow.run((tx) => tx.dataWipes.keepBaseline(first.id, 'half done\n'));
    expect(await uow.reads.dataWipes.findBaseline(first.id)).toBe('etc as it was\n');
    await uow.run((tx) => tx.dataWipes.insert(makeWipe(second)));
    await uow.run((tx) => tx.dataWipes.keepBaseline(second.id, 'etc as it was\n'));
    expect(await uow.reads.dataWipes.findBaseline(second.id)).toBe('etc as it was\n');
    expect(await count()).toEqual([{ count: 1n }]);
    await expect(owner('machine_baselines').update({ listing: 'another' })).rejects.toThrow('machine_baselines');
  });

  test('goes back to a database without such lists and forth again: clean-ups from before have none', async () => {
    const { uow, owner } = fixture();
    const { first } = await bookedMachine();
    await uow.run((tx) => tx.dataWipes.keepBaseline(first.id, 'kept\n'));
    await down(owner);
    await up(owner);
    expect(await owner('data_wipes').where({ booking_id: first.id }).first('baseline_sha256')).toEqual({
      baseline_sha256: null,
    });
  });

  test('keeps the steps and findings of every attempt and shows those of the current one', async () => {
    const { uow, clock, owner } = fixture();
    const { wipe, first } = await bookedMachine();
    expect(await uow.reads.dataWipes.findByBooking(first.id)).toEqual(wipe);
    await run(wipe, 'failed');
    await run(wipe, 'verified', 'failed');
    expect(await uow.run((tx) => tx.dataWipes.lockById(wipe.id))).toEqual({
      ...wipe,
      status: 'verified',
      attempt: 2,
      steps: [{ ...step, startedAt: clock.now() }],
      findings: [{ check: 'files', verdict: 'clean', detail: 'verified' }],
      startedAt: clock.now(),
      finishedAt: clock.now(),
    });
    expect(await owner('wipe_findings').where({ data_wipe_id: wipe.id })).toHaveLength(2);
    await expect(run(wipe, 'verified', 'failed')).rejects.toMatchObject({ code: 'wrong_state' });
    await expect(uow.run((tx) => tx.dataWipes.insert(makeWipe(first)))).rejects.toMatchObject({ code: 'conflict' });
  });

  test('shows each step and each look as soon as it was noted; a try that was cut keeps what it noted under its attempt', async () => {
    const { uow, clock, owner } = fixture();
    const { wipe } = await bookedMachine();
    const at = clock.now();
    const noteStep = (name: string) =>
      uow.run((tx) => tx.dataWipes.noteStep(wipe.id, { ...step, name, startedAt: at }));
    const shown = async () => {
      const { attempt = null, steps = [], findings = [] } = (await uow.reads.dataWipes.findById(wipe.id)) ?? {};
      return { attempt, steps: steps.map(({ name }) => name), findings: findings.map(({ check }) => check) };
    };
    await expect(noteStep('too early')).rejects.toMatchObject({ code: 'wrong_state' });
    await uow.run((tx) => tx.dataWipes.changeStatus(wipe.id, { from: 'pending', to: 'running', at }));
    await uow.run((tx) => tx.dataWipes.beginTry(wipe.id));
    expect(await shown()).toEqual({ attempt: 1, steps: [], findings: [] });
    await noteStep('one');
    await noteStep('two');
    await uow.run((tx) => tx.dataWipes.noteFindings(wipe.id, [{ check: 'files', verdict: 'clean', detail: '' }]));
    await uow.run((tx) =>
      tx.dataWipes.noteFindings(
        wipe.id,
        ['keys', 'mail'].map((check) => ({ check, verdict: 'clean', detail: '' })),
      ),
    );
    expect(await shown()).toEqual({ attempt: 1, steps: ['one', 'two'], findings: ['files', 'keys', 'mail'] });
    await uow.run((tx) => tx.dataWipes.beginTry(wipe.id));
    expect(await shown()).toEqual({ attempt: 2, steps: [], findings: [] });
    await noteStep('one');
    expect(await shown()).toMatchObject({ attempt: 2, steps: ['one'] });
    expect(await owner('wipe_steps').where({ data_wipe_id: wipe.id })).toHaveLength(3);
  });

  test('closes the gate of the unit until it is verified, or an admin has released the machine', async () => {
    const { uow, clock } = fixture();
    const { first, second, wipe, machine, provider } = await bookedMachine();
    const gate = () => uow.reads.bookings.findUncleanPredecessor(second.unitId, second);
    expect(await uow.reads.bookings.findUncleanPredecessor(first.unitId, first)).toBeNull();
    expect(await gate()).toBe(first.id);
    await run(wipe, 'unverifiable');
    expect(await gate()).toBe(first.id);
    const release = { at: clock.now(), by: provider.id, reason: 'the disk was replaced' };
    expect(await uow.run((tx) => tx.dataWipes.releaseByMachine(machine.id, release))).toEqual([first.id]);
    expect(await uow.run((tx) => tx.dataWipes.releaseByMachine(machine.id, release))).toEqual([]);
    expect(await gate()).toBeNull();
    const other = await bookedMachine();
    await run(other.wipe, 'verified');
    expect(await uow.reads.bookings.findUncleanPredecessor(other.second.unitId, other.second)).toBeNull();
  });

  test('is due only when access is over, and its length counts from then', async () => {
    const { uow, clock } = fixture();
    const { first, wipe, machine } = await bookedMachine();
    const due = () => uow.reads.dataWipes.listDue(clock.now(), 1_000);
    expect(await due()).not.toContain(wipe.id);
    const at = clock.now();
    await uow.run(async (tx) => {
      const move = { reason: null, at } as const;
      await tx.bookings.changeStatus(first.id, { ...move, from: 'scheduled', to: 'provisioning' });
      await tx.bookings.changeStatus(first.id, { ...move, from: 'provisioning', to: 'active', set: { readyAt: at } });
      await tx.bookings.changeStatus(first.id, {
        ...move,
        from: 'active',
        to: 'revoking',
        set: { endReason: 'ended' },
      });
      await tx.bookings.changeStatus(first.id, { ...move, from: 'revoking', to: 'wiping', set: { accessEndedAt: at } });
    });
    expect(await due()).toContain(wipe.id);
    clock.advance(3 * MINUTE_MS);
    await run(wipe, 'verified');
    expect(await due()).not.toContain(wipe.id);
    expect(await uow.reads.dataWipes.listDurationsMs(machine.id, 5)).toEqual([3 * MINUTE_MS]);
  });

  test('certificates form one chain: of many successors of one certificate exactly one is kept', async () => {
    const { uow, clock } = fixture();
    const { wipe, first, machine } = await bookedMachine();
    const certificate = (jws: string, previousSha256: string | null): Certificate => ({
      id: newId(testIds, certificateIdSchema),
      dataWipeId: wipe.id,
      bookingId: first.id,
      machineId: machine.id,
      jws,
      keyId: 'key-1',
      sha256: sha256Of(jws),
      previousSha256,
      verdict: 'verified',
      issuedAt: clock.now(),
    });
    const insert = (value: Certificate) => uow.run((tx) => tx.dataWipes.insertCertificate(value));
    const root = certificate('root', null);
    await insert(root);
    await expect(insert(certificate('second root', null))).rejects.toMatchObject({ code: 'conflict' });
    const successors = Array.from({ length: 10 }, (_, index) => certificate(`successor ${index}`, root.sha256));
    const results = await Promise.allSettled(successors.map(insert));
    expect(results.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    for (const outcome of results) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'conflict' });
    }
    await expect(insert(certificate('orphan', sha256Of('unknown')))).rejects.toMatchObject({ code: 'conflict' });
    const forged = { ...certificate('forged', null), sha256: sha256Of('something else') };
    await expect(insert(forged)).rejects.toMatchObject({ constraint: 'certificates_sha256_true' });

    const latest = await uow.reads.dataWipes.findLatestCertificate(machine.id);
    expect(latest).toMatchObject({ previousSha256: root.sha256 });
    expect(await uow.reads.dataWipes.findCertificate(wipe.id)).toEqual(latest);
    const page = await uow.reads.dataWipes.listCertificates(machine.id, { limit: 1, cursor: null });
    expect(page.items).toEqual([root]);
    const next = await uow.reads.dataWipes.listCertificates(machine.id, { limit: 1, cursor: page.nextCursor });
    expect(next.items).toEqual([latest]);
  });

  test('access is granted once per booking and counts only with a watchdog on the machine', async () => {
    const { uow, clock } = fixture();
    const { first, machine } = await bookedMachine();
    if (machine.hostKey === null) throw new Error('The machine of the test has a host key.');
    const grant = {
      id: newId(testIds, accessGrantIdSchema),
      bookingId: first.id,
      machineId: machine.id,
      mode: 'unix_user' as const,
      status: 'pending' as const,
      accountName: 'rsm-1',
      uid: 200_000,
      endpoint: machine.renter,
      hostKey: machine.hostKey,
      watchdogDeadlineAt: null,
      grantedAt: null,
      revokedAt: null,
      createdAt: clock.now(),
    };
    await uow.run((tx) => tx.accessGrants.insert(grant));
    expect(await uow.reads.accessGrants.findByBooking(first.id)).toEqual(grant);
    const second = { ...grant, id: newId(testIds, accessGrantIdSchema) };
    await expect(uow.run((tx) => tx.accessGrants.insert(second))).rejects.toMatchObject({ code: 'conflict' });
    const activate = { from: 'pending', to: 'active', at: clock.now() } as const;
    await expect(uow.run((tx) => tx.accessGrants.changeStatus(first.id, activate))).rejects.toMatchObject({
      constraint: 'access_grants_active_has_watchdog',
    });
    const watched = { ...activate, watchdogDeadlineAt: first.end };
    await uow.run((tx) => tx.accessGrants.changeStatus(first.id, watched));
    await expect(uow.run((tx) => tx.accessGrants.changeStatus(first.id, watched))).rejects.toMatchObject({
      code: 'wrong_state',
    });
    await uow.run((tx) => tx.accessGrants.setWatchdogDeadline(first.id, plusMs(first.end, 1)));
    await uow.run((tx) => tx.accessGrants.changeStatus(first.id, { from: 'active', to: 'revoked', at: clock.now() }));
    expect(await uow.reads.accessGrants.findByBooking(first.id)).toMatchObject({
      status: 'revoked',
      watchdogDeadlineAt: plusMs(first.end, 1),
      revokedAt: clock.now(),
    });
  });
});
