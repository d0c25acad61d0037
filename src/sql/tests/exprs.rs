//! Expressions and types.

use super::{expr, expr_error, type_ref};

#[test]
fn literals() {
    expr("1", "1");
    expr("1.5e-3", "1.5e-3");
    expr(".5", ".5");
    expr("0x1F", "0x1F");
    expr("1_000", "1_000");
    expr("'it''s'", "'it's'");
    expr("'a'\n  'b'", "'ab'");
    expr(r#"E'a\n\'b\x41\u00e9\101'"#, "'a\n'bAéA'");
    expr(r#"U&'d\0061t!'"#, "'dat!'");
    expr("U&'d!0061t' UESCAPE '!'", "'dat'");
    expr("$$it's$$", "'it's'");
    expr("$q$ $$ $q$", "' $$ '");
    expr("N'x'", "'x'");
    expr("B'01'", "b01");
    expr("X'1F'", "x1F");
    expr("TRUE", "true");
    expr("Null", "null");
    expr("default", "default");
}

#[test]
fn names() {
    expr("a", "a");
    expr("A.b", "a.b");
    expr(r#""A b".c"#, r#""A b".c"#);
    expr(r#"U&"d\0061ta""#, r#""data""#);
    expr(r#"U&"d!0061" UESCAPE '!'"#, r#""da""#);
    expr("straße", "straße");
    expr("a$1", "a$1");
    expr("index", "index");
    expr("type", "type");
    expr("value", "value");
    expr("date", "date");
    expr("interval", "interval");
    expr("time", "time");
    expr("values", "values");
    expr("row", "row");
    expr("s.t.select", "s.t.select");
    expr("t.*", "t.*");
    expr("s.t.*", "s.t.*");
    expr("new.a", "new.a");
    expr("$1", "$1");
    expr(":name", ":name");
    expr("$1.a", "(field $1 a)");
    expr("(:row).a", "(field :row a)");
}

#[test]
fn typed_literals() {
    expr("date '2020-01-01'", "(typed date '2020-01-01')");
    expr("pg_catalog.int8 '5'", "(typed pg_catalog.int8 '5')");
    expr("int4 '5'", "(typed int4 '5')");
    expr("numeric(3, 2) '1.2'", "(typed numeric[3,2] '1.2')");
    expr("geometry(Point, 4326) 'x'", "(typed geometry[point,4326] 'x')");
    expr("interval '1' hour", "(typed interval<hour> '1')");
    expr("interval '1 day' day to second(3)", "(typed interval[3]<day to second> '1 day')");
    expr("interval(3) '1 s'", "(typed interval[3] '1 s')");
    expr("timestamp(3) with time zone 'now'", "(typed timestamptz[3] 'now')");
    expr("time without time zone '12:00'", "(typed time '12:00')");
    expr("double precision '1'", "(typed float8 '1')");
    expr("char 'x'", "(typed bpchar 'x')");
    expr("character varying(3) 'abc'", "(typed varchar[3] 'abc')");
    expr("national character 'x'", "(typed bpchar 'x')");
    expr("bit '01'", "(typed bit '01')");
    expr("json '{}'", "(typed json '{}')");
}

#[test]
fn casts() {
    expr("a::int", "(:: a int4)");
    expr("'x'::text::varchar(3)", "(:: (:: 'x' text) varchar[3])");
    expr("-1::int", "(- (:: 1 int4))");
    expr("CAST(a + 1 AS numeric(10, 2))", "(:: (+ a 1) numeric[10,2])");
    expr("a::int[]", "(:: a int4[])");
    expr("a::s.t", "(:: a s.t)");
    expr(
        "a::timestamp with time zone AT TIME ZONE 'UTC'",
        "(sql:timezone 'UTC' (:: a timestamptz))",
    );
    expr(":a::int", "(:: :a int4)");
    expr("TREAT(a AS int)", "(Treat a (type int4))");
}

#[test]
fn precedence() {
    expr("a + b * c", "(+ a (* b c))");
    expr("a * b + c", "(+ (* a b) c)");
    expr("a - b - c", "(- (- a b) c)");
    expr("a ^ b ^ c", "(^ (^ a b) c)");
    expr("-a ^ b", "(^ (- a) b)");
    expr("- - a", "(- (- a))");
    expr("a || b + c", "(|| a (+ b c))");
    expr("a + b || c", "(|| (+ a b) c)");
    expr("a OR b AND NOT c = d", "(or a (and b (not (= c d))))");
    expr("NOT a IS NULL", "(not (is-Null a))");
    expr("NOT NOT a", "(not (not a))");
    expr("a = b AND c < d OR e", "(or (and (= a b) (< c d)) e)");
    expr("(a AND b) AND c", "(and (and a b) c)");
    expr("a AND b AND c AND d", "(and a b c d)");
    expr("a OR (b OR c) OR d", "(or a (or b c) d)");
    expr("a < b IS NULL", "(is-Null (< a b))");
    expr("a IS NULL = b", "(= (is-Null a) b)");
    expr("a = b IS NOT TRUE", "(is-not-True (= a b))");
    expr("a IN (1) = b", "(= (in a (list 1)) b)");
    expr("a = b IN (1)", "(= a (in b (list 1)))");
    expr("x = ANY (y) = z", "(= (=-Any x y) z)");
    expr("a || b LIKE c || d", "(Like (|| a b) (|| c d))");
    expr("a = b LIKE c", "(= a (Like b c))");
    expr("a BETWEEN b + 1 AND c * 2 AND d", "(and (between a (+ b 1) (* c 2)) d)");
    expr("a BETWEEN b = c AND d", "(between a (= b c) d)");
    expr("a LIKE b ESCAPE c AND d", "(and (Like a b (escape c)) d)");
    expr("@ a + b", "(@ (+ a b))");
    expr("!! a || b", "(|| (!! a) b)");
    expr("a -> 'b' ->> 'c' = 'd'", "(= (->> (-> a 'b') 'c') 'd')");
    expr("a ? 'b' AND c", "(and (? a 'b') c)");
    expr("a @-b", "(@- a b)");
    expr("a <=-1", "(<= a (- 1))");
    expr(r#"a COLLATE "C" < b"#, r#"(< (collate a "C") b)"#);
    expr(r#"- a COLLATE "C""#, r#"(collate (- a) "C")"#);
    expr("a AT TIME ZONE b AT TIME ZONE c", "(sql:timezone c (sql:timezone b a))");
    expr("a::int * b::int", "(* (:: a int4) (:: b int4))");
    expr("a OPERATOR(pg_catalog.+) b * c", "(pg_catalog.+ a (* b c))");
    expr("a OPERATOR(=) b", "(= a b)");
    expr("OPERATOR(pg_catalog.-) a", "(pg_catalog.- a)");
    expr("a = (b = c)", "(= a (= b c))");
    expr("a IS DISTINCT FROM b + c", "(is-distinct a (+ b c))");
    expr("a != b", "(<> a b)");
}

#[test]
fn tests() {
    expr("a IS NULL", "(is-Null a)");
    expr("a IS NOT NULL", "(is-not-Null a)");
    expr("a ISNULL", "(is-Null a)");
    expr("a NOTNULL", "(is-not-Null a)");
    expr("a IS TRUE", "(is-True a)");
    expr("a IS NOT UNKNOWN", "(is-not-Unknown a)");
    expr("a IS DOCUMENT", "(is-Document a)");
    expr("a IS NOT NFC NORMALIZED", "(is-not-Normalized a)");
    expr("a IS NORMALIZED", "(is-Normalized a)");
    expr("a IS JSON", "(is-Json a)");
    expr("a IS NOT JSON OBJECT WITH UNIQUE KEYS", "(is-not-Json a)");
    expr("a IS NOT DISTINCT FROM b", "(is-not-distinct a b)");
    expr("a NOT BETWEEN 1 AND 2", "(not-between a 1 2)");
    expr("a BETWEEN SYMMETRIC 2 AND 1", "(between-symmetric a 2 1)");
    expr("a IN (1, 2, 3)", "(in a (list 1 2 3))");
    expr("a NOT IN (SELECT 1)", "(not-in a (select 1))");
    expr("a IN ((SELECT 1))", "(in a (select 1))");
    expr("a IN ((SELECT 1), 2)", "(in a (list (subquery (select 1)) 2))");
    expr("a NOT LIKE 'x%'", "(not-Like a 'x%')");
    expr("a ILIKE ANY (ARRAY['a', 'b'])", "(~~*-Any a (array 'a' 'b'))");
    expr("a NOT LIKE ALL (b)", "(!~~-All a b)");
    expr("a SIMILAR TO 'b' ESCAPE 'c'", "(SimilarTo a 'b' (escape 'c'))");
    expr("a = ANY (ARRAY[1, 2])", "(=-Any a (array 1 2))");
    expr("a = ANY ('{a}'::text[])", "(=-Any a (:: '{a}' text[]))");
    expr("a <> ALL (SELECT 1)", "(<>-All a (select 1))");
    expr("a OPERATOR(s.=) SOME (b)", "(s.=-Any a b)");
    expr("(a, b) OVERLAPS (c, d)", "(sql:overlaps a b c d)");
    expr("ROW(a, b) OVERLAPS ROW(c, d)", "(sql:overlaps a b c d)");
    expr("EXISTS (SELECT 1)", "(exists (select 1))");
}

#[test]
fn calls() {
    expr("now()", "(now)");
    expr("s.f(1, 'a')", "(s.f 1 'a')");
    expr("f(a => 1, b := 2)", "(f a=>1 b=>2)");
    expr("f(1, VARIADIC ARRAY[2])", "(f 1 ...(array 2))");
    expr("count(*)", "(count *)");
    expr("count(DISTINCT a)", "(count distinct a)");
    expr("f(ALL a)", "(f all a)");
    expr(
        "string_agg(a, ',' ORDER BY b DESC NULLS LAST, c)",
        "(string_agg a ',' (order b+desc+Last c))",
    );
    expr("sum(a) FILTER (WHERE b > 1)", "(sum a (filter (> b 1)))");
    expr(
        "percentile_cont(0.5) WITHIN GROUP (ORDER BY a)",
        "(percentile_cont 0.5 (within-group a))",
    );
    expr("rank() OVER w", "(rank (over w))");
    expr("sum(a) OVER ()", "(sum a (over (window)))");
    expr(
        "sum(a) OVER (PARTITION BY b, c ORDER BY d ROWS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING EXCLUDE TIES)",
        "(sum a (over (window (partition b c) (order d) (Rows -inf +1 Ties))))",
    );
    expr("sum(a) OVER (w RANGE CURRENT ROW)", "(sum a (over (window w (Range 0))))");
    expr("left(a, 1)", "(left a 1)");
    expr("pg_catalog.left(a, 1)", "(pg_catalog.left a 1)");
    expr(r#""char"(a)"#, r#"("char" a)"#);
    expr("current_schema()", "(current_schema)");
    expr("f((SELECT 1))", "(f (subquery (select 1)))");
    expr("xmin(a)", "(xmin a)");
    expr("double(a)", "(double a)");
}

#[test]
fn special_forms() {
    expr("EXTRACT(year FROM a)", "(sql:extract 'year' a)");
    expr("EXTRACT('epoch' FROM a - b)", "(sql:extract 'epoch' (- a b))");
    expr("OVERLAY(a PLACING b FROM 1 FOR 2)", "(sql:overlay a b 1 2)");
    expr("POSITION('a' IN b || c)", "(sql:position (|| b c) 'a')");
    expr("SUBSTRING(a FROM 1 FOR 2)", "(sql:substring a 1 2)");
    expr("SUBSTRING(a FROM 'x')", "(sql:substring a 'x')");
    expr("SUBSTRING(a FOR 2)", "(sql:substring a 1 2)");
    expr("SUBSTRING(a FOR 2 FROM 1)", "(sql:substring a 1 2)");
    expr("SUBSTRING(a SIMILAR b ESCAPE c)", "(sql:substring a b c)");
    expr("substring(a, 1, 2)", "(substring a 1 2)");
    expr("TRIM(a)", "(sql:btrim a)");
    expr("TRIM(BOTH 'x' FROM a)", "(sql:btrim a 'x')");
    expr("TRIM(LEADING FROM a)", "(sql:ltrim a)");
    expr("TRIM(TRAILING 'x' FROM a)", "(sql:rtrim a 'x')");
    expr("TRIM('x' FROM a)", "(sql:btrim a 'x')");
    expr("trim(a, 'x')", "(sql:btrim a 'x')");
    expr("NORMALIZE(a)", "(sql:normalize a)");
    expr("NORMALIZE(a, NFKC)", "(sql:normalize a 'NFKC')");
    expr("COLLATION FOR (a)", "(sql:pg_collation_for a)");
    expr("COALESCE(a, b, 1)", "(Coalesce a b 1)");
    expr("NULLIF(a, '')", "(NullIf a '')");
    expr("GREATEST(a, b)", "(Greatest a b)");
    expr("LEAST(a)", "(Least a)");
    expr("GROUPING(a, b)", "(Grouping a b)");
    expr("CURRENT_DATE", "CurrentDate");
    expr("CURRENT_TIMESTAMP(3)", "CurrentTimestamp[3]");
    expr("current_user", "CurrentUser");
    expr("SESSION_USER", "SessionUser");
    expr("user", "User");
    expr("localtime", "LocalTime");
    expr("current_schema", "CurrentSchema");
    expr("a AT LOCAL", "(sql:timezone a)");
}

#[test]
fn xml() {
    expr("xmlelement(name foo)", "(XmlElement)");
    expr(
        "xmlelement(name foo, xmlattributes(a AS b, c), 'x', d)",
        "(XmlElement Attribute=a@b Attribute=c 'x' d)",
    );
    expr("xmlforest(a, b AS c)", "(XmlForest a b@c)");
    expr("xmlconcat(a, b)", "(XmlConcat a b)");
    expr("xmlparse(DOCUMENT a PRESERVE WHITESPACE)", "(XmlParse a)");
    expr("xmlpi(name php, 'x')", "(XmlPi 'x')");
    expr("xmlroot(a, VERSION '1.0', STANDALONE NO VALUE)", "(XmlRoot a '1.0')");
    expr("xmlserialize(CONTENT a AS text)", "(XmlSerialize a (type text))");
    expr("xmlexists('//x' PASSING BY REF a)", "(XmlExists '//x' Passing=a)");
}

#[test]
fn json() {
    expr(
        "JSON_OBJECT('a' : 1, 'b' VALUE c FORMAT JSON NULL ON NULL WITH UNIQUE KEYS RETURNING jsonb)",
        "(JsonObject Key='a' 1 Key='b' c (type jsonb))",
    );
    expr("JSON_OBJECT()", "(JsonObject)");
    expr("json_object('{a,1}')", "(sql:json_object '{a,1}')");
    expr("json_object(a, b)", "(sql:json_object a b)");
    expr("JSON_ARRAY(1, a ABSENT ON NULL RETURNING jsonb)", "(JsonArray 1 a (type jsonb))");
    expr("JSON_ARRAY()", "(JsonArray)");
    expr("JSON_ARRAY(SELECT 1)", "(JsonArrayQuery (subquery (select 1)))");
    expr(
        "JSON_ARRAYAGG(a ORDER BY b NULL ON NULL RETURNING jsonb) FILTER (WHERE c)",
        "(JsonArrayAgg a (type jsonb) (order b) (filter c))",
    );
    expr("JSON_OBJECTAGG(a : b) OVER w", "(JsonObjectAgg Key=a b (over w))");
    expr("JSON(a WITH UNIQUE KEYS)", "(Json a)");
    expr("JSON_SCALAR(1)", "(JsonScalar 1)");
    expr("JSON_SERIALIZE(a RETURNING bytea)", "(JsonSerialize a (type bytea))");
    expr("JSON_EXISTS(a, '$.x' PASSING 1 AS y ERROR ON ERROR)", "(JsonExists a '$.x' Passing=1@y)");
    expr(
        "JSON_VALUE(a, '$' RETURNING int DEFAULT 1 ON EMPTY ERROR ON ERROR)",
        "(JsonValue a '$' Default=1 (type int4))",
    );
    expr(
        "JSON_QUERY(a, '$' WITH UNCONDITIONAL ARRAY WRAPPER KEEP QUOTES EMPTY ARRAY ON EMPTY)",
        "(JsonQuery a '$')",
    );
    expr("MERGE_ACTION()", "(MergeAction)");
}

#[test]
fn arrays_rows_and_fields() {
    expr("ARRAY[1, 2]", "(array 1 2)");
    expr("ARRAY[[1], [2]]", "(array (array 1) (array 2))");
    expr("ARRAY[]::int[]", "(:: (array) int4[])");
    expr("ARRAY(SELECT 1)", "(array (select 1))");
    expr("a[1]", "a[1]");
    expr("a[1][2]", "a[1][2]");
    expr("a[1:2]", "a[1:2]");
    expr("a[:n]", "a[:n]");
    expr("a[1:]", "a[1:]");
    expr("a[:]", "a[:]");
    expr("a[x:y]", "a[x:y]");
    expr("a[:x:y]", "a[:x:y]");
    expr("a[:x::int]", "a[:(:: x int4)]");
    expr("a.b[1].c", "(field a.b[1] c)");
    expr("(a).b.c", "(field (field a b) c)");
    expr("(a).*", "(field a *)");
    expr("(f(x)).y", "(field (f x) y)");
    expr("(a)[1]", "a[1]");
    expr("ROW(1, 2)", "(row 1 2)");
    expr("ROW()", "(row)");
    expr("(1, 2)", "(row 1 2)");
    expr("((1, 2))", "(row 1 2)");
    expr("(SELECT 1)", "(subquery (select 1))");
    expr("((SELECT 1))", "(subquery (select 1))");
    expr("(SELECT 1) + 1", "(+ (subquery (select 1)) 1)");
    expr("((SELECT 1) + 1) * 2", "(* (+ (subquery (select 1)) 1) 2)");
    expr(
        "((SELECT 1) UNION (SELECT 2))",
        "(subquery (union (nested (select 1)) (nested (select 2))))",
    );
    expr(
        "(((SELECT 1)) UNION SELECT 2 ORDER BY 1)",
        "(subquery (query (union (nested (select 1)) (select 2)) (order 1)))",
    );
    expr("((SELECT 1), 2)", "(row (subquery (select 1)) 2)");
    expr("(SELECT a).b", "(field (subquery (select a)) b)");
}

#[test]
fn case() {
    expr("CASE WHEN a THEN b END", "(case (when a b))");
    expr(
        "CASE a WHEN 1 THEN 'x' WHEN 2 THEN 'y' ELSE 'z' END",
        "(case a (when 1 'x') (when 2 'y') (else 'z'))",
    );
    expr("CASE WHEN a THEN b ELSE c END || d", "(|| (case (when a b) (else c)) d)");
}

#[test]
fn types() {
    type_ref("int", "int4");
    type_ref("integer", "int4");
    type_ref("bigint", "int8");
    type_ref("smallint", "int2");
    type_ref("real", "float4");
    type_ref("float", "float8");
    type_ref("float(24)", "float4");
    type_ref("float(53)", "float8");
    type_ref("double precision", "float8");
    type_ref("decimal(10, 2)", "numeric[10,2]");
    type_ref("numeric", "numeric");
    type_ref("boolean", "bool");
    type_ref("text", "text");
    type_ref("s.t", "s.t");
    type_ref(r#""T""#, r#""T""#);
    type_ref("character varying", "varchar");
    type_ref("varchar(3)", "varchar[3]");
    type_ref("character(3)", "bpchar[3]");
    type_ref("char", "bpchar[1]");
    type_ref(r#""char""#, r#""char""#);
    type_ref("nchar varying(3)", "varchar[3]");
    type_ref("bit", "bit[1]");
    type_ref("bit varying(8)", "varbit[8]");
    type_ref("bit(3)", "bit[3]");
    type_ref("timestamp", "timestamp");
    type_ref("timestamp(3) with time zone", "timestamptz[3]");
    type_ref("timestamp without time zone", "timestamp");
    type_ref("time with time zone", "timetz");
    type_ref("time(6)", "time[6]");
    type_ref("interval", "interval");
    type_ref("interval(3)", "interval[3]");
    type_ref("interval year to month", "interval<year to month>");
    type_ref("interval day to second(3)", "interval[3]<day to second>");
    type_ref("int[]", "int4[]");
    type_ref("int[3][]", "int4[3][]");
    type_ref("text ARRAY[4]", "text[4]");
    type_ref("text ARRAY", "text[]");
    type_ref("SETOF s.t", "setof-s.t");
    type_ref("t.c%TYPE", "t.c%type");
    type_ref("geometry(Point, 4326)", "geometry[point,4326]");
    type_ref("xml", "xml");
    type_ref("json", "json");
}

#[test]
fn messages_say_what_is_missing() {
    expr_error("", 0..0, "expected an expression, found nothing");
    expr_error("a >", 3..3, "expected an operand after `>`");
    expr_error("a > )", 4..5, "expected an operand after `>`, found `)`");
    expr_error("a + from", 4..8, "expected an operand after `+`, found `from`");
    expr_error("a b", 2..3, "expected the end after `a`, found `b`");
    expr_error("f(a b)", 4..5, "expected `,` or `)` after `a`, found `b`");
    expr_error("a = b = c", 6..7, "a comparison cannot follow another without parentheses");
    expr_error("a LIKE b LIKE c", 9..13, "a comparison cannot follow another without parentheses");
    expr_error("CASE a END", 7..10, "expected `WHEN` after `a`, found `END`");
    expr_error("'abc", 0..4, "this string has no closing quote");
    expr_error("a::", 3..3, "expected a type after `::`");
    expr_error(
        "a IS b",
        5..6,
        "expected a test such as `NULL` or `DISTINCT FROM` after `IS`, found `b`",
    );
    expr_error("left", 0..4, "expected an expression, found `left`");
    expr_error("E'\\u12'", 0..7, "this string has an escape with too few digits");
    expr_error("a : b", 2..3, "expected the end after `a`, found `:`");
    expr_error(": b", 0..1, "expected an expression, found `:`");
}

#[test]
fn ranges_cover_what_was_written() {
    use crate::sql::ast::ExprKind;
    let text = " (a.b + (c)) * f( :x ) ";
    let product = crate::sql::parse_expr(text).unwrap();
    assert_eq!(product.range.of(text), "(a.b + (c)) * f( :x )");
    let ExprKind::Binary(product) = product.kind else { panic!("no product") };
    assert_eq!(product.operator.range.of(text), "*");
    assert_eq!(product.left.range.of(text), "(a.b + (c))");
    assert_eq!(product.right.range.of(text), "f( :x )");
    let ExprKind::Binary(sum) = product.left.kind else { panic!("no sum") };
    assert_eq!(sum.left.range.of(text), "a.b");
    assert_eq!(sum.right.range.of(text), "(c)");
    let ExprKind::Column(column) = sum.left.kind else { panic!("no column") };
    assert_eq!(column.0[1].range.of(text), "b");
}
