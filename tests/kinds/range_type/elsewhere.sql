CREATE SCHEMA here;
CREATE SCHEMA there;
CREATE COLLATION here.c (locale = 'C');
CREATE TYPE here.r AS RANGE (subtype = text, collation = here.c, multirange_type_name = there."Many r");
CREATE TYPE here.plain AS RANGE (subtype = integer, multirange_type_name = public.many);
CREATE FUNCTION here.diff(float8, float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'select $1 - $2';
CREATE TYPE here.f AS RANGE (subtype = float8, subtype_diff = here.diff, multirange_type_name = here.fs);
CREATE TABLE here.t (a there."Many r", b public.many DEFAULT '{}', c here.fs[]);
