import { benchmarkKinds, benchmarkStateGraph, benchmarkStatuses } from '@rsm/domain/benchmarks/benchmark';
import type { Knex } from 'knex';

import { sqlList, sqlStateMoveTrigger } from './sql.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE benchmark_raw_outputs (
      sha256 text CONSTRAINT benchmark_raw_outputs_pkey PRIMARY KEY,
      output text NOT NULL,
      -- The name of an output is its hash; the database checks that nobody lies about it.
      CONSTRAINT benchmark_raw_outputs_sha256_true CHECK (sha256 = encode(sha256(convert_to(output, 'UTF8')), 'hex')),
      CONSTRAINT benchmark_raw_outputs_size CHECK (octet_length(output) <= 262144)
    );

    CREATE TABLE benchmarks (
      id uuid CONSTRAINT benchmarks_pkey PRIMARY KEY,
      machine_id uuid NOT NULL CONSTRAINT benchmarks_machine_id_fkey REFERENCES machines,
      kind text NOT NULL,
      status text NOT NULL,
      progress_percent integer NOT NULL,
      result jsonb,
      raw_output_sha256 text CONSTRAINT benchmarks_raw_output_sha256_fkey REFERENCES benchmark_raw_outputs,
      failure_reason text,
      queued_at timestamptz(3) NOT NULL,
      started_at timestamptz(3),
      finished_at timestamptz(3),
      CONSTRAINT benchmarks_kind_known CHECK (kind IN (${sqlList(benchmarkKinds)})),
      CONSTRAINT benchmarks_status_known CHECK (status IN (${sqlList(benchmarkStatuses)})),
      CONSTRAINT benchmarks_progress_range CHECK (progress_percent BETWEEN 0 AND 100),
      CONSTRAINT benchmarks_succeeded_has_result CHECK ((status = 'succeeded') = (result IS NOT NULL)),
      -- No claim without evidence: a result stands on the tools' own output.
      CONSTRAINT benchmarks_result_has_raw_output CHECK (result IS NULL OR raw_output_sha256 IS NOT NULL),
      CONSTRAINT benchmarks_failed_has_reason CHECK (status <> 'failed' OR failure_reason IS NOT NULL),
      CONSTRAINT benchmarks_finished_dated CHECK ((status IN ('succeeded', 'failed')) = (finished_at IS NOT NULL))
    );
    CREATE UNIQUE INDEX benchmarks_one_open_key ON benchmarks (machine_id, kind) WHERE status IN ('queued', 'running');
    CREATE INDEX benchmarks_newest_idx ON benchmarks (machine_id, queued_at DESC, id DESC);
    CREATE INDEX benchmarks_open_idx ON benchmarks (queued_at) WHERE status IN ('queued', 'running');
    ${sqlStateMoveTrigger('benchmarks', benchmarkStateGraph)}
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE benchmarks; DROP TABLE benchmark_raw_outputs;');
}
