import type { PaymentId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import { amountMicros, type AmountMicros } from '@rsm/domain/common/money';
import type { Page, PageRequest } from '@rsm/domain/common/page';
import type { Payment, PaymentStatus, ProcessorName } from '@rsm/domain/payments/payment';
import type { PaymentRepository } from '@rsm/domain/payments/payment-repository';
import type { RefundableTopUp } from '@rsm/domain/payments/refund-split';

import { newestFirst } from '../common/newest-first.ts';
import type { Session } from '../common/session.ts';
import { recordStatusChange, wrongState } from '../common/status.ts';
import { timestamp } from '../common/timestamp.ts';
import { PaymentModel } from './payment-model.ts';

/** What of a top-up went back, or is on its way: its refunds, and what of its chargebacks the renter bears. */
const RETURNED_SQL = `
  SELECT coalesce(sum(CASE other.kind WHEN 'chargeback' THEN other.borne_micros ELSE other.amount_micros END), 0) AS returned
  FROM payments other WHERE other.original_payment_id = top_up.id AND other.kind IN ('refund', 'chargeback')
    AND other.status IN ('pending', 'succeeded') AND other.reversed_at IS NULL`;

/** Money between the outside world and the marketplace. */
export class PgPaymentRepository implements PaymentRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async findById(id: PaymentId): Promise<Payment | null> {
    const row = await PaymentModel.query(this.#session.connection).findById(id);
    return row?.toPayment() ?? null;
  }

  async listByUser(userId: UserId, request: PageRequest): Promise<Page<Payment>> {
    return newestFirst(PaymentModel.query(this.#session.connection).where({ user_id: userId }), request, (row) =>
      row.toPayment(),
    );
  }

  async findByReference(processor: ProcessorName, reference: string): Promise<Payment | null> {
    const row = await PaymentModel.query(this.#session.connection)
      .where({ processor, processor_reference: reference })
      .orderByRaw(`status IN ('failed', 'cancelled'), created_at, id`)
      .first();
    return row?.toPayment() ?? null;
  }

  async findReplacement(id: PaymentId): Promise<Payment | null> {
    const row = await PaymentModel.query(this.#session.connection).findOne({ original_payment_id: id, kind: 'top_up' });
    return row?.toPayment() ?? null;
  }

  async firstAt(processor: ProcessorName): Promise<Instant | null> {
    const row = await this.#session.row<{ first_at: Instant | null }>(
      'first_payment_at',
      'SELECT min(created_at) AS first_at FROM payments WHERE processor = ?',
      [processor],
    );
    return row?.first_at ?? null;
  }

  async listDueForCheck(now: Instant, limit: number): Promise<readonly PaymentId[]> {
    const rows = await this.#session.rows<{ id: PaymentId }>(
      'payments_due_for_check',
      `SELECT id FROM payments WHERE next_check_at <= ? AND kind IN ('top_up', 'refund', 'chargeback')
       ORDER BY next_check_at, id LIMIT ?`,
      [timestamp(now), limit],
    );
    return rows.map((row) => row.id);
  }

  async listRefundable(userId: UserId, processor: ProcessorName, limit: number): Promise<readonly RefundableTopUp[]> {
    const rows = await this.#session.rows<{ id: PaymentId; refundable: string }>(
      'refundable_top_ups',
      `SELECT id, (amount_micros - returned)::text AS refundable
       FROM payments top_up CROSS JOIN LATERAL (${RETURNED_SQL}) back
       WHERE user_id = ? AND kind = 'top_up' AND status = 'succeeded' AND processor = ? AND amount_micros > returned
       ORDER BY created_at DESC, id DESC LIMIT ?`,
      [userId, processor, limit],
    );
    const payments = await PaymentModel.query(this.#session.connection).findByIds(rows.map((row) => row.id));
    const byId = new Map(payments.map((row) => [row.id, row.toPayment()]));
    return rows.flatMap(({ id, refundable }) => {
      const payment = byId.get(id);
      return payment === undefined ? [] : [{ payment, refundable: amountMicros(BigInt(refundable)) }];
    });
  }

  async returnedOf(topUpId: PaymentId): Promise<AmountMicros> {
    const row = await this.#session.row<{ returned: string }>(
      'returned_of_top_up',
      `SELECT returned::text FROM payments top_up CROSS JOIN LATERAL (${RETURNED_SQL}) back WHERE top_up.id = ?`,
      [topUpId],
    );
    return amountMicros(BigInt(row?.returned ?? 0));
  }

  async listChargebacks(topUpId: PaymentId): Promise<readonly Payment[]> {
    const rows = await PaymentModel.query(this.#session.connection)
      .where({ original_payment_id: topUpId, kind: 'chargeback', reversed_at: null })
      .whereIn('status', ['pending', 'succeeded'])
      .orderBy('created_at')
      .orderBy('id');
    return rows.map((row) => row.toPayment());
  }

  async listCardTopUps(
    userId: UserId,
    since: Instant,
    limit: number,
  ): Promise<readonly { readonly amount: AmountMicros; readonly at: Instant }[]> {
    return this.#session.rows<{ amount: AmountMicros; at: Instant }>(
      'card_top_ups_since',
      `SELECT amount_micros AS amount, created_at AS at FROM payments
       WHERE user_id = ? AND kind = 'top_up' AND status IN ('pending', 'succeeded') AND created_at > ?
       ORDER BY created_at, id LIMIT ?`,
      [userId, timestamp(since), limit],
    );
  }

  async sumAutomatic(userId: UserId, since: Instant): Promise<AmountMicros> {
    const row = await this.#session.row<{ total: string }>(
      'automatic_top_ups_since',
      `SELECT coalesce(sum(amount_micros), 0)::text AS total FROM payments
       WHERE user_id = ? AND is_automatic AND status IN ('pending', 'succeeded') AND created_at >= ?`,
      [userId, timestamp(since)],
    );
    return amountMicros(BigInt(row?.total ?? 0));
  }

  async findPendingAutomatic(userId: UserId): Promise<Payment | null> {
    const row = await PaymentModel.query(this.#session.connection).findOne({
      user_id: userId,
      is_automatic: true,
      status: 'pending',
    });
    return row?.toPayment() ?? null;
  }

  async insert(payment: Payment): Promise<void> {
    await this.#session.refusing(
      PaymentModel.query(this.#session.connection).insert({
        id: payment.id,
        user_id: payment.userId,
        kind: payment.kind,
        status: payment.status,
        processor: payment.processor,
        processor_reference: payment.processorReference,
        amount_micros: payment.amount,
        currency: payment.currency,
        note: payment.note,
        created_by: payment.createdBy,
        created_at: payment.createdAt,
        settled_at: payment.settledAt,
        original_payment_id: payment.originalPaymentId,
        card_id: payment.cardId,
        is_automatic: payment.isAutomatic,
        action_url: payment.actionUrl,
        next_check_at: payment.nextCheckAt,
        borne_micros: payment.borne,
        reversed_at: payment.reversedAt,
      }),
    );
  }

  async lockById(id: PaymentId): Promise<Payment | null> {
    const row = await this.#session.refusing(
      PaymentModel.query(this.#session.connection).findById(id).forNoKeyUpdate(),
    );
    return row?.toPayment() ?? null;
  }

  async changeStatus(
    id: PaymentId,
    change: {
      from: PaymentStatus;
      to: PaymentStatus;
      at: Instant;
      processorReference?: string | null;
      note?: string;
    },
  ): Promise<void> {
    const updated = await this.#session.refusing(
      PaymentModel.query(this.#session.connection)
        .patch({
          status: change.to,
          settled_at: change.at,
          action_url: null,
          next_check_at: null,
          ...(change.processorReference === undefined ? {} : { processor_reference: change.processorReference }),
          ...(change.note === undefined ? {} : { note: change.note }),
        })
        .where({ id, status: change.from }),
    );
    const reason = change.note ?? null;
    await recordStatusChange(this.#session, updated, { ...change, subject: 'payment', noun: 'payment', id, reason });
  }

  async notePending(
    id: PaymentId,
    known: { processorReference: string | null; actionUrl: string | null; nextCheckAt: Instant },
  ): Promise<void> {
    const updated = await this.#session.refusing(
      PaymentModel.query(this.#session.connection)
        .patch({
          processor_reference: known.processorReference,
          action_url: known.actionUrl,
          next_check_at: known.nextCheckAt,
        })
        .where({ id, status: 'pending' }),
    );
    if (updated !== 1) throw wrongState('payment', 'pending');
  }

  async setBorne(id: PaymentId, borne: AmountMicros): Promise<void> {
    await this.#session.refusing(
      PaymentModel.query(this.#session.connection).patch({ borne_micros: borne }).where({ id }),
    );
  }

  async markReversed(id: PaymentId, at: Instant): Promise<boolean> {
    const query = PaymentModel.query(this.#session.connection)
      .patch({ reversed_at: at })
      .where({ id, status: 'succeeded', reversed_at: null });
    return (await this.#session.refusing(query)) === 1;
  }
}
