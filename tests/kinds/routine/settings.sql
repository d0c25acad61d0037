CREATE SCHEMA "Odd one";
CREATE FUNCTION lists() RETURNS integer LANGUAGE sql SET search_path = 'pg_catalog', "Odd one", 'a,b' SET temp_tablespaces = '' AS 'select 1';
CREATE FUNCTION quoted() RETURNS integer LANGUAGE sql SET search_path = '"quoted"', '   ', '''' AS 'select 1';
CREATE FUNCTION nowhere() RETURNS integer LANGUAGE sql SET search_path = '' AS 'select 1';
CREATE FUNCTION custom() RETURNS integer LANGUAGE sql SET custom.thing = 'a b, "c"' SET "custom.Other" = E'x''y\\z' SET custom.lines = E'a\nview b' AS 'select 1';
CREATE FUNCTION known() RETURNS integer LANGUAGE sql SET DateStyle = iso, mdy SET TIME ZONE 'Europe/Berlin' SET "IntervalStyle" = 'iso_8601' SET work_mem = '64MB' AS 'select 1';
CREATE FUNCTION much() RETURNS SETOF integer LANGUAGE sql COST 1e10 ROWS 1e-7 AS 'select 1';
