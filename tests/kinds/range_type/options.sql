CREATE ROLE range_owner;
CREATE FUNCTION time_diff(x time, y time) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'select extract(epoch from (x - y))::float8';
CREATE TYPE timerange AS RANGE (subtype = time, subtype_diff = time_diff);
ALTER TYPE timerange OWNER TO range_owner;
COMMENT ON TYPE timerange IS 'Times of day.';
CREATE TYPE textrange AS RANGE (subtype = text, collation = "C", subtype_opclass = text_pattern_ops, multirange_type_name = text_many);
CREATE TYPE floats AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TABLE t (a timerange, b text_many, c floats[], d floats_multirange, e timemultirange);
