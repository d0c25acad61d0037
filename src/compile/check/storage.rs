//! Storage parameters and options of views: their names and what they can be (`reloptions.c`).
#![expect(clippy::wildcard_enum_match_arm, reason = "of the many kinds, only some are stored")]

use super::{Objects, report};
use crate::compile::read::Read;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::object::Object;
use crate::object::column::Column;
use crate::object::constraint::Demand;
use crate::object::reader::Reader;
use crate::object::table::Table;
use crate::sql::builtin::postgresql;
use crate::sql::definition::Parameters;
use crate::syntax::Rule;

rule!(UNKNOWN_STORAGE_PARAMETER, Error, "unknown-storage-parameter");
rule!(STORAGE_PARAMETER_VALUE, Error, "wrong-storage-parameter");
rule!(COLUMN_STORAGE, Error, "wrong-column-storage");

/// The rules of this file.
pub(crate) static RULES: &[&crate::diagnostic::Rule] =
    &[&UNKNOWN_STORAGE_PARAMETER, &STORAGE_PARAMETER_VALUE, &COLUMN_STORAGE];

/// What a parameter can be.
#[derive(Clone, Copy)]
enum Values {
    Truth,
    Between(f64, f64),
    Words(&'static [&'static str]),
}

use Values::{Between, Truth, Words};

