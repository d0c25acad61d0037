SET check_function_bodies = off;
CREATE FUNCTION is_code(t text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ select t ~ '^[a-z]+$' and t not in (select c::text from codes) $$;
RESET check_function_bodies;
CREATE DOMAIN code AS text CHECK (is_code(VALUE));
CREATE TABLE codes (c code NOT NULL);
