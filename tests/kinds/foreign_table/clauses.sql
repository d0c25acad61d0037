CREATE ROLE foreign_table_owner SUPERUSER;
CREATE ROLE foreign_table_reader;
CREATE EXTENSION file_fdw;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ begin return new; end $$;
CREATE FOREIGN TABLE lines (
  id integer OPTIONS (force_not_null 'true') NOT NULL,
  line text COLLATE "C" DEFAULT 'none',
  "Odd Name" numeric(8, 2) CHECK ("Odd Name" > 0),
  twice integer NOT NULL GENERATED ALWAYS AS (id * 2) STORED,
  CONSTRAINT has_line CHECK (line <> '') NO INHERIT
) SERVER files OPTIONS (filename '/dev/null', format 'csv');
ALTER FOREIGN TABLE lines OWNER TO foreign_table_owner;
COMMENT ON FOREIGN TABLE lines IS 'Lines of a file.';
COMMENT ON COLUMN lines.id IS 'Its number.';
CREATE TRIGGER t BEFORE INSERT ON lines FOR EACH ROW EXECUTE FUNCTION f();
GRANT SELECT, INSERT (id) ON lines TO foreign_table_reader;
