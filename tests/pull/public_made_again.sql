DROP SCHEMA public;
CREATE SCHEMA public;
GRANT CREATE ON SCHEMA public TO pg_monitor;
CREATE TABLE public.t (a integer);
