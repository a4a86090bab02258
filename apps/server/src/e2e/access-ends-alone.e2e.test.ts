// @module-tag ci

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '@rsm/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../demo/wait-for.ts';
import { Installation, type RunningServer } from './testing/installation.ts';
import { bookNow, fillLabMarket, TOP_UP_MICROS, untilBooking, useLab, type LabMarket } from './testing/lab-market.ts';
import { openSession } from './testing/open-session.ts';
import type { Program } from './testing/program.ts';

/** The tests of one story run in order; each goes on where the one before has ended. */
const BOOKED_MS = 40_000;
/** The host's own timer is exact to 100 ms; the rest is its work on a busy machine. */
const LATE_MS_MAX = 15_000;
/** OpenSSH has no smaller unit, and the deadline is cut to whole seconds. */
const EARLY_MS_MAX = 1_500;

const lab = useLab();
let hosts: Lab | null = null;
let installation: Installation;
let server: RunningServer;
let worker: Program;
let market: LabMarket;

beforeAll(async () => {
  hosts = await lab.open();
  if (hosts === null) return;
  const starting = hosts.startHost({ flavour: 'debian' });
  installation = await Installation.open();
  server = await installation.serve();
  worker = await installation.work();
  const terms = { pricePerHour: '7.20', durationMinMs: 1_000 };
  market = await fillLabMarket({ apiUrl: server.apiUrl, hosts: [await starting], terms });
});

afterAll(async () => {
  await market?.computer.discard();
  await installation?.close();
  await hosts?.stop();
});

describe('a booking that ends while nobody of us runs', () => {
  let bookingId: string;

  it('ends by itself on the machine: the open session, new logins, every process', async () => {
    const [offer] = market.offers;
    if (offer === undefined) throw new Error('A machine is needed.');
    const { host } = offer;
    const booked = await bookNow(market, offer, BOOKED_MS);
    bookingId = booked.id;
    await untilBooking(market.renter, bookingId, 'active', 35_000);
    const connection = await market.renter.bookings.connection.query({ id: bookingId });
    const session = await openSession(market.computer, connection, 'nohup sleep 999 >/dev/null 2>&1 & sleep 999');
    const processesOf = async () => (await host.run(`pgrep -u ${connection.user} -x sleep | wc -l`)).stdout.trim();
    expect(await processesOf()).toBe('2');
    const stopped = await worker.end('SIGTERM');
    expect(stopped).toMatchObject({ status: 0 });
    expect(session.closedAt).toBeNull();
    expect(Date.now(), 'all workers are gone before the end').toBeLessThan(booked.end.getTime());

    try {
      const closedAt = await waitFor('the end of the open session', BOOKED_MS + 20_000, () =>
        Promise.resolve(session.closedAt),
      );
      const lateMs = closedAt - booked.end.getTime();
      expect(lateMs).toBeGreaterThan(-EARLY_MS_MAX);
      expect(lateMs).toBeLessThan(LATE_MS_MAX);
    } finally {
      session.discard();
    }
    await expect(market.computer.ssh(connection, 'true')).rejects.toThrow(/Permission denied|Connection closed/);
    expect((await host.run(`ps -u ${connection.user} -o pid= | wc -l`)).stdout.trim()).toBe('0');
    // The product has not noticed, so the machine did it alone.
    expect((await market.renter.bookings.get.query({ id: bookingId })).booking.status).toBe('active');
  });

  it('is completed when a worker runs again, and charged up to its end', async () => {
    worker = await installation.work();
    const done = await untilBooking(market.renter, bookingId, 'completed', 90_000);
    // 40 s at 7.20 an hour are 0.08, two millionths a millisecond. The minimum of ten minutes is more, but never more than the time
    // in which access could work.
    const chargedMicros = 2n * BigInt(done.end.getTime() - (done.readyAt?.getTime() ?? 0));
    expect(done).toMatchObject({
      endReason: 'expired',
      holdMicros: 80_000n,
      chargedMicros,
      releasedMicros: 80_000n - chargedMicros,
    });
    expect(chargedMicros).toBeGreaterThan(0n);
    const endedLateMs = (done.accessEndedAt?.getTime() ?? 0) - done.end.getTime();
    expect(endedLateMs, 'access ended when the machine says it did').toBeLessThan(LATE_MS_MAX);
    expect(await market.renter.payments.wallet.query()).toMatchObject({
      availableMicros: TOP_UP_MICROS - chargedMicros,
      heldMicros: 0n,
    });
    expect(await market.provider.payments.earnings.query()).toMatchObject({
      pendingMicros: 0n,
      // The fee is a tenth, rounded half up.
      availableMicros: chargedMicros - (chargedMicros + 5n) / 10n,
    });
  });

  it('leaves a certificate that is verified offline, and not when one byte of it was changed', async () => {
    const wipe = await market.renter.dataWipes.getByBooking.query({ bookingId });
    const { jws, verdict } = await market.renter.dataWipes.certificate.query({ id: wipe.id });
    expect(verdict).toBe('verified');
    const keySet = await (await fetch(`${server.url}/.well-known/jwks.json`)).text();
    await writeFile(join(installation.dataDir, 'keys.json'), keySet);
    await writeFile(join(installation.dataDir, 'certificate.jws'), jws);
    const at = Math.floor(jws.length / 2);
    const changed = `${jws.slice(0, at)}${jws[at] === 'A' ? 'B' : 'A'}${jws.slice(at + 1)}`;
    await writeFile(join(installation.dataDir, 'changed.jws'), changed);

    await Promise.all([server.program.end('SIGTERM'), worker.end('SIGTERM')]);
    await expect(fetch(`${server.url}/health/live`)).rejects.toThrow('fetch failed');
    const verify = async (file: string) => installation.run(['verify', file, '--keys', 'keys.json']);
    const [good, bad] = await Promise.all([verify('certificate.jws'), verify('changed.jws')]);
    expect(good.out).toMatch(/^Signature valid/);
    expect(good.status).toBe(0);
    expect(bad.out).toMatch(/^Signature not valid/);
    expect(bad.status).toBe(1);
  });

  it('leaves books and calendars in which the audit finds nothing', async () => {
    const { out, status } = await installation.run(['audit']);
    expect(out).toMatch(/^\d+ invariants checked, 0 broken\.$/m);
    expect(status).toBe(0);
  });
});
