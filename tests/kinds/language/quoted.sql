CREATE LANGUAGE "Quoted One" HANDLER plpgsql_call_handler VALIDATOR plpgsql_validator;
CREATE LANGUAGE "it's" HANDLER plpgsql_call_handler;
CREATE FUNCTION f() RETURNS integer LANGUAGE "Quoted One" AS 'begin return 1; end';
CREATE FUNCTION g() RETURNS integer LANGUAGE "it's" AS 'anything';
