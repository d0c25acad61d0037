CREATE TABLE t (a integer NOT NULL);
CREATE FUNCTION audit() RETURNS integer LANGUAGE sql AS 'select 1';
CREATE TABLE more (a integer PRIMARY KEY, b integer);
COMMENT ON TABLE more IS 'more';
