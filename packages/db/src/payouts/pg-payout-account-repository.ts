import type { UserId } from '@rsm/domain/common/ids';
import type { ProcessorName } from '@rsm/domain/payments/payment';
import type { PayoutAccount, PayoutAccountRepository } from '@rsm/domain/payouts/payout-account';

import type { Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';

const SELECT = `
  SELECT user_id AS "userId", processor, reference, takes_payouts AS "takesPayouts", missing,
    disabled_reason AS "disabledReason", closed_at AS "closedAt", refreshed_at AS "refreshedAt", created_at AS "createdAt"
  FROM payout_accounts`;

/** Providers' accounts at the processor, as it showed them last. */
export class PgPayoutAccountRepository implements PayoutAccountRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  find(userId: UserId, processor: ProcessorName): Promise<PayoutAccount | null> {
    return this.#session.row<PayoutAccount>('find_payout_account', `${SELECT} WHERE user_id = ? AND processor = ?`, [
      userId,
      processor,
    ]);
  }

  findByReference(processor: ProcessorName, reference: string): Promise<PayoutAccount | null> {
    return this.#session.row<PayoutAccount>(
      'find_payout_account_by_reference',
      `${SELECT} WHERE processor = ? AND reference = ?`,
      [processor, reference],
    );
  }

  async save(account: PayoutAccount): Promise<boolean> {
    const row = await this.#session.row<{ user_id: UserId }>(
      'save_payout_account',
      `INSERT INTO payout_accounts (user_id, processor, reference, takes_payouts, missing, disabled_reason, closed_at,
         refreshed_at, created_at)
       VALUES (?, ?, ?, ?, ?::text[], ?, ?, ?, ?)
       ON CONFLICT (user_id, processor) DO UPDATE
         SET reference = excluded.reference, takes_payouts = excluded.takes_payouts, missing = excluded.missing,
           disabled_reason = excluded.disabled_reason, closed_at = excluded.closed_at, refreshed_at = excluded.refreshed_at
         WHERE payout_accounts.refreshed_at <= excluded.refreshed_at
       RETURNING user_id`,
      [
        account.userId,
        account.processor,
        account.reference,
        account.takesPayouts,
        [...account.missing],
        account.disabledReason,
        timestamp(account.closedAt),
        timestamp(account.refreshedAt),
        timestamp(account.createdAt),
      ],
    );
    return row !== null;
  }
}
