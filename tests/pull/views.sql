CREATE SCHEMA other;
CREATE TABLE t (id integer PRIMARY KEY, name varchar(20) NOT NULL, "Odd col" text, parent integer REFERENCES t, gone integer, doc jsonb, tags text[]);
ALTER TABLE t DROP COLUMN gone;
CREATE TABLE other.t (id integer PRIMARY KEY, "select" numeric(10,2), at timestamptz DEFAULT now());
CREATE VIEW nothing AS SELECT FROM t;
CREATE VIEW described AS SELECT id, name AS label FROM t;
COMMENT ON VIEW described IS 'Of the table.

  With { braces }; and ''quotes''.';
COMMENT ON COLUMN described.label IS 'What it is called.';
ALTER VIEW described ALTER COLUMN label SET DEFAULT 'none';
CREATE VIEW barrier WITH (security_barrier) AS SELECT * FROM t WHERE id > 0 WITH LOCAL CHECK OPTION;
CREATE VIEW cascaded AS SELECT id FROM barrier WHERE id < 100 WITH CHECK OPTION;
CREATE VIEW grouped AS SELECT id, name, count(*) AS n FROM t GROUP BY id;
CREATE VIEW "Odd ""view"" {1}; -- /* " AS SELECT 1 AS "A b", 'it''s; {fine}'::text AS "select", 'a
b' AS lines, E'\\x\t' AS escaped, '$$' AS dollars;
COMMENT ON COLUMN "Odd ""view"" {1}; -- /* "."select" IS 'one';
CREATE VIEW whole AS SELECT t, t.name, row_to_json(t.*) AS j, (t).id AS again FROM t;
CREATE VIEW joined AS SELECT a.id, b.name, c.at FROM t a JOIN t b USING (id) LEFT JOIN other.t c ON c.id = a.id WHERE a.name <> 'x' AND b.id BETWEEN 1 AND 5;
CREATE VIEW tree AS WITH RECURSIVE up(id, depth, way) AS (
    SELECT t.id, 0, ARRAY[t.id] FROM t WHERE parent IS NULL
    UNION ALL SELECT t.id, up.depth + 1, up.way || t.id FROM t JOIN up ON t.parent = up.id WHERE NOT t.id = ANY (up.way)
) SEARCH DEPTH FIRST BY id SET ordered SELECT id, depth, way FROM up;
CREATE VIEW "values" AS VALUES (1, 'a', NULL::date), (2, 'b', '2024-01-01');
CREATE VIEW expanded AS SELECT t.id, x.key, x.value ->> 'a' AS a, u.tag, u.n, g.n AS series FROM t, LATERAL jsonb_each(t.doc) x, unnest(t.tags) WITH ORDINALITY u(tag, n), generate_series(1, 3) g(n);
CREATE VIEW windows AS SELECT id, sum(id) OVER w AS total, rank() OVER (PARTITION BY name ORDER BY id DESC NULLS LAST) AS r, first_value(name) OVER (w ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS f FROM t WINDOW w AS (PARTITION BY parent ORDER BY id);
CREATE VIEW sets AS SELECT id FROM t UNION ALL SELECT id FROM other.t EXCEPT (SELECT 1 INTERSECT SELECT 2) ORDER BY 1 DESC LIMIT 5 OFFSET 1;
CREATE VIEW rolled AS SELECT name, parent, count(*) AS n, grouping(name, parent) AS g, string_agg(DISTINCT name, ',' ORDER BY name) FILTER (WHERE id > 1) AS names FROM t GROUP BY ROLLUP (name), CUBE (parent, (id, name)) HAVING count(*) > 0;
CREATE VIEW catalog AS SELECT c.relname, c.relkind::text, n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v') AND n.nspname <> 'pg_catalog' AND c.oid = 't'::regclass;
CREATE VIEW other.deep AS SELECT d.*, o."select" FROM public.described d, ROWS FROM (generate_series(1, 2), unnest(ARRAY['a', 'b'])) AS r(i, s), other.t o TABLESAMPLE bernoulli (50) WHERE r.i = d.id;
CREATE VIEW locked AS SELECT id FROM t FOR UPDATE OF t SKIP LOCKED;
CREATE VIEW sub AS SELECT id, (SELECT max(o.id) FROM other.t o WHERE o.id = t.id) AS m, EXISTS (SELECT FROM other.t) AS e, ARRAY(SELECT o.id FROM other.t o ORDER BY o.id) AS a, CASE name WHEN 'x' THEN 1 ELSE 2 END AS c, name IN (SELECT d.label FROM described d) AS i FROM t WHERE (id, name) NOT IN (SELECT 1, 'x');
ALTER TABLE other.t RENAME COLUMN "select" TO amount;
ALTER TABLE t RENAME COLUMN name TO title;
CREATE FUNCTION looks(integer) RETURNS text LANGUAGE sql STABLE AS 'select label from public.described where id = $1';
CREATE VIEW calls AS SELECT id, looks(id) AS label, make_interval(days => id) AS days FROM t;
CREATE MATERIALIZED VIEW counts WITH (fillfactor = 80, autovacuum_enabled = off, toast.autovacuum_enabled = false) AS SELECT title, count(*) AS n, max("Odd col") AS m FROM t GROUP BY title;
CREATE UNIQUE INDEX counts_key ON counts (title);
CREATE INDEX ON counts USING hash (n);
ALTER MATERIALIZED VIEW counts CLUSTER ON counts_key;
ALTER MATERIALIZED VIEW counts ALTER COLUMN m SET STORAGE EXTERNAL;
ALTER MATERIALIZED VIEW counts ALTER COLUMN m SET COMPRESSION pglz;
ALTER MATERIALIZED VIEW counts ALTER COLUMN n SET STATISTICS 500;
ALTER MATERIALIZED VIEW counts ALTER COLUMN n SET (n_distinct = 5);
ALTER MATERIALIZED VIEW counts REPLICA IDENTITY FULL;
COMMENT ON MATERIALIZED VIEW counts IS 'Counted.';
COMMENT ON COLUMN counts.n IS 'How many.';
CREATE STATISTICS counts_stat ON title, n FROM counts;
COMMENT ON STATISTICS counts_stat IS 'Both.';
CREATE MATERIALIZED VIEW empty AS SELECT title FROM counts WHERE n > 1 WITH NO DATA;
CREATE UNIQUE INDEX empty_key ON empty (title);
ALTER TABLE ONLY empty REPLICA IDENTITY NOTHING;
CREATE MATERIALIZED VIEW keyed AS SELECT id, title FROM t GROUP BY id;
CREATE RULE counted AS ON INSERT TO described DO INSTEAD INSERT INTO t (id, title) VALUES (new.id, new.label) RETURNING t.id, t.title;
CREATE RULE changed AS ON UPDATE TO described WHERE old.label IS DISTINCT FROM new.label DO INSTEAD (
    UPDATE t SET title = new.label WHERE t.id = old.id;
    DELETE FROM other.t WHERE t.id = new.id
);
CREATE RULE told AS ON DELETE TO described DO INSTEAD (DELETE FROM t WHERE t.id = old.id; NOTIFY changes, 'a; b');
CREATE RULE asks AS ON INSERT TO t DO ALSO (SELECT 1, 'a' AS b; WITH x AS (SELECT 1 AS n) DELETE FROM other.t WHERE id IN (SELECT n FROM x); VALUES (1), (2));
CREATE RULE asks_once AS ON DELETE TO t DO ALSO SELECT (SELECT 1) AS x;
CREATE RULE quiet AS ON UPDATE TO described DO INSTEAD NOTHING;
COMMENT ON RULE counted ON described IS 'A rule.';
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
CREATE TRIGGER instead INSTEAD OF UPDATE OR DELETE ON grouped FOR EACH ROW EXECUTE FUNCTION f('a');
