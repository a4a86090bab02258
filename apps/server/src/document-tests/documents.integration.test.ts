// @module-tag ci

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, instant, plusMs } from '@rsm/domain/common/instant';
import { monthOf, MONTH_GRACE_MS } from '@rsm/domain/documents/calendar-month';
import { DocumentIssuer } from '@rsm/domain/documents/document-issuer';
import { createIssueWorkflow } from '@rsm/domain/documents/issue-workflow';
import { DocumentsService } from '@rsm/domain/documents/documents-service';
import type { Actor } from '@rsm/domain/users/user';
import { uuidV7Source } from '../ids.ts';
import { openMarket } from '../testing/open-market.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

const product = useTestProduct();
const firstPage = { limit: 50, cursor: null };

/** A market with a booking that was used and charged. Each test begins in a month of its own. */
async function chargedMarket() {
  const t = await openMarket(product());
  const booking = await t.active();
  await t.jobs.advance(2 * HOUR_MS);
  return {
    ...t,
    booking: await t.now(booking),
    month: monthOf(t.clock.now()),
    documentsOf: async (actor: Actor) => (await t.services.documents.list(actor, firstPage)).items,
    /** The month ends and the sweep finds it. */
    endMonth: async () => {
      const { end } = monthOf(t.clock.now());
      t.clock.set(plusMs(end, MONTH_GRACE_MS));
      await t.jobs.sweep();
    },
  };
}

describe('when a month is over', () => {
  it('the renter gets his invoice and the provider his statement, once, by themselves', async () => {
    const t = await chargedMarket();
    t.clock.set(plusMs(t.month.end, MONTH_GRACE_MS - 1));
    await t.jobs.sweep();
    expect(await t.documentsOf(t.renter.actor)).toEqual([]);
    await t.endMonth();
    await t.jobs.sweep();
    const [invoice, ...others] = await t.documentsOf(t.renter.actor);
    expect(others).toEqual([]);
    expect(invoice).toMatchObject({ kind: 'invoice', total: 3_600_000n, period: { start: t.month.start } });
    const [statement] = await t.documentsOf(t.provider);
    expect(statement).toMatchObject({ kind: 'provider_statement', total: 3_240_000n });
    const { events } = await t.services.events.list(t.renter.actor, { afterSeq: 0, limit: 100 });
    expect(events.at(-1)).toMatchObject({
      kind: 'document_issued',
      subjectId: invoice?.id,
      text: `The invoice ${invoice?.number ?? ''} over 3.60 EUR is ready.`,
    });
    await t.sound();
  });

  it('two workers at once issue nothing twice, and a month after it waits for its own end', async () => {
    const t = await chargedMarket();
    t.clock.set(plusMs(t.month.end, MONTH_GRACE_MS));
    const work = { signal: new AbortController().signal };
    const runs = await Promise.all([1, 2, 3].map(() => t.workflows['documents.issue'].run({}, work)));
    expect(runs.map((run) => run.kind)).toContain('again');
    await t.jobs.sweep();
    await t.jobs.advance(DAY_MS);
    expect(await t.documentsOf(t.renter.actor)).toHaveLength(1);
    expect(await t.documentsOf(t.provider)).toHaveLength(1);
    await t.sound();
  });

  it(
    'a run issues so many documents and no more; what it left, or a worker that died, is issued by the next one',
    { tags: 'deep' },
    async () => {
      const t = await chargedMarket();
      const second = await t.seed.renter();
      await t.seed.book(second, t.listing);
      await t.jobs.advance(2 * HOUR_MS);
      t.clock.set(plusMs(t.month.end, MONTH_GRACE_MS));
      const unused = () => {
        throw new Error('Documents have no secrets.');
      };
      const small = createIssueWorkflow({
        uow: t.uow,
        clock: t.clock,
        ids: uuidV7Source,
        timers: { after: () => () => undefined, every: () => () => undefined },
        secretBox: { seal: unused, open: unused },
        log: () => undefined,
        issuer: new DocumentIssuer({
          clock: t.clock,
          ids: uuidV7Source,
          currency: t.config.payments.currency,
          ...t.config.documents,
        }),
        issuedPerRunMax: 1,
      });
      const stopped = new AbortController();
      stopped.abort(new Error('The worker stops.'));
      await expect(small.run({}, { signal: stopped.signal })).rejects.toThrow('The worker stops.');
      const counts: number[] = [];
      for (let run = 0; run < 3; run += 1) {
        expect(await small.run({}, { signal: new AbortController().signal })).toEqual({
          kind: 'again',
          at: t.clock.now(),
        });
        const people = [t.renter.actor, second.actor, t.provider];
        counts.push((await Promise.all(people.map(t.documentsOf))).flat().length);
      }
      expect(counts).toEqual([1, 2, 3]);
      await t.jobs.sweep();
      expect(await t.documentsOf(t.provider)).toHaveLength(1);
      await t.sound();
    },
  );
});

