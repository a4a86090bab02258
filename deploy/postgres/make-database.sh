#!/bin/sh
# Makes the owner, the role of the processes and the database (docs/operations.md). Run once, as a superuser: by the image of
# Postgres at its first start, or by hand with PGHOST, PGPORT and PGUSER set.
set -eu
owner_password=$(cat "${DATABASE_OWNER_PASSWORD_FILE:-/run/secrets/database_owner_password}")
app_password=$(cat "${DATABASE_APP_PASSWORD_FILE:-/run/secrets/database_app_password}")
psql --no-psqlrc --set=ON_ERROR_STOP=1 --set=owner="$owner_password" --set=app="$app_password" --dbname=postgres <<'SQL'
CREATE ROLE rsm_owner LOGIN PASSWORD :'owner';
CREATE ROLE rsm_app LOGIN PASSWORD :'app';
ALTER ROLE rsm_app SET statement_timeout = '30s';
ALTER ROLE rsm_app SET lock_timeout = '10s';
CREATE DATABASE rsm OWNER rsm_owner TEMPLATE template0 ENCODING 'UTF8';
SQL
