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
    `SELECT format('payment %s reached the ledger %s times', payment_id, count(*)) AS violation FROM ledger_transfers
     WHERE payment_id IS NOT NULL GROUP BY payment_id HAVING count(*) > 1 ORDER BY payment_id`,
    `SELECT format('payment %s is %s, but the ledger has %s transfers of it', payment.id, payment.status, count(transfer.id))
       AS violation
     FROM payments payment LEFT JOIN ledger_transfers transfer ON transfer.payment_id = payment.id
     GROUP BY payment.id, payment.status HAVING (payment.status = 'succeeded') <> (count(transfer.id) > 0) ORDER BY payment.id`,
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
