import type { Invariant } from './invariant.ts';
import { payoutStatements } from './payout-invariants.ts';

const doubleEntry: Invariant = {
  number: 2,
  name: 'Every transfer sums to zero, every balance is the sum of its entries, all accounts together are zero',
  statements: [
    `SELECT format('transfer %s sums to %s %s', transfer_id, sum(amount_micros), currency) AS violation
     FROM ledger_entries GROUP BY transfer_id, currency HAVING sum(amount_micros) <> 0 ORDER BY transfer_id`,
    `SELECT format('account %s (%s) shows %s, but its entries sum to %s', account.id, account.kind, account.balance_micros,
              coalesce(entries.total, 0)) AS violation
     FROM ledger_accounts account
     LEFT JOIN (SELECT account_id, sum(amount_micros) AS total FROM ledger_entries GROUP BY account_id) entries
       ON entries.account_id = account.id
     WHERE account.balance_micros <> coalesce(entries.total, 0) ORDER BY account.id`,
    `SELECT format('all accounts together hold %s %s', sum(amount), currency) AS violation
     FROM (SELECT currency, balance_micros AS amount FROM ledger_accounts
           UNION ALL SELECT currency, amount_micros FROM ledger_entries WHERE account_id IS NULL) every
     GROUP BY currency HAVING sum(amount) <> 0`,
    `SELECT format('entry %s belongs to no transfer or no account', entry.id) AS violation FROM ledger_entries entry
     WHERE NOT EXISTS (SELECT FROM ledger_transfers WHERE id = entry.transfer_id)
        OR (entry.account_id IS NOT NULL AND NOT EXISTS (SELECT FROM ledger_accounts WHERE id = entry.account_id))
     ORDER BY entry.id`,
  ],
};

/** What a booking's hold account took in and gave out, by the kind of transfer. */
const HOLD_MOVES = `
  SELECT account.booking_id,
    coalesce(sum(entry.amount_micros) FILTER (WHERE transfer.kind = 'hold'), 0) AS held,
    coalesce(-sum(entry.amount_micros) FILTER (WHERE transfer.kind IN ('charge', 'charge_returned')), 0) AS charged,
    coalesce(-sum(entry.amount_micros) FILTER (WHERE transfer.kind = 'release'), 0) AS released,
    coalesce(sum(entry.amount_micros) FILTER (
      WHERE transfer.kind NOT IN ('hold', 'charge', 'charge_returned', 'release')), 0) AS other
  FROM ledger_accounts account
  JOIN ledger_entries entry ON entry.account_id = account.id
  JOIN ledger_transfers transfer ON transfer.id = entry.transfer_id
  WHERE account.kind = 'hold' GROUP BY account.booking_id`;

const holds: Invariant = {
  number: 3,
  name: 'No wallet is below zero; charge and release make up the hold of every booking; no charge above the hold',
  statements: [
    `SELECT format('account %s (%s) is at %s', id, kind, balance_micros) AS violation
     FROM ledger_accounts WHERE balance_micros < 0 ORDER BY id`,
    `SELECT format('booking %s was charged %s and released %s of a hold of %s', id, charged_amount_micros,
              released_amount_micros, hold_amount_micros) AS violation
     FROM bookings WHERE charged_amount_micros > hold_amount_micros OR charged_amount_micros < 0
       OR released_amount_micros < 0 OR charged_amount_micros + released_amount_micros <> hold_amount_micros
       OR (charged_amount_micros IS NULL) <> (released_amount_micros IS NULL) ORDER BY id`,
    `SELECT format('booking %s has a hold of %s, of which %s reached the ledger', booking.id, booking.hold_amount_micros,
              coalesce(moves.held, 0)) AS violation
     FROM bookings booking LEFT JOIN (${HOLD_MOVES}) moves ON moves.booking_id = booking.id
     WHERE booking.hold_amount_micros <> coalesce(moves.held, 0) ORDER BY booking.id`,
    `SELECT format('booking %s says charged %s and released %s, the ledger says %s and %s', booking.id,
              booking.charged_amount_micros, booking.released_amount_micros, coalesce(moves.charged, 0),
              coalesce(moves.released, 0)) AS violation
     FROM bookings booking LEFT JOIN (${HOLD_MOVES}) moves ON moves.booking_id = booking.id
     WHERE coalesce(booking.charged_amount_micros, booking.settled_amount_micros) <> coalesce(moves.charged, 0)
        OR coalesce(booking.released_amount_micros, 0) <> coalesce(moves.released, 0)
        OR coalesce(moves.other, 0) <> 0 ORDER BY booking.id`,
    `SELECT format('booking %s is %s and its money was never divided', id, status) AS violation
     FROM bookings WHERE status IN ('wiping', 'completed', 'cancelled', 'failed') AND charged_amount_micros IS NULL
     ORDER BY id`,
  ],
};

