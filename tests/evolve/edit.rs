//! Random edits of a model, as people make them.

use super::model::{Model, Of, Ty, is_number};
use super::random::Random;

/// Makes some edits, and tells which.
pub(super) fn edits(model: &mut Model, random: &mut Random) -> Vec<String> {
    let n_edits = 1 + random.below(6);
    let mut told = Vec::new();
    while told.len() < n_edits {
        if let Some(text) = edit(model, random) {
            told.push(text);
        }
    }
    told
}

fn edit(model: &mut Model, random: &mut Random) -> Option<String> {
    let n_tables = model.tables.len();
    let table = random.below(n_tables);
    let name = model.tables.get(table)?.name.clone();
    let what = random.below(23);
    let done = match what {
        0 => {
            model.add_table(random);
            "add table".to_owned()
        }
        1 if 1 < n_tables => drop_table(model, table),
        2 | 3 => {
            let column = model.column(random);
            // A table with rows takes no column that is NOT NULL without a default.
            let default = column.default || !column.nullable;
            let told = format!("add column {}", column.name);
            let columns = &mut model.tables[table].columns;
            let at = random.below(columns.len() + 1);
            columns.insert(at, super::model::Column { default, ..column });
            told
        }
        4 | 5 => drop_column(model, table, random)?,
        6 | 7 => change_type(model, table, random)?,
        8 => {
            let column = any_column(model, table, random)?;
            column.nullable = true;
            format!("let {} be null", column.name)
        }
        9 => {
            // A new column that is NOT NULL needs its default for the rows there are.
            let column = any_column(model, table, random).filter(|it| it.nullable)?;
            column.default = !column.default;
            format!("default of {}", column.name)
        }
        10 => rename_column(model, table, random)?,
        11 => rename_table(model, table, random)?,
        12 => {
            model.add_index(table, random);
            "add index".to_owned()
        }
        13 => {
            model.tables[table].indexes.pop()?;
            "drop index".to_owned()
        }
        14 => {
            model.add_check(table, random);
            "add check".to_owned()
        }
        15 => {
            let check = model.tables[table].checks.last_mut()?;
            check.1 -= 1;
            "change check".to_owned()
        }
        16 => {
            model.add_reference(table, random);
            "add reference".to_owned()
        }
        17 => {
            model.add_view(random);
            "add view".to_owned()
        }
        18 => change_view(model, random)?,
        19 => change_enum(model, random)?,
        20 => {
            model.function = model.function.map(|n| n + 1);
            "change function".to_owned()
        }
        21 => {
            let table = &mut model.tables[table];
            table.comment = Some(format!("{}!", table.comment.clone().unwrap_or_default()));
            table.grant = !table.grant;
            table.policy = table.policy.map_or(Some(3), |it| (it < 4).then_some(it + 1));
            "comment, privileges, policy".to_owned()
        }
        _ => {
            model.add_generated(table, random);
            "add generated".to_owned()
        }
    };
    Some(format!("{name}: {done}"))
}

fn any_column<'m>(
    model: &'m mut Model,
    table: usize,
    random: &mut Random,
) -> Option<&'m mut super::model::Column> {
    let table = &mut model.tables[table];
    let references: Vec<u32> = table.references.iter().map(|it| it.0).collect();
    let mut free: Vec<&mut super::model::Column> = table
        .columns
        .iter_mut()
        .filter(|it| it.generated.is_none() && !references.contains(&it.key))
        .collect();
    if free.is_empty() {
        return None;
    }
    let n = random.below(free.len());
    Some(free.swap_remove(n))
}

fn drop_table(model: &mut Model, table: usize) -> String {
    let gone = model.tables.remove(table);
    for other in &mut model.tables {
        let lost: Vec<u32> =
            other.references.iter().filter(|it| it.1 == gone.key).map(|it| it.0).collect();
        other.references.retain(|it| it.1 != gone.key);
        other.columns.retain(|it| !lost.contains(&it.key));
        other.indexes.retain(|it| !lost.contains(&it.0));
        other.checks.retain(|it| !lost.contains(&it.0));
    }
    drop_views(model, &Of::Table(gone.key));
    forget_columns(model);
    "drop table".to_owned()
}

fn drop_views(model: &mut Model, of: &Of) {
    let gone: Vec<String> =
        model.views.iter().filter(|it| it.of == *of).map(|it| it.name.clone()).collect();
    model.views.retain(|it| it.of != *of);
    gone.into_iter().for_each(|name| drop_views(model, &Of::View(name)));
}

