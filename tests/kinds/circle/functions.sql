SET check_function_bodies = off;
CREATE FUNCTION even(n integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ select case when n = 0 then true else odd(n - 1) end $$;
CREATE FUNCTION odd(n integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ select case when n = 0 then false else even(n - 1) end $$;
RESET check_function_bodies;
CREATE FUNCTION z_later(n integer) RETURNS integer LANGUAGE sql AS 'select n';
CREATE FUNCTION a_calls_later(n integer) RETURNS integer LANGUAGE sql AS $$ select z_later(n) $$;
CREATE FUNCTION new_style(n integer) RETURNS integer LANGUAGE sql RETURN z_later(n);
CREATE FUNCTION plain_default(n integer DEFAULT z_later(3)) RETURNS integer LANGUAGE sql AS 'select n';
