CREATE SCHEMA tools;
CREATE EXTENSION citext SCHEMA tools;
COMMENT ON EXTENSION citext IS 'Case-insensitive text.';
CREATE EXTENSION hstore;
CREATE EXTENSION pg_trgm VERSION '1.5';
CREATE EXTENSION earthdistance CASCADE;
CREATE TABLE t (a tools.citext NOT NULL, b hstore);
CREATE INDEX ON t USING gin (b);
