CREATE DOMAIN size AS varchar(10) CHECK (VALUE IN ('small', 'large')) DEFAULT 'small';
CREATE TABLE t (
    id integer PRIMARY KEY,
    a varchar(20) NOT NULL CHECK (a IN ('x', 'y')),
    b integer CHECK (b BETWEEN 1 AND 10 AND b <> 5),
    c numeric CONSTRAINT few CHECK (c = ANY (ARRAY[1, 2, 3])),
    d varchar[] DEFAULT ARRAY['x', 'y'],
    e text[] DEFAULT (ARRAY['x', 'y']::varchar[])::text[],
    f boolean NOT NULL DEFAULT (1 BETWEEN 0 AND 2 AND true),
    g varchar(5),
    h boolean GENERATED ALWAYS AS (b BETWEEN 1 AND 2 AND g IN ('x', 'y')) STORED,
    CONSTRAINT pairs CHECK ((id, b) IN ((1, 2), (3, 4), (5, 6))),
    CONSTRAINT columns_in CHECK (id IN (b, b + 1, b + 2)),
    CONSTRAINT old CHECK ((b > 1 AND id > 1)::boolean AND f)
);
CREATE INDEX t_some ON t (b, (a IN ('x', 'y'))) WHERE a IN ('x', 'y') AND b BETWEEN 1 AND 2 AND f;
CREATE STATISTICS t_stat ON (a IN ('x', 'y')), b FROM t;
CREATE VIEW v AS SELECT id, a IN ('x', 'y') AS is_xy FROM t WHERE id BETWEEN 1 AND 2 AND b > 1;
CREATE MATERIALIZED VIEW m AS SELECT count(*) FILTER (WHERE a NOT IN ('x', 'y')) AS n FROM t WHERE b NOT BETWEEN 1 AND 2 OR f;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (a IN ('x', 'y') AND EXISTS (SELECT FROM v WHERE v.id BETWEEN 1 AND t.b AND v.is_xy));
CREATE FUNCTION trigger_function() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
CREATE TRIGGER changed BEFORE UPDATE ON t FOR EACH ROW
    WHEN (ROW(old.a, old.b, old.c) IS DISTINCT FROM ROW(new.a, new.b, new.c)) EXECUTE FUNCTION trigger_function();
CREATE TABLE ruled (id integer, a varchar, b integer);
CREATE RULE r AS ON DELETE TO ruled WHERE old.a IN ('x', 'y') DO ALSO (
    DELETE FROM t WHERE t.id = old.id AND t.a IN ('x', 'z');
    UPDATE t SET b = 1 WHERE t.b BETWEEN 2 AND 3 AND t.id = old.id
);
CREATE FUNCTION is_xy(a varchar, b boolean DEFAULT (1 BETWEEN 0 AND 2 AND true)) RETURNS boolean LANGUAGE sql
    RETURN a IN ('x', 'y') AND b;
CREATE FUNCTION many(x varchar) RETURNS SETOF integer LANGUAGE sql
    BEGIN ATOMIC
        DELETE FROM t WHERE a IN ('x', 'y') AND b BETWEEN 1 AND 2 AND f;
        SELECT id FROM t WHERE a = x AND id BETWEEN 1 AND 2 AND f;
    END;
