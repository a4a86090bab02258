import {
  DISPUTE_TEXT_LENGTH_MAX,
  disputeOutcomes,
  disputeReasons,
  disputeSides,
  disputeStateGraph,
  disputeStatuses,
} from '@rsm/domain/disputes/dispute';
import type { Knex } from 'knex';

import { sqlLength, sqlList, sqlStateMoveTrigger } from './sql.ts';
import { refreshStatusGraphs } from './status-graphs.ts';
import { refreshVocabulary } from './vocabulary.ts';

/** Evidence of one dispute: its lists are bounded, and a page of text each is far below this. */
const EVIDENCE_BYTES_MAX = 4 * 1024 * 1024;

/** Disagreements about bookings that are over, with the evidence that was attached when they were opened. */
export async function up(knex: Knex): Promise<void> {
  await refreshVocabulary(knex);
  await refreshStatusGraphs(knex);
  await knex.raw(`
    CREATE TABLE disputes (
      id uuid CONSTRAINT disputes_pkey PRIMARY KEY,
      booking_id uuid NOT NULL CONSTRAINT disputes_booking_id_fkey REFERENCES bookings,
      renter_id uuid NOT NULL CONSTRAINT disputes_renter_id_fkey REFERENCES users,
      provider_id uuid NOT NULL CONSTRAINT disputes_provider_id_fkey REFERENCES users,
      opened_by text NOT NULL,
      reason text NOT NULL,
      text text NOT NULL,
      currency text NOT NULL,
      status text NOT NULL,
      evidence jsonb NOT NULL,
      evidence_sha256 text NOT NULL,
      response text,
      responded_at timestamptz(3),
      outcome text,
      refund_micros bigint,
      decision_reason text,
      decided_by uuid CONSTRAINT disputes_decided_by_fkey REFERENCES users,
      created_at timestamptz(3) NOT NULL,
      closed_at timestamptz(3),
      CONSTRAINT disputes_opened_by_known CHECK (opened_by IN (${sqlList(disputeSides)})),
      CONSTRAINT disputes_reason_known CHECK (reason IN (${sqlList(disputeReasons)})),
      CONSTRAINT disputes_status_known CHECK (status IN (${sqlList(disputeStatuses)})),
      CONSTRAINT disputes_outcome_known CHECK (outcome IN (${sqlList(disputeOutcomes)})),
      CONSTRAINT disputes_currency_shape CHECK (currency ~ '^[A-Z]{3}$'),
      ${sqlLength('disputes', 'text', DISPUTE_TEXT_LENGTH_MAX)},
      ${sqlLength('disputes', 'response', DISPUTE_TEXT_LENGTH_MAX)},
      CONSTRAINT disputes_response_dated CHECK ((response IS NULL) = (responded_at IS NULL)),
      CONSTRAINT disputes_closed_dated CHECK ((status = 'open') = (closed_at IS NULL)),
      CONSTRAINT disputes_decision_whole CHECK (
        num_nulls(outcome, refund_micros, decision_reason, decided_by) = CASE status WHEN 'decided' THEN 0 ELSE 4 END),
      CONSTRAINT disputes_refund_fits_outcome CHECK (refund_micros >= 0 AND (outcome = 'none') = (refund_micros = 0)),
      -- The hash is that of the document as Postgres writes it, which is what is handed out.
      CONSTRAINT disputes_evidence_sha256_true
        CHECK (evidence_sha256 = encode(sha256(convert_to(evidence::text, 'UTF8')), 'hex')),
      CONSTRAINT disputes_evidence_size CHECK (octet_length(evidence::text) <= ${String(EVIDENCE_BYTES_MAX)})
    );
    CREATE UNIQUE INDEX disputes_one_open_key ON disputes (booking_id) WHERE status = 'open';
    CREATE INDEX disputes_booking_idx ON disputes (booking_id, created_at);
    CREATE INDEX disputes_renter_idx ON disputes (renter_id, created_at DESC, id DESC);
    CREATE INDEX disputes_provider_idx ON disputes (provider_id, created_at DESC, id DESC);
    CREATE INDEX disputes_open_idx ON disputes (created_at, id) WHERE status = 'open';
    ${sqlStateMoveTrigger('disputes', disputeStateGraph)}

    -- What was claimed and what the product had on record are never written again, nor is a dispute removed.
    CREATE TRIGGER disputes_evidence_fixed
    BEFORE UPDATE OF booking_id, renter_id, provider_id, opened_by, reason, text, evidence, evidence_sha256, created_at
      OR DELETE OR TRUNCATE ON disputes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE disputes;');
}
