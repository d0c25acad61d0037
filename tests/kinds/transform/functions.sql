CREATE LANGUAGE mine HANDLER plpgsql_call_handler;
CREATE FUNCTION from_sql(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'int4in';
CREATE FUNCTION to_sql(internal) RETURNS integer LANGUAGE internal IMMUTABLE AS 'int4in';
CREATE TRANSFORM FOR integer LANGUAGE mine (FROM SQL WITH FUNCTION from_sql(internal), TO SQL WITH FUNCTION to_sql(internal));
COMMENT ON TRANSFORM FOR integer LANGUAGE mine IS 'Over internal.';
CREATE FUNCTION uses_it(integer) RETURNS integer TRANSFORM FOR TYPE integer LANGUAGE mine AS 'x';
