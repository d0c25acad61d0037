CREATE ROLE routine_owner;
CREATE ROLE routine_user;
CREATE FUNCTION double(x integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5 LEAKPROOF AS $$ select x * 2 $$;
ALTER FUNCTION double(integer) OWNER TO routine_owner;
COMMENT ON FUNCTION double(integer) IS 'Doubles.';
CREATE FUNCTION many(count integer DEFAULT 3, VARIADIC rest text[] = '{}') RETURNS SETOF text LANGUAGE plpgsql STABLE ROWS 50 SECURITY DEFINER
  SET search_path = pg_catalog, public SET work_mem = '64MB' SET timezone = 'UTC' AS $body$
begin
  return query select unnest(rest);
end
$body$;
CREATE FUNCTION outs(IN a integer, OUT b integer, INOUT c text) LANGUAGE sql AS 'select a, c';
CREATE FUNCTION tabled(a integer) RETURNS TABLE (x integer, "Y z" text) LANGUAGE sql AS 'select 1, $$x$$::text';
CREATE FUNCTION quoted("Arg" text, "select" integer) RETURNS text LANGUAGE sql AS $$ select "Arg" || "select" $$;
CREATE FUNCTION unnamed(integer, double precision, timestamp with time zone) RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION new_style(a integer, b integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN a + b;
CREATE FUNCTION atomic(n integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT n; SELECT n + 1; END;
CREATE FUNCTION trig() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
CREATE FUNCTION c_one(internal) RETURNS internal LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION same(text) RETURNS text LANGUAGE internal AS 'upper';
CREATE FUNCTION w() RETURNS bigint LANGUAGE internal WINDOW IMMUTABLE STRICT AS 'window_row_number';
GRANT EXECUTE ON FUNCTION double(integer) TO routine_user;
REVOKE EXECUTE ON FUNCTION many(integer, text[]) FROM PUBLIC;
CREATE PROCEDURE do_it(a integer, INOUT b integer DEFAULT 2) LANGUAGE plpgsql SECURITY INVOKER AS $$ begin b := a; end $$;
COMMENT ON PROCEDURE do_it(integer, integer) IS 'Does it.';
CREATE TABLE log (a integer NOT NULL);
CREATE PROCEDURE atomic_proc(a integer) LANGUAGE sql BEGIN ATOMIC INSERT INTO log VALUES (a); END;
REVOKE ALL ON PROCEDURE do_it(integer, integer) FROM PUBLIC;
CREATE FUNCTION takes_table(t log, list log[]) RETURNS SETOF log LANGUAGE sql AS 'select * from log';
CREATE FUNCTION poly(anyelement, anyarray) RETURNS anyelement LANGUAGE sql AS 'select $1';
CREATE FUNCTION estimated(x integer) RETURNS SETOF integer LANGUAGE sql SUPPORT generate_series_int4_support AS 'select x';
CREATE PROCEDURE p_out(OUT a integer, b integer, VARIADIC c integer[]) LANGUAGE plpgsql AS $$ begin a := b; end $$;
COMMENT ON PROCEDURE p_out(OUT integer, IN integer, VARIADIC integer[]) IS 'Of the two, the one with OUT.';
GRANT EXECUTE ON PROCEDURE p_out(OUT integer, IN integer, VARIADIC integer[]) TO routine_user;
CREATE PROCEDURE p_out(a integer, b integer, c integer[]) LANGUAGE plpgsql AS $$ begin end $$;
CREATE FUNCTION supports_all(internal) RETURNS internal LANGUAGE internal AS 'textlike_support';
CREATE FUNCTION all_supported(text, text) RETURNS boolean LANGUAGE internal SUPPORT supports_all AS 'textlike';
