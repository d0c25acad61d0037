CREATE ROLE schema_owner;
CREATE ROLE schema_reader;
CREATE SCHEMA billing AUTHORIZATION schema_owner;
CREATE SCHEMA audit;
COMMENT ON SCHEMA billing IS 'Everything about billing.';
CREATE SCHEMA "Odd schema; with -- signs";
GRANT USAGE ON SCHEMA billing TO schema_reader;
GRANT ALL ON SCHEMA billing TO schema_owner WITH GRANT OPTION;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
