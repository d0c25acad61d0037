CREATE TYPE days;
CREATE FUNCTION days_canonical(days) RETURNS days LANGUAGE internal IMMUTABLE STRICT AS 'daterange_canonical';
CREATE FUNCTION days_diff(date, date) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ select ($1 - $2)::float8 $$;
CREATE TYPE days AS RANGE (subtype = date, canonical = days_canonical, subtype_diff = days_diff);
CREATE TABLE t (d days NOT NULL, m days_multirange, EXCLUDE USING gist (d WITH &&));
CREATE FUNCTION first_day(m days_multirange) RETURNS days LANGUAGE sql IMMUTABLE RETURN range_merge(m);
CREATE DOMAIN some_days AS days_multirange CHECK (NOT isempty(VALUE));
