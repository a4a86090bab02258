import { createHash } from 'node:crypto';

import { DomainError } from '@rsm/domain/common/domain-error';
import { documentIdSchema, newId, type DocumentId, type UserId } from '@rsm/domain/common/ids';
import { HOUR_MS, plusMs, toIso } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import { monthOf } from '@rsm/domain/documents/calendar-month';
import { documentNumber } from '@rsm/domain/documents/document-kind';
import { describe, expect, test } from 'vitest';

import { makeUser, testIds } from '../testing/market.ts';
import { useUnitOfWork, type UnitOfWorkFixture } from '../testing/use-unit-of-work.ts';
import { at, makeIssuer, tellStory } from './document-story.fixture.ts';

const november = monthOf(at('2030-11-10T00:00:00Z'));
const inNovember = at('2030-11-10T12:00:00Z');

/** An issued document with its content. */
async function readDocument({ uow }: UnitOfWorkFixture, document: { readonly id: DocumentId } | null | undefined) {
  const found = document ? await uow.reads.documents.findById(document.id) : null;
  if (found === null) throw new Error('There is a document.');
  return found;
}

describe('numbers of documents', () => {
  const fixture = useUnitOfWork({ poolMax: 30 });

  const numbersOf = async (series: string): Promise<readonly string[]> => {
    const rows = await fixture()
      .owner('documents')
      .where({ series })
      .orderBy('year')
      .orderBy('sequence')
      .select('number');
    return rows.map((row: { number: string }) => row.number);
  };

  test('have no gap and no twin when fifty issue at once and every third fails', async () => {
    const story = await tellStory(fixture());
    const issuer = makeIssuer(fixture());
    const renters: UserId[] = [];
    for (let count = 0; count < 50; count += 1) {
      const { booking, renter } = await story.newRenter();
      await story.charge(booking, 10_000_000n, inNovember);
      renters.push(renter.id);
    }
    const issue = (renterId: UserId, fails: boolean) =>
      fixture().uow.run(async (tx) => {
        const document = await issuer.issueRenterMonth(tx, renterId, november);
        if (fails) throw new Error('The power went out.');
        return document;
      });
    const first = await Promise.allSettled(renters.map((renterId, index) => issue(renterId, index % 3 === 0)));
    const issued = first.filter((result) => result.status === 'fulfilled');
    expect(issued).toHaveLength(33);
    const year = new Date(fixture().clock.now()).getUTCFullYear();
    expect(await numbersOf('INV')).toEqual(issued.map((_, index) => documentNumber('INV', year, index + 1)));
    // Those that failed are found again; those that did not are left alone.
    const second = await Promise.all(renters.map((renterId) => issue(renterId, false)));
    expect(second.filter((document) => document !== null)).toHaveLength(17);
    expect(await numbersOf('INV')).toEqual(renters.map((_, index) => documentNumber('INV', year, index + 1)));
  });

  test('are taken once when ten issue the same month of the same renter at once', async () => {
    const story = await tellStory(fixture());
    const issuer = makeIssuer(fixture());
    const { booking, renter } = await story.newRenter();
    await story.charge(booking, 10_000_000n, inNovember);
    const before = await numbersOf('INV');
    const results = await Promise.all(
      Array.from({ length: 10 }, () => fixture().uow.run((tx) => issuer.issueRenterMonth(tx, renter.id, november))),
    );
    expect(results.filter((document) => document !== null)).toHaveLength(1);
    expect(await numbersOf('INV')).toHaveLength(before.length + 1);
  });

  test('count anew every year', async () => {
    const story = await tellStory(fixture());
    const { booking, renter } = await story.newRenter();
    await story.charge(booking, 1_000_000n, inNovember);
    const issuer = makeIssuer(fixture(), { clock: { now: () => at('2032-01-01T00:00:00Z') } });
    const document = await fixture().uow.run((tx) => issuer.issueRenterMonth(tx, renter.id, november));
    expect(document?.number).toBe('INV-2032-000001');
  });

  test('can not be skipped, even by the owner of the tables', async () => {
    const { owner } = fixture();
    await expect(
      owner.raw(`INSERT INTO documents (id, user_id, kind, scope, series, year, sequence, period_start, period_end, part,
          total_micros, tax_micros, currency, issued_at, canonical, sha256)
        SELECT gen_random_uuid(), user_id, kind, scope, series, year, 900, period_start, period_end, 77, total_micros,
          tax_micros, currency, issued_at, canonical, sha256 FROM documents LIMIT 1`),
    ).rejects.toMatchObject({ constraint: 'documents_no_gap_fkey' });
  });

  test('beyond a million are written out', () => {
    expect(documentNumber('INV', 2031, 1_234_567)).toBe('INV-2031-1234567');
  });
});

