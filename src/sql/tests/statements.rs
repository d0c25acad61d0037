//! Queries and statements.

use super::statement;

#[test]
fn select() {
    statement("SELECT", "(select)");
    statement("SELECT 1", "(select 1)");
    statement(
        r#"SELECT 1 a, 2 AS select, b "C", d value"#,
        r#"(select 1@a 2@select b@"C" d@value)"#,
    );
    statement("SELECT *, t.* FROM t", "(select * t.* (from t))");
    statement("SELECT DISTINCT a", "(select distinct a)");
    statement("SELECT DISTINCT ON (a, b) a FROM t", "(select (distinct-on a b) a (from t))");
    statement("SELECT ALL a", "(select a)");
    statement("SELECT a INTO TEMP TABLE x FROM t", "(select a (into x) (from t))");
    statement(
        "SELECT a FROM t WHERE b GROUP BY a, (), ROLLUP (a, b), CUBE (c), GROUPING SETS ((a), (), ROLLUP (b)) HAVING count(*) > 1",
        "(select a (from t) (where b) (group a () (rollup a b) (cube c) (sets a () (rollup b))) (having (> (count *) 1)))",
    );
    statement("SELECT a FROM t GROUP BY DISTINCT a", "(select a (from t) (group a))");
    statement(
        "SELECT a FROM t WINDOW w AS (ORDER BY a), v AS (w)",
        "(select a (from t) (windows w=(window (order a)) v=(window w)))",
    );
    statement(
        "SELECT a ORDER BY a ASC NULLS FIRST, b DESC, c USING <",
        "(query (select a) (order a+asc+First b+desc c+<))",
    );
    statement("SELECT 1 LIMIT 1 OFFSET 2 ROWS", "(query (select 1) (limit 1 (offset 2)))");
    statement(
        "SELECT 1 OFFSET 1 FETCH FIRST 2 ROWS WITH TIES",
        "(query (select 1) (limit 2 (offset 1) ties))",
    );
    statement("SELECT 1 FETCH NEXT ROW ONLY", "(query (select 1) (limit 1))");
    statement("SELECT 1 LIMIT ALL", "(query (select 1) (limit))");
    statement(
        "SELECT 1 FROM t FOR UPDATE OF t, u NOWAIT FOR NO KEY UPDATE SKIP LOCKED",
        "(query (select 1 (from t)) (lock update:t,u:NoWait no key update::SkipLocked))",
    );
    statement("SELECT 1;", "(select 1)");
}

#[test]
fn combined_queries() {
    statement("VALUES (1, 2), (3, DEFAULT)", "(values (row 1 2) (row 3 default))");
    statement("TABLE s.t", "(table s.t)");
    statement("TABLE ONLY t", "(table only:t)");
    statement(
        "SELECT 1 UNION SELECT 2 INTERSECT SELECT 3",
        "(union (select 1) (intersect (select 2) (select 3)))",
    );
    statement(
        "SELECT 1 UNION ALL SELECT 2 EXCEPT SELECT 3 ORDER BY 1",
        "(query (except (union-all (select 1) (select 2)) (select 3)) (order 1))",
    );
    statement(
        "(SELECT 1 LIMIT 1) UNION (SELECT 2) LIMIT 2",
        "(query (union (nested (query (select 1) (limit 1))) (nested (select 2))) (limit 2))",
    );
    statement("(SELECT 1)", "(nested (select 1))");
    statement(
        "((SELECT 1) UNION SELECT 2) ORDER BY 1",
        "(query (nested (union (nested (select 1)) (select 2))) (order 1))",
    );
    statement(
        "SELECT 1 UNION (SELECT 2 UNION SELECT 3)",
        "(union (select 1) (nested (union (select 2) (select 3))))",
    );
}

