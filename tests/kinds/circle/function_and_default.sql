CREATE TABLE orders (id integer NOT NULL, note text);
CREATE FUNCTION next_order() RETURNS integer LANGUAGE sql AS $$ select coalesce(max(id), 0) + 1 from orders $$;
ALTER TABLE orders ALTER id SET DEFAULT next_order();
CREATE TABLE rows_of (id integer NOT NULL);
CREATE FUNCTION count_rows(r rows_of) RETURNS integer LANGUAGE sql IMMUTABLE AS 'select 1';
ALTER TABLE rows_of ALTER id SET DEFAULT count_rows(null::rows_of);
