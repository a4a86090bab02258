import type { PaymentId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { Page, PageRequest } from '@rsm/domain/common/page';
import type { Payment, PaymentStatus } from '@rsm/domain/payments/payment';
import type { PaymentRepository } from '@rsm/domain/payments/payment-repository';

import { newestFirst } from '../common/newest-first.ts';
import type { Session } from '../common/session.ts';
import { recordStatusChange } from '../common/status.ts';
import { PaymentModel } from './payment-model.ts';

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
          ...(change.processorReference === undefined ? {} : { processor_reference: change.processorReference }),
          ...(change.note === undefined ? {} : { note: change.note }),
        })
        .where({ id, status: change.from }),
    );
    const reason = change.note ?? null;
    await recordStatusChange(this.#session, updated, { ...change, subject: 'payment', noun: 'payment', id, reason });
  }
}