#[test]
fn with() {
    statement(
        "WITH a AS (SELECT 1), b (x, y) AS MATERIALIZED (SELECT 1, 2), c AS NOT MATERIALIZED (SELECT 1) SELECT 2",
        "(query (select 2) (with (a (select 1)) (b[x,y]! (select 1 2)) (c? (select 1))))",
    );
    statement(
        "WITH RECURSIVE t (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t) SEARCH DEPTH FIRST BY n SET o CYCLE n SET c TO true DEFAULT false USING p SELECT n FROM t",
        "(query (select n (from t)) (with-recursive (t[n] (union-all (values (row 1)) (select (+ n 1) (from t))) (DepthFirst n o) (cycle n c true false p))))",
    );
    statement(
        "WITH a AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM a",
        "(insert (with (a (delete t (returning *)))) u (select * (from a)))",
    );
    statement(
        "SELECT * FROM (WITH a AS (SELECT 1) TABLE a) b",
        "(select * (from (query (table a) (with (a (select 1))))@b))",
    );
}

#[test]
fn from() {
    statement(
        "SELECT FROM a, ONLY b, c * AS d (x, y), s.t u",
        "(select (from a only:b c@d[x,y] s.t@u))",
    );
    statement(
        "SELECT FROM t TABLESAMPLE bernoulli(1) REPEATABLE (2)",
        "(select (from t(sample-bernoulli 1 (repeatable 2))))",
    );
    statement(
        "SELECT FROM (SELECT 1) a, LATERAL (SELECT 2) AS b (c)",
        "(select (from (select 1)@a lateral:(select 2)@b[c]))",
    );
    statement("SELECT FROM (VALUES (1)) v", "(select (from (values (row 1))@v))");
    statement(
        "SELECT FROM f(1), LATERAL s.g(2) WITH ORDINALITY AS t (a, b)",
        "(select (from (f 1) lateral:(s.g 2)#@t[a,b]))",
    );
    statement(
        r#"SELECT FROM f() AS (a int, b text COLLATE "C"), g() h (c int)"#,
        r#"(select (from (f)@[a:int4,b:text+"C"] (g)@h[c:int4]))"#,
    );
    statement(
        "SELECT FROM ROWS FROM (f(1), g(2) AS (x int)) WITH ORDINALITY AS r",
        "(select (from (rows (f 1) (g 2)(as x:int4))#@r))",
    );
    statement(
        "SELECT FROM current_date d, CAST(1 AS int) c",
        "(select (from CurrentDate@d (:: 1 int4)@c))",
    );
    statement(
        "SELECT FROM a JOIN b ON a.x = b.x LEFT OUTER JOIN c USING (y, z) AS j RIGHT JOIN d ON true FULL JOIN e ON false CROSS JOIN f NATURAL LEFT JOIN g",
        "(select (from (left (cross (full (right (left (inner a b (on (= a.x b.x))) c (using y z @j)) d (on true)) e (on false)) f) g natural)))",
    );
    statement(
        "SELECT FROM a JOIN b JOIN c ON 1 ON 2",
        "(select (from (inner a (inner b c (on 1)) (on 2))))",
    );
    statement(
        "SELECT FROM (a x JOIN b y ON true) AS z, ((a CROSS JOIN b)), ((SELECT 1) q JOIN r ON true), ((SELECT 1) UNION (SELECT 2)) u",
        "(select (from (inner a@x b@y (on true))@z (cross a b) (inner (select 1)@q r (on true)) (union (nested (select 1)) (nested (select 2)))@u))",
    );
    statement(
        "SELECT FROM left_table, natural_table cross JOIN x",
        "(select (from left_table (cross natural_table x)))",
    );
    statement("SELECT FROM rows, json_table", "(select (from rows json_table))");
    statement(
        "SELECT FROM xmltable(xmlnamespaces('x' AS y, DEFAULT 'z'), '/a' PASSING b COLUMNS c int PATH 'x' DEFAULT 1 NOT NULL, d FOR ORDINALITY, e text) AS t",
        "(select (from (xml-table 'x' 'z' '/a' b (columns c:int4='x',1 d# e:text))@t))",
    );
    statement(
        "SELECT FROM JSON_TABLE(a, '$' AS p PASSING 1 AS v COLUMNS (id FOR ORDINALITY, x int PATH '$.x' DEFAULT 1 ON EMPTY, y boolean EXISTS PATH '$.y', NESTED PATH '$.z' COLUMNS (w text))) AS t",
        "(select (from (json-table a '$' 1 (columns id# x:int4='$.x',1 y:bool='$.y' (nested w:text)))@t))",
    );
}

