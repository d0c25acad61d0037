CREATE ROLE enum_owner;
CREATE TYPE status AS ENUM ('new', 'in progress', 'it''s done');
ALTER TYPE status OWNER TO enum_owner;
COMMENT ON TYPE status IS 'Where an order is.';
CREATE TYPE "Empty Enum" AS ENUM ();
CREATE TABLE t (s status NOT NULL DEFAULT 'new', list status[]);
CREATE INDEX ON t (s) WHERE s <> 'it''s done';