describe("a renter's month", () => {
  const fixture = useUnitOfWork();
  const issue = (renterId: UserId, month = november, linesMax?: number) =>
    fixture().uow.run((tx) =>
      makeIssuer(fixture(), linesMax === undefined ? {} : { linesMax }).issueRenterMonth(tx, renterId, month),
    );
  const read = (document: { readonly id: DocumentId } | null | undefined) => readDocument(fixture(), document);

  test('becomes an invoice whose lines name their transfers, with the included tax and a hash that holds', async () => {
    const story = await tellStory(fixture());
    const { booking, renter } = await story.newRenter();
    const charge = await story.charge(booking, 119_000_000n, inNovember);
    const back = await story.giveBack(booking, 11_900_000n, plusMs(inNovember, HOUR_MS));
    const billing = { name: 'Institut für Äther', address: 'Weg 2\r\n\n 8000 Zürich ', country: 'CH', taxId: null };
    await fixture().uow.run((tx) => tx.documents.setBillingData(renter.id, billing));
    const document = await read(await issue(renter.id));
    expect(document).toMatchObject({ kind: 'invoice', total: 107_100_000n, tax: 17_100_000n, part: 1 });
    expect(document.content).toMatchObject({
      issuer: { name: 'Märkte GmbH', taxId: 'DE1' },
      recipient: { name: 'Institut für Äther', address: ['Weg 2', '8000 Zürich'], country: 'CH', email: renter.email },
      period: { start: '2030-11-01T00:00:00.000Z', end: '2030-12-01T00:00:00.000Z' },
      tax: { name: 'VAT', basisPoints: 1_900, netMicros: '90000000' },
      lines: [
        {
          position: 1,
          transferId: charge.id,
          amountMicros: '119000000',
          grossMicros: null,
          booking: { id: booking.id, title: 'Test listing', start: toIso(booking.start), end: toIso(booking.end) },
        },
        { position: 2, transferId: back.id, amountMicros: '-11900000' },
      ],
    });
    expect(createHash('sha256').update(document.canonical).digest('hex')).toBe(document.sha256);
    expect(await issue(renter.id)).toBeNull();
  });

  test('goes from midnight to the last millisecond, in UTC', async () => {
    const story = await tellStory(fixture());
    const { booking, renter } = await story.newRenter();
    await story.charge(booking, 1n, at('2030-10-31T23:59:59.999Z'));
    const first = await story.charge(booking, 10n, at('2030-11-01T00:00:00.000Z'));
    const last = await story.charge(booking, 100n, at('2030-11-30T23:59:59.999Z'));
    await story.charge(booking, 1_000n, at('2030-12-01T00:00:00.000Z'));
    const document = await read(await issue(renter.id));
    expect(document.content.lines.map((line) => line.transferId)).toEqual([first.id, last.id]);
    expect(await read(await issue(renter.id, monthOf(at('2030-10-01T00:00:00Z'))))).toMatchObject({ total: 1n });
    expect(await read(await issue(renter.id, monthOf(november.end)))).toMatchObject({ total: 1_000n });
  });

  test('becomes a credit note when more came back than was charged', async () => {
    const story = await tellStory(fixture());
    const { booking, renter } = await story.newRenter();
    await story.charge(booking, 11_900_000n, at('2030-10-20T00:00:00Z'));
    await story.giveBack(booking, 5_950_000n, inNovember);
    const document = await issue(renter.id);
    expect(document).toMatchObject({ kind: 'credit_note', total: -5_950_000n, tax: -950_000n });
    expect(document?.number).toMatch(/^CRN-2031-\d{6}$/);
  });

  test('without charges gives nothing; holds, releases and top-ups are no charges', async () => {
    const story = await tellStory(fixture());
    const { booking, renter } = await story.newRenter();
    const [wallet, hold] = [{ kind: 'wallet', userId: renter.id }, { kind: 'hold', bookingId: booking.id }] as const; // prettier-ignore
    await story.post('top_up', inNovember, [[wallet, 10n], [{ kind: 'clearing' }, -10n]]); // prettier-ignore
    await story.post('hold', inNovember, [[wallet, -10n], [hold, 10n]], { booking }); // prettier-ignore
    await story.post('release', inNovember, [[hold, -10n], [wallet, 10n]], { booking }); // prettier-ignore
    expect(await issue(renter.id)).toBeNull();
  });

  test('whose charges came back in whole gives an invoice over nothing, so that none of them is on no document', async () => {
    const story = await tellStory(fixture());
    const { booking, renter } = await story.newRenter();
    await story.charge(booking, 500n, inNovember);
    await story.giveBack(booking, 500n, inNovember);
    expect(await issue(renter.id)).toMatchObject({ kind: 'invoice', total: 0n, tax: 0n });
  });

  test('with more lines than one document holds is told in several, with a number each and every line once', async () => {
    const story = await tellStory(fixture());
    const { booking, renter } = await story.newRenter();
    for (let count = 1n; count <= 7n; count += 1n)
      await story.charge(booking, count, plusMs(inNovember, Number(count)));
    const parts = [
      await issue(renter.id, november, 3),
      await issue(renter.id, november, 3),
      await issue(renter.id, november, 3),
    ];
    expect(parts.map((part) => [part?.part, part?.total])).toEqual([[1, 6n], [2, 15n], [3, 7n]]); // prettier-ignore
    expect(await issue(renter.id, november, 3)).toBeNull();
  });

  test('holds nothing of another renter', async () => {
    const story = await tellStory(fixture());
    const [one, two] = [await story.newRenter(), await story.newRenter()];
    await story.charge(one.booking, 10n, inNovember);
    await story.charge(two.booking, 20n, inNovember);
    expect(await issue(one.renter.id)).toMatchObject({ total: 10n });
    expect(await issue(two.renter.id)).toMatchObject({ total: 20n });
    expect(await issue(makeUser(inNovember).id)).toBeNull();
  });

  test('puts no transfer on two invoices: the database refuses', async () => {
    const { uow, owner } = fixture();
    const story = await tellStory(fixture());
    const [one, two] = [await story.newRenter(), await story.newRenter()];
    const charge = await story.charge(one.booking, 10n, inNovember);
    await story.charge(two.booking, 10n, inNovember);
    await issue(one.renter.id);
    const other = await read(await issue(two.renter.id));
    const taken = { document_id: other.id, position: 2, scope: 'renter', transfer_id: charge.id, amount_micros: '10' };
    await expect(owner('document_lines').insert(taken)).rejects.toMatchObject({
      constraint: 'document_lines_transfer_key',
    });
    const series = uow.run(async (tx) => {
      await tx.documents.lockSeries(['INV'], 2031);
      const sequence = await tx.documents.takeNumber('INV', 2031);
      const { number: _number, sha256: _sha256, content, ...rest } = other;
      const period = { start: november.end, end: plusMs(november.end, 1) };
      await tx.documents.insert({
        ...rest,
        period,
        id: newId(testIds, documentIdSchema),
        series: 'INV',
        year: 2031,
        sequence,
        lines: content.lines,
      });
    });
    await expect(series).rejects.toThrow(DomainError);
    await expect(series).rejects.toMatchObject({ code: 'conflict' });
  });

  test('lists newest first, page by page', async () => {
    const { uow } = fixture();
    const story = await tellStory(fixture());
    const { booking, renter } = await story.newRenter();
    for (let count = 1n; count <= 5n; count += 1n) await story.charge(booking, count, inNovember);
    for (let count = 0; count < 5; count += 1) await issue(renter.id, november, 1);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await uow.reads.documents.list(renter.id, { limit: 2, cursor });
      seen.push(...page.items.map((item) => item.number));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(5);
    await expect(uow.reads.documents.list(renter.id, { limit: 2, cursor: 'x' })).rejects.toMatchObject({
      code: 'invalid_cursor',
    });
  });
});

