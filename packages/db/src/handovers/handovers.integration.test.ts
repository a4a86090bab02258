import { createHash } from 'node:crypto';
import { HOUR_MS, MINUTE_MS, plusMs } from '@rsm/domain/common/instant';
import type { Handover, HandoverCheck, HandoverVerdict } from '@rsm/domain/handovers/handover';
import { beforeAll, expect, test } from 'vitest';

import { makeBooking, placeBooking, seedMarket } from '../testing/market.ts';
import { useUnitOfWork } from '../testing/use-unit-of-work.ts';

const fixture = useUnitOfWork();
const text = 'what the machine printed';
const sha256 = createHash('sha256').update(text).digest('hex');
let market: Awaited<ReturnType<typeof seedMarket>>;
let count = 0;

beforeAll(async () => {
  const { clock, uow } = fixture();
  market = await seedMarket(uow, clock);
  await uow.run((tx) => tx.benchmarks.keepRawOutput({ sha256, text }));
});

/** A booking in which access works since now. */
async function active() {
  const { clock, uow } = fixture();
  count += 1;
  const booking = makeBooking(market.listing, market.renter, plusMs(clock.now(), count * 2 * HOUR_MS));
  await placeBooking(uow, booking);
  const at = clock.now();
  await uow.run(async (tx) => {
    await tx.bookings.changeStatus(booking.id, { from: 'scheduled', to: 'provisioning', reason: null, at });
    const set = { readyAt: at };
    await tx.bookings.changeStatus(booking.id, { from: 'provisioning', to: 'active', reason: null, at, set });
  });
  return booking;
}

const check = (verdict: HandoverVerdict): HandoverCheck => ({ id: 'facts', actual: 'a', required: 'b', verdict });
const insert = async (handover: Handover) => fixture().uow.run((tx) => tx.handovers.insert(handover));

test('a handover is read as it was written, and written once', async () => {
  const { clock, uow } = fixture();
  const booking = await active();
  const handover: Handover = {
    bookingId: booking.id,
    machineId: booking.machineId,
    verdict: 'failed',
    checks: [check('passed'), check('failed')],
    rawOutputSha256: sha256,
    checkedAt: clock.now(),
  };
  expect(await uow.reads.handovers.findByBooking(booking.id)).toBeNull();
  expect(await insert(handover)).toBe(true);
  expect(await insert({ ...handover, verdict: 'passed', checks: [check('passed')] })).toBe(false);
  expect(await uow.reads.handovers.findByBooking(booking.id)).toEqual(handover);
});

test.each<[string, Partial<Handover>, string]>([
  ['a verdict that its checks do not have', { verdict: 'passed' }, 'handovers_verdict_true'],
  ['what was not measured as passed', { checks: [check('not_measured')], verdict: 'passed' }, 'handovers_verdict_true'],
  ['no checks', { checks: [] }, 'handovers_checks_list'],
  [
    'a passed check without the machine’s output',
    { checks: [check('passed')], verdict: 'passed', rawOutputSha256: null },
    'handovers_passed_has_output',
  ],
])('the database refuses %s', async (_what, change, constraint) => {
  const booking = await active();
  const handover: Handover = {
    bookingId: booking.id,
    machineId: booking.machineId,
    verdict: 'failed',
    checks: [check('failed')],
    rawOutputSha256: sha256,
    checkedAt: fixture().clock.now(),
  };
  await expect(insert({ ...handover, ...change })).rejects.toThrow(constraint);
});

test('the sweep finds active bookings without one, by when access worked', async () => {
  const { clock, uow } = fixture();
  const booking = await active();
  const range = (from: number, before: number) => ({
    readyFrom: plusMs(clock.now(), from),
    readyBefore: plusMs(clock.now(), before),
  });
  const found = async (from: number, before: number) => uow.reads.handovers.listMissing(range(from, before), 100);
  expect(await found(-MINUTE_MS, 1)).toContain(booking.id);
  expect(await found(-MINUTE_MS, 0)).not.toContain(booking.id);
  expect(await found(1, MINUTE_MS)).not.toContain(booking.id);
  await insert({
    bookingId: booking.id,
    machineId: booking.machineId,
    verdict: 'not_measured',
    checks: [check('not_measured')],
    rawOutputSha256: null,
    checkedAt: clock.now(),
  });
  expect(await found(-MINUTE_MS, 1)).not.toContain(booking.id);
});
