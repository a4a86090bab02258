import { jobPayloadSchemas } from '@rsm/domain/jobs/job';
import type { Knex } from 'knex';

import { sqlAppendOnlyTrigger, sqlLength } from './sql.ts';

/** Job names hold a dot (`booking.end`), so that sqlList does not take them. */
const jobNames = Object.keys(jobPayloadSchemas)
  .map((name) => {
    if (!/^[a-z_.]+$/.test(name)) throw new Error(`"${name}" is no job name.`);
    return `'${name}'`;
  })
  .join(', ');

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Born in the transaction that makes them necessary; one mover hands due rows to the job engine. One row per key:
    -- a later request replaces an earlier one that has not been handed over.
    CREATE TABLE job_requests (
      key text CONSTRAINT job_requests_pkey PRIMARY KEY,
      name text NOT NULL,
      payload jsonb NOT NULL,
      run_at timestamptz(3) NOT NULL,
      created_at timestamptz(3) NOT NULL,
      CONSTRAINT job_requests_name_known CHECK (name IN (${jobNames})),
      ${sqlLength('job_requests', 'key', 200)}
    ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
    CREATE INDEX job_requests_run_at_idx ON job_requests (run_at);

    -- One worker at a time acts on a subject.
    CREATE TABLE leases (
      subject text CONSTRAINT leases_pkey PRIMARY KEY,
      owner text,
      expires_at timestamptz(3),
      attempts integer NOT NULL,
      CONSTRAINT leases_owner_has_end CHECK ((owner IS NULL) = (expires_at IS NULL)),
      CONSTRAINT leases_attempts_not_negative CHECK (attempts >= 0)
    );

    CREATE TABLE idempotency_keys (
      user_id uuid NOT NULL CONSTRAINT idempotency_keys_user_id_fkey REFERENCES users,
      operation text NOT NULL,
      key text NOT NULL,
      input_sha256 bytea NOT NULL,
      answer text,
      created_at timestamptz(3) NOT NULL,
      CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, operation, key),
      CONSTRAINT idempotency_keys_input_sha256_size CHECK (octet_length(input_sha256) = 32),
      ${sqlLength('idempotency_keys', 'key', 200)}
    );
    CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);

    CREATE TABLE audit_log (
      id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT audit_log_pkey PRIMARY KEY,
      actor_id uuid CONSTRAINT audit_log_actor_id_fkey REFERENCES users,
      action text NOT NULL,
      subject_type text NOT NULL,
      subject_id text NOT NULL,
      reason text,
      at timestamptz(3) NOT NULL
    );
    CREATE INDEX audit_log_subject_idx ON audit_log (subject_type, subject_id, id DESC);
    CREATE INDEX audit_log_actor_idx ON audit_log (actor_id, id DESC);
    ${sqlAppendOnlyTrigger('audit_log')}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE audit_log; DROP TABLE idempotency_keys; DROP TABLE leases; DROP TABLE job_requests;
  `);
}
