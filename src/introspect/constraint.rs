//! Constraints of tables but foreign keys: `pg_constraint` with `contype` `p`, `u`, `x` and `c`.

use super::elements;
use super::found::Found;
use super::index::{JOINS, PARTS, Parts, mark};
use super::query::{in_user_schema, of_no_extension};
use super::row::{Oid, Row, Unreadable};
use super::{PG_CLASS, PG_CONSTRAINT, Section, Viewpoint};
use crate::object::address::{Address, Kind, Name};
use crate::object::constraint::{Constraint, Demand, Exclusion, KeyIndex};
use crate::object::constraint_flags::{Timing, Validation};
use crate::sql::expr::Expr;

pub(super) const SECTIONS: &[Section] = &[
    Section { name: "checks", query: checks, read: read_check },
    Section { name: "keys and exclusions", query: keys, read: read_key },
];

/// What [`flags`] takes; `k` is `pg_constraint`.
pub(super) fn flag_columns(version: Viewpoint) -> &'static str {
    if version.is_at_least(18) {
        "k.condeferrable, k.condeferred, k.convalidated, k.conenforced"
    } else {
        "k.condeferrable, k.condeferred, k.convalidated, true"
    }
}

/// Takes what [`flag_columns`] asks for.
pub(super) fn flags(row: &mut Row<'_>) -> (Timing, Validation) {
    let timing = match (row.flag(), row.flag()) {
        (_, true) => Timing::Deferred,
        (true, false) => Timing::Deferrable,
        (false, false) => Timing::Immediate,
    };
    let validation = match (row.flag(), row.flag()) {
        (_, false) => Validation::NotEnforced,
        (false, true) => Validation::NotValid,
        (true, true) => Validation::Valid,
    };
    (timing, validation)
}

fn checks(version: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT k.oid, k.conrelid, k.conname, {}, k.connoinherit, k.conislocal, pg_get_expr(k.conbin, k.conrelid) \
         FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype = 'c' AND {} AND {}",
        flag_columns(version),
        in_user_schema("c.relnamespace"),
        of_no_extension("pg_class", "c.oid"),
    ))
}

fn read_check(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, relation, name): (Oid, Oid, Name) = (row.number()?, row.number()?, row.name()?);
    let (timing, validation) = flags(row);
    let (no_inherit, local) = (row.flag(), row.flag());
    let condition = Expr::new(elements::without_parentheses(row.text()?));
    let Some(table) = found.relation(relation) else { return Ok(()) };
    let constraint = Constraint {
        demand: Demand::Check { condition, no_inherit },
        timing,
        validation,
        index_comment: None,
    };
    if !local {
        found.inherited_checks.push((relation, oid));
    }
    found.add(PG_CONSTRAINT, oid, Address::of(Kind::Constraint, &table, name), constraint);
    Ok(())
}

fn keys(version: Viewpoint) -> Option<String> {
    let nulls = if version.is_at_least(15) { "i.indnullsnotdistinct" } else { "false" };
    let period = if version.is_at_least(18) { "k.conperiod" } else { "false" };
    Some(format!(
        "SELECT k.oid, i.indexrelid, k.conname, k.contype, {}, {PARTS}, {nulls}, {period}, i.indisclustered, i.indisreplident, \
         inh.inhparent, CASE WHEN k.conexclop IS NOT NULL THEN (SELECT array_agg(CASE WHEN n.nspname = 'pg_catalog' THEN o.oprname \
         ELSE quote_ident(n.nspname) || '.' || o.oprname END ORDER BY x.n) FROM unnest(k.conexclop) WITH ORDINALITY x (oid, n) \
         JOIN pg_operator o ON o.oid = x.oid JOIN pg_namespace n ON n.oid = o.oprnamespace) END, i.indisvalid \
         FROM pg_constraint k JOIN pg_index i ON i.indexrelid = k.conindid {JOINS} JOIN pg_class c ON c.oid = i.indrelid \
         LEFT JOIN pg_inherits inh ON inh.inhrelid = i.indexrelid \
         WHERE k.contype IN ('p', 'u', 'x') AND {} AND {}",
        flag_columns(version),
        in_user_schema("c.relnamespace"),
        of_no_extension("pg_class", "c.oid"),
    ))
}

fn read_key(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, index, name): (Oid, Oid, Name) = (row.number()?, row.number()?, row.name()?);
    let sort = row.text()?;
    let (timing, validation) = flags(row);
    let Some(parts) = Parts::read(row, found)? else { return Ok(()) };
    let (nulls_not_distinct, without_overlaps) = (row.flag(), row.flag());
    let (clustered, identity) = (row.flag(), row.flag());
    let parent: Option<Oid> = row.optional_number()?;
    let operators = row.names()?;
    let is_valid = row.flag();
    let Some(table) = found.relation(parts.relation) else { return Ok(()) };
    if !is_valid {
        found.problem(
            format!("constraint {name} on {table}"),
            "it was added to the partitioned table ONLY, and a source makes it for the partitions that lack it",
            "add it to each partition and attach its index: ALTER INDEX … ATTACH PARTITION",
        );
    }
    mark(found, parts.relation, &name, clustered, identity);
    let columns = parts.elements.iter().filter_map(|it| it.column().cloned()).collect();
    let key = KeyIndex {
        columns,
        include: parts.include.clone(),
        without_overlaps,
        nulls_not_distinct,
        with: parts.with.clone(),
        tablespace: parts.tablespace.clone(),
    };
    let demand = match sort {
        "p" => Demand::PrimaryKey(key),
        "u" => Demand::Unique(key),
        _ => Demand::Exclusion(Exclusion {
            method: parts.method,
            elements: parts.elements.into_iter().zip(operators).collect(),
            include: parts.include,
            with: parts.with,
            tablespace: parts.tablespace,
            predicate: parts.predicate,
        }),
    };
    found.index_parents.extend(parent.map(|parent| (index, parent)));
    let at = Address::of(Kind::Constraint, &table, name);
    let constraint = Constraint { demand, timing, validation, index_comment: None };
    found.add(PG_CONSTRAINT, oid, at, constraint);
    // Indexes of partitions name the one of their parent by its own number.
    found.alias(PG_CLASS, index, (PG_CONSTRAINT, oid));
    Ok(())
}
