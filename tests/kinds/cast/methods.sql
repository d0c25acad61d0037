CREATE TYPE color AS ENUM ('red', 'green');
CREATE TYPE pair AS (a integer, b integer);
CREATE FUNCTION color_number(color) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ select case $1 when 'red' then 1 else 2 end $$;
CREATE CAST (color AS integer) WITH FUNCTION color_number(color) AS ASSIGNMENT;
COMMENT ON CAST (color AS integer) IS 'By number.';
CREATE CAST (text AS color) WITH INOUT AS IMPLICIT;
CREATE CAST (pair AS text) WITH INOUT;