/** What a booking earned its provider, by the ledger and by the rows that say why it is held back. */
const EARNED = `
  SELECT transfer.booking_id, account.user_id,
    coalesce(sum(entry.amount_micros) FILTER (WHERE transfer.kind = 'charge'), 0) AS earned,
    coalesce(-sum(entry.amount_micros) FILTER (WHERE transfer.kind = 'earning_available'), 0) AS available
  FROM ledger_transfers transfer
  JOIN ledger_entries entry ON entry.transfer_id = transfer.id
  JOIN ledger_accounts account ON account.id = entry.account_id AND account.kind = 'provider_pending'
  WHERE transfer.kind IN ('charge', 'earning_available') GROUP BY transfer.booking_id, account.user_id`;

const payouts: Invariant = {
  number: 9,
  name: 'Payouts never exceed settled and verified earnings',
  statements: [
    `SELECT format('booking %s made %s available of %s earned', booking_id, available, earned) AS violation
     FROM (${EARNED}) share WHERE available > earned ORDER BY booking_id`,
    `SELECT format('part %s of booking %s is available although its clean-up is neither verified nor released', earning.part,
              booking.id) AS violation
     FROM earnings earning JOIN bookings booking ON booking.id = earning.booking_id
     LEFT JOIN data_wipes wipe ON wipe.booking_id = booking.id
     WHERE earning.available_at IS NOT NULL AND NOT (
       (booking.status = 'completed' AND (wipe.status = 'verified' OR wipe.released_at IS NOT NULL))
       -- One that never reached the machine has nothing to wipe: what its cancellation cost is earned at once.
       OR (booking.status IN ('cancelled', 'failed') AND wipe.id IS NULL)
       -- The weeks of a long booking, but for the latest, which waits for the clean-up.
       OR earning.part + 1 < booking.settled_weeks) ORDER BY booking.id, earning.part`,
    `SELECT format('booking %s has earnings of %s, and charges of which %s are its provider''s', booking.id,
              coalesce(noted.total, 0), coalesce(share.earned, 0)) AS violation
     FROM bookings booking
     LEFT JOIN (SELECT booking_id, sum(amount_micros) AS total FROM earnings GROUP BY booking_id) noted
       ON noted.booking_id = booking.id
     LEFT JOIN (${EARNED}) share ON share.booking_id = booking.id
     WHERE coalesce(noted.total, 0) <> coalesce(share.earned, 0) ORDER BY booking.id`,
    `SELECT format('provider %s has %s pending, but earnings of %s are held back', account.user_id, account.balance_micros,
              coalesce(held.total, 0)) AS violation
     FROM ledger_accounts account
     LEFT JOIN (SELECT provider_id, sum(amount_micros - taken_micros) AS total FROM earnings WHERE available_at IS NULL
                GROUP BY provider_id) held ON held.provider_id = account.user_id
     WHERE account.kind = 'provider_pending' AND account.balance_micros <> coalesce(held.total, 0) ORDER BY account.user_id`,
    ...payoutStatements,
  ],
};

const debts: Invariant = {
  number: 10,
  name: 'What people owe is what the losses account carries for them',
  statements: [
    // What of a chargeback had gone back to the renter already is nobody's debt: it is the marketplace's own loss.
    `SELECT format('debts of %s are open, and the losses account is at %s', coalesce(debt.total, 0),
              coalesce(losses.total, 0)) AS violation
     FROM (SELECT sum(amount_micros - repaid_micros) AS total FROM debts) debt,
       (SELECT sum(amount_micros) AS total FROM ledger_entries WHERE house_account = 'losses') losses,
       (SELECT sum(amount_micros - borne_micros) AS total FROM payments
        WHERE kind = 'chargeback' AND status IN ('pending', 'succeeded') AND reversed_at IS NULL) own
     WHERE coalesce(debt.total, 0) + coalesce(own.total, 0) <> -coalesce(losses.total, 0)`,
  ],
};