describe('a document', () => {
  it('is given as data whose hash holds, and as a PDF', async () => {
    const t = await chargedMarket();
    await t.services.documents.setBillingData(t.renter.actor, {
      name: 'Institut für Äther',
      address: 'Weg 2\n8000 Zürich',
      country: 'CH',
      taxId: null,
    });
    await t.endMonth();
    const [summary] = await t.documentsOf(t.renter.actor);
    if (summary === undefined) throw new Error('There is an invoice.');
    const { content } = await t.services.documents.get(t.renter.actor, summary);
    expect(content.recipient).toMatchObject({ name: 'Institut für Äther', email: t.renter.actor.email });
    expect(content.lines).toMatchObject([{ kind: 'charge', booking: { id: t.booking.id, title: t.listing.title } }]);
    const { rows } = await t.sql.query<{ kind: string }>('SELECT kind FROM ledger_transfers WHERE id = $1', [
      content.lines[0]?.transferId,
    ]);
    expect(rows).toEqual([{ kind: 'charge' }]);
    const data = await t.services.documents.data(t.renter.actor, summary);
    expect(data.suggestedName).toBe(`${summary.number}.json`);
    expect(createHash('sha256').update(data.text).digest('hex')).toBe(summary.sha256);
    const pdf = await t.services.documents.pdf(t.renter.actor, summary);
    expect(pdf.suggestedName).toBe(`${summary.number}.pdf`);
    expect(Buffer.from(pdf.bytes).subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('is for its owner; nobody else learns that it exists, and an admin leaves a trace', async () => {
    const t = await chargedMarket();
    await t.endMonth();
    const [invoice] = await t.documentsOf(t.renter.actor);
    if (invoice === undefined) throw new Error('There is an invoice.');
    const looks = async () => {
      const { rows } = await t.sql.query<{ action: string }>(
        `SELECT action FROM audit_log WHERE action LIKE 'documents.%' AND subject_id IN ($1, $2) ORDER BY id`,
        [invoice.id, t.renter.actor.userId],
      );
      return rows.map((row) => row.action);
    };
    for (const way of ['get', 'data', 'pdf'] as const) {
      await expect(t.services.documents[way](t.provider, invoice)).rejects.toMatchObject({ code: 'not_found' });
    }
    await t.services.documents.get(t.renter.actor, invoice);
    expect(await looks()).toEqual([]);
    const admin = await t.seed.admin();
    const found = await t.services.documents.listOf(admin, { userId: t.renter.actor.userId, ...firstPage });
    expect(found.items.map(({ id }) => id)).toEqual([invoice.id]);
    await t.services.documents.pdf(admin, invoice);
    expect(await looks()).toEqual(['documents.list', 'documents.look']);
    const asRenter = t.services.documents.listOf(t.renter.actor, { userId: admin.userId, ...firstPage });
    await expect(asRenter).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('keeps whom it was addressed to when that changes later', { tags: 'deep' }, async () => {
    const t = await chargedMarket();
    const tax = {
      legalName: 'Rechner AG',
      address: 'Gasse 3\nBern',
      country: 'CH',
      taxId: 'CHE-1',
      taxBasisPoints: 810,
    };
    await t.services.documents.setProviderTaxData(t.provider, tax);
    expect(await t.services.documents.providerTaxData(t.provider)).toEqual(tax);
    await t.endMonth();
    const [statement] = await t.documentsOf(t.provider);
    if (statement === undefined) throw new Error('There is a statement.');
    await t.services.documents.setProviderTaxData(t.provider, { ...tax, legalName: 'Andere AG' });
    const { content } = await t.services.documents.get(t.provider, statement);
    expect(content).toMatchObject({ recipient: { name: 'Rechner AG', taxId: 'CHE-1' }, tax: { basisPoints: 810 } });
    await expect(t.services.documents.setProviderTaxData(t.renter.actor, tax)).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('the export of an account', () => {
  const parse = (text: string) =>
    text
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(','));

  it('holds every line of a stretch of time once, oldest first, and adds up to the balance', async () => {
    const t = await chargedMarket();
    const range = { from: instant(0), to: plusMs(t.clock.now(), 1) };
    const file = await t.services.documents.exportCsv(t.renter.actor, { account: 'wallet', ...range });
    const rows = parse(file.text);
    expect(file.rows).toBe(rows.length);
    const cents = rows.map((row) => Math.round(Number(row[6]) * 100));
    expect(BigInt(cents.reduce((sum, part) => sum + part, 0)) * 10_000n).toBe(await t.seed.walletOf(t.renter.actor));
    expect(rows.map((row) => row[2])).toEqual(['top_up', 'manual_credit', 'hold']);
    const times = rows.map((row) => Date.parse(row[0] ?? ''));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    // Of the provider it holds his own lines, and of the renter none.
    const earned = await t.services.documents.exportCsv(t.provider, { account: 'provider_available', ...range });
    expect(parse(earned.text).map((row) => [row[2], row[6]])).toEqual([['earning_available', '3.24']]);
    const none = await t.services.documents.exportCsv(t.renter.actor, { account: 'provider_available', ...range });
    expect(none.rows).toBe(0);
  });

  it('takes its first instant and not its last', { tags: 'deep' }, async () => {
    const t = await openMarket(product());
    await t.jobs.advance(HOUR_MS);
    const before = t.clock.now();
    await t.seed.topUp(t.renter.actor, 5_000_000n);
    const rowsOf = async (from: number, to: number) =>
      (
        await t.services.documents.exportCsv(t.renter.actor, {
          account: 'wallet',
          from: instant(from),
          to: instant(to),
        })
      ).rows;
    expect(await rowsOf(before, before + 1)).toBe(1);
    expect(await rowsOf(before - 1, before)).toBe(0);
  });

  it('reads page by page, and refuses more rows than it may have, naming the way out', { tags: 'deep' }, async () => {
    const t = await openMarket(product());
    for (let count = 0; count < 4; count += 1) await t.seed.topUp(t.renter.actor, 5_000_000n);
    const small = (csvRowsMax: number) =>
      new DocumentsService({
        uow: t.uow,
        clock: t.clock,
        renderer: { render: () => Promise.reject(new Error('Nothing is drawn here.')) },
        csvRowsMax,
      });
    const range = { account: 'wallet', from: instant(0), to: plusMs(t.clock.now(), 1) } as const;
    expect((await small(6).exportCsv(t.renter.actor, range)).rows).toBe(6);
    await expect(small(5).exportCsv(t.renter.actor, range)).rejects.toMatchObject({
      code: 'limit_reached',
      field: 'to',
      remedy: 'Ask for a shorter stretch of time, and for the rest after it.',
    });
    await expect(small(5).exportCsv(t.renter.actor, { ...range, to: range.from })).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'to',
    });
  });
});

describe('a quote', () => {
  it('says how much tax its maximum includes, and adds none', async () => {
    const t = await openMarket(product());
    const input = { listingId: t.listing.id, start: null, durationMs: HOUR_MS, containerImage: null };
    const quote = await t.services.bookings.quote(t.renter.actor, input);
    expect(quote).toMatchObject({ maximum: 3_600_000n, tax: { name: 'VAT', basisPoints: 0, included: 0n } });
  });
});
