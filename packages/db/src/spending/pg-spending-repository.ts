import type { UserId } from '@rsm/domain/common/ids';
import type { Instant, TimeRange } from '@rsm/domain/common/instant';
import { amountMicros, type AmountMicros, type Currency } from '@rsm/domain/common/money';
import type { SpendingAlarm, SpendingAlarmPercent, SpendingLimit } from '@rsm/domain/spending/spending';
import type { SpendingRepository } from '@rsm/domain/spending/spending-repository';

import { batch, type Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';

type LimitRow = {
  readonly renter_id: UserId;
  readonly limit_micros: AmountMicros | null;
  readonly currency: Currency;
  readonly set_at: Instant;
};

/** Limits, months and alarms of renters. A month is read from the ledger every time: there is no second sum that could differ. */
export class PgSpendingRepository implements SpendingRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async findLimit(renterId: UserId): Promise<SpendingLimit | null> {
    const row = await this.#session.row<LimitRow>(
      'find_spending_limit',
      `SELECT renter_id, limit_micros, currency, set_at FROM spending_limits WHERE renter_id = ? ORDER BY seq DESC LIMIT 1`,
      [renterId],
    );
    if (row === null) return null;
    return { renterId: row.renter_id, amount: row.limit_micros, currency: row.currency, setAt: row.set_at };
  }

  async spentIn(renterId: UserId, month: TimeRange): Promise<AmountMicros> {
    const row = await this.#session.row<{ total: string }>(
      'spent_in_month',
      `SELECT coalesce(sum(greatest(booking.net, 0)), 0)::text AS total FROM (
         SELECT -sum(entry.amount_micros) AS net FROM ledger_accounts account
         JOIN ledger_entries entry ON entry.account_id = account.id AND entry.at >= ? AND entry.at < ?
         JOIN ledger_transfers transfer ON transfer.id = entry.transfer_id
         WHERE account.user_id = ? AND account.kind = 'wallet'
           AND transfer.kind IN ('hold', 'release', 'charge_returned', 'dispute_refund')
         GROUP BY transfer.booking_id) booking`,
      [timestamp(month.start), timestamp(month.end), renterId],
    );
    return amountMicros(BigInt(row?.total ?? 0));
  }

  async listAlarms(renterId: UserId, month: TimeRange): Promise<readonly SpendingAlarmPercent[]> {
    const rows = await this.#session.rows<{ percent: SpendingAlarmPercent }>(
      'list_spending_alarms',
      'SELECT percent FROM spending_alarms WHERE renter_id = ? AND month = ? ORDER BY percent',
      [renterId, timestamp(month.start)],
    );
    return rows.map((row) => row.percent);
  }

  async addLimit(limit: SpendingLimit): Promise<void> {
    await this.#session.rows(
      'add_spending_limit',
      `INSERT INTO spending_limits (renter_id, seq, limit_micros, currency, set_at)
       SELECT ?, coalesce(max(seq), 0) + 1, ?, ?, ? FROM spending_limits WHERE renter_id = ?`,
      [limit.renterId, limit.amount, limit.currency, timestamp(limit.setAt), limit.renterId],
    );
  }

  async raiseAlarms(alarms: readonly SpendingAlarm[]): Promise<readonly SpendingAlarmPercent[]> {
    const rows = await this.#session.rows<{ percent: SpendingAlarmPercent }>(
      'raise_spending_alarms',
      `INSERT INTO spending_alarms (renter_id, month, percent, limit_micros, spent_micros, currency, at)
       SELECT * FROM jsonb_to_recordset(?::jsonb) AS alarm (renter_id uuid, month timestamptz, percent integer,
         limit_micros bigint, spent_micros bigint, currency text, at timestamptz)
       ORDER BY percent ON CONFLICT DO NOTHING RETURNING percent`,
      [
        batch(
          alarms.map((alarm) => ({
            renter_id: alarm.renterId,
            month: timestamp(alarm.month),
            percent: alarm.percent,
            limit_micros: alarm.limit,
            spent_micros: alarm.spent,
            currency: alarm.currency,
            at: timestamp(alarm.at),
          })),
        ),
      ],
    );
    return rows.map((row) => row.percent).toSorted((a, b) => a - b);
  }
}
