// @module-tag ci

import { startContainerHost, type Lab, type LabHost } from '@rsm/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Installation } from './testing/installation.ts';
import { fillLabMarket, untilBooking, useLab, type LabMarket } from './testing/lab-market.ts';

const BOOKED_MS = 3_600_000;
const START_LIMIT_MS = 60_000;
const CLEAN_UP_LIMIT_MS = 180_000;
/** A container that has to be killed gets the whole grace period. */
const TEST_LIMIT_MS = 300_000;
const missing = `registry.example.org/other@sha256:${'a'.repeat(64)}`;

const lab = useLab();
let hosts: Lab | null = null;
let installation: Installation | undefined;
let host: LabHost;
let image: string;
let market: LabMarket;

beforeAll(async () => {
  // Only the deep run has something to do here.
  if (process.env['RSM_TEST_DEPTH'] !== 'deep') return;
  hosts = await lab.open();
  if (hosts === null) return;
  ({ host, image } = await startContainerHost(hosts));
  const described = { cudaVersion: null, frameworks: {}, sizeBytes: 50_000_000 };
  const images = [
    { name: 'Not there', reference: missing, ...described },
    { name: 'Lab image', reference: image, ...described },
  ];
  // The check asks for the first image, so the one that is there stands first.
  installation = await Installation.open({ CONTAINER_IMAGES: JSON.stringify(images.toReversed()) });
  const server = await installation.serve();
  await installation.work();
  const terms = { pricePerHour: '7.20' };
  market = await fillLabMarket({ apiUrl: server.apiUrl, hosts: [host], terms, accessMode: 'container' });
}, TEST_LIMIT_MS);

afterAll(async () => {
  await market?.computer.discard();
  await installation?.close();
  await hosts?.stop();
});

describe('a booking of a container', () => {
  it(
    'leads through the routers to a chosen image, root inside, and a verified clean-up',
    { tags: 'deep', timeout: TEST_LIMIT_MS },
    async () => {
      const { computer, offers, provider, renter, sshKeyId } = market;
      const listingId = offers[0]?.listingId ?? '';
      const { images, imagesSeenAt } = await renter.listings.get.query({ id: listingId });
      expect(images.map(({ name, isOnMachine }) => [name, isOnMachine])).toEqual([
        ['Lab image', true],
        ['Not there', false],
      ]);
      expect(imagesSeenAt).not.toBeNull();
      const wish = { listingId, start: null, durationMs: BOOKED_MS };
      await expect(renter.bookings.quote.query({ ...wish, containerImage: missing })).rejects.toThrow(
        'is not on this machine',
      );
      const quote = await renter.bookings.quote.query({ ...wish, containerImage: image });
      expect(quote).toMatchObject({
        containerImage: { name: 'Lab image', reference: image },
        wipePlan: ['container_destroy'],
      });
      const { id } = await renter.bookings.create.mutate({
        ...wish,
        idempotencyKey: 'container-booking',
        sshKeyIds: [sshKeyId],
        containerImage: image,
        acceptedMaximum: '7.20',
      });
      const active = await untilBooking(renter, id, 'active', START_LIMIT_MS);
      expect(active).toMatchObject({
        accessMode: 'container',
        containerImage: { name: 'Lab image', reference: image },
      });

      const connection = await renter.bookings.connection.query({ id });
      expect(await computer.ssh(connection, 'id -u; hostname; echo mine > /root/kept; cat /root/kept')).toBe(
        `0\n${connection.user}\nmine`,
      );
      expect((await host.run(`podman inspect --format '{{.ImageDigest}}' ${connection.user}`)).stdout.trim()).toBe(
        image.split('@')[1],
      );

      await renter.bookings.endEarly.mutate({ id });
      const done = await untilBooking(renter, id, 'completed', CLEAN_UP_LIMIT_MS);
      expect(done.endReason).toBe('ended');
      await expect(computer.ssh(connection, 'true')).rejects.toThrow(/Permission denied|Connection closed/);
      const { verdict } = await renter.dataWipes.certificate.query({
        id: (await renter.dataWipes.getByBooking.query({ bookingId: id })).id,
      });
      expect(verdict).toBe('verified');
      expect((await host.run('podman ps --all --quiet; podman volume ls --quiet')).stdout.trim()).toBe('');
      expect((await provider.payments.earnings.query()).availableMicros).toBeGreaterThan(0n);
      const audit = await installation?.run(['audit']);
      expect(audit?.out).toMatch(/, 0 broken\.$/m);
    },
  );
});
