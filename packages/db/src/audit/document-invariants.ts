import type { Invariant } from './invariant.ts';

/** What the ledger says about each line: the entries of its transfer on the accounts that the document is about. */
const LEDGER_SAYS = `
  SELECT line.document_id, line.position, line.amount_micros AS stated, document.number, transfer.id AS transfer_id,
    transfer.kind, transfer.at, document.scope, document.period_start, document.period_end,
    (SELECT coalesce(sum(CASE
       WHEN line.scope = 'renter' AND account.booking_id = transfer.booking_id AND booking.renter_id = document.user_id
         THEN -entry.amount_micros
       WHEN line.scope = 'renter' AND account.kind = 'wallet' AND account.user_id = document.user_id THEN -entry.amount_micros
       WHEN line.scope = 'provider' AND account.kind IN ('provider_pending', 'provider_available')
         AND account.user_id = document.user_id THEN entry.amount_micros
       WHEN line.scope = 'payout' AND account.kind = 'provider_available' AND account.user_id = document.user_id
         THEN entry.amount_micros
       ELSE 0 END), 0)
     FROM ledger_entries entry JOIN ledger_accounts account ON account.id = entry.account_id
     LEFT JOIN bookings booking ON booking.id = account.booking_id
     WHERE entry.transfer_id = transfer.id) AS moved
  FROM document_lines line
  JOIN documents document ON document.id = line.document_id
  LEFT JOIN ledger_transfers transfer ON transfer.id = line.transfer_id`;

/** What each person's accounts moved in a closed month, transfer by transfer, told twice: as a renter and as a provider. */
const CLOSED_MOVES = `
  SELECT 'renter' AS scope, transfer.id AS transfer_id, transfer.kind FROM ledger_transfers transfer
  JOIN document_months month ON transfer.at >= month.period_start AND transfer.at < month.period_end
  WHERE transfer.kind IN ('charge', 'charge_returned', 'dispute_refund')
  UNION ALL
  SELECT 'provider', transfer.id, transfer.kind FROM ledger_transfers transfer
  JOIN document_months month ON transfer.at >= month.period_start AND transfer.at < month.period_end
  JOIN ledger_entries entry ON entry.transfer_id = transfer.id
  JOIN ledger_accounts account ON account.id = entry.account_id AND account.kind IN ('provider_pending', 'provider_available')
  GROUP BY transfer.id, transfer.kind, account.user_id HAVING sum(entry.amount_micros) <> 0`;

const documents: Invariant = {
  number: 14,
  name: 'Numbers of documents have no gap and no twin; every line is a transfer of the ledger; every charge is on one invoice',
  statements: [
    `SELECT format('series %s of %s: number %s follows upon %s', series, year, sequence, coalesce(previous, 0)) AS violation
     FROM (SELECT series, year, sequence, lag(sequence) OVER (PARTITION BY series, year ORDER BY sequence) AS previous
           FROM documents) numbered
     WHERE sequence <> coalesce(previous, 0) + 1 ORDER BY series, year, sequence`,
    `SELECT format('series %s of %s counts to %s, its last document is %s', series.series, series.year, series.last_sequence,
              coalesce(last.sequence, 0)) AS violation
     FROM document_series series
     LEFT JOIN (SELECT series, year, max(sequence) AS sequence FROM documents GROUP BY series, year) last
       ON last.series = series.series AND last.year = series.year
     WHERE series.last_sequence <> coalesce(last.sequence, 0) ORDER BY series.series, series.year`,
    `SELECT format('document %s is not what its hash says', number) AS violation FROM documents
     WHERE sha256 <> encode(sha256(convert_to(canonical, 'UTF8')), 'hex') OR content <> canonical::jsonb
        OR content->>'number' <> number ORDER BY number`,
    `SELECT format('document %s is over %s, its content says %s and its lines sum to %s', document.number, total_micros,
              content->>'totalMicros', coalesce(lines.total, 0)) AS violation
     FROM documents document
     LEFT JOIN (SELECT document_id, sum(amount_micros) AS total FROM document_lines GROUP BY document_id) lines
       ON lines.document_id = document.id
     WHERE total_micros <> coalesce(lines.total, 0) OR (content->>'totalMicros')::numeric <> total_micros
     ORDER BY document.number`,
    `SELECT format('document %s: line %s says %s in its content and %s beside it', coalesce(inside.number, beside.number),
              coalesce(inside.position, beside.position), coalesce(inside.said, 'nothing'), coalesce(beside.said, 'nothing'))
       AS violation
     FROM (SELECT id, number, (line->>'position')::integer AS position,
             (line->>'transferId') || ' ' || (line->>'amountMicros') AS said
           FROM documents, jsonb_array_elements(content->'lines') AS line) inside
     FULL JOIN (SELECT document.id, document.number, position, transfer_id::text || ' ' || amount_micros::text AS said
                FROM document_lines JOIN documents document ON document.id = document_id) beside
       ON beside.id = inside.id AND beside.position = inside.position
     WHERE inside.said IS DISTINCT FROM beside.said ORDER BY 1`,
    `SELECT format('document %s: tax %s of %s at %s basis points is wrong', number, tax->>'includedMicros', tax->>'grossMicros',
              tax->>'basisPoints') AS violation
     FROM (SELECT number, tax_micros, content->'tax' AS tax FROM documents) document
     WHERE (tax->>'netMicros')::numeric + (tax->>'includedMicros')::numeric <> (tax->>'grossMicros')::numeric
        OR (tax->>'includedMicros')::numeric <> tax_micros
        OR 2 * abs((tax->>'grossMicros')::numeric * (tax->>'basisPoints')::numeric
             - (tax->>'includedMicros')::numeric * (10000 + (tax->>'basisPoints')::numeric))
           > 10000 + (tax->>'basisPoints')::numeric
     ORDER BY number`,
    `SELECT format('document %s: line %s says %s, its transfer moved %s', number, position, stated,
              CASE WHEN transfer_id IS NULL THEN 'nothing, it is gone' ELSE moved::text END) AS violation
     FROM (${LEDGER_SAYS}) line WHERE transfer_id IS NULL OR stated <> moved ORDER BY number, position`,
    `SELECT format('document %s: line %s is of %s, outside of its month', number, position, at) AS violation
     FROM (${LEDGER_SAYS}) line
     WHERE scope <> 'payout' AND (at < period_start OR at >= period_end) ORDER BY number, position`,
    `SELECT format('transfer %s (%s) of a closed month is on %s documents of its %s', transfer_id, kind, count(line.transfer_id), scope)
       AS violation
     FROM (${CLOSED_MOVES}) moved LEFT JOIN document_lines line USING (transfer_id, scope)
     GROUP BY transfer_id, kind, scope HAVING count(line.transfer_id) <> 1 ORDER BY transfer_id`,
    `SELECT format('statement %s ends with %s, the ledger with %s', number, closing, balance) AS violation
     FROM (SELECT DISTINCT ON (document.user_id, document.period_start) document.number,
             (document.content->'balance'->>'closingMicros')::numeric AS closing,
             (SELECT coalesce(sum(entry.amount_micros), 0) FROM ledger_entries entry
              JOIN ledger_accounts account ON account.id = entry.account_id
              WHERE account.user_id = document.user_id AND account.kind IN ('provider_pending', 'provider_available')
                AND entry.at < document.period_end) AS balance
           FROM documents document JOIN document_months month ON month.period_start = document.period_start
           WHERE document.scope = 'provider' ORDER BY document.user_id, document.period_start, document.part DESC) last
     WHERE closing <> balance ORDER BY number`,
  ],
};

export const documentInvariants: readonly Invariant[] = [documents];
