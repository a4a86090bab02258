import { ADDRESS_LENGTH_MAX, PARTY_NAME_LENGTH_MAX, TAX_ID_LENGTH_MAX } from '@rsm/domain/documents/tax-data';
import {
  documentKinds,
  documentScopes,
  documentSeries,
  scopeOfKind,
  seriesOfKind,
  statedKinds,
} from '@rsm/domain/documents/document-kind';
import { TAX_BASIS_POINTS_MAX } from '@rsm/domain/documents/tax';
import type { Knex } from 'knex';

import { sqlAppendOnlyTrigger, sqlLength, sqlList } from './sql.ts';
import { refreshVocabulary } from './vocabulary.ts';

/** Series are written in capitals, so that sqlList does not take them. */
const seriesList = documentSeries
  .map((series) => {
    if (!/^[A-Z]{3}$/.test(series)) throw new Error(`"${series}" is no series.`);
    return `'${series}'`;
  })
  .join(', ');

const placesOfKinds = documentKinds
  .map((kind) => `(${sqlList([kind, scopeOfKind[kind]])}, '${seriesOfKind[kind]}')`)
  .join(', ');

/** Invoices, credit notes and statements with their numbers, what is on them, and to whom they are addressed. */
export async function up(knex: Knex): Promise<void> {
  await refreshVocabulary(knex);
  await knex.raw(`
    -- The last number of each series and year. The row is locked by whoever issues, so that numbers have no gap and no twin.
    CREATE TABLE document_series (
      series text NOT NULL,
      year integer NOT NULL,
      last_sequence integer NOT NULL,
      CONSTRAINT document_series_pkey PRIMARY KEY (series, year),
      CONSTRAINT document_series_series_known CHECK (series IN (${seriesList})),
      CONSTRAINT document_series_year_range CHECK (year BETWEEN 2000 AND 9999),
      CONSTRAINT document_series_last_sequence_not_negative CHECK (last_sequence >= 0)
    );

    CREATE TABLE documents (
      id uuid CONSTRAINT documents_pkey PRIMARY KEY,
      user_id uuid NOT NULL CONSTRAINT documents_user_id_fkey REFERENCES users,
      kind text NOT NULL,
      scope text NOT NULL,
      series text NOT NULL,
      year integer NOT NULL,
      sequence integer NOT NULL,
      previous_sequence integer GENERATED ALWAYS AS (nullif(sequence - 1, 0)) STORED,
      number text NOT NULL GENERATED ALWAYS AS (
        series || '-' || year::text || '-' || lpad(sequence::text, greatest(6, length(sequence::text)), '0')) STORED,
      period_start timestamptz(3) NOT NULL,
      period_end timestamptz(3) NOT NULL,
      part integer NOT NULL,
      payment_id uuid CONSTRAINT documents_payment_id_fkey REFERENCES payments,
      total_micros bigint NOT NULL,
      tax_micros bigint NOT NULL,
      currency text NOT NULL,
      issued_at timestamptz(3) NOT NULL,
      -- RFC 8785: the text that the hash is taken of. The document beside it is the same, for questions in SQL.
      canonical text NOT NULL,
      content jsonb NOT NULL GENERATED ALWAYS AS (canonical::jsonb) STORED,
      sha256 text NOT NULL,
      CONSTRAINT documents_kind_known CHECK (kind IN (${sqlList(documentKinds)})),
      CONSTRAINT documents_place_of_kind CHECK ((kind, scope, series) IN (${placesOfKinds})),
      CONSTRAINT documents_series_fkey FOREIGN KEY (series, year) REFERENCES document_series (series, year),
      CONSTRAINT documents_sequence_key UNIQUE (series, year, sequence),
      CONSTRAINT documents_sequence_positive CHECK (sequence >= 1),
      -- Each number follows upon the one before it, which exists: a gap can't be written.
      CONSTRAINT documents_no_gap_fkey FOREIGN KEY (series, year, previous_sequence)
        REFERENCES documents (series, year, sequence),
      CONSTRAINT documents_period_key UNIQUE NULLS NOT DISTINCT (scope, user_id, period_start, part, payment_id),
      CONSTRAINT documents_scope_key UNIQUE (id, scope),
      CONSTRAINT documents_period_order CHECK (period_end >= period_start),
      CONSTRAINT documents_part_positive CHECK (part >= 1),
      CONSTRAINT documents_payout_has_payment CHECK ((scope = 'payout') = (payment_id IS NOT NULL)),
      CONSTRAINT documents_sign_of_kind CHECK (scope <> 'renter' OR (total_micros < 0) = (kind = 'credit_note')),
      CONSTRAINT documents_currency_shape CHECK (currency ~ '^[A-Z]{3}$'),
      CONSTRAINT documents_sha256_true CHECK (sha256 = encode(sha256(convert_to(canonical, 'UTF8')), 'hex'))
    );
    CREATE INDEX documents_user_idx ON documents (user_id, issued_at DESC, id DESC);
    CREATE INDEX documents_payment_idx ON documents (payment_id) WHERE payment_id IS NOT NULL;
    ${sqlAppendOnlyTrigger('documents')}

    CREATE TABLE document_lines (
      document_id uuid NOT NULL,
      position integer NOT NULL,
      scope text NOT NULL,
      transfer_id uuid NOT NULL CONSTRAINT document_lines_transfer_id_fkey REFERENCES ledger_transfers,
      amount_micros bigint NOT NULL,
      CONSTRAINT document_lines_pkey PRIMARY KEY (document_id, position),
      CONSTRAINT document_lines_document_fkey FOREIGN KEY (document_id, scope) REFERENCES documents (id, scope),
      -- A transfer stands on one document of a scope at most, whoever issues.
      CONSTRAINT document_lines_transfer_key UNIQUE (transfer_id, scope),
      CONSTRAINT document_lines_scope_known CHECK (scope IN (${sqlList(documentScopes)})),
      CONSTRAINT document_lines_position_positive CHECK (position >= 1)
    );
    ${sqlAppendOnlyTrigger('document_lines')}

    -- Months whose documents are all issued. The next open one begins where the last of these ends.
    CREATE TABLE document_months (
      period_start timestamptz(3) CONSTRAINT document_months_pkey PRIMARY KEY,
      period_end timestamptz(3) NOT NULL,
      closed_at timestamptz(3) NOT NULL,
      CONSTRAINT document_months_order CHECK (period_end > period_start AND closed_at >= period_end)
    );
    ${sqlAppendOnlyTrigger('document_months')}

    CREATE TABLE provider_tax_data (
      user_id uuid CONSTRAINT provider_tax_data_pkey PRIMARY KEY
        CONSTRAINT provider_tax_data_user_id_fkey REFERENCES users,
      legal_name text NOT NULL,
      address text NOT NULL,
      country text NOT NULL,
      tax_id text,
      tax_basis_points integer NOT NULL,
      changed_at timestamptz(3) NOT NULL,
      ${sqlLength('provider_tax_data', 'legal_name', PARTY_NAME_LENGTH_MAX)},
      ${sqlLength('provider_tax_data', 'address', ADDRESS_LENGTH_MAX)},
      ${sqlLength('provider_tax_data', 'tax_id', TAX_ID_LENGTH_MAX)},
      CONSTRAINT provider_tax_data_country_shape CHECK (country ~ '^[A-Z]{2}$'),
      CONSTRAINT provider_tax_data_tax_range CHECK (tax_basis_points BETWEEN 0 AND ${TAX_BASIS_POINTS_MAX})
    );

    CREATE TABLE billing_data (
      user_id uuid CONSTRAINT billing_data_pkey PRIMARY KEY CONSTRAINT billing_data_user_id_fkey REFERENCES users,
      name text NOT NULL,
      address text NOT NULL,
      country text,
      tax_id text,
      changed_at timestamptz(3) NOT NULL,
      ${sqlLength('billing_data', 'name', PARTY_NAME_LENGTH_MAX)},
      ${sqlLength('billing_data', 'address', ADDRESS_LENGTH_MAX)},
      ${sqlLength('billing_data', 'tax_id', TAX_ID_LENGTH_MAX)},
      CONSTRAINT billing_data_country_shape CHECK (country ~ '^[A-Z]{2}$')
    );

    -- A month's transfers that documents tell of. Holds, releases and top-ups, which are most, are not in it.
    CREATE INDEX ledger_transfers_documented_idx ON ledger_transfers (at) WHERE kind IN (${sqlList(statedKinds)});
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP INDEX ledger_transfers_documented_idx;
    DROP TABLE billing_data; DROP TABLE provider_tax_data; DROP TABLE document_months; DROP TABLE document_lines;
    DROP TABLE documents; DROP TABLE document_series;
  `);
}
