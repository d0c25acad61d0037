CREATE SCHEMA other;
CREATE OPERATOR FAMILY two USING btree;
CREATE OPERATOR CLASS two FOR TYPE integer USING btree FAMILY two AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint4cmp(integer, integer);
CREATE OPERATOR CLASS first_one FOR TYPE bigint USING btree FAMILY two AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint8cmp(bigint, bigint);
CREATE OPERATOR CLASS other.a FOR TYPE smallint USING btree FAMILY two AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint2cmp(smallint, smallint);
CREATE OPERATOR CLASS two FOR TYPE integer USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(integer);
CREATE OPERATOR CLASS "x using btree" FOR TYPE integer USING btree AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint4cmp(integer, integer);
COMMENT ON OPERATOR CLASS "x using btree" USING btree IS 'Odd.';
CREATE OPERATOR FAMILY loose USING btree;
ALTER OPERATOR FAMILY loose USING btree ADD OPERATOR 1 < (integer, bigint), OPERATOR 3 = (integer, bigint), FUNCTION 1 (integer, bigint) btint48cmp(integer, bigint);
CREATE OPERATOR FAMILY empty USING gist;
CREATE OPERATOR CLASS near FOR TYPE point USING gist AS OPERATOR 15 <-> (point, point) FOR ORDER BY pg_catalog.float_ops,
    FUNCTION 1 gist_point_consistent(internal, point, smallint, oid, internal), FUNCTION 2 gist_box_union(internal, internal),
    FUNCTION 5 gist_box_penalty(internal, internal, internal), FUNCTION 6 gist_box_picksplit(internal, internal),
    FUNCTION 7 gist_box_same(box, box, internal), FUNCTION 8 (point, point) gist_point_distance(internal, point, smallint, oid, internal), STORAGE box;
CREATE OPERATOR CLASS nothing FOR TYPE text USING gist AS STORAGE text;
