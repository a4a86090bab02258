import { DomainError } from '@rsm/domain/common/domain-error';
import type { BookingId, DisputeId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { Page, PageRequest } from '@rsm/domain/common/page';
import type { Dispute, DisputeDecision } from '@rsm/domain/disputes/dispute';
import type { DisputeEvidence, KeptEvidence } from '@rsm/domain/disputes/dispute-evidence';
import type { DisputeRepository, DisputeSummary } from '@rsm/domain/disputes/dispute-repository';

import type { Session } from '../common/session.ts';
import { recordStatusChange } from '../common/status.ts';
import { timestamp } from '../common/timestamp.ts';
import { DisputeModel, disputeColumns, toDispute, type DisputeRow } from './dispute-model.ts';
import { findDisputeSummary, listDisputesOf, listOpenDisputes } from './list-disputes.ts';

const COLUMNS = disputeColumns.join(', ');

/** Disagreements about bookings, with the evidence that was attached when they were opened. */
export class PgDisputeRepository implements DisputeRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async findById(id: DisputeId): Promise<Dispute | null> {
    const sql = `SELECT ${COLUMNS} FROM disputes WHERE id = ?`;
    const row = await this.#session.row<DisputeRow>('find_dispute_row', sql, [id]);
    return row === null ? null : toDispute(row);
  }

  findSummary(id: DisputeId): Promise<DisputeSummary | null> {
    return findDisputeSummary(this.#session, id);
  }

  findEvidence(id: DisputeId): Promise<KeptEvidence | null> {
    return this.#session.row<KeptEvidence>(
      'find_dispute_evidence',
      'SELECT evidence::text AS document, evidence_sha256 AS sha256 FROM disputes WHERE id = ?',
      [id],
    );
  }

  async listByBooking(bookingId: BookingId): Promise<readonly Dispute[]> {
    const rows = await this.#session.rows<DisputeRow>(
      'list_disputes_of_booking',
      `SELECT ${COLUMNS} FROM disputes WHERE booking_id = ? ORDER BY created_at, id`,
      [bookingId],
    );
    return rows.map(toDispute);
  }

  listByUser(
    userId: UserId,
    request: PageRequest & { readonly bookingId: BookingId | null },
  ): Promise<Page<DisputeSummary>> {
    return listDisputesOf(this.#session, userId, request);
  }

  listOpen(request: PageRequest): Promise<Page<DisputeSummary>> {
    return listOpenDisputes(this.#session, request);
  }

  /** The hash is made of the text that Postgres gives the document, because that text is what is handed out later. */
  async insert(dispute: Omit<Dispute, 'evidenceSha256'>, evidence: DisputeEvidence): Promise<string> {
    const row = await this.#session.row<{ evidence_sha256: string }>(
      'insert_dispute',
      `INSERT INTO disputes (id, booking_id, renter_id, provider_id, opened_by, reason, text, currency, status, created_at,
         evidence, evidence_sha256)
       SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, document, encode(sha256(convert_to(document::text, 'UTF8')), 'hex')
       FROM (SELECT ?::jsonb AS document) attached RETURNING evidence_sha256`,
      [
        dispute.id,
        dispute.bookingId,
        dispute.renterId,
        dispute.providerId,
        dispute.openedBy,
        dispute.reason,
        dispute.text,
        dispute.currency,
        dispute.status,
        timestamp(dispute.createdAt),
        JSON.stringify(evidence),
      ],
    );
    if (row === null) throw new Error('An insert returns the row that it wrote.');
    return row.evidence_sha256;
  }

  async respond(id: DisputeId, response: { readonly text: string; readonly at: Instant }): Promise<void> {
    const changed = await this.#session.refusing(
      DisputeModel.query(this.#session.connection)
        .patch({ response: response.text, responded_at: response.at })
        .where({ id, status: 'open' })
        .whereNull('response'),
    );
    if (changed === 1) return;
    throw new DomainError('wrong_state', 'This dispute was answered or closed already.', {
      remedy: 'Load it anew to read how it stands.',
    });
  }

  async close(
    id: DisputeId,
    change: {
      readonly to: 'decided' | 'withdrawn';
      readonly decision: DisputeDecision | null;
      readonly at: Instant;
    },
  ): Promise<void> {
    const { at, decision, to } = change;
    const changed = await this.#session.refusing(
      DisputeModel.query(this.#session.connection)
        .patch({
          status: to,
          closed_at: at,
          outcome: decision?.outcome ?? null,
          refund_micros: decision?.refund ?? null,
          decision_reason: decision?.reason ?? null,
          decided_by: decision?.decidedBy ?? null,
        })
        .where({ id, status: 'open' }),
    );
    const reason = decision?.reason ?? null;
    const moved = { subject: 'dispute', noun: 'dispute', id, from: 'open', to, reason, at } as const;
    await recordStatusChange(this.#session, changed, moved);
  }
}