#[test]
fn insert() {
    statement("INSERT INTO t DEFAULT VALUES", "(insert t default-values)");
    statement(
        "INSERT INTO s.t AS x (a, b.c, d[1]) OVERRIDING SYSTEM VALUE VALUES (1, DEFAULT, 3)",
        "(insert s.t@x (columns a b.c d[1]) System (values (row 1 default 3)))",
    );
    statement("INSERT INTO t (SELECT 1)", "(insert t (nested (select 1)))");
    statement(
        "INSERT INTO t (a) SELECT 1 ON CONFLICT DO NOTHING",
        "(insert t (columns a) (select 1) (conflict nothing))",
    );
    statement(
        r#"INSERT INTO t VALUES (1) ON CONFLICT (a, lower(b) COLLATE "C" text_ops) WHERE a > 1 DO UPDATE SET a = excluded.a, (b, c) = (1, 2) WHERE t.a = 1 RETURNING *, a AS b"#,
        r#"(insert t (values (row 1)) (conflict (index a (collate (lower b) "C")+text_ops (where (> a 1))) (set (= a excluded.a) (= (columns b c) (row 1 2)) (where (= t.a 1)))) (returning * a@b))"#,
    );
    statement(
        "INSERT INTO t VALUES (1) ON CONFLICT ON CONSTRAINT c DO NOTHING",
        "(insert t (values (row 1)) (conflict (constraint c) nothing))",
    );
    statement(
        "INSERT INTO t VALUES (1) RETURNING WITH (OLD AS o, NEW AS n) o.a, n.a",
        "(insert t (values (row 1)) (returning old=o new=n o.a n.a))",
    );
}

#[test]
fn update_and_delete() {
    statement(
        "UPDATE t SET a = 1, b.c = 2, d[1] = DEFAULT",
        "(update t (set (= a 1) (= b.c 2) (= d[1] default)))",
    );
    statement(
        "UPDATE ONLY t AS x SET (a, b) = (SELECT 1, 2) FROM u WHERE x.a = u.a RETURNING x.*",
        "(update only:t@x (set (= (columns a b) (subquery (select 1 2)))) (from u) (where (= x.a u.a)) (returning x.*))",
    );
    statement("UPDATE t SET a = 1 WHERE CURRENT OF c", "(update t (set (= a 1)) (current c))");
    statement("DELETE FROM t", "(delete t)");
    statement(
        "DELETE FROM ONLY t x USING a, b WHERE x.a = a.a RETURNING 1",
        "(delete only:t@x (using a b) (where (= x.a a.a)) (returning 1))",
    );
}

#[test]
fn merge() {
    statement(
        "MERGE INTO t AS x USING s ON x.a = s.a WHEN MATCHED AND x.b THEN UPDATE SET b = 1 WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (a) OVERRIDING USER VALUE VALUES (s.a)",
        "(merge t@x (using s) (on (= x.a s.a)) (Matched (and x.b) (set (= b 1))) (Matched delete) (NotMatchedByTarget (insert (columns a) User (row s.a))))",
    );
    statement(
        "MERGE INTO t USING (SELECT 1) s ON true WHEN NOT MATCHED BY SOURCE THEN DO NOTHING WHEN NOT MATCHED BY TARGET THEN INSERT DEFAULT VALUES RETURNING merge_action(), t.*",
        "(merge t (using (select 1)@s) (on true) (NotMatchedBySource nothing) (NotMatchedByTarget (insert default-values)) (returning (MergeAction) t.*))",
    );
}

#[test]
fn others() {
    statement("RETURN a + 1", "(return (+ a 1))");
    statement("NOTIFY x", "other");
    statement("CREATE TEMP TABLE x (a int DEFAULT (1))", "other");
    statement("CREATE TABLE x AS EXECUTE y", "other");
    statement("CREATE VIEW x AS SELECT 1", "other");
    statement(
        "CREATE TABLE x (a) AS SELECT b FROM t WITH NO DATA",
        "(create-as (select b (from t)))",
    );
    statement("CREATE MATERIALIZED VIEW x AS (TABLE t)", "(create-as (nested (table t)))");
    statement(
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
        "other",
    );
}
