import type { Invariant } from './invariant.ts';

const overlaps: Invariant = {
  number: 1,
  name: 'No two live bookings of one machine overlap in occupied time',
  statements: [
    // Sorted by start, a stretch overlaps an earlier one exactly when it starts before the latest end so far.
    `SELECT format('occupancy %s of unit %s starts at %s, before an earlier one ends at %s', id, unit_id, lower(during), busy_until)
       AS violation
     FROM (SELECT id, unit_id, during, max(upper(during)) OVER (
             PARTITION BY unit_id ORDER BY lower(during), id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
           FROM occupancies WHERE live) stretch
     WHERE busy_until > lower(during) ORDER BY lower(during), id`,
    // The same of the bookings themselves, whatever the calendar says.
    `SELECT format('booking %s of machine %s starts at %s, before an earlier one and its clean-up time end at %s',
              id, machine_id, start_at, busy_until) AS violation
     FROM (SELECT id, machine_id, start_at, max(end_at + turnaround_ms * interval '1 millisecond') OVER (
             PARTITION BY machine_id ORDER BY start_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
           FROM bookings WHERE status IN ('scheduled', 'provisioning', 'active')) stretch
     WHERE busy_until > start_at ORDER BY start_at, id`,
    `SELECT format('booking %s is %s, but the calendar does not keep its time', booking.id, booking.status) AS violation
     FROM bookings booking WHERE booking.status IN ('scheduled', 'provisioning', 'active') AND NOT EXISTS (
       SELECT FROM occupancies o WHERE o.booking_id = booking.id AND o.live AND o.unit_id = booking.unit_id
         AND o.during @> tstzrange(booking.start_at, booking.end_at + booking.turnaround_ms * interval '1 millisecond'))
     ORDER BY booking.id`,
  ],
};

const cleanStart: Invariant = {
  number: 5,
  name: 'No booking starts on a unit between the end of an earlier one and its verified wipe or release',
  statements: [
    `WITH begun AS (
       SELECT booking.id, booking.unit_id, min(change.at) AS at FROM bookings booking
       JOIN booking_state_changes change ON change.booking_id = booking.id AND change.to_status = 'provisioning'
       GROUP BY booking.id, booking.unit_id)
     SELECT format('booking %s was provisioned at %s, when booking %s on the same unit was not proven clean',
              later.id, later.at, earlier.id) AS violation
     FROM begun later JOIN begun earlier ON earlier.unit_id = later.unit_id AND (earlier.at, earlier.id) < (later.at, later.id)
     WHERE NOT EXISTS (
       SELECT FROM data_wipes wipe WHERE wipe.booking_id = earlier.id
         AND ((wipe.status = 'verified' AND wipe.finished_at <= later.at) OR wipe.released_at <= later.at))
     ORDER BY later.at, later.id`,
    `SELECT format('wipe %s is verified, but its newest look found something or could not look: %s', wipe.id, finding.check_name)
       AS violation
     FROM data_wipes wipe
     JOIN wipe_findings finding ON finding.data_wipe_id = wipe.id AND finding.attempt = wipe.attempt
     WHERE wipe.status = 'verified' AND finding.verdict <> 'clean' ORDER BY wipe.id`,
    `SELECT format('wipe %s is verified, but nobody has looked', wipe.id) AS violation FROM data_wipes wipe
     WHERE wipe.status = 'verified' AND NOT EXISTS (
       SELECT FROM wipe_findings finding WHERE finding.data_wipe_id = wipe.id AND finding.attempt = wipe.attempt)
     ORDER BY wipe.id`,
  ],
};

export const calendarInvariants: readonly Invariant[] = [overlaps, cleanStart];
