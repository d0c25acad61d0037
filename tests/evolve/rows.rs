//! Rows in the tables of a model, and whether they are still there.

use std::collections::BTreeMap;

use super::model::{Model, Table, Ty, quoted};
use super::random::Random;
use crate::support::postgres::database::Database;

/// The values of all columns, as text, by table key, column key and row.
pub(super) type Rows = BTreeMap<(u32, u32, i64), Option<String>>;

/// Puts some rows into every table.
pub(super) fn fill(database: &Database<'_>, model: &Model, random: &mut Random) {
    let mut client = database.connect();
    for table in &model.tables {
        for id in 1..=3_i64 {
            let mut names = vec!["id".to_owned()];
            let mut values = vec![id.to_string()];
            for column in table.columns.iter().filter(|it| it.generated.is_none()) {
                let refers = table.references.iter().any(|it| it.0 == column.key);
                names.push(quoted(&column.name));
                values.push(match column.nullable && (refers || random.percent(25)) {
                    true => "NULL".to_owned(),
                    false => value(model, &column.ty, random),
                });
            }
            let sql = format!(
                "INSERT INTO {} ({}) VALUES ({})",
                quoted(&table.name),
                names.join(", "),
                values.join(", ")
            );
            client.batch_execute(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
        let table = quoted(&table.name);
        client
            .batch_execute(&format!("SELECT setval(pg_get_serial_sequence('{table}', 'id'), 3)"))
            .unwrap();
    }
}

fn value(model: &Model, ty: &Ty, random: &mut Random) -> String {
    let n = random.below(90) + 1;
    match ty {
        Ty::Plain("integer" | "bigint") => n.to_string(),
        Ty::Plain("numeric(10,2)" | "numeric(14,2)" | "numeric") => format!("{n}.25"),
        Ty::Plain("boolean") => random.percent(50).to_string(),
        Ty::Plain("timestamptz" | "timestamp") => format!("'2020-01-01 10:00:{:02}+00'", n % 60),
        Ty::Plain("date") => format!("'2020-02-{:02}'", n % 28 + 1),
        Ty::Plain(_) => format!("'it''s {n}'"),
        Ty::Enum(key) => format!("'{}'", random.of(&model.enum_of(*key).labels)),
        Ty::EnumArray(key) => format!("'{{{}}}'", random.of(&model.enum_of(*key).labels)),
    }
}

/// Reads all rows.
pub(super) fn read(database: &Database<'_>, model: &Model) -> Rows {
    let mut client = database.connect();
    let mut out = Rows::new();
    for table in &model.tables {
        for column in &table.columns {
            let sql =
                format!("SELECT id, {}::text FROM {}", quoted(&column.name), quoted(&table.name));
            for row in client.query(&sql, &[]).unwrap_or_else(|error| panic!("{sql}: {error}")) {
                out.insert((table.key, column.key, row.get(0)), row.get(1));
            }
        }
    }
    out
}

/// Whether the values of columns that stay are as they were, up to how their type shows them.
pub(super) fn survive(before: &Rows, after: &Rows, old: &Model, new: &Model) -> Result<(), String> {
    check(before, after, old, new, |_, _| true)
}

/// The same, of the way there and back: columns that were dropped on the way are empty.
pub(super) fn survive_both(
    before: &Rows,
    after: &Rows,
    old: &Model,
    new: &Model,
) -> Result<(), String> {
    check(before, after, old, old, |table, column| {
        let stayed = new.tables.iter().find(|it| it.key == table);
        stayed.is_some_and(|it| it.columns.iter().any(|it| it.key == column))
    })
}

fn check(
    before: &Rows,
    after: &Rows,
    old: &Model,
    new: &Model,
    stayed: impl Fn(u32, u32) -> bool,
) -> Result<(), String> {
    for ((table, column, id), was) in before {
        let (Some(_), Some((found, to))) =
            (place(old, *table, *column), place(new, *table, *column))
        else {
            continue;
        };
        if !stayed(*table, *column) {
            continue;
        }
        let Some(is) = after.get(&(*table, *column, *id)) else {
            return Err(format!("row {id} of {} is lost", found.name));
        };
        if shown(old, was) != shown(new, is) {
            return Err(format!(
                "{}: row {id}, column {}: {was:?} became {is:?}",
                found.name, to.name
            ));
        }
    }
    Ok(())
}

fn place(model: &Model, table: u32, column: u32) -> Option<(&Table, &super::model::Column)> {
    let table = model.tables.iter().find(|it| it.key == table)?;
    Some((table, table.columns.iter().find(|it| it.key == column)?))
}

/// Returns a value so that it is the same in a wider type; a label by its place, which a rename does not change.
fn shown(model: &Model, value: &Option<String>) -> Option<String> {
    let value = value.as_ref()?;
    let renamed = model
        .enums
        .iter()
        .flat_map(|it| &it.renamed)
        .find(|(_, to)| *to == value.trim_matches(['{', '}']));
    let text = renamed.map_or(value.as_str(), |(from, _)| from).trim_matches(['{', '}']);
    // 7 and 7.00 are the same number.
    let trimmed = match text.contains('.') && text.parse::<f64>().is_ok() {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => text,
    };
    let word = match trimmed {
        "t" => "true",
        "f" => "false",
        other => other,
    };
    Some(word.to_owned())
}
