CREATE SCHEMA a;
CREATE SCHEMA z;
CREATE TABLE z.t (id integer);
CREATE TYPE z.e AS ENUM ('x');
CREATE FUNCTION a.of_path() RETURNS void LANGUAGE plpgsql SET search_path = z AS 'declare r t%rowtype; x e; begin end';
CREATE FUNCTION a.of_path_sql() RETURNS SETOF integer LANGUAGE sql SET search_path = z, a AS 'select id from t';
SET search_path = z, public;
CREATE FUNCTION z.of_home() RETURNS void LANGUAGE plpgsql AS 'declare r t%rowtype; x e; begin end';
CREATE FUNCTION z.of_home_sql() RETURNS SETOF integer LANGUAGE sql AS 'select id from t';
