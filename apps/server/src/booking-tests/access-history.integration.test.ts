// @module-tag ci

import { HOUR_MS, MINUTE_MS, plusMs } from '@rsm/domain/common/instant';
import type { Booking } from '@rsm/domain/bookings/booking';
import { expect, it } from 'vitest';
import { openMarket, type Market } from '../testing/open-market.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

const product = useTestProduct();
const setup = async () => openMarket(product());

const historyOf = async (t: Market, booking: Booking) => t.services.bookings.accessHistory(t.renter.actor, booking);

it('the access of a booking can be looked up: keys, start, each end that was agreed on, and its end', async () => {
  const t = await setup();
  const start = plusMs(t.clock.now(), HOUR_MS);
  const bookedAt = t.clock.now();
  const booking = await t.seed.book(t.renter, t.listing, { start });
  expect(await historyOf(t, booking)).toMatchObject({
    accountName: null,
    entries: [{ kind: 'deadline_set', at: bookedAt, deadline: booking.end }],
    watchdogDeadlineAt: null,
  });

  await t.jobs.advance(HOUR_MS + 20 * MINUTE_MS);
  const newEnd = plusMs(booking.end, HOUR_MS);
  const extendedAt = t.clock.now();
  await t.services.bookings.extend(t.renter.actor, {
    idempotencyKey: t.seed.key('extend'),
    id: booking.id,
    newEnd,
    acceptedAdditional: null,
  });
  await t.jobs.advance(3 * HOUR_MS);

  const [key] = await t.services.users.listSshKeys(t.renter.actor);
  const history = await historyOf(t, booking);
  expect(history).toMatchObject({
    accountName: await t.accountOf(booking),
    mode: 'unix_user',
    keys: [{ keyType: 'ssh-ed25519', fingerprint: key?.fingerprint, name: key?.name }],
    watchdogDeadlineAt: newEnd,
  });
  expect(history.entries).toEqual([
    { kind: 'deadline_set', at: bookedAt, deadline: booking.end },
    { kind: 'prepared', at: start, deadline: null },
    { kind: 'granted', at: start, deadline: null },
    { kind: 'deadline_set', at: extendedAt, deadline: newEnd },
    { kind: 'revoked', at: newEnd, deadline: null },
  ]);
  await t.sound();
});

it('a key that was removed since is still known by its fingerprint, and a provider never learns a name', async () => {
  const t = await setup();
  const booking = await t.active();
  const [key] = await t.services.users.listSshKeys(t.renter.actor);
  if (key === undefined) throw new Error('The renter has a key.');
  const seen = await t.services.bookings.accessHistory(t.provider, booking);
  expect(seen.keys).toEqual([{ keyType: 'ssh-ed25519', fingerprint: key.fingerprint, name: null }]);
  await t.services.users.removeSshKey(t.renter.actor, { id: key.id });
  expect((await historyOf(t, booking)).keys).toEqual(seen.keys);
});

it('nobody else may look, and an admin’s look is written down', async () => {
  const t = await setup();
  const booking = await t.active();
  const stranger = await t.seed.renter();
  await expect(t.services.bookings.accessHistory(stranger.actor, booking)).rejects.toMatchObject({ code: 'not_found' });
  const admin = await t.seed.admin();
  await t.services.bookings.accessHistory(admin, booking);
  const { rows } = await t.sql.query('SELECT actor_id FROM audit_log WHERE subject_id = $1', [booking.id]);
  expect(rows).toEqual([{ actor_id: admin.userId }]);
});
