// @module-tag ci

import { DomainError } from '@rsm/domain/common/domain-error';
import { HOUR_MS, MINUTE_MS } from '@rsm/domain/common/instant';
import { describe, expect, it } from 'vitest';
import { openMarket, type Market } from '../testing/open-market.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

const imageOf = (name: string, digit: string, cudaVersion: string | null = null) => ({
  name,
  reference: `registry.example.org/${name.toLowerCase()}@sha256:${digit.repeat(64)}`,
  cudaVersion,
  frameworks: {},
  sizeBytes: 1_000_000,
});
const debian = imageOf('Debian', 'a');
const alpine = imageOf('Alpine', 'b');
const elsewhere = imageOf('Elsewhere', 'c');
const product = useTestProduct({ env: { CONTAINER_IMAGES: JSON.stringify([debian, alpine, elsewhere]) } });

/** What the last checks saw of the machine. */
const recheck = async (t: Market, change: (fake: Market['fake']) => void): Promise<void> => {
  change(t.fake);
  await t.services.machines.recheck(t.provider, { id: t.machine.id });
  await t.jobs.runDue();
};
const toolsOf = async (t: Market) => t.services.machineTools.get(t.provider, { id: t.machine.id });
const toldOf = async (t: Market) => {
  const { rows } = await t.sql.query<{ body: string }>(
    `SELECT body FROM events WHERE audience = $1 AND kind = 'machine_checked' ORDER BY seq`,
    [t.provider.userId],
  );
  return rows.map(({ body }) => body);
};

describe('tools of benchmarks that a machine lacks', () => {
  it('are installed when the provider said so, and who said what when is kept', async () => {
    const t = await openMarket(product());
    expect(await toolsOf(t)).toMatchObject({ missingTools: [], consents: [] });
    await recheck(t, (fake) => (fake.missingTools = ['sysbench', 'iperf3']));
    expect(await toolsOf(t)).toMatchObject({
      packageManager: 'apt',
      missingTools: [
        { tool: 'sysbench', version: '1.0' },
        { tool: 'iperf3', version: '1.0' },
      ],
      seenAt: t.clock.now(),
    });
    expect(t.fake.visits).not.toContain('install_tools');
    await t.services.machineTools.consent(t.provider, { id: t.machine.id, tools: ['sysbench'] });
    // Asking again while it is being done, or for what is being done, is answered and does nothing.
    const again = t.services.machineTools.consent(t.provider, { id: t.machine.id, tools: ['iperf3'] });
    await expect(again).rejects.toMatchObject({ code: 'conflict', remedy: 'Wait until that is done.' });
    await t.jobs.runDue();
    expect(await toolsOf(t)).toMatchObject({
      missingTools: [{ tool: 'iperf3', version: '1.0' }],
      consents: [
        {
          consentedBy: t.provider.userId,
          tools: [{ tool: 'sysbench', version: '1.0' }],
          finishedAt: t.clock.now(),
          problem: null,
        },
      ],
    });
    expect((await toldOf(t)).at(-1)).toMatch(/^sysbench is installed on /);
    await t.sound();
  });

  it('are not installed under a renter, for a stranger, or where nobody looked; what is there is not asked for', async () => {
    const t = await openMarket(product());
    const consent = async (tools: ['fio'] | ['sysbench'], actor = t.provider) =>
      t.services.machineTools.consent(actor, { id: t.machine.id, tools });
    await recheck(t, (fake) => (fake.missingTools = ['fio']));
    await expect(consent(['sysbench'])).rejects.toMatchObject({ code: 'invalid_input', field: 'tools' });
    await expect(consent(['fio'], t.renter.actor)).rejects.toMatchObject({ code: 'not_found' });
    const booking = await t.active();
    await expect(consent(['fio'])).rejects.toMatchObject({ code: 'machine_in_use' });
    await t.services.bookings.endEarly(t.renter.actor, { id: booking.id });
    await t.jobs.advance(HOUR_MS);
    const { provider, machine } = await t.seed.scannedMachine();
    const early = t.services.machineTools.consent(provider, { id: machine.id, tools: ['fio'] });
    await expect(early).rejects.toMatchObject({ code: 'wrong_state' });
    expect(t.fake.visits).not.toContain('install_tools');
    await t.sound();
  });

  it('are found again when the worker died, and given up with the reason when the package manager refuses', async () => {
    const t = await openMarket(product());
    await recheck(t, (fake) => (fake.missingTools = ['fio']));
    t.fake.onVisit = ({ step, phase }) => (step === 'install_tools' && phase === 'before' ? t.jobs.die() : undefined);
    await t.services.machineTools.consent(t.provider, { id: t.machine.id, tools: ['fio'] });
    await t.jobs.runDue();
    expect((await toolsOf(t)).consents[0]?.finishedAt).toBeNull();
    t.fake.onVisit = null;
    t.fake.brokenSteps.add('install_tools');
    await t.jobs.advance(10 * MINUTE_MS, { sweepEveryMs: MINUTE_MS });
    const [consent] = (await toolsOf(t)).consents;
    expect(consent?.problem).toMatch(/\.$/);
    expect((await toldOf(t)).at(-1)).toMatch(/^fio could not be installed on /);
    // A machine that was mended is asked for again.
    t.fake.brokenSteps.clear();
    await t.services.machineTools.consent(t.provider, { id: t.machine.id, tools: ['fio'] });
    await t.jobs.runDue();
    expect(await toolsOf(t)).toMatchObject({ missingTools: [], consents: [{ problem: null }, { tools: [{}] }] });
    await t.sound();
  });
});

