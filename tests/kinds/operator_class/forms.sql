CREATE ROLE class_owner;
CREATE TYPE label;
CREATE FUNCTION label_in(cstring) RETURNS label LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION label_out(label) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE label (input = label_in, output = label_out, like = text);
CREATE FUNCTION label_lt(label, label) RETURNS boolean LANGUAGE internal IMMUTABLE AS 'text_lt';
CREATE FUNCTION label_le(label, label) RETURNS boolean LANGUAGE internal IMMUTABLE AS 'text_le';
CREATE FUNCTION label_eq(label, label) RETURNS boolean LANGUAGE internal IMMUTABLE AS 'texteq';
CREATE FUNCTION label_ge(label, label) RETURNS boolean LANGUAGE internal IMMUTABLE AS 'text_ge';
CREATE FUNCTION label_gt(label, label) RETURNS boolean LANGUAGE internal IMMUTABLE AS 'text_gt';
CREATE FUNCTION label_cmp(label, label) RETURNS integer LANGUAGE internal IMMUTABLE AS 'bttextcmp';
CREATE OPERATOR < (leftarg = label, rightarg = label, function = label_lt, commutator = >);
CREATE OPERATOR <= (leftarg = label, rightarg = label, function = label_le, commutator = >=);
CREATE OPERATOR = (leftarg = label, rightarg = label, function = label_eq, commutator = =);
CREATE OPERATOR >= (leftarg = label, rightarg = label, function = label_ge, commutator = <=);
CREATE OPERATOR > (leftarg = label, rightarg = label, function = label_gt, commutator = <);
CREATE OPERATOR CLASS label_ops DEFAULT FOR TYPE label USING btree AS
  OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 label_cmp(label, label);
ALTER OPERATOR CLASS label_ops USING btree OWNER TO class_owner;
COMMENT ON OPERATOR CLASS label_ops USING btree IS 'How labels sort.';
CREATE OPERATOR CLASS label_gin FOR TYPE label[] USING gin AS OPERATOR 1 && (anyarray, anyarray), FUNCTION 1 label_cmp(label, label),
  FUNCTION 2 ginarrayextract(anyarray, internal, internal), FUNCTION 3 ginqueryarrayextract(anyarray, internal, smallint, internal, internal, internal, internal),
  FUNCTION 4 ginarrayconsistent(internal, smallint, anyarray, integer, internal, internal, internal, internal), STORAGE label;
CREATE TABLE t (a label PRIMARY KEY, b label);
CREATE INDEX ON t (b);
CREATE OPERATOR FAMILY numbers USING btree;
CREATE OPERATOR CLASS in_family FOR TYPE integer USING btree FAMILY numbers AS
  OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer);
ALTER OPERATOR FAMILY numbers USING btree ADD
  OPERATOR 1 < (integer, bigint), OPERATOR 3 = (integer, bigint), FUNCTION 1 (integer, bigint) btint48cmp(integer, bigint);
CREATE OPERATOR FAMILY empty USING hash;
ALTER OPERATOR FAMILY empty USING hash OWNER TO class_owner;
COMMENT ON OPERATOR FAMILY empty USING hash IS 'Of hashes.';
CREATE OPERATOR CLASS by_distance FOR TYPE point USING gist AS
  OPERATOR 15 <-> (point, point) FOR ORDER BY float_ops, FUNCTION 1 gist_point_consistent(internal, point, smallint, oid, internal),
  FUNCTION 2 gist_box_union(internal, internal), FUNCTION 3 gist_point_compress(internal), FUNCTION 5 gist_box_penalty(internal, internal, internal),
  FUNCTION 6 gist_box_picksplit(internal, internal), FUNCTION 7 gist_box_same(box, box, internal), FUNCTION 8 gist_point_distance(internal, point, smallint, oid, internal), STORAGE box;
