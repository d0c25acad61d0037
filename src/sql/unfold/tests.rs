//! Texts and what is written for them; `tests/unfold.rs` asks servers whether they are right.

use super::candidates;

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found = candidates(text);
    assert_eq!(found, expected, "{text}");
}

#[test]
fn what_is_read_as_it_is_shown_has_no_candidates() {
    for text in [
        "(a > 1)",
        "((a > 1) AND (b > 1) AND (c > 1))",
        "(a AND (b AND c))",
        "((a OR b) AND c)",
        "(a OR ((b >= 1) AND (b <= 2)))",
        "(a = ANY (ARRAY[1, 2]))",
        "((a)::text = ANY ((b)::text[]))",
        "ARRAY[]::text[]",
        "(ARRAY[1, 2])::public.numbers",
        "('{a,b}'::character varying[])::text[]",
        "'(a AND b) AND c; (ARRAY[1])::text[]'::text",
        " SELECT t.a\n   FROM public.t\n  WHERE (t.a AND t.b)",
        "this is ((no) AND sql) AND (",
    ] {
        check(text, &[]);
    }
}

/// The first is a person's; the last can be read in one way only.
#[test]
fn arrays_are_not_read_as_casts_of_their_elements() {
    check(
        "((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))",
        &[
            "(a IN ('x', 'y'))",
            "((a)::text = ANY (ARRAY['x'::character varying, 'y'::character varying]))",
            "((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying]::anyarray)::text[]))",
        ],
    );
    let first = |text: &str| candidates(text).into_iter().next().unwrap();
    for (text, expected) in [
        (
            "(a)::text <> ALL ((ARRAY['x'::character varying, NULL::character varying])::text[])",
            "a NOT IN ('x', NULL)",
        ),
        (
            "((VALUE)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))",
            "(VALUE IN ('x', 'y'))",
        ),
        (
            "((COALESCE(a, 'z'::character varying))::text = ANY ((ARRAY['x'::character varying(9), f('y')])::text[]))",
            "((COALESCE(a, 'z'::character varying))::text = ANY (ARRAY['x'::character varying(9), f('y')]))",
        ),
        (
            "((t.a)::text = ANY ((ARRAY['x'::character varying, t.b])::text[]))",
            "((t.a)::text = ANY (ARRAY['x'::character varying, t.b]))",
        ),
        (
            "((a)::text ~~ ANY ((ARRAY['x%'::character varying, 'y%'::character varying])::text[]))",
            "((a)::text ~~ ANY (ARRAY['x%'::character varying, 'y%'::character varying]))",
        ),
        (
            "(((a)::text COLLATE \"C\") = ANY ((ARRAY['x'::character varying])::text[]))",
            "(((a)::text COLLATE \"C\") = ANY (ARRAY['x'::character varying]))",
        ),
        ("(n = ANY ((ARRAY[1, 2])::numeric[]))", "(n = ANY (ARRAY[1, 2]))"),
        ("f((ARRAY[a, b])::text[])", "f(ARRAY[a, b])"),
        ("(a ?| (ARRAY[b])::text[])", "(a ?| ARRAY[b])"),
        ("f((ARRAY[1, 2])::bigint[])", "f(ARRAY[1, 2])"),
        ("(a && (ARRAY[b])::text[])", "(a && (ARRAY[b]::anyarray)::text[])"),
        (
            "(ARRAY[ARRAY[1, 5000000000]])::numeric[]",
            "(ARRAY[ARRAY[1, 5000000000]]::anyarray)::numeric[]",
        ),
    ] {
        assert_eq!(first(text), expected);
    }
}

