CREATE TABLE t (a integer NOT NULL);
SET check_function_bodies = off;
CREATE FUNCTION double(x integer) RETURNS integer LANGUAGE sql STABLE AS $$ select 2 * x where x in (select a from v) $$;
CREATE VIEW v (a, doubled) AS SELECT a, double(a) FROM t;
CREATE VIEW w AS SELECT NULL::integer AS a, NULL::integer AS n;
CREATE FUNCTION from_view(r w) RETURNS integer LANGUAGE sql IMMUTABLE AS 'select 1';
CREATE OR REPLACE VIEW w (a, n) AS SELECT a, from_view(null::w) FROM t;
RESET check_function_bodies;