describe("a provider's month and payouts", () => {
  const fixture = useUnitOfWork();

  test('lead from balance to balance, with the fee of every charge and his own tax rate', async () => {
    const { uow } = fixture();
    const issuer = makeIssuer(fixture());
    const story = await tellStory(fixture());
    const { booking } = await story.newRenter();
    const tax = {
      legalName: 'Rechner AG',
      address: 'Gasse 3\nBern',
      country: 'CH',
      taxId: 'CHE-1',
      taxBasisPoints: 810,
    };
    await uow.run((tx) => tx.documents.setProviderTaxData(story.provider.id, tax));
    await story.charge(booking, 10_000_000n, at('2030-10-05T00:00:00Z'));
    await story.charge(booking, 20_000_000n, inNovember);
    await story.makeAvailable(booking, 9_000_000n, inNovember);
    await story.giveBack(booking, 1_000_000n, inNovember);
    const [october, statement] = await uow.run(async (tx) => [
      await issuer.issueProviderMonth(tx, story.provider.id, monthOf(at('2030-10-05T00:00:00Z'))),
      await issuer.issueProviderMonth(tx, story.provider.id, november),
    ]);
    expect(october).toMatchObject({ kind: 'provider_statement', total: 9_000_000n });
    const document = await readDocument(fixture(), statement);
    expect(document.content).toMatchObject({
      recipient: { name: 'Rechner AG', address: ['Gasse 3', 'Bern'], country: 'CH', taxId: 'CHE-1' },
      totalMicros: '17100000',
      balance: { openingMicros: '9000000', closingMicros: '26100000' },
      tax: { basisPoints: 810, grossMicros: '17100000', includedMicros: '1281314' },
      lines: [
        { kind: 'charge', amountMicros: '18000000', feeMicros: '2000000', grossMicros: '20000000' },
        { kind: 'charge_returned', amountMicros: '-900000', feeMicros: '-100000', grossMicros: '-1000000' },
      ],
    });
  });

  test('a payout lists what became available since the one before, once', async () => {
    const { uow } = fixture();
    const issuer = makeIssuer(fixture(), { linesMax: 2 });
    const story = await tellStory(fixture());
    const { booking } = await story.newRenter();
    const available = { kind: 'provider_available', userId: story.provider.id } as const;
    const payOut = async (amount: bigint, when: ReturnType<typeof at>) => {
      const paymentId = await story.newPayout(amount, when);
      return uow.run(async (tx) => {
        const entries = [[available, -amount], [{ kind: 'clearing' }, amount]] as const; // prettier-ignore
        const { id } = await story.post('payout', when, entries, { paymentId }, tx);
        const payout = {
          providerId: story.provider.id,
          paymentId,
          transferId: id,
          amount: amountMicros(amount),
          at: when,
        };
        return issuer.issuePayoutStatement(tx, payout);
      });
    };
    await story.charge(booking, 100_000_000n, inNovember);
    for (const amount of [10n, 20n, 30n]) await story.makeAvailable(booking, amount, inNovember);
    const first = await payOut(50n, plusMs(inNovember, HOUR_MS));
    expect(first.map((part) => [part.part, part.total])).toEqual([[1, 30n], [2, 30n]]); // prettier-ignore
    const [one, two] = await Promise.all(first.map((part) => uow.reads.documents.findById(part.id)));
    expect(one?.content).toMatchObject({ balance: { openingMicros: '0', closingMicros: '30' }, payout: null });
    expect(two?.content).toMatchObject({
      balance: { openingMicros: '30', closingMicros: '60' },
      payout: { amountMicros: '50' },
    });
    await story.makeAvailable(booking, 40n, plusMs(inNovember, 2 * HOUR_MS));
    const second = await payOut(50n, plusMs(inNovember, 3 * HOUR_MS));
    const next = await readDocument(fixture(), second[0]);
    expect(next?.content).toMatchObject({
      period: { start: toIso(plusMs(inNovember, HOUR_MS)), end: toIso(plusMs(inNovember, 3 * HOUR_MS)) },
      totalMicros: '40',
      balance: { openingMicros: '10', closingMicros: '50' },
      payout: { amountMicros: '50' },
    });
    // Nothing new became available: the statement says so, and the payout takes what was carried over.
    await story.makeAvailable(booking, 5n, plusMs(inNovember, 4 * HOUR_MS));
    await payOut(2n, plusMs(inNovember, 5 * HOUR_MS));
    const [empty] = await payOut(3n, plusMs(inNovember, 6 * HOUR_MS));
    expect((await readDocument(fixture(), empty)).content).toMatchObject({
      lines: [],
      balance: { openingMicros: '3', closingMicros: '3' },
      payout: { amountMicros: '3' },
    });
  });
});

