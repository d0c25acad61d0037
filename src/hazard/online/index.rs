//! Indexes: built and dropped while others read and write.

use super::{Online, Part, shown, with_index_word, written};
use crate::hazard::state::State;
use crate::hazard::statement::{CreateIndex, Drop, Dropped};
use crate::object::address::{Name, Qualified};
use crate::sql::default_name::object_name;
use crate::sql::ident::quote_ident;

pub(super) fn create(sql: &str, it: &CreateIndex, state: &State) -> Option<Online> {
    let table = state.resolve(&it.table);
    it.name.as_ref()?;
    if it.concurrently || it.only || state.is_new(&table) {
        return None;
    }
    if state.is_partitioned(&table) {
        return on_partitions(sql, it, &table, state);
    }
    let sql = with_index_word(sql, "CONCURRENTLY")?;
    Some(Online { now: vec![Part::alone(sql)], last: Vec::new() })
}

/// Builds one on each partition, under the name that PostgreSQL would give it, and attaches those.
fn on_partitions(sql: &str, it: &CreateIndex, table: &Qualified, state: &State) -> Option<Online> {
    let name = it.name.as_ref()?;
    let partitions: Vec<&Qualified> = state.children(table).collect();
    let label = label(it)?;
    let (head, rest) = sql.split_at_checked(it.table.at.end as usize)?;
    let head = head.strip_suffix(written(&it.table, sql))?;
    let word = if it.unique { "CREATE UNIQUE INDEX" } else { "CREATE INDEX" };
    let parent = shown(&table.schema, name);
    let mut now = vec![Part::inside(format!("{head}ONLY {table}{rest}"))];
    for partition in partitions {
        let own = object_name(&partition.name, &label, "idx");
        let taken = Qualified::new(partition.schema.clone(), own.clone());
        let same = state.indexes_of(partition).any(|(_, index)| index.keys == it.keys);
        let simple = !state.is_partitioned(partition) && !state.relations.contains_key(&taken);
        if same || !simple || state.indexes.contains_key(&taken) {
            return None;
        }
        let quoted = quote_ident(&own);
        now.push(Part::alone(format!("{word} CONCURRENTLY {quoted} ON {partition}{rest}")));
        now.push(Part::inside(format!("ALTER INDEX {parent} ATTACH PARTITION {taken}")));
    }
    Some(Online { now, last: Vec::new() })
}

/// Returns the middle of the names that PostgreSQL gives the indexes of partitions, where that is plain.
fn label(it: &CreateIndex) -> Option<String> {
    if it.includes || 1 < it.keys.iter().filter(|key| key.is_none()).count() {
        return None;
    }
    let of = |key: &Option<Name>| key.as_ref().map_or("expr".to_owned(), Name::to_string);
    Some(it.keys.iter().map(of).collect::<Vec<_>>().join("_"))
}

pub(super) fn drop(sql: &str, it: &Drop, state: &State) -> Option<Online> {
    let [path] = it.names.as_slice() else { return None };
    if it.what != Dropped::Index || it.concurrently || it.cascade {
        return None;
    }
    let index = state.resolve(path);
    let table = &state.indexes.get(&index)?.table;
    if state.is_new(&index) || state.is_new(table) || state.is_partitioned(table) {
        return None;
    }
    let sql = with_index_word(sql, "CONCURRENTLY")?;
    Some(Online { now: vec![Part::alone(sql)], last: Vec::new() })
}
