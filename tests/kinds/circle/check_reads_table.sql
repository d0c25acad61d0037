CREATE TABLE limits (id integer NOT NULL, most integer);
CREATE FUNCTION fits(n integer) RETURNS boolean LANGUAGE sql STABLE AS $$ select n < (select count(*) from limits) + 100 $$;
ALTER TABLE limits ADD CHECK (fits(most));
CREATE TABLE atomic (id integer NOT NULL, most integer);
CREATE FUNCTION fits_atomic(n integer) RETURNS boolean LANGUAGE sql STABLE BEGIN ATOMIC SELECT n < (SELECT count(*) FROM atomic) + 100; END;
ALTER TABLE atomic ADD CHECK (fits_atomic(most));