describe('what is still to be issued', () => {
  const fixture = useUnitOfWork();

  test('is found from the first transfer on, and not before a month was closed', async () => {
    const { uow } = fixture();
    expect(await uow.reads.documents.firstOpenAt()).toBeNull();
    const story = await tellStory(fixture());
    const { booking, renter } = await story.newRenter();
    await story.charge(booking, 10n, inNovember);
    await story.charge(booking, 10n, at('2031-01-02T00:00:00Z'));
    expect(await uow.reads.documents.firstOpenAt()).toBe(inNovember);
    const people = (scope: 'renter' | 'provider', after: UserId | null = null) =>
      uow.reads.documents.listUndocumented(scope, november, { after, limit: 10 });
    expect(await people('renter')).toEqual([renter.id]);
    expect(await people('provider')).toEqual([story.provider.id]);
    expect(await people('renter', renter.id)).toEqual([]);
    await uow.run(async (tx) => {
      await makeIssuer(fixture()).issueRenterMonth(tx, renter.id, november);
      await tx.documents.closeMonth(november, fixture().clock.now());
      await tx.documents.closeMonth(november, fixture().clock.now());
    });
    expect(await people('renter')).toEqual([]);
    expect(await uow.reads.documents.firstOpenAt()).toBe(at('2031-01-02T00:00:00Z'));
  });
});
