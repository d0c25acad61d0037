CREATE TABLE "a
table b" ("
function c" integer, d text DEFAULT E'e\ntable f {' CHECK (d <> E'g\nview h' AND d <> E'i\n/// j'));
CREATE VIEW v AS SELECT 'a
table b;
}'::text AS x;
CREATE DOMAIN k AS text DEFAULT E'\nindex l' CHECK (value <> E'\ntrigger m');
CREATE TYPE n AS ENUM (E'o\ntype p', E'q\n///r');
COMMENT ON TYPE n IS E'trailing \n/// s\ntable t \n#[u] ';