/// Views lose the columns that are no more.
fn forget_columns(model: &mut Model) {
    let keys: Vec<u32> = model.tables.iter().flat_map(|it| &it.columns).map(|it| it.key).collect();
    model.views.iter_mut().for_each(|it| it.columns.retain(|key| keys.contains(key)));
}

fn drop_column(model: &mut Model, table: usize, random: &mut Random) -> Option<String> {
    // A table with rows does not get a column back that is NOT NULL and has no default.
    let column = any_column(model, table, random).filter(|it| it.nullable || it.default);
    let (key, name) = column.map(|it| (it.key, it.name.clone()))?;
    let table = &mut model.tables[table];
    table.columns.retain(|it| it.key != key && it.generated != Some(key));
    let left: Vec<u32> = table.columns.iter().map(|it| it.key).collect();
    table.indexes.retain(|it| left.contains(&it.0));
    table.checks.retain(|it| left.contains(&it.0));
    forget_columns(model);
    Some(format!("drop column {name}"))
}

fn change_type(model: &mut Model, table: usize, random: &mut Random) -> Option<String> {
    let column = any_column(model, table, random)?;
    let wider: &[&'static str] = match &column.ty {
        Ty::Plain("integer") => &["bigint", "numeric(14,2)", "text"],
        Ty::Plain("bigint") => &["numeric", "text"],
        Ty::Plain("varchar(20)") => &["varchar(40)", "text"],
        Ty::Plain("numeric(10,2)") => &["numeric(14,2)", "text"],
        Ty::Plain("boolean" | "date") => &["text"],
        Ty::Enum(_) => &["text"],
        Ty::Plain(_) | Ty::EnumArray(_) => &[],
    };
    if wider.is_empty() {
        return None;
    }
    let was = column.ty.clone();
    column.ty = Ty::Plain(random.of::<&str>(wider));
    let (key, name) = (column.key, column.name.clone());
    let table = &mut model.tables[table];
    if is_number(&was) && !table.columns.iter().any(|it| it.key == key && is_number(&it.ty)) {
        table.checks.retain(|it| it.0 != key);
        table.columns.retain(|it| it.generated != Some(key));
        let left: Vec<u32> = table.columns.iter().map(|it| it.key).collect();
        table.indexes.retain(|it| left.contains(&it.0));
        forget_columns(model);
    }
    Some(format!("type of {name}: {was:?}"))
}

fn rename_column(model: &mut Model, table: usize, random: &mut Random) -> Option<String> {
    let name = model.name("r", random);
    let column = any_column(model, table, random)?;
    if column.renamed_from.is_some() || column.name.starts_with('r') {
        return None;
    }
    column.renamed_from = Some(std::mem::replace(&mut column.name, name));
    Some(format!("rename column {:?}", column.renamed_from))
}

fn rename_table(model: &mut Model, table: usize, random: &mut Random) -> Option<String> {
    let name = model.name("rt_", random);
    let table = &mut model.tables[table];
    if table.renamed_from.is_some() {
        return None;
    }
    table.renamed_from = Some(std::mem::replace(&mut table.name, name));
    Some("rename table".to_owned())
}

fn change_view(model: &mut Model, random: &mut Random) -> Option<String> {
    let n = random.below(model.views.len());
    let tables = model.tables.clone();
    let view = model.views.get_mut(n)?;
    match (random.below(4), &view.of) {
        (0, Of::Table(key)) => {
            let table = tables.iter().find(|it| it.key == *key)?;
            let fresh = table.columns.iter().find(|it| !view.columns.contains(&it.key))?;
            view.columns.push(fresh.key);
        }
        (1, _) => {
            view.columns.pop()?;
        }
        (2, _) => view.materialized = !view.materialized,
        _ => view.condition = Some(view.condition.unwrap_or(1) + 1),
    }
    Some(format!("change view {}", view.name))
}

fn change_enum(model: &mut Model, random: &mut Random) -> Option<String> {
    let n = random.below(model.enums.len());
    let name = model.name("l_", random).replace(' ', "_");
    let renamed = model.name("rm_", random);
    let it = model.enums.get_mut(n)?;
    match random.below(4) {
        0 | 1 => {
            let at = random.below(it.labels.len() + 1);
            it.labels.insert(at, name);
        }
        2 => {
            let n = random.below(it.labels.len());
            if it.renamed.iter().any(|(_, to)| *to == it.labels[n])
                || it.labels[n].starts_with("l_")
            {
                return None;
            }
            let from = std::mem::replace(&mut it.labels[n], name.clone());
            it.renamed.push((from, name));
        }
        _ if it.renamed_from.is_none() => {
            it.renamed_from = Some(std::mem::replace(&mut it.name, renamed))
        }
        _ => it.labels.reverse(),
    }
    Some(format!("enum {}", it.name))
}