describe('the image of a container', () => {
  const containerMarket = async (): Promise<Market> => {
    const t = await openMarket(product(), { accessMode: 'container' });
    await recheck(t, ({ images }) => images.add(debian.reference).add(alpine.reference));
    return t;
  };
  const windowOf = (t: Market, containerImage: string | null) => ({
    listingId: t.listing.id,
    start: null,
    durationMs: HOUR_MS,
    containerImage,
  });

  it('is the one that the renter chose, from the quote to the machine, and the first one where he chose none', async () => {
    const t = await containerMarket();
    const { name, reference } = alpine;
    expect(await t.services.bookings.quote(t.renter.actor, windowOf(t, reference))).toMatchObject({
      containerImage: { name, reference },
    });
    const booking = await t.seed.book(t.renter, t.listing, { containerImage: reference });
    await t.jobs.runDue();
    expect(await t.now(booking)).toMatchObject({ status: 'active', containerImage: { name, reference } });
    expect(t.fake.accounts.get(await t.accountOf(booking))?.image).toBe(reference);
    await t.services.bookings.endEarly(t.renter.actor, { id: booking.id });
    await t.jobs.advance(HOUR_MS);
    const second = await t.seed.book(t.renter, t.listing);
    expect((await t.now(second)).containerImage).toEqual({ name: debian.name, reference: debian.reference });
    await t.sound();
  });

  it('is shown on the listing with what lies on the machine, and since when that is known', async () => {
    const t = await containerMarket();
    const { images, imagesSeenAt } = await t.services.listings.get(null, { id: t.listing.id });
    expect(images.map(({ isOnMachine, name, problem }) => [name, isOnMachine, problem])).toEqual([
      ['Debian', true, null],
      ['Alpine', true, null],
      ['Elsewhere', false, '"Elsewhere" is not on this machine.'],
    ]);
    expect(imagesSeenAt).toBe(t.clock.now());
  });

  it.each([
    ['unknown', `registry.example.org/other@sha256:${'d'.repeat(64)}`, 'This server allows no such image.'],
    ['not on the machine', elsewhere.reference, '"Elsewhere" is not on this machine.'],
  ])('is refused when it is %s, by name, with what can be chosen, and nothing is held', async (_case, image, said) => {
    const t = await containerMarket();
    for (const call of [
      async () => t.services.bookings.quote(t.renter.actor, windowOf(t, image)),
      async () => t.seed.book(t.renter, t.listing, { containerImage: image }),
    ]) {
      const error: unknown = await call().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(DomainError);
      expect(error).toMatchObject({
        code: 'invalid_input',
        field: 'containerImage',
        message: said,
        remedy: 'Choose one of: Debian, Alpine.',
      });
    }
    expect(await t.spent()).toBe(0n);
  });

  it('cannot be chosen where an account is given', async () => {
    const t = await openMarket(product());
    const book = t.seed.book(t.renter, t.listing, { containerImage: debian.reference });
    await expect(book).rejects.toMatchObject({ code: 'invalid_input', field: 'containerImage' });
    expect((await t.services.listings.get(null, { id: t.listing.id })).images).toEqual([]);
  });
});