/** What of a top-up went back or is on its way, and what of that its renter gave. */
const BACK = `
  SELECT original_payment_id AS top_up_id,
    sum(amount_micros) FILTER (WHERE kind = 'chargeback') AS charged_back,
    sum(CASE kind WHEN 'chargeback' THEN borne_micros ELSE amount_micros END) AS given
  FROM payments WHERE kind IN ('refund', 'chargeback') AND status IN ('pending', 'succeeded') AND reversed_at IS NULL
  GROUP BY original_payment_id`;

const goingBack: Invariant = {
  number: 11,
  name: 'Nobody gives back more for a top-up than it brought, and no payment waits for ever',
  statements: [
    `SELECT format('top-up %s brought %s, and %s of it went back', top_up.id, top_up.amount_micros, back.given) AS violation
     FROM (${BACK}) back JOIN payments top_up ON top_up.id = back.top_up_id
     WHERE back.given > top_up.amount_micros ORDER BY top_up.id`,
    `SELECT format('top-up %s brought %s, and banks took %s of it back', top_up.id, top_up.amount_micros, back.charged_back)
       AS violation
     FROM (${BACK}) back JOIN payments top_up ON top_up.id = back.top_up_id
     WHERE back.charged_back > top_up.amount_micros ORDER BY top_up.id`,
    `SELECT format('%s %s gives back payment %s, which is no top-up of the same person that succeeded', payment.kind, payment.id,
              payment.original_payment_id) AS violation
     FROM payments payment LEFT JOIN payments top_up ON top_up.id = payment.original_payment_id
     WHERE payment.kind IN ('refund', 'chargeback') AND (top_up.id IS NULL OR top_up.kind <> 'top_up'
       OR top_up.status <> 'succeeded' OR top_up.user_id <> payment.user_id OR top_up.currency <> payment.currency
       OR top_up.processor <> payment.processor) ORDER BY payment.id`,
    `SELECT format('chargeback %s costs its renter %s, but the wallet gave %s and debts say %s', payment.id,
              payment.borne_micros, wallet.given, owed.total) AS violation
     FROM payments payment
     CROSS JOIN LATERAL (SELECT coalesce(-sum(entry.amount_micros), 0) AS given FROM ledger_transfers transfer
       JOIN ledger_entries entry ON entry.transfer_id = transfer.id
       JOIN ledger_accounts account ON account.id = entry.account_id AND account.kind = 'wallet'
       WHERE transfer.payment_id = payment.id AND transfer.kind = 'chargeback') wallet
     CROSS JOIN LATERAL (SELECT coalesce(sum(amount_micros), 0) AS total FROM debts
       WHERE debts.payment_id = payment.id) owed
     WHERE payment.kind = 'chargeback' AND payment.borne_micros <> wallet.given + owed.total ORDER BY payment.id`,
    `SELECT format('user %s has %s automatic top-ups under way', user_id, count(*)) AS violation FROM payments
     WHERE is_automatic AND status = 'pending' GROUP BY user_id HAVING count(*) > 1 ORDER BY user_id`,
    `SELECT format('%s %s is pending, and nobody will ask about it', kind, id) AS violation FROM payments
     WHERE status = 'pending' AND kind IN ('top_up', 'refund', 'chargeback') AND next_check_at IS NULL ORDER BY id`,
  ],
};

/** Each decided dispute with what the ledger gave back for it; its transfer is found by the key that names the dispute. */
const DISPUTE_REFUNDS = `
  SELECT dispute.id, dispute.booking_id, dispute.status, coalesce(dispute.refund_micros, 0) AS decided,
    count(transfer.id) AS transfers, coalesce(sum(back.amount), 0) AS given
  FROM disputes dispute
  LEFT JOIN ledger_transfers transfer ON transfer.kind = 'dispute_refund' AND transfer.booking_id = dispute.booking_id
    AND transfer.idempotency_key = 'dispute:' || dispute.id || ':refund'
  LEFT JOIN LATERAL (
    SELECT sum(entry.amount_micros) AS amount FROM ledger_entries entry JOIN ledger_accounts account ON account.id = entry.account_id
    WHERE entry.transfer_id = transfer.id AND account.kind = 'wallet' AND account.user_id = dispute.renter_id) back ON true
  GROUP BY dispute.id`;

