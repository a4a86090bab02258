import type { Invariant } from './invariant.ts';

/**
 * The state graphs, written down a second time from the product's page and not taken from the domain: an edge that is
 * added there by mistake is found here.
 */
const BOOKING_EDGES = `VALUES ('scheduled', 'provisioning'), ('scheduled', 'cancelled'), ('scheduled', 'failed'),
  ('provisioning', 'active'), ('provisioning', 'failed'), ('provisioning', 'cancelled'), ('active', 'revoking'),
  ('revoking', 'wiping'), ('revoking', 'quarantined'), ('wiping', 'completed'), ('wiping', 'quarantined'),
  ('quarantined', 'completed')`;

const OTHER_EDGES = `VALUES
  ('user', 'active', 'suspended'), ('user', 'suspended', 'active'), ('user', 'active', 'closed'), ('user', 'suspended', 'closed'),
  ('machine', 'connecting', 'verified'), ('machine', 'verified', 'quarantined'), ('machine', 'quarantined', 'verified'),
  ('machine', 'connecting', 'retired'), ('machine', 'verified', 'retired'), ('machine', 'quarantined', 'retired'),
  ('listing', 'draft', 'active'), ('listing', 'active', 'paused'), ('listing', 'paused', 'active'),
  ('listing', 'draft', 'archived'), ('listing', 'active', 'archived'), ('listing', 'paused', 'archived'),
  ('data_wipe', 'pending', 'running'), ('data_wipe', 'running', 'verified'), ('data_wipe', 'running', 'failed'),
  ('data_wipe', 'running', 'unverifiable'), ('data_wipe', 'failed', 'running'), ('data_wipe', 'unverifiable', 'running'),
  ('payment', 'pending', 'succeeded'), ('payment', 'pending', 'failed'), ('payment', 'pending', 'cancelled'),
  ('benchmark', 'queued', 'running'), ('benchmark', 'queued', 'failed'), ('benchmark', 'running', 'running'),
  ('benchmark', 'running', 'succeeded'), ('benchmark', 'running', 'failed'),
  ('dispute', 'open', 'decided'), ('dispute', 'open', 'withdrawn'),
  ('access_grant', 'pending', 'active'), ('access_grant', 'pending', 'revoked'), ('access_grant', 'active', 'revoked')`;

const CURRENT = `SELECT 'user' AS subject, id, status FROM users
  UNION ALL SELECT 'machine', id, status FROM machines UNION ALL SELECT 'listing', id, status FROM listings
  UNION ALL SELECT 'data_wipe', id, status FROM data_wipes UNION ALL SELECT 'payment', id, status FROM payments
  UNION ALL SELECT 'benchmark', id, status FROM benchmarks UNION ALL SELECT 'access_grant', id, status FROM access_grants
  UNION ALL SELECT 'dispute', id, status FROM disputes`;

const histories: Invariant = {
  number: 4,
  name: 'Every history of states is a path of the state graph',
  statements: [
    `SELECT format('booking %s: step %s goes from %s to %s after %s', booking_id, seq, coalesce(from_status, 'nothing'), to_status,
              coalesce(previous, 'nothing')) AS violation
     FROM (SELECT *, lag(to_status) OVER (PARTITION BY booking_id ORDER BY seq) AS previous FROM booking_state_changes) step
     WHERE from_status IS DISTINCT FROM previous OR (from_status IS NULL AND to_status <> 'scheduled')
        OR (from_status IS NOT NULL AND (from_status, to_status) NOT IN (${BOOKING_EDGES})) ORDER BY booking_id, seq`,
    `SELECT format('booking %s is %s, but its history ends in %s', booking.id, booking.status, coalesce(last.to_status, 'nothing'))
       AS violation
     FROM bookings booking
     LEFT JOIN (SELECT DISTINCT ON (booking_id) booking_id, to_status FROM booking_state_changes ORDER BY booking_id, seq DESC)
       last ON last.booking_id = booking.id
     WHERE booking.status IS DISTINCT FROM last.to_status ORDER BY booking.id`,
    `SELECT format('%s %s: change %s goes from %s to %s after %s', subject, subject_id, id, from_status, to_status,
              coalesce(previous, 'nothing')) AS violation
     FROM (SELECT *, lag(to_status) OVER (PARTITION BY subject, subject_id ORDER BY id) AS previous FROM status_changes) step
     WHERE (previous IS NOT NULL AND previous <> from_status)
        OR (subject, from_status, to_status) NOT IN (${OTHER_EDGES}) ORDER BY id`,
    `SELECT format('%s %s is %s, but its history ends in %s', last.subject, last.subject_id, coalesce(current.status, 'gone'),
              last.to_status) AS violation
     FROM (SELECT DISTINCT ON (subject, subject_id) subject, subject_id, to_status FROM status_changes
           ORDER BY subject, subject_id, id DESC) last
     LEFT JOIN (${CURRENT}) current ON current.subject = last.subject AND current.id = last.subject_id
     WHERE current.status IS DISTINCT FROM last.to_status ORDER BY last.subject_id`,
  ],
};

const events: Invariant = {
  number: 8,
  name: 'Every event is delivered at least once and in order per audience; nothing is applied twice',
  statements: [
    `SELECT format('audience %s has event %s after event %s', audience, seq, previous) AS violation
     FROM (SELECT audience, seq, lag(seq) OVER (PARTITION BY audience ORDER BY seq) AS previous FROM events) numbered
     WHERE seq <> previous + 1 ORDER BY audience, seq`,
    `SELECT format('audience %s has %s events, its stream says %s', coalesce(stream.audience, last.audience),
              coalesce(last.seq, 0), coalesce(stream.last_seq, 0)) AS violation
     FROM event_streams stream
     FULL JOIN (SELECT audience, max(seq) AS seq FROM events GROUP BY audience) last ON last.audience = stream.audience
     -- A stream without events is one whose months were all dropped; then only the stream knows.
     WHERE last.seq IS DISTINCT FROM stream.last_seq AND last.seq IS NOT NULL ORDER BY 1`,
  ],
};

export const historyInvariants: readonly Invariant[] = [histories, events];
