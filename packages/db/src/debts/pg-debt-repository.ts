import { DomainError } from '@rsm/domain/common/domain-error';
import type { DebtId, UserId } from '@rsm/domain/common/ids';
import { amountMicros, type AmountMicros } from '@rsm/domain/common/money';
import type { Debt, DebtRepository, DebtSide } from '@rsm/domain/debts/debt';

import type { Session } from '../common/session.ts';
import { DebtModel } from './debt-model.ts';

/** Whoever owes more than so many times has other troubles; the rest follows when these are repaid. */
const OPEN_DEBTS_MAX = 1_000;

/** What people owe the marketplace, and have repaid. */
export class PgDebtRepository implements DebtRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async owedBy(userId: UserId, side: DebtSide): Promise<AmountMicros> {
    const row = await this.#session.row<{ owed: string }>(
      'owed_by',
      `SELECT coalesce(sum(amount_micros - repaid_micros), 0)::text AS owed FROM debts
       WHERE user_id = ? AND side = ? AND repaid_micros < amount_micros`,
      [userId, side],
    );
    return amountMicros(BigInt(row?.owed ?? 0));
  }

  async listOpen(userId: UserId, side: DebtSide): Promise<readonly Debt[]> {
    return (await this.#open(userId, side)).map((row) => row.toDebt());
  }

  async insert(debt: Debt): Promise<void> {
    await this.#session.refusing(
      DebtModel.query(this.#session.connection).insert({
        id: debt.id,
        user_id: debt.userId,
        side: debt.side,
        booking_id: debt.bookingId,
        payment_id: debt.paymentId,
        amount_micros: debt.amount,
        repaid_micros: debt.repaid,
        currency: debt.currency,
        created_at: debt.createdAt,
      }),
    );
  }

  async lockOpen(userId: UserId, side: DebtSide): Promise<readonly Debt[]> {
    const rows = await this.#session.refusing(this.#open(userId, side).forNoKeyUpdate());
    return rows.map((row) => row.toDebt());
  }

  async repay(id: DebtId, amount: AmountMicros): Promise<void> {
    const rows = await this.#session.rows<{ id: DebtId }>(
      'repay_debt',
      `UPDATE debts SET repaid_micros = repaid_micros + ?::bigint
       WHERE id = ? AND repaid_micros + ?::bigint <= amount_micros RETURNING id`,
      [amount, id, amount],
    );
    if (rows.length === 1) return;
    throw new DomainError('conflict', 'Less is owed meanwhile.', { remedy: 'Try again.' });
  }

  /** Ids are UUIDv7, so this order is that of time, and every transaction locks in it. */
  #open(userId: UserId, side: DebtSide) {
    return DebtModel.query(this.#session.connection)
      .where({ user_id: userId, side })
      .whereRaw('repaid_micros < amount_micros')
      .orderBy('id')
      .limit(OPEN_DEBTS_MAX);
  }
}