const disputes: Invariant = {
  number: 12,
  name: 'A dispute gives back what was decided, once and never above the charge, and holds the earnings while it is open',
  statements: [
    `SELECT format('dispute %s is %s with a refund of %s, and the ledger gave back %s in %s transfers', id, status, decided, given,
              transfers) AS violation
     FROM (${DISPUTE_REFUNDS}) refund
     WHERE given <> decided OR transfers <> CASE WHEN decided > 0 THEN 1 ELSE 0 END ORDER BY id`,
    `SELECT format('transfer %s gives back for a dispute that nobody decided', transfer.id) AS violation
     FROM ledger_transfers transfer WHERE transfer.kind = 'dispute_refund' AND NOT EXISTS (
       SELECT FROM disputes dispute WHERE dispute.status = 'decided' AND dispute.booking_id = transfer.booking_id
         AND transfer.idempotency_key = 'dispute:' || dispute.id || ':refund') ORDER BY transfer.id`,
    `SELECT format('booking %s was charged %s, and its disputes gave back %s', booking.id,
              coalesce(booking.charged_amount_micros, 0), sum(dispute.refund_micros)) AS violation
     FROM disputes dispute JOIN bookings booking ON booking.id = dispute.booking_id
     GROUP BY booking.id HAVING sum(dispute.refund_micros) > coalesce(booking.charged_amount_micros, 0) ORDER BY booking.id`,
    `SELECT format('the platform gave back %s of its fee for booking %s after refunds of %s of a charge of %s', fee.given,
              booking.id, fee.refunded, booking.charged_amount_micros) AS violation
     FROM bookings booking JOIN (
       SELECT transfer.booking_id, -sum(entry.amount_micros) FILTER (WHERE entry.house_account = 'platform_revenue') AS given,
         sum(entry.amount_micros) FILTER (WHERE account.kind = 'wallet') AS refunded
       FROM ledger_transfers transfer JOIN ledger_entries entry ON entry.transfer_id = transfer.id
       LEFT JOIN ledger_accounts account ON account.id = entry.account_id
       WHERE transfer.kind = 'dispute_refund' GROUP BY transfer.booking_id) fee ON fee.booking_id = booking.id
     -- Half up: the fee of the charge, less the fee of what is left of it.
     WHERE coalesce(fee.given, 0) <> floor(booking.charged_amount_micros::numeric * booking.fee_basis_points / 10000 + 0.5)
       - floor((booking.charged_amount_micros - fee.refunded)::numeric * booking.fee_basis_points / 10000 + 0.5)
     ORDER BY booking.id`,
    `SELECT format('part %s of booking %s became available while dispute %s about it was open', earning.part, dispute.booking_id,
              dispute.id) AS violation
     FROM disputes dispute JOIN earnings earning ON earning.booking_id = dispute.booking_id
     WHERE earning.available_at > dispute.created_at AND earning.available_at < coalesce(dispute.closed_at, 'infinity')
     ORDER BY dispute.id, earning.part`,
    `SELECT format('part %s of booking %s is held back for a dispute: %s, and one is open: %s', earning.part, earning.booking_id,
              earning.disputed_at IS NOT NULL, dispute.id IS NOT NULL) AS violation
     FROM earnings earning LEFT JOIN disputes dispute ON dispute.booking_id = earning.booking_id AND dispute.status = 'open'
     WHERE earning.available_at IS NULL AND (earning.disputed_at IS NULL) <> (dispute.id IS NULL)
     ORDER BY earning.booking_id, earning.part`,
    `SELECT format('the evidence of dispute %s is not what its hash says', id) AS violation FROM disputes
     WHERE evidence_sha256 <> encode(sha256(convert_to(evidence::text, 'UTF8')), 'hex') ORDER BY id`,
  ],
};

export const moneyInvariants: readonly Invariant[] = [doubleEntry, holds, payouts, debts, goingBack, disputes];