#[test]
fn chains_stay_nested() {
    let check = |text: &str, expected: &str| {
        let found = candidates(text);
        assert_eq!(found.first().map(String::as_str), Some(expected), "{text}");
    };
    check("(((a >= 1) AND (a <= 2)) AND b)", "(a BETWEEN 1 AND 2 AND b)");
    check("((a >= 1) AND (a <= 2)) AND b AND (c > 1)", "a BETWEEN 1 AND 2 AND b AND (c > 1)");
    check("(((a < 1) OR (a > 2)) OR b)", "(a NOT BETWEEN 1 AND 2 OR b)");
    check(
        "((((a >= 1) AND (a <= 2)) OR ((a >= 2) AND (a <= 1))) OR b)",
        "(a BETWEEN SYMMETRIC 1 AND 2 OR b)",
    );
    check(
        "((((a < 1) OR (a > 2)) AND ((a < 2) OR (a > 1))) AND b)",
        "(a NOT BETWEEN SYMMETRIC 1 AND 2 AND b)",
    );
    check("(((a = 1) AND (b = 2)) AND c)", "((a, b) = (1, 2) AND c)");
    check("(((a <> 1) OR (b <> 2)) OR c)", "((a, b) <> (1, 2) OR c)");
    check("(((a = b) OR (a = c)) OR (a = d))", "(a IN (b, c, d))");
    check("(((a = b) OR (a = c)) OR (a = d)) OR e", "a IN (b, c, d) OR e");
    check("(((a <> b) AND (a <> c)) AND (a <> 5))", "(a NOT IN (b, c, 5))");
    check("(((a = ANY (ARRAY[1, 2])) OR (a = b)) OR (a = c))", "(a IN (1, 2, b, c))");
    check(
        "((((a = 1) AND (b = 2)) OR ((a = 3) AND (b = 4))) OR ((a = 5) AND (b = 6)))",
        "((a, b) IN ((1, 2), (3, 4), (5, 6)))",
    );
    check(
        "(((a IS DISTINCT FROM d) OR (b IS DISTINCT FROM e)) OR (c IS DISTINCT FROM f))",
        "((a, b, c) IS DISTINCT FROM (d, e, f))",
    );
    check("(((NOT a) AND (b > 1)) AND c)", "(((NOT a) AND (b > 1))::boolean AND c)");
    // Constants would have stood in an array, and operators of other schemas are no words.
    check("(((a = 1) OR (a = 2)) OR (a = 3))", "(((a = 1) OR (a = 2))::boolean OR (a = 3))");
    check(
        "(((a OPERATOR(public.>=) 1) AND (a OPERATOR(public.<=) 2)) AND b)",
        "(((a OPERATOR(public.>=) 1) AND (a OPERATOR(public.<=) 2))::boolean AND b)",
    );
}

#[test]
fn what_stands_in_each_other_is_written_together() {
    let text = " SELECT t.a\n   FROM public.t\n  WHERE (((t.b >= (CASE WHEN (((t.c >= 1) AND (t.c <= 2)) AND t.d) THEN 1 \
                ELSE 2 END)) AND (t.b <= 9)) AND ((t.v)::text = ANY ((ARRAY['x'::character varying, \
                'y'::character varying])::text[])))";
    let found = candidates(text);
    let (first, last) = (found.first().unwrap(), found.last().unwrap());
    assert_eq!(
        first,
        " SELECT t.a\n   FROM public.t\n  WHERE (t.b BETWEEN (CASE WHEN (t.c BETWEEN 1 AND 2 AND t.d) THEN 1 ELSE 2 END) \
         AND 9 AND (t.v IN ('x', 'y')))"
    );
    assert_eq!(
        last,
        " SELECT t.a\n   FROM public.t\n  WHERE (((t.b >= (CASE WHEN (((t.c >= 1) AND (t.c <= 2))::boolean AND t.d) \
         THEN 1 ELSE 2 END)) AND (t.b <= 9))::boolean AND ((t.v)::text = ANY ((ARRAY['x'::character varying, \
         'y'::character varying]::anyarray)::text[])))"
    );
    assert_eq!(found.len(), 6);
}

#[test]
fn columns_without_a_name_stay_so() {
    check(
        "(EXISTS ( SELECT 'x'::text,\n    t.a,\n    max(t.b) AS max,\n    true,\n    (t.a + 1)\n   FROM public.t))",
        &[
            "(EXISTS ( SELECT 'x'::text AS \"?column?\",\n    t.a,\n    max(t.b) AS max,\n    true,\n    (t.a + 1)\n   FROM public.t))",
        ],
    );
    check(
        "INSERT INTO public.t (a)  SELECT 'x'::text\nUNION\n SELECT 'y'::text",
        &[
            "INSERT INTO public.t (a)  SELECT 'x'::text AS \"?column?\"\nUNION\n SELECT 'y'::text AS \"?column?\"",
        ],
    );
    check(
        "INSERT INTO public.t (a) VALUES (1) RETURNING t.a, 'x'::text",
        &["INSERT INTO public.t (a) VALUES (1) RETURNING t.a, 'x'::text AS \"?column?\""],
    );
}
