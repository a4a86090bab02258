import type { PaymentId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { Page, PageRequest } from '@rsm/domain/common/page';
import type { StatementLine } from '@rsm/domain/ledger/ledger';
import { PAYOUT_MIN_MICROS, type Payout } from '@rsm/domain/payouts/payout';
import type { PayoutRepository, PayoutRun, WaitingPayout } from '@rsm/domain/payouts/payout-repository';
import type { PayoutTotal } from '@rsm/domain/payouts/payout-statement';
import type { ProcessorName } from '@rsm/domain/payments/payment';

import type { Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';
import { listPayouts, listWaitingPayouts, PAYOUT_COLUMNS, PAYOUT_SOURCE } from './list-payouts.ts';
import { payoutLines, payoutTotals } from './payout-lines.ts';

const SELECT = `SELECT ${PAYOUT_COLUMNS} FROM ${PAYOUT_SOURCE}`;

/** Payouts: the payment, and what is known of it beside. */
export class PgPayoutRepository implements PayoutRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  findById(id: PaymentId): Promise<Payout | null> {
    return this.#session.row<Payout>('find_payout', `${SELECT} WHERE payout.payment_id = ?`, [id]);
  }

  findByReference(processor: ProcessorName, reference: string): Promise<Payout | null> {
    return this.#session.row<Payout>(
      'find_payout_by_reference',
      `${SELECT} WHERE payment.processor = ? AND payment.processor_reference = ?`,
      [processor, reference],
    );
  }

  listByProvider(providerId: UserId, request: PageRequest): Promise<Page<Payout>> {
    return listPayouts(this.#session, providerId, request);
  }

  listWaiting(request: PageRequest & { readonly madeBefore: Instant }): Promise<Page<WaitingPayout>> {
    return listWaitingPayouts(this.#session, request);
  }

  lines(id: PaymentId, request: PageRequest): Promise<Page<StatementLine>> {
    return payoutLines(this.#session, id, request);
  }

  totals(id: PaymentId): Promise<readonly PayoutTotal[]> {
    return payoutTotals(this.#session, id);
  }

  async listDue(now: Instant, limit: number): Promise<readonly PaymentId[]> {
    const rows = await this.#session.rows<{ id: PaymentId }>(
      'list_due_payouts',
      `SELECT payment_id AS id FROM payouts WHERE next_check_at <= ? ORDER BY next_check_at, payment_id LIMIT ?`,
      [timestamp(now), limit],
    );
    return rows.map(({ id }) => id);
  }

  findRun(week: Instant): Promise<PayoutRun | null> {
    return this.#session.row<PayoutRun>(
      'find_payout_run',
      `SELECT week_start AS week, after_user_id AS "afterUserId", finished_at AS "finishedAt" FROM payout_runs
       WHERE week_start = ?`,
      [timestamp(week)],
    );
  }

  async listPayable(after: UserId | null, limit: number): Promise<readonly UserId[]> {
    const rows = await this.#session.rows<{ id: UserId }>(
      'list_payable_providers',
      `SELECT account.user_id AS id FROM ledger_accounts account
       JOIN users ON users.id = account.user_id AND users.status = 'active'
       WHERE account.kind = 'provider_available' AND (?::uuid IS NULL OR account.user_id > ?::uuid)
         AND (account.balance_micros >= ? OR (account.balance_micros > 0 AND EXISTS (
           SELECT FROM debts WHERE debts.user_id = account.user_id AND side = 'provider' AND repaid_micros < amount_micros)))
       ORDER BY account.user_id LIMIT ?`,
      [after, after, PAYOUT_MIN_MICROS, limit],
    );
    return rows.map(({ id }) => id);
  }

  async insert(payout: Parameters<PayoutRepository['insert']>[0]): Promise<void> {
    // The account is locked by the transfer that was just posted, so nobody else makes a payout of it meanwhile.
    await this.#session.rows(
      'insert_payout',
      `INSERT INTO payouts (payment_id, provider_id, origin, week_start, account, after_entry_id, entry_id,
         carried_in_micros, remainder_micros, attempts, next_check_at, reversed_at, created_at)
       SELECT transfer.payment_id, ?, ?, ?, ?, coalesce(before.entry_id, 0), entry.id,
         coalesce(before.remainder_micros, 0), ?, 0, ?, NULL, ?
       FROM ledger_transfers transfer
       JOIN ledger_entries entry ON entry.transfer_id = transfer.id AND entry.account_id IS NOT NULL
       LEFT JOIN LATERAL (SELECT entry_id, remainder_micros FROM payouts WHERE provider_id = ?
         ORDER BY after_entry_id DESC LIMIT 1) before ON true
       WHERE transfer.payment_id = ? AND transfer.kind = 'payout'`,
      [
        payout.providerId,
        payout.origin,
        timestamp(payout.week),
        payout.account,
        payout.remainder,
        timestamp(payout.nextCheckAt),
        timestamp(payout.createdAt),
        payout.providerId,
        payout.id,
      ],
    );
  }

  lockById(id: PaymentId): Promise<Payout | null> {
    return this.#session.row<Payout>(
      'lock_payout',
      `${SELECT} WHERE payout.payment_id = ? FOR NO KEY UPDATE OF payment, payout`,
      [id],
    );
  }

  async noteAsked(id: PaymentId, nextCheckAt: Instant): Promise<void> {
    await this.#session.rows(
      'note_payout_asked',
      'UPDATE payouts SET attempts = attempts + 1, next_check_at = ? WHERE payment_id = ?',
      [timestamp(nextCheckAt), id],
    );
  }

  async noteCheck(id: PaymentId, change: { nextCheckAt: Instant | null; processorReference?: string }): Promise<void> {
    await this.#session.rows('note_payout_check', 'UPDATE payouts SET next_check_at = ? WHERE payment_id = ?', [
      timestamp(change.nextCheckAt),
      id,
    ]);
    if (change.processorReference === undefined) return;
    await this.#session.rows(
      'note_payout_reference',
      `UPDATE payments SET processor_reference = ? WHERE id = ? AND status = 'pending'`,
      [change.processorReference, id],
    );
  }

  async markReversed(id: PaymentId, at: Instant): Promise<boolean> {
    const row = await this.#session.row<{ payment_id: PaymentId }>(
      'mark_payout_reversed',
      `UPDATE payouts SET reversed_at = ?, next_check_at = NULL WHERE payment_id = ? AND reversed_at IS NULL
       RETURNING payment_id`,
      [timestamp(at), id],
    );
    return row !== null;
  }

  async hasWeekly(providerId: UserId, week: Instant): Promise<boolean> {
    const row = await this.#session.row<{ payment_id: PaymentId }>(
      'has_weekly_payout',
      'SELECT payment_id FROM payouts WHERE provider_id = ? AND week_start = ?',
      [providerId, timestamp(week)],
    );
    return row !== null;
  }

  async noteRun(run: PayoutRun): Promise<void> {
    await this.#session.rows(
      'note_payout_run',
      `INSERT INTO payout_runs (week_start, after_user_id, finished_at) VALUES (?, ?, ?)
       ON CONFLICT (week_start) DO UPDATE SET after_user_id = excluded.after_user_id, finished_at = excluded.finished_at
         WHERE payout_runs.finished_at IS NULL`,
      [timestamp(run.week), run.afterUserId, timestamp(run.finishedAt)],
    );
  }
}