/// A parameter: its name and what it can be. PostgreSQL 14 to 18 are taken together.
type Parameter = (&'static str, Values);

const MOST: f64 = 2_147_483_647.0;

/// Parameters of tables; those that `vacuum` looks at are there for the TOAST table too.
const TABLE: [Parameter; 6] = [
    ("fillfactor", Between(10.0, 100.0)),
    ("toast_tuple_target", Between(128.0, 8160.0 * 4.0)),
    ("parallel_workers", Between(0.0, 1024.0)),
    ("user_catalog_table", Truth),
    ("autovacuum_analyze_threshold", Between(0.0, MOST)),
    ("autovacuum_analyze_scale_factor", Between(0.0, 100.0)),
];

const VACUUM: [Parameter; 18] = [
    ("autovacuum_enabled", Truth),
    ("vacuum_truncate", Truth),
    ("vacuum_index_cleanup", Words(&["auto", "on", "off", "true", "false", "yes", "no", "1", "0"])),
    ("autovacuum_vacuum_threshold", Between(0.0, MOST)),
    ("autovacuum_vacuum_max_threshold", Between(-1.0, MOST)),
    ("autovacuum_vacuum_scale_factor", Between(0.0, 100.0)),
    ("autovacuum_vacuum_insert_threshold", Between(-1.0, MOST)),
    ("autovacuum_vacuum_insert_scale_factor", Between(0.0, 100.0)),
    ("autovacuum_vacuum_cost_delay", Between(0.0, 100.0)),
    ("autovacuum_vacuum_cost_limit", Between(1.0, 10_000.0)),
    ("autovacuum_freeze_min_age", Between(0.0, 1_000_000_000.0)),
    ("autovacuum_freeze_max_age", Between(100_000.0, 2_000_000_000.0)),
    ("autovacuum_freeze_table_age", Between(0.0, 2_000_000_000.0)),
    ("autovacuum_multixact_freeze_min_age", Between(0.0, 1_000_000_000.0)),
    ("autovacuum_multixact_freeze_max_age", Between(10_000.0, 2_000_000_000.0)),
    ("autovacuum_multixact_freeze_table_age", Between(0.0, 2_000_000_000.0)),
    ("log_autovacuum_min_duration", Between(-1.0, MOST)),
    ("vacuum_max_eager_freeze_failure_rate", Between(0.0, 1.0)),
];

const COLUMN: [Parameter; 2] =
    [("n_distinct", Between(-1.0, MOST)), ("n_distinct_inherited", Between(-1.0, MOST))];

const VIEW: [Parameter; 3] = [
    ("security_barrier", Truth),
    ("security_invoker", Truth),
    ("check_option", Words(&["local", "cascaded"])),
];

const BTREE: [Parameter; 2] = [("fillfactor", Between(10.0, 100.0)), ("deduplicate_items", Truth)];
const HASH: [Parameter; 1] = [("fillfactor", Between(10.0, 100.0))];
const GIST: [Parameter; 2] =
    [("fillfactor", Between(10.0, 100.0)), ("buffering", Words(&["on", "off", "auto"]))];
const GIN: [Parameter; 2] =
    [("fastupdate", Truth), ("gin_pending_list_limit", Between(64.0, MOST))];
const BRIN: [Parameter; 2] =
    [("pages_per_range", Between(1.0, 131_072.0)), ("autosummarize", Truth)];

/// Checks the parameters of every object that has some.
pub(super) fn parameters_exist(objects: &Objects<'_>, cx: &mut Reader<'_>) {
    for read in objects.reads {
        match &read.entry.object {
            Object::Table(table) => {
                table.columns.iter().filter(|it| is_set(it)).for_each(|it| column(read, it, cx));
                of_table(read, table, cx);
            }
            Object::MaterializedView(view)
                if view.method.as_deref().is_none_or(|it| it == "heap") =>
            {
                check(read, &view.with, "a materialized view", &[&TABLE, &VACUUM], cx);
            }
            Object::View(view) => check(read, &view.with, "a view", &[&VIEW], cx),
            Object::Index(index) => of_index(read, &index.method, &index.with, cx),
            Object::Constraint(it) => match &it.demand {
                Demand::PrimaryKey(key) | Demand::Unique(key) => {
                    let method = if key.without_overlaps { "gist" } else { "btree" };
                    of_index(read, method, &key.with, cx);
                }
                Demand::Exclusion(it) => of_index(read, &it.method, &it.with, cx),
                Demand::Check { .. } => {}
            },
            _ => {}
        }
    }
}

fn of_table(read: &Read, table: &Table, cx: &mut Reader<'_>) {
    if table.method.as_deref().is_some_and(|it| it != "heap") {
        return;
    }
    if table.partition_by.is_some() {
        partitioned(read, &table.with, cx);
    } else {
        check(read, &table.with, "a table", &[&TABLE, &VACUUM], cx);
    }
}

fn is_set(column: &Column) -> bool {
    column.storage.is_some() || column.compression.is_some() || !column.with.0.is_empty()
}

/// How a column is kept suits its type.
fn column(read: &Read, column: &Column, cx: &mut Reader<'_>) {
    check(read, &column.with, "a column", &[&COLUMN], cx);
    let mut wrong = |clause: Rule, message: String, help: &str| {
        let place = read.in_column(&column.name, clause);
        let diagnostic = Diagnostic::new(&COLUMN_STORAGE, message).label(place, "here");
        report(read, diagnostic.help(help), cx);
    };
    let own = postgresql().type_named(&column.ty.name).filter(|_| column.ty.is_builtin());
    let is_fixed = column.ty.dimensions == 0 && own.is_some_and(|it| 0 < it.length);
    if let Some(storage) = &column.storage {
        let help = "use one of plain, main, external, extended";
        if !["PLAIN", "MAIN", "EXTERNAL", "EXTENDED", "DEFAULT"].contains(&storage.as_str()) {
            let message = format!("there is no storage `{}`", storage.to_lowercase());
            wrong(Rule::storage, message, help);
        } else if is_fixed && !matches!(storage.as_str(), "PLAIN" | "DEFAULT") {
            let message = format!("values of `{}` are always stored plain", column.ty);
            wrong(Rule::storage, message, "delete it");
        }
    }
    if let Some(compression) = &column.compression {
        if !["pglz", "lz4", "default"].contains(&compression.as_str()) {
            let message = format!("there is no compression `{compression}`");
            wrong(Rule::compression, message, "use `pglz` or `lz4`");
        } else if is_fixed && compression != "default" {
            let message = format!("values of `{}` are not compressed", column.ty);
            wrong(Rule::compression, message, "delete it");
        }
    }
}

fn of_index(read: &Read, method: &str, with: &Parameters, cx: &mut Reader<'_>) {
    let known: &[Parameter] = match method {
        "btree" => &BTREE,
        "hash" | "spgist" => &HASH,
        "gist" => &GIST,
        "gin" => &GIN,
        "brin" => &BRIN,
        _ => return,
    };
    check(read, with, &format!("an index of method `{method}`"), &[known], cx);
}

/// A partitioned table has no rows of its own to store.
fn partitioned(read: &Read, with: &Parameters, cx: &mut Reader<'_>) {
    for it in &with.0 {
        let message = format!("a partitioned table has no storage parameter `{}`", it.name);
        let place = read.part(Rule::definition_key, &it.name);
        let diagnostic = Diagnostic::new(&UNKNOWN_STORAGE_PARAMETER, message).label(place, "here");
        report(read, diagnostic.help("say it of the partitions"), cx);
    }
}

fn check(read: &Read, with: &Parameters, what: &str, known: &[&[Parameter]], cx: &mut Reader<'_>) {
    for it in &with.0 {
        let (known, name) = match (it.name.strip_prefix("toast."), known) {
            (Some(name), [_, vacuum]) => (std::slice::from_ref(vacuum), name),
            _ => (known, it.name.as_str()),
        };
        let found = known.iter().flat_map(|list| list.iter()).find(|(known, _)| *known == name);
        let Some((_, values)) = found else {
            let names = known.iter().flat_map(|list| list.iter()).map(|(name, _)| *name);
            let names: Vec<&str> = names.collect();
            let help =
                did_you_mean(name, names.iter().copied()).unwrap_or_else(|| match names.len() {
                    0..6 => format!("it has {}", names.join(", ")),
                    _ => "delete it".to_owned(),
                });
            let message = format!("{what} has no storage parameter `{}`", it.name);
            let place = read.part(Rule::definition_key, &it.name);
            let diagnostic =
                Diagnostic::new(&UNKNOWN_STORAGE_PARAMETER, message).label(place, "here");
            report(read, diagnostic.help(help), cx);
            continue;
        };
        let text = it.value.as_deref().unwrap_or("true").trim_matches('\'');
        if let Some(wanted) = misfit(text, *values) {
            let message = format!("`{}` can't be `{text}`", it.name);
            let place = read.part(Rule::definition_value, &it.name);
            let diagnostic =
                Diagnostic::new(&STORAGE_PARAMETER_VALUE, message).label(place, "here");
            report(read, diagnostic.help(wanted), cx);
        }
    }
}

/// Says what is wanted where a value does not fit.
fn misfit(text: &str, values: Values) -> Option<String> {
    match values {
        Truth => {
            let lower = text.to_lowercase();
            let fits = ["on", "off", "of", "1", "0"].contains(&lower.as_str())
                || ["true", "false", "yes", "no"]
                    .iter()
                    .any(|word| !lower.is_empty() && word.starts_with(&lower));
            (!fits).then(|| "write `true` or `false`".to_owned())
        }
        Words(words) => {
            let fits = words.iter().any(|word| word.eq_ignore_ascii_case(text));
            (!fits).then(|| format!("write one of {}", words.join(", ")))
        }
        // Numbers may have units and other bases, which only PostgreSQL reads.
        Between(least, most) => {
            let fits = match text.parse::<f64>() {
                Ok(number) => least <= number && number <= most,
                Err(_) => text.bytes().any(|byte| byte.is_ascii_digit()),
            };
            (!fits).then(|| format!("write a number from {least} to {most}"))
        }
    }
}
