//! What is written for a text of PostgreSQL's that it would read as something else is shown by it as that very text.
//!
//! Each line of `tests/unfold/*.txt` is made into an object on real servers. What the server then shows is a fixpoint,
//! and there are no candidates for it, or it is none, and each candidate is shown as it.

use std::fmt::Write as _;

use ::postgres::Client;
use schemac::sql::unfold::candidates;

use crate::kinds::MAJORS;
use crate::support::postgres;

/// What the texts are about.
const TABLES: &str = "
CREATE TYPE e AS ENUM ('x', 'y', 'z');
CREATE DOMAIN dv AS varchar(20);
CREATE DOMAIN dt AS text;
CREATE DOMAIN di AS integer;
CREATE DOMAIN dta AS text[];
CREATE DOMAIN dvv AS dv;
CREATE TYPE ct AS (a integer, b text);
CREATE FUNCTION f(text[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'select true';
CREATE FUNCTION fv(VARIADIC text[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'select true';
CREATE FUNCTION fd(a integer, b text DEFAULT 'x') RETURNS boolean LANGUAGE sql IMMUTABLE AS 'select true';
CREATE FUNCTION setf(a integer) RETURNS SETOF ct LANGUAGE sql AS $$ select 1, 'x'::text $$;
CREATE FUNCTION recf() RETURNS record LANGUAGE sql AS $$ select 1, 'x'::text $$;
CREATE TABLE t (id integer PRIMARY KEY, id2 integer, id3 integer, b bigint, s smallint, n numeric, n2 numeric(10,2), \
    r real, d double precision, v varchar, v2 varchar, v3 varchar(5), v10 varchar(10), c char(3), tx text, tx2 text, \
    nm name, bo boolean, bo2 boolean, da date, da2 date, ts timestamp, tz timestamptz, tm time, tmz timetz, \
    iv interval, u uuid, j json, jb jsonb, ia integer[], ba bigint[], ta text[], va varchar[], na numeric[], e e, \
    dv dv, dt dt, di di, dta dta, dvv dvv, by bytea, bi bit(3), vb varbit, ine inet, mac macaddr, rng int4range, \
    ct ct, ch \"char\", tsv tsvector, pt point, bx box, mo money, o oid, lsn pg_lsn);
CREATE TABLE t2 (id integer PRIMARY KEY, v varchar(10), tx text, n numeric, x integer, da date, ct ct);
CREATE TABLE kid (id integer PRIMARY KEY, t_id integer, kid_name varchar(30), status varchar(20));
CREATE TABLE log (id integer, what text, v varchar);
CREATE TABLE plain (LIKE t);";

/// What a text becomes part of.
struct Form {
    /// The statement, with `{}` where the text stands.
    make: fn(&str) -> String,
    /// The query for what PostgreSQL makes of it.
    shown: &'static str,
}

const CHECK: Form = Form {
    make: |text| format!("ALTER TABLE public.plain ADD CONSTRAINT k CHECK ({text})"),
    shown: "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conname = 'k'",
};

const DEFAULT: Form = Form {
    make: |text| {
        let (ty, value) = text.split_once(" | ").unwrap();
        format!("CREATE TABLE public.made (a {ty} DEFAULT {value})")
    },
    shown: "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'public.made'::regclass",
};

const VIEW: Form = Form {
    make: |text| format!("CREATE VIEW public.made AS {text}"),
    shown: "SELECT pg_get_viewdef('public.made'::regclass)",
};

const POLICY: Form = Form {
    make: |text| format!("CREATE POLICY k ON public.t USING ({text})"),
    shown: "SELECT pg_get_expr(polqual, polrelid) FROM pg_policy",
};

/// A command of a rule stands behind its event.
const RULE: Form = Form {
    make: |text| format!("CREATE RULE k AS ON INSERT TO public.t DO ALSO {text}"),
    shown: "SELECT substring(pg_get_ruledef(oid) from 'ON INSERT TO public.t DO\\s+(.*);$') FROM pg_rewrite WHERE rulename = 'k'",
};

const TRIGGER: Form = Form {
    make: |text| {
        let function = "pg_catalog.suppress_redundant_updates_trigger()";
        format!(
            "CREATE TRIGGER k BEFORE UPDATE ON public.t FOR EACH ROW WHEN ({text}) EXECUTE FUNCTION {function}"
        )
    },
    shown: "SELECT substring(pg_get_triggerdef(oid) from 'WHEN \\((.*)\\) EXECUTE') FROM pg_trigger WHERE tgname = 'k'",
};

#[test]
fn checks() {
    assert!(100 < hold(&CHECK, include_str!("unfold/checks.txt")));
}

#[test]
fn defaults() {
    assert!(5 < hold(&DEFAULT, include_str!("unfold/defaults.txt")));
}

#[test]
fn views() {
    assert!(50 < hold(&VIEW, include_str!("unfold/views.txt")));
}

#[test]
fn policies() {
    assert!(2 < hold(&POLICY, include_str!("unfold/policies.txt")));
}

#[test]
fn rules() {
    assert!(10 < hold(&RULE, include_str!("unfold/rules.txt")));
}

#[test]
fn triggers() {
    assert!(2 < hold(&TRIGGER, include_str!("unfold/triggers.txt")));
}

/// Tries each text on each version; returns how many are no fixpoint.
fn hold(form: &Form, texts: &str) -> usize {
    let (mut failures, mut n_unfolded) = (String::new(), 0);
    for major in MAJORS {
        let database = postgres::major(major).database();
        database.run_sql(TABLES).unwrap();
        let mut client = database.connect();
        client.batch_execute("SET TimeZone = 'UTC'").unwrap();
        for text in texts.lines() {
            match try_one(&mut client, form, text) {
                Ok(is_fixpoint) => n_unfolded += usize::from(!is_fixpoint),
                Err(error) => {
                    writeln!(failures, "PostgreSQL {major}: {text}\n{error}").unwrap();
                }
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
    n_unfolded
}

/// Tells whether what is shown of a text is shown again of itself, and whether what is written for it is right.
fn try_one(client: &mut Client, form: &Form, text: &str) -> Result<bool, String> {
    let first = shown(client, form, "public", text)?;
    let with_type = |shown: &str| match text.split_once(" | ") {
        Some((ty, _)) => format!("{ty} | {shown}"),
        None => shown.to_owned(),
    };
    // PostgreSQL does not even read all that it shows.
    let again = shown(client, form, "", &with_type(&first)).unwrap_or_else(|error| error);
    let found = candidates(&first);
    if again == first {
        return if found.is_empty() {
            Ok(true)
        } else {
            Err(format!("shown as {first}\nneedless {found:#?}"))
        };
    }
    if found.is_empty() {
        return Err(format!("shown as {first}\nand then {again}"));
    }
    for it in found {
        let of_it = shown(client, form, "", &with_type(&it))?;
        if of_it != first {
            return Err(format!("shown as   {first}\nwritten as {it}\nwhich is   {of_it}"));
        }
    }
    Ok(false)
}

/// Makes an object and returns what PostgreSQL shows of it.
fn shown(client: &mut Client, form: &Form, path: &str, text: &str) -> Result<String, String> {
    let mut transaction = client.transaction().map_err(|it| it.to_string())?;
    let script = format!(
        "SET LOCAL search_path = '{path}'; {}; SET LOCAL search_path = ''",
        (form.make)(text)
    );
    let of_server = |it: ::postgres::Error| {
        it.as_db_error().map_or(it.to_string(), |it| it.message().to_owned())
    };
    transaction
        .batch_execute(&script)
        .map_err(|it| format!("{}: {}", of_server(it), (form.make)(text)))?;
    let row = transaction.query_one(form.shown, &[]).map_err(of_server)?;
    Ok(row.get(0))
}
