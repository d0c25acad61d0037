//! Two databases as a pair's scripts make them.
//!
//! A script may count on what its tests had at hand: extensions, roles, an access method. Both databases then have it, so
//! that it is no difference.

use postgres::Client;
use schemac::sql::ident::quote_ident;

use crate::support::pg_dump;

use super::case::Pair;

/// What scripts name without making it: a word of theirs, what the statement that makes it says, and how it is made.
const AT_HAND: &[(&str, &str, &str)] = &[
    ("geometry(", "postgis", "CREATE EXTENSION postgis"),
    ("gin_trgm_ops", "pg_trgm", "CREATE EXTENSION pg_trgm"),
    (
        "drizzle_heap",
        "ACCESS METHOD",
        "CREATE ACCESS METHOD drizzle_heap TYPE TABLE HANDLER heap_tableam_handler",
    ),
    (
        "(\"name\" test)",
        "OPERATOR CLASS",
        "CREATE OPERATOR CLASS test FOR TYPE text USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, \
         OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 bttextcmp(text, text)",
    ),
    (
        "(lower(id))",
        "CREATE FUNCTION",
        "CREATE FUNCTION lower(integer) RETURNS text LANGUAGE sql IMMUTABLE RETURN $1::text",
    ),
    (" vector(", "EXTENSION", "vector"),
    (" halfvec(", "EXTENSION", "halfvec"),
    (" sparsevec(", "EXTENSION", "sparsevec"),
];

/// Stands in for a type of pgvector, which Debian does not have for every server: text in all but its name.
const VECTOR: &str = "\
CREATE TYPE $ ;
CREATE FUNCTION $_in(cstring, oid, integer) RETURNS $ LANGUAGE internal IMMUTABLE STRICT AS 'varcharin';
CREATE FUNCTION $_out($) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varcharout';
CREATE FUNCTION $_typmod_in(cstring[]) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodin';
CREATE FUNCTION $_typmod_out(integer) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodout';
CREATE TYPE $ (INPUT = $_in, OUTPUT = $_out, TYPMOD_IN = $_typmod_in, TYPMOD_OUT = $_typmod_out);
";

/// Its index: a hash by another name.
const HNSW: &str = "\
CREATE FUNCTION vector_hash(vector) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'hashtext';
CREATE ACCESS METHOD hnsw TYPE INDEX HANDLER hashhandler;
CREATE OPERATOR CLASS vector_cosine_ops FOR TYPE vector USING hnsw AS FUNCTION 1 vector_hash(vector);
";

/// Makes a pair's databases.
pub(super) fn set(
    pair: &Pair,
    admin: &mut Client,
    from: &mut Client,
    to: &mut Client,
) -> Result<(), String> {
    for role in &pair.roles {
        admin
            .batch_execute(&format!("CREATE ROLE {}", quote_ident(role)))
            .map_err(|it| it.to_string())?;
    }
    let texts = format!("{}\n{}", pair.from, pair.to);
    for (word, maker, how) in AT_HAND {
        if texts.contains(word) && !texts.contains(maker) {
            let script = match *how {
                "vector" if texts.contains("USING hnsw") => VECTOR.replace('$', how) + HNSW,
                "vector" | "halfvec" | "sparsevec" => VECTOR.replace('$', how),
                statement => statement.to_owned(),
            };
            for client in [&mut *from, &mut *to] {
                client.batch_execute(&script).map_err(|it| format!("{it:?}"))?;
            }
        }
    }
    load(&pair.from, from).map_err(|it| format!("from: {it}"))?;
    load(&pair.to, to).map_err(|it| format!("to: {it}"))
}

/// Loads a script.
///
/// Where it does not load as it is, its statements are run one by one, each as soon as it can be: some peers sort them
/// themselves. A schema or role that a script leaves to others is made.
fn load(script: &str, client: &mut Client) -> Result<(), String> {
    if client.batch_execute(script).is_ok() {
        return Ok(());
    }
    let mut todo = pg_dump::statements(script);
    let mut first = None;
    while !todo.is_empty() {
        let before = todo.len();
        first = None;
        todo.retain(|statement| {
            let result = client.batch_execute(statement);
            let failed = result.is_err();
            first = first.take().or(result.err());
            failed
        });
        if todo.len() < before {
            continue;
        }
        let Some(missing) = first.as_ref().and_then(what_lacks) else { break };
        client.batch_execute(&missing).map_err(|it| it.to_string())?;
    }
    match first {
        Some(error) if !todo.is_empty() => {
            let server = error.as_db_error().map(ToString::to_string);
            Err(server.unwrap_or_else(|| error.to_string()))
        }
        Some(_) | None => Ok(()),
    }
}

/// Returns what makes the schema or role that a statement names and nobody made.
fn what_lacks(error: &postgres::Error) -> Option<String> {
    let (what, rest) = error.as_db_error()?.message().split_once(" \"")?;
    let name = quote_ident(rest.strip_suffix("\" does not exist")?).into_owned();
    match what {
        "schema" | "role" => Some(format!("CREATE {what} {name}")),
        _ => None,
    }
}
