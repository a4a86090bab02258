/** Payouts whose money is gone or on its way, by provider. */
const PAID = `
  SELECT payment.user_id, sum(payment.amount_micros) AS total FROM payments payment
  LEFT JOIN payouts payout ON payout.payment_id = payment.id
  WHERE payment.kind = 'payout' AND payment.status IN ('pending', 'succeeded') AND payout.reversed_at IS NULL
  GROUP BY payment.user_id`;

/** What a provider could be paid after each entry of his. */
const RUNNING = `
  SELECT entry.id, sum(entry.amount_micros) OVER (PARTITION BY entry.account_id ORDER BY entry.id) AS balance
  FROM ledger_entries entry JOIN ledger_accounts account ON account.id = entry.account_id
  WHERE account.kind = 'provider_available'`;

/** What is always true of payouts, beside what they must never exceed. */
export const payoutStatements: readonly string[] = [
  `SELECT format('user %s was paid out %s of %s earned', paid.user_id, paid.total, coalesce(earned.total, 0)) AS violation
   FROM (${PAID}) paid
   LEFT JOIN (
     SELECT account.user_id, -sum(entry.amount_micros) AS total FROM ledger_entries entry
     JOIN ledger_transfers transfer ON transfer.id = entry.transfer_id AND transfer.kind = 'earning_available'
     JOIN ledger_accounts account ON account.id = entry.account_id AND account.kind = 'provider_pending'
     GROUP BY account.user_id) earned ON earned.user_id = paid.user_id
   WHERE paid.total > coalesce(earned.total, 0) ORDER BY paid.user_id`,
  `SELECT format('payout %s is %s, and went out %s times and came back %s times in the ledger', id, status, gone, back)
     AS violation
   FROM (
     SELECT payment.id, payment.status, payout.reversed_at,
       count(*) FILTER (WHERE transfer.kind = 'payout') AS gone,
       count(*) FILTER (WHERE transfer.kind = 'payout_reversed') AS back
     FROM payments payment LEFT JOIN payouts payout ON payout.payment_id = payment.id
     LEFT JOIN ledger_transfers transfer ON transfer.payment_id = payment.id
     WHERE payment.kind = 'payout' GROUP BY payment.id, payment.status, payout.reversed_at) moved
   WHERE gone <> 1
     OR back <> CASE WHEN status IN ('failed', 'cancelled') OR reversed_at IS NOT NULL THEN 1 ELSE 0 END
     OR (status IN ('failed', 'cancelled')) AND reversed_at IS NULL OR status = 'pending' AND reversed_at IS NOT NULL
   ORDER BY id`,
  `SELECT format('transfer %s of the kind %s moves %s of the %s of user %s for payout %s of %s of user %s', transfer.id,
            transfer.kind, entry.amount_micros, account.kind, account.user_id, payment.id, payment.amount_micros,
            payment.user_id) AS violation
   FROM ledger_transfers transfer LEFT JOIN payments payment ON payment.id = transfer.payment_id
   LEFT JOIN ledger_entries entry ON entry.transfer_id = transfer.id AND entry.account_id IS NOT NULL
   LEFT JOIN ledger_accounts account ON account.id = entry.account_id
   WHERE transfer.kind IN ('payout', 'payout_reversed') AND (payment.kind IS DISTINCT FROM 'payout'
     OR account.kind IS DISTINCT FROM 'provider_available' OR account.user_id IS DISTINCT FROM payment.user_id
     OR entry.amount_micros IS DISTINCT FROM
       CASE transfer.kind WHEN 'payout' THEN -payment.amount_micros ELSE payment.amount_micros END)
   ORDER BY transfer.id`,
  `SELECT format('provider %s has %s available and %s paid out, but %s became available and %s of it was taken back',
            account.user_id, account.balance_micros, coalesce(paid.total, 0), coalesce(earned.total, 0),
            -coalesce(taken.total, 0)) AS violation
   FROM ledger_accounts account
   LEFT JOIN (${PAID}) paid ON paid.user_id = account.user_id
   LEFT JOIN (SELECT provider_id, sum(amount_micros - taken_micros) AS total FROM earnings WHERE available_at IS NOT NULL
              GROUP BY provider_id) earned ON earned.provider_id = account.user_id
   LEFT JOIN (SELECT entry.account_id, sum(entry.amount_micros) AS total FROM ledger_entries entry
              JOIN ledger_transfers transfer ON transfer.id = entry.transfer_id
              WHERE transfer.kind NOT IN ('payout', 'payout_reversed', 'earning_available')
              GROUP BY entry.account_id) taken ON taken.account_id = account.id
   WHERE account.kind = 'provider_available' AND account.balance_micros + coalesce(paid.total, 0)
     <> coalesce(earned.total, 0) + coalesce(taken.total, 0) ORDER BY account.user_id`,
  `SELECT format('payout %s began with %s and left %s over, the ledger says %s and %s', payout.payment_id,
            payout.carried_in_micros, payout.remainder_micros, coalesce(before.balance, 0), own.balance) AS violation
   FROM payouts payout JOIN (${RUNNING}) own ON own.id = payout.entry_id
   LEFT JOIN (${RUNNING}) before ON before.id = payout.after_entry_id
   WHERE own.balance <> payout.remainder_micros OR coalesce(before.balance, 0) <> payout.carried_in_micros
   ORDER BY payout.payment_id`,
  `SELECT format('payout %s takes its lines from entry %s to %s, but the payout before ended at %s and its own is %s',
            payment_id, after_entry_id, entry_id, expected, own) AS violation
   FROM (
     SELECT payout.*, coalesce(lag(payout.entry_id) OVER (PARTITION BY payout.provider_id ORDER BY payout.entry_id), 0) AS expected,
       (SELECT entry.id FROM ledger_transfers transfer
        JOIN ledger_entries entry ON entry.transfer_id = transfer.id AND entry.account_id IS NOT NULL
        WHERE transfer.payment_id = payout.payment_id AND transfer.kind = 'payout' ORDER BY entry.id LIMIT 1) AS own
     FROM payouts payout) chain
   WHERE after_entry_id <> expected OR entry_id IS DISTINCT FROM own ORDER BY payment_id`,
  `SELECT format('payout %s of %s has %s notes', payment.id, payment.amount_micros, count(payout.payment_id)) AS violation
   FROM payments payment LEFT JOIN payouts payout ON payout.payment_id = payment.id AND payout.provider_id = payment.user_id
   WHERE payment.kind = 'payout' GROUP BY payment.id
   HAVING count(payout.payment_id) <> 1 OR payment.amount_micros % 10000 <> 0 ORDER BY payment.id`,
];
