#!/bin/sh
# Writes the list of users from the secret, then becomes PgBouncer.
set -eu
umask 077
password=$(cat /run/secrets/database_app_password)
printf '"rsm_app" "%s"\n' "$password" > /tmp/userlist.txt
exec pgbouncer /etc/pgbouncer/pgbouncer.ini
