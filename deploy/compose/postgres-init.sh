#!/bin/sh
# Runs once, when Postgres makes its data: a database for the journal, and a user who owns it and is nothing else.
set -eu

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres <<'SQL'
\set password `cat /run/backstay/password`
CREATE ROLE backstay LOGIN PASSWORD :'password';
CREATE DATABASE backstay OWNER backstay;
REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;
SQL
