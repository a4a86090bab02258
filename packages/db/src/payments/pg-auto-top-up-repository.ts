import type { CardId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { AmountMicros } from '@rsm/domain/common/money';
import type { AutoTopUp, AutoTopUpRepository } from '@rsm/domain/payments/auto-top-up';

import type { Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';

type Row = {
  readonly user_id: UserId;
  readonly card_id: CardId;
  readonly threshold_micros: AmountMicros;
  readonly amount_micros: AmountMicros;
  readonly monthly_limit_micros: AmountMicros;
  readonly changed_at: Instant;
  readonly stopped_at: Instant | null;
  readonly stopped_reason: string | null;
  readonly paused_until: Instant | null;
};

const COLUMNS = `user_id, card_id, threshold_micros, amount_micros, monthly_limit_micros, changed_at, stopped_at,
  stopped_reason, paused_until`;

/** The wish stands, the wallet is below its threshold, and no automatic top-up is under way. Takes the time once. */
const DUE_SQL = `
  FROM auto_top_ups wish WHERE wish.stopped_at IS NULL AND (wish.paused_until IS NULL OR wish.paused_until <= ?)
    AND coalesce((SELECT sum(balance_micros) FROM ledger_accounts account
                  WHERE account.user_id = wish.user_id AND account.kind = 'wallet'), 0) < wish.threshold_micros
    AND NOT EXISTS (SELECT FROM payments WHERE payments.user_id = wish.user_id AND is_automatic AND status = 'pending')`;

/** Renters' wishes that their wallets fill themselves. */
export class PgAutoTopUpRepository implements AutoTopUpRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async find(userId: UserId): Promise<AutoTopUp | null> {
    const sql = `SELECT ${COLUMNS} FROM auto_top_ups WHERE user_id = ?`;
    return toAutoTopUp(await this.#session.row<Row>('find_auto_top_up', sql, [userId]));
  }

  async lock(userId: UserId): Promise<AutoTopUp | null> {
    const sql = `SELECT ${COLUMNS} FROM auto_top_ups WHERE user_id = ? FOR NO KEY UPDATE`;
    return toAutoTopUp(await this.#session.row<Row>('lock_auto_top_up', sql, [userId]));
  }

  async isDue(userId: UserId, now: Instant): Promise<boolean> {
    const sql = `SELECT wish.user_id ${DUE_SQL} AND wish.user_id = ?`;
    return (await this.#session.row('is_auto_top_up_due', sql, [timestamp(now), userId])) !== null;
  }

  async listDue(now: Instant, limit: number): Promise<readonly UserId[]> {
    const rows = await this.#session.rows<{ user_id: UserId }>(
      'auto_top_ups_due',
      `SELECT wish.user_id ${DUE_SQL} ORDER BY wish.user_id LIMIT ?`,
      [timestamp(now), limit],
    );
    return rows.map((row) => row.user_id);
  }

  async save(wish: AutoTopUp): Promise<void> {
    await this.#session.rows(
      'save_auto_top_up',
      `INSERT INTO auto_top_ups (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (user_id) DO UPDATE SET card_id = excluded.card_id, threshold_micros = excluded.threshold_micros,
         amount_micros = excluded.amount_micros, monthly_limit_micros = excluded.monthly_limit_micros,
         changed_at = excluded.changed_at, stopped_at = excluded.stopped_at, stopped_reason = excluded.stopped_reason,
         paused_until = excluded.paused_until`,
      [
        wish.userId,
        wish.cardId,
        wish.threshold,
        wish.amount,
        wish.monthlyLimit,
        timestamp(wish.changedAt),
        timestamp(wish.stoppedAt),
        wish.stoppedReason,
        timestamp(wish.pausedUntil),
      ],
    );
  }

  async remove(userId: UserId): Promise<boolean> {
    const sql = 'DELETE FROM auto_top_ups WHERE user_id = ? RETURNING user_id';
    return (await this.#session.row('remove_auto_top_up', sql, [userId])) !== null;
  }

  async stop(userId: UserId, change: { at: Instant; reason: string }): Promise<boolean> {
    const row = await this.#session.row(
      'stop_auto_top_up',
      `UPDATE auto_top_ups SET stopped_at = ?, stopped_reason = ?, paused_until = NULL
       WHERE user_id = ? AND stopped_at IS NULL RETURNING user_id`,
      [timestamp(change.at), change.reason, userId],
    );
    return row !== null;
  }

  async pause(userId: UserId, until: Instant): Promise<void> {
    const sql = 'UPDATE auto_top_ups SET paused_until = ? WHERE user_id = ?';
    await this.#session.rows('pause_auto_top_up', sql, [timestamp(until), userId]);
  }
}

function toAutoTopUp(row: Row | null): AutoTopUp | null {
  if (row === null) return null;
  return {
    userId: row.user_id,
    cardId: row.card_id,
    threshold: row.threshold_micros,
    amount: row.amount_micros,
    monthlyLimit: row.monthly_limit_micros,
    changedAt: row.changed_at,
    stoppedAt: row.stopped_at,
    stoppedReason: row.stopped_reason,
    pausedUntil: row.paused_until,
  };
}
