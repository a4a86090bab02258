import type { DocumentId, LedgerTransferId, UserId } from '@rsm/domain/common/ids';
import type { Instant, TimeRange } from '@rsm/domain/common/instant';
import { amountMicros, type AmountMicros } from '@rsm/domain/common/money';
import type { Page, PageRequest } from '@rsm/domain/common/page';
import type { DocumentSummary, IssuedDocument, NewDocument } from '@rsm/domain/documents/document';
import { statedKinds, scopeOfKind, type DocumentScope, type DocumentSeries } from '@rsm/domain/documents/document-kind';
import type { BeforePayout, DocumentRepository, EarlierParts } from '@rsm/domain/documents/document-repository';
import type { BillingData, ProviderTaxData } from '@rsm/domain/documents/tax-data';
import type { AccountRef, StatementLine } from '@rsm/domain/ledger/ledger';

import { fetchLimit, readCursor, timeAndIdSchema, toPage } from '../common/keyset.ts';
import { batch, type Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';
import { DocumentModel } from './document-model.ts';
import { exportLines } from './export-lines.ts';
import { PgTaxData } from './pg-tax-data.ts';
import { UndocumentedTransfers } from './undocumented-transfers.ts';

/** Issued documents, their numbers, and what is still to be issued. */
export class PgDocumentRepository implements DocumentRepository {
  readonly #session: Session;
  readonly #taxData: PgTaxData;
  readonly #undocumented: UndocumentedTransfers;

  constructor(session: Session) {
    this.#session = session;
    this.#taxData = new PgTaxData(session);
    this.#undocumented = new UndocumentedTransfers(session);
  }

  async findById(id: DocumentId): Promise<IssuedDocument | null> {
    const row = await DocumentModel.query(this.#session.connection)
      .select(...DocumentModel.summaryColumns, 'canonical')
      .findById(id);
    return row?.toIssuedDocument() ?? null;
  }

  async list(userId: UserId, request: PageRequest): Promise<Page<DocumentSummary>> {
    let query = DocumentModel.query(this.#session.connection)
      .select(...DocumentModel.summaryColumns)
      .where({ user_id: userId })
      .orderBy('issued_at', 'desc')
      .orderBy('id', 'desc')
      .limit(fetchLimit(request));
    const after = readCursor(request, timeAndIdSchema);
    if (after !== null) query = query.whereRaw('(issued_at, id) < (?, ?)', after);
    return toPage(
      request,
      await query,
      (row) => row.toSummary(),
      (row) => [row.issued_at, row.id],
    );
  }

  async firstOpenAt(): Promise<Instant | null> {
    const row = await this.#session.row<{ at: Instant }>(
      'first_open_at',
      `SELECT at FROM ledger_transfers WHERE kind IN (${statedKinds.map((kind) => `'${kind}'`).join(', ')})
         AND at >= coalesce((SELECT max(period_end) FROM document_months), '-infinity') ORDER BY at LIMIT 1`,
      [],
    );
    return row?.at ?? null;
  }

  listUndocumented(
    scope: 'renter' | 'provider',
    month: TimeRange,
    request: { readonly after: UserId | null; readonly limit: number },
  ): Promise<readonly UserId[]> {
    return this.#undocumented.listPeople(scope, month, request);
  }

  listMonth(scope: 'renter' | 'provider', userId: UserId, month: TimeRange, limit: number) {
    return this.#undocumented.listMonth(scope, userId, month, limit);
  }

  listBeforePayout(providerId: UserId, payout: LedgerTransferId, limit: number) {
    return this.#undocumented.listBeforePayout(providerId, payout, limit);
  }

  beforePayout(providerId: UserId, payout: LedgerTransferId): Promise<BeforePayout> {
    return this.#undocumented.beforePayout(providerId, payout);
  }

  exportLines(
    account: Extract<AccountRef, { userId: UserId }>,
    range: TimeRange,
    request: { readonly after: string | null; readonly limit: number },
  ): Promise<{ readonly lines: readonly StatementLine[]; readonly last: string | null }> {
    return exportLines(this.#session, account, range, request);
  }

  async lockSeries(series: readonly DocumentSeries[], year: number): Promise<void> {
    const names = series.toSorted();
    await this.#session.rows(
      'open_series',
      `INSERT INTO document_series (series, year, last_sequence)
       SELECT name, ?, 0 FROM unnest(?::text[]) AS name ORDER BY name ON CONFLICT (series, year) DO NOTHING`,
      [year, names],
    );
    await this.#session.rows(
      'lock_series',
      `SELECT series FROM document_series WHERE year = ? AND series = ANY (?::text[]) ORDER BY series FOR NO KEY UPDATE`,
      [year, names],
    );
  }

  async takeNumber(series: DocumentSeries, year: number): Promise<number> {
    const row = await this.#session.row<{ last_sequence: number }>(
      'take_number',
      `UPDATE document_series SET last_sequence = last_sequence + 1 WHERE series = ? AND year = ? RETURNING last_sequence`,
      [series, year],
    );
    if (row === null) throw new Error(`The series ${series} of ${String(year)} was not locked.`);
    return row.last_sequence;
  }

  async earlierParts(scope: DocumentScope, userId: UserId, periodStart: Instant): Promise<EarlierParts> {
    const row = await this.#session.row<{ count: number; total: string }>(
      'earlier_parts',
      `SELECT count(*)::integer AS count, coalesce(sum(total_micros), 0)::text AS total FROM documents
       WHERE scope = ? AND user_id = ? AND period_start = ?`,
      [scope, userId, timestamp(periodStart)],
    );
    return { count: row?.count ?? 0, total: amountMicros(BigInt(row?.total ?? 0)) };
  }

  async providerBalanceBefore(providerId: UserId, at: Instant): Promise<AmountMicros> {
    const row = await this.#session.row<{ total: string }>(
      'provider_balance_before',
      `SELECT coalesce(sum(entry.amount_micros), 0)::text AS total FROM ledger_entries entry
       WHERE entry.account_id IN (SELECT id FROM ledger_accounts
         WHERE user_id = ? AND kind IN ('provider_pending', 'provider_available')) AND entry.at < ?`,
      [providerId, timestamp(at)],
    );
    return amountMicros(BigInt(row?.total ?? 0));
  }

  async insert(document: NewDocument): Promise<string> {
    const scope = scopeOfKind[document.kind];
    const row = await this.#session.row<{ sha256: string }>(
      'insert_document',
      `INSERT INTO documents (id, user_id, kind, scope, series, year, sequence, period_start, period_end, part, payment_id,
         total_micros, tax_micros, currency, issued_at, canonical, sha256)
       SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, canonical, encode(sha256(convert_to(canonical, 'UTF8')), 'hex')
       FROM (SELECT ?::text AS canonical) text RETURNING sha256`,
      [
        document.id,
        document.userId,
        document.kind,
        scope,
        document.series,
        document.year,
        document.sequence,
        timestamp(document.period.start),
        timestamp(document.period.end),
        document.part,
        document.paymentId,
        document.total,
        document.tax,
        document.currency,
        timestamp(document.issuedAt),
        document.canonical,
      ],
    );
    if (row === null) throw new Error('A document was written and its hash did not come back.');
    const lines = document.lines.map((line) => ({
      position: line.position,
      transfer_id: line.transferId,
      amount_micros: line.amountMicros,
    }));
    await this.#session.rows(
      'insert_document_lines',
      `INSERT INTO document_lines (document_id, position, scope, transfer_id, amount_micros)
       SELECT ?, position, ?, transfer_id, amount_micros
       FROM jsonb_to_recordset(?::jsonb) AS line (position integer, transfer_id uuid, amount_micros bigint)`,
      [document.id, scope, batch(lines)],
    );
    return row.sha256;
  }

  async closeMonth(month: TimeRange, at: Instant): Promise<void> {
    await this.#session.rows(
      'close_month',
      `INSERT INTO document_months (period_start, period_end, closed_at) VALUES (?, ?, ?)
       ON CONFLICT (period_start) DO NOTHING`,
      [timestamp(month.start), timestamp(month.end), timestamp(at)],
    );
  }

  findProviderTaxData(userId: UserId): Promise<ProviderTaxData | null> {
    return this.#taxData.findProvider(userId);
  }

  findBillingData(userId: UserId): Promise<BillingData | null> {
    return this.#taxData.findBilling(userId);
  }

  setProviderTaxData(userId: UserId, data: ProviderTaxData): Promise<void> {
    return this.#taxData.setProvider(userId, data);
  }

  setBillingData(userId: UserId, data: BillingData): Promise<void> {
    return this.#taxData.setBilling(userId, data);
  }
}
