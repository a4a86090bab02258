import type { Invariant } from './invariant.ts';

const oneEffect: Invariant = {
  number: 6,
  name: 'One outside effect per booking and step, however often anything was killed',
  needsHosts: 'How often an effect really happened on a machine shows only there; here are the records of it.',
  statements: [
    // A long booking is charged once a week and once at its end, and each of its charges becomes available once.
    `SELECT format('booking %s has %s transfers of the kind %s', booking.id, made.found, made.kind) AS violation
     FROM (SELECT booking_id, kind, count(*) AS found FROM ledger_transfers
           WHERE kind IN ('charge', 'release', 'earning_available') GROUP BY booking_id, kind) made
     JOIN bookings booking ON booking.id = made.booking_id
     WHERE made.found > CASE made.kind WHEN 'charge' THEN booking.settled_weeks + 1
       WHEN 'earning_available' THEN (SELECT count(*) FROM earnings WHERE earnings.booking_id = booking.id) ELSE 1 END
     ORDER BY booking.id, made.kind`,
    // What a renter pays back of a chargeback's debt names the chargeback too, and may come in parts.
    `SELECT format('payment %s reached the ledger %s times', payment_id, count(*)) AS violation FROM ledger_transfers
     WHERE payment_id IS NOT NULL AND kind <> 'debt_repaid' GROUP BY payment_id, kind HAVING count(*) > 1
     ORDER BY payment_id`,
    // Refunds and chargebacks move their money when they begin, and move it back when they come to nothing.
    `SELECT format('payment %s is %s, but the ledger has %s transfers of it (%s)', payment.id, payment.status, moved.found,
              step.kind) AS violation
     FROM payments payment CROSS JOIN LATERAL (VALUES
       (payment.kind, CASE
         WHEN payment.kind IN ('refund', 'chargeback') THEN 1
         WHEN payment.kind = 'payout' AND payment.status <> 'succeeded' THEN NULL
         ELSE (payment.status = 'succeeded')::int END),
       (payment.kind || '_reversed', CASE
         WHEN payment.kind IN ('refund', 'chargeback')
           THEN (payment.status IN ('failed', 'cancelled') OR payment.reversed_at IS NOT NULL)::int
         WHEN payment.kind = 'payout' THEN NULL ELSE 0 END)) step (kind, wanted)
     CROSS JOIN LATERAL (SELECT count(*) AS found FROM ledger_transfers transfer
       WHERE transfer.payment_id = payment.id AND transfer.kind = step.kind) moved
     WHERE moved.found <> step.wanted ORDER BY payment.id, step.kind`,
    `SELECT format('transfer %s (%s) is of no payment of that kind', transfer.id, transfer.kind) AS violation
     FROM ledger_transfers transfer LEFT JOIN payments payment ON payment.id = transfer.payment_id
     WHERE transfer.kind IN ('top_up', 'manual_credit', 'manual_debit', 'refund', 'refund_reversed', 'chargeback',
         'chargeback_reversed')
       AND (payment.id IS NULL OR transfer.kind NOT IN (payment.kind, payment.kind || '_reversed')) ORDER BY transfer.id`,
    `SELECT format('transfer %s (%s) moves %s from outside, its payment is of %s', transfer.id, transfer.kind,
              coalesce(outside.amount, 0), payment.amount_micros) AS violation
     FROM ledger_transfers transfer JOIN payments payment ON payment.id = transfer.payment_id
     LEFT JOIN LATERAL (SELECT sum(amount_micros) AS amount FROM ledger_entries entry
       WHERE entry.transfer_id = transfer.id AND entry.house_account IN ('clearing', 'adjustments')) outside ON true
     WHERE transfer.kind IN ('top_up', 'manual_credit', 'manual_debit', 'refund', 'refund_reversed', 'chargeback',
         'chargeback_reversed')
       AND coalesce(outside.amount, 0) <> payment.amount_micros
         * CASE WHEN transfer.kind IN ('manual_debit', 'refund', 'chargeback') THEN 1 ELSE -1 END ORDER BY transfer.id`,
    `SELECT format('idempotency key %s was posted %s times', idempotency_key, count(*)) AS violation FROM ledger_transfers
     GROUP BY idempotency_key HAVING count(*) > 1 ORDER BY idempotency_key`,
    `SELECT format('booking %s has %s access grants', booking_id, count(*)) AS violation FROM access_grants
     GROUP BY booking_id HAVING count(*) > 1 ORDER BY booking_id`,
    `SELECT format('uid %s of machine %s was given to %s bookings', uid, machine_id, count(DISTINCT booking_id)) AS violation
     FROM access_grants GROUP BY machine_id, uid HAVING count(DISTINCT booking_id) > 1 ORDER BY machine_id, uid`,
    `SELECT format('booking %s has %s clean-ups', booking_id, count(*)) AS violation FROM data_wipes
     GROUP BY booking_id HAVING count(*) > 1 ORDER BY booking_id`,
    `SELECT format('certificate %s of machine %s does not follow upon the one before it', id, machine_id) AS violation
     FROM (SELECT *, lag(sha256) OVER (PARTITION BY machine_id ORDER BY position) AS expected,
             row_number() OVER (PARTITION BY machine_id ORDER BY position) AS place FROM certificates) chain
     WHERE previous_sha256 IS DISTINCT FROM expected OR place <> position ORDER BY machine_id, position`,
    `SELECT format('certificate %s is not what its hash says', id) AS violation FROM certificates
     WHERE sha256 <> encode(sha256(convert_to(jws, 'UTF8')), 'hex') ORDER BY id`,
  ],
};

const noAccess: Invariant = {
  number: 7,
  name: "No renter's key, account or container on a machine outside its booking",
  needsHosts: 'What is on a machine shows only there; here are the records of it.',
  statements: [
    `SELECT format('booking %s is %s, but its access is %s', booking.id, booking.status, access.status) AS violation
     FROM access_grants access JOIN bookings booking ON booking.id = access.booking_id
     WHERE access.status = 'active' AND booking.status NOT IN ('active', 'revoking', 'quarantined') ORDER BY booking.id`,
    `SELECT format('booking %s is active without access that the machine itself will end', booking.id) AS violation
     FROM bookings booking WHERE booking.status = 'active' AND NOT EXISTS (
       SELECT FROM access_grants access WHERE access.booking_id = booking.id AND access.status = 'active'
         AND access.watchdog_deadline_at IS NOT NULL) ORDER BY booking.id`,
    // Timers on a machine count whole seconds.
    `SELECT format('booking %s ends at %s, but the machine lets the renter in until %s', booking.id, booking.end_at,
              access.watchdog_deadline_at) AS violation
     FROM access_grants access JOIN bookings booking ON booking.id = access.booking_id
     WHERE access.status = 'active' AND access.watchdog_deadline_at > booking.end_at + interval '1 second' ORDER BY booking.id`,
  ],
};

export const effectInvariants: readonly Invariant[] = [oneEffect, noAccess];
