import { providerProfileStatuses, userStateGraph, userStatuses } from '@rsm/domain/users/user';
import type { Knex } from 'knex';

import { sqlLength, sqlList, sqlStateMoveTrigger } from './sql.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE users (
      id uuid CONSTRAINT users_pkey PRIMARY KEY,
      issuer text NOT NULL,
      subject text NOT NULL,
      email text NOT NULL,
      display_name text NOT NULL,
      status text NOT NULL,
      status_reason text,
      is_admin boolean NOT NULL,
      created_at timestamptz(3) NOT NULL,
      CONSTRAINT users_issuer_subject_key UNIQUE (issuer, subject),
      CONSTRAINT users_status_known CHECK (status IN (${sqlList(userStatuses)})),
      ${sqlLength('users', 'issuer', 500)},
      ${sqlLength('users', 'subject', 500)},
      ${sqlLength('users', 'display_name', 200)},
      -- 254 is the longest address that a mail can be sent to (RFC 5321 4.5.3.1.3).
      ${sqlLength('users', 'email', 254)}
    );
    CREATE INDEX users_newest_idx ON users (created_at DESC, id DESC);
    CREATE INDEX users_email_idx ON users (lower(email));
    CREATE INDEX users_search_idx ON users USING gin (lower(email) gin_trgm_ops, lower(display_name) gin_trgm_ops);
    ${sqlStateMoveTrigger('users', userStateGraph)}

    CREATE TABLE provider_profiles (
      user_id uuid CONSTRAINT provider_profiles_pkey PRIMARY KEY
        CONSTRAINT provider_profiles_user_id_fkey REFERENCES users,
      status text NOT NULL,
      public_name text NOT NULL,
      opened_at timestamptz(3) NOT NULL,
      CONSTRAINT provider_profiles_status_known CHECK (status IN (${sqlList(providerProfileStatuses)})),
      ${sqlLength('provider_profiles', 'public_name', 200)}
    );

    CREATE TABLE ssh_keys (
      id uuid CONSTRAINT ssh_keys_pkey PRIMARY KEY,
      user_id uuid NOT NULL CONSTRAINT ssh_keys_user_id_fkey REFERENCES users,
      name text NOT NULL,
      public_key text NOT NULL,
      fingerprint text NOT NULL,
      created_at timestamptz(3) NOT NULL,
      CONSTRAINT ssh_keys_user_id_fingerprint_key UNIQUE (user_id, fingerprint),
      -- One line and two words: an option before the type or a second line would be more than a key.
      CONSTRAINT ssh_keys_public_key_shape CHECK (public_key ~ '^[a-z0-9@.-]+ [A-Za-z0-9+/=]+$'),
      CONSTRAINT ssh_keys_fingerprint_shape CHECK (fingerprint LIKE 'SHA256:%'),
      ${sqlLength('ssh_keys', 'name', 200)},
      ${sqlLength('ssh_keys', 'public_key', 16_384)}
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE ssh_keys; DROP TABLE provider_profiles; DROP TABLE users;');
}
