CREATE TABLE t (a integer NOT NULL);
CREATE VIEW v WITH (security_invoker = true, security_barrier) AS SELECT a FROM t;
