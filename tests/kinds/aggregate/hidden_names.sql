CREATE SCHEMA s;
CREATE DOMAIN s."integer" AS text;
CREATE TYPE s.pair AS (a integer, b integer);
CREATE FUNCTION s.step(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'select $1';
CREATE FUNCTION s.pairs(s.pair[], s.pair) RETURNS s.pair[] LANGUAGE sql IMMUTABLE AS 'select $1';
CREATE FUNCTION s.texts(s."integer", s."integer") RETURNS s."integer" LANGUAGE sql IMMUTABLE AS 'select $1';
CREATE AGGREGATE s.numbers(integer) (sfunc = s.step, stype = int4);
CREATE AGGREGATE s.all_pairs(s.pair) (sfunc = s.pairs, stype = s.pair[], initcond = '{}');
CREATE AGGREGATE s."odd ( name"(s."integer") (sfunc = s.texts, stype = s."integer", initcond = E'back\\slash''q');
