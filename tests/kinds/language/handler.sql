CREATE ROLE language_owner;
CREATE TRUSTED LANGUAGE other HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
ALTER LANGUAGE other OWNER TO language_owner;
COMMENT ON LANGUAGE other IS 'PL/pgSQL under another name.';
CREATE LANGUAGE untrusted HANDLER plpgsql_call_handler;
GRANT USAGE ON LANGUAGE other TO language_owner;
CREATE FUNCTION f() RETURNS integer LANGUAGE other AS $$ begin return 1; end $$;
