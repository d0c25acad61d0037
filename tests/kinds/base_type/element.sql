CREATE SCHEMA s;
CREATE TYPE s.shell;
CREATE TYPE s.point2;
CREATE FUNCTION s.point2_in(cstring) RETURNS s.point2 LANGUAGE internal IMMUTABLE STRICT AS 'int8in';
CREATE FUNCTION s.point2_out(s.point2) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int8out';
CREATE TYPE s.point2 (input = s.point2_in, output = s.point2_out, internallength = 8, passedbyvalue, alignment = double, storage = plain,
    subscript = raw_array_subscript_handler, element = float4, category = 'N', preferred = true, delimiter = ';', default = '4''2');
CREATE TABLE s.t (a s.point2 DEFAULT '1', b s.point2[]);
