//! How the columns of a table become others: `ALTER TABLE … ADD | DROP | ALTER COLUMN`.
//!
//! The order of columns is no part of it: PostgreSQL can't change that.

use std::collections::BTreeSet;

use super::address::{Name, Qualified};
use super::column::{Column, Identity, Value};
use super::column_comments;
use super::identity;
use super::narrowing;
use super::renames::Renames;
use super::steps::Steps;
use crate::sql::builtin::casts::CastContext;
use crate::sql::builtin::postgresql;
use crate::sql::definition::{Parameters, write};
use crate::sql::ident::{quote_ident, quote_literal};
use crate::sql::type_name::TypeName;
use crate::sql::writer::comma;

/// The columns of one relation, before and after.
pub(crate) struct Columns<'c> {
    pub(crate) old: &'c [Column],
    pub(crate) new: &'c [Column],
    pub(crate) table: Qualified,
    /// `TABLE` or `FOREIGN TABLE`.
    pub(crate) word: &'static str,
}

impl Columns<'_> {
    /// Writes what makes the new columns of the old ones.
    pub(crate) fn write(&self, steps: &mut Steps<'_>) {
        let known = |list: &[Column], name: &Name| list.iter().any(|it| it.name == *name);
        let skipped = steps.altering.inherited.clone();
        let own = |it: &&Column| !it.inherited && !skipped.contains(&it.name);
        let is_dropped = |it: &&Column| !known(self.new, &it.name) || self.is_made_again(it, steps);
        let mut dropped: Vec<&Column> = self.old.iter().filter(own).filter(is_dropped).collect();
        // What is generated from other columns goes before them.
        dropped.sort_by_key(|it| !matches!(it.value, Value::Generated(..)));
        for column in dropped {
            let name = quote_ident(&column.name);
            if steps.altering.released.contains(&column.name) {
                steps.before.push(format!("{} DROP DEFAULT", self.alter_column(&column.name)));
            }
            let sql = format!("ALTER {} {} DROP COLUMN {name}", self.word, self.table);
            match column.value {
                Value::Generated(..) => steps.push(sql),
                Value::Null | Value::Default(_) | Value::Identity(..) => {
                    steps.push_lossy(sql, format!("the values of column {name} of {}", self.table));
                }
            }
        }
        let mut there: Vec<&Column> = self.new.iter().filter(own).collect();
        there.sort_by_key(|it| matches!(it.value, Value::Generated(..)));
        for new in there {
            match self.old.iter().find(|it| it.name == new.name) {
                Some(old) if !self.is_made_again(old, steps) => self.alter(old, new, steps),
                _ => self.add(new, steps),
            }
        }
        self.write_inherited(steps);
        for (before, after) in std::mem::take(&mut steps.altering.passed_on) {
            self.differ_from_parent(&before, &after, steps);
        }
    }

    /// What a partition has otherwise than its parent, which was altered before.
    fn differ_from_parent(&self, before: &Column, after: &Column, steps: &mut Steps<'_>) {
        let alter = self.alter_column(&after.name);
        if before.value != after.value {
            match &after.value {
                Value::Default(expr) => steps.push(format!("{alter} SET DEFAULT {expr}")),
                Value::Null => steps.push(format!("{alter} DROP DEFAULT")),
                // These a partition has as its parent has them.
                Value::Generated(..) | Value::Identity(..) => {}
            }
        }
        if before.not_null != after.not_null {
            let word = if after.not_null { "SET" } else { "DROP" };
            steps.push(format!("{alter} {word} NOT NULL"));
        }
        self.settings(before, after, steps);
    }

    /// What a child says of columns that it only inherits.
    fn write_inherited(&self, steps: &mut Steps<'_>) {
        let table = self.table.to_string();
        for new in self.new.iter().filter(|it| it.inherited) {
            let old = self.old.iter().find(|it| it.name == new.name && it.inherited);
            let again = steps.altering.overridden.contains(&new.name);
            if old != Some(new) || again {
                new.overrides(&table, self.word).into_iter().for_each(|sql| steps.push(sql));
                new.settings(&table, self.word).into_iter().for_each(|sql| steps.push(sql));
            }
        }
        for old in self.old.iter().filter(|it| it.inherited) {
            let is_gone = !self.new.iter().any(|it| it.name == old.name);
            if is_gone && matches!(old.value, Value::Default(_)) {
                steps.push(format!("{} DROP DEFAULT", self.alter_column(&old.name)));
            }
        }
    }

    /// Tells whether a column is dropped and added again: what it is computed from can't be changed under it.
    fn is_made_again(&self, old: &Column, steps: &Steps<'_>) -> bool {
        let Some(new) = self.new.iter().find(|it| it.name == old.name) else { return false };
        match (&old.value, &new.value) {
            (Value::Generated(..), Value::Generated(..)) => {
                steps.altering.regenerated.contains(&old.name)
                    || old.value != new.value
                    || old.ty != new.ty
                    || old.collation != new.collation
            }
            (_, Value::Generated(..)) => true,
            (Value::Generated(_, super::column::Generation::Virtual), _) => true,
            _ => false,
        }
    }

    fn alter_column(&self, name: &Name) -> String {
        format!("ALTER {} {} ALTER COLUMN {}", self.word, self.table, quote_ident(name))
    }

    fn add(&self, new: &Column, steps: &mut Steps<'_>) {
        let late = steps.later_defaults.contains(&new.name);
        let table = self.table.to_string();
        steps.push(format!("ALTER {} {table} ADD COLUMN {}", self.word, new.sql(late)));
        new.settings(&table, self.word).into_iter().for_each(|sql| steps.push(sql));
        identity::write(std::slice::from_ref(new), &self.table, steps);
        column_comments::write(std::slice::from_ref(new), &self.table, steps);
    }

    fn alter(&self, old: &Column, new: &Column, steps: &mut Steps<'_>) {
        let alter = self.alter_column(&new.name);
        let retyped = steps.altering.retyped.contains(&new.name);
        let has_new_type = retyped || old.ty != new.ty || old.collation != new.collation;
        self.release(old, new, has_new_type, steps);
        if narrowing::is_narrower_integer(&old.ty, &new.ty) {
            self.narrow_sequence(old, new, steps);
        }
        if has_new_type {
            let said = steps.altering.using.get(&new.name).cloned();
            let sql = format!("{alter} TYPE {}", type_clause(old, new, retyped, said));
            match narrowing::loss(&old.ty, &new.ty) {
                Some(loss) => {
                    let column = quote_ident(&new.name);
                    steps.push_lossy(sql, format!("{loss} of column {column} of {}", self.table));
                }
                None => steps.push(sql),
            }
        }
        self.nullability(old, new, steps);
        self.value(old, new, has_new_type, steps);
        self.settings(old, new, steps);
    }

    /// Takes away how the value came about, as far as the new column's comes about otherwise.
    fn release(&self, old: &Column, new: &Column, has_new_type: bool, steps: &mut Steps<'_>) {
        let alter = self.alter_column(&new.name);
        match (&old.value, &new.value) {
            (Value::Default(_), Value::Default(_)) => {
                if steps.altering.released.contains(&new.name) {
                    steps.before.push(format!("{alter} DROP DEFAULT"));
                } else if has_new_type {
                    // Not every default can be cast to the new type, even where every value can.
                    steps.push(format!("{alter} DROP DEFAULT"));
                }
            }
            (Value::Default(_), _) => steps.before.push(format!("{alter} DROP DEFAULT")),
            (Value::Identity(..), Value::Identity(..)) => {}
            (Value::Identity(..), _) => steps.before.push(format!("{alter} DROP IDENTITY")),
            (Value::Generated(..), Value::Generated(..)) | (Value::Null, _) => {}
            (Value::Generated(..), _) => steps.push(format!("{alter} DROP EXPRESSION")),
        }
    }

    fn nullability(&self, old: &Column, new: &Column, steps: &mut Steps<'_>) {
        let alter = self.alter_column(&new.name);
        let (old_key, new_key) = (
            steps.altering.old_key.contains(&new.name),
            steps.altering.new_key.contains(&new.name),
        );
        let was = old.not_null || old_key;
        let named = new.not_null_name.as_ref().filter(|_| new.not_null && !old.not_null);
        match (was, new.not_null || new_key) {
            (false, true) if new.not_null => {
                match named {
                    Some(name) => {
                        let no_inherit = if new.not_null_no_inherit { " NO INHERIT" } else { "" };
                        let (name, column) = (quote_ident(name), quote_ident(&new.name));
                        let (word, table) = (self.word, &self.table);
                        steps.push(format!("ALTER {word} {table} ADD CONSTRAINT {name} NOT NULL {column}{no_inherit}"));
                    }
                    None => steps.push(format!("{alter} SET NOT NULL")),
                }
            }
            (true, false) => steps.push(format!("{alter} DROP NOT NULL")),
            _ => {}
        }
        if old.not_null && new.not_null && old.not_null_name != new.not_null_name {
            self.rename_not_null(old, new, steps);
        }
    }

    /// Gives the NOT NULL constraint its new name, where the server keeps one: from PostgreSQL 18 on. What the server is
    /// need not be known where both names are said.
    fn rename_not_null(&self, old: &Column, new: &Column, steps: &mut Steps<'_>) {
        let both_said = old.not_null_name.is_some() && new.not_null_name.is_some();
        if !steps.version.map_or(both_said, |it| it.is_at_least(18)) {
            return;
        }
        let name = |it: &Column| {
            let default = || not_null_name(&self.table, &it.name);
            it.not_null_name.clone().unwrap_or_else(default)
        };
        let (from, to) = (name(old), name(new));
        if from != to {
            let (from, to) = (quote_ident(&from), quote_ident(&to));
            let table = &self.table;
            steps.push(format!("ALTER {} {table} RENAME CONSTRAINT {from} TO {to}", self.word));
        }
    }

    /// Says how the value comes about, as far as it did not come about so.
    fn value(&self, old: &Column, new: &Column, has_new_type: bool, steps: &mut Steps<'_>) {
        let alter = self.alter_column(&new.name);
        match (&old.value, &new.value) {
            (Value::Identity(before, from), Value::Identity(how, to)) => {
                if !narrowing::is_narrower_integer(&old.ty, &new.ty)
                    && let Some(sequence) = identity::sequence(old, &self.table)
                {
                    from.alter(to, &sequence.sql(), steps);
                }
                if before != how {
                    steps.push(format!("{alter} SET GENERATED {}", how.words()));
                }
                self.rename_sequence(old, new, steps);
            }
            (_, Value::Identity(how, options)) => {
                let clauses = options.clauses();
                let clauses = if clauses.is_empty() { clauses } else { format!(" ({clauses})") };
                steps.push(format!("{alter} ADD GENERATED {} AS IDENTITY{clauses}", how.words()));
                identity::write(std::slice::from_ref(new), &self.table, steps);
                steps.statements.extend(identity::goes_on(new, &self.table));
            }
            (before, Value::Default(expr)) => {
                let is_set = !has_new_type
                    && *before == new.value
                    && !steps.altering.released.contains(&new.name);
                if !is_set && !steps.later_defaults.contains(&new.name) {
                    steps.push(format!("{alter} SET DEFAULT {expr}"));
                }
            }
            (_, Value::Null | Value::Generated(..)) => {}
        }
    }

    /// Brings the sequence of an identity column within the bounds of the new type, which follows.
    fn narrow_sequence(&self, old: &Column, new: &Column, steps: &mut Steps<'_>) {
        if let (Value::Identity(_, from), Value::Identity(_, to)) = (&old.value, &new.value)
            && let Some(sequence) = identity::sequence(old, &self.table)
        {
            from.alter(to, &sequence.sql(), steps);
        }
    }

    fn rename_sequence(&self, old: &Column, new: &Column, steps: &mut Steps<'_>) {
        let (from, to) =
            (identity::sequence(old, &self.table), identity::sequence(new, &self.table));
        let (Some(from), Some(to)) = (from, to) else { return };
        if from.name != to.name {
            steps.push(format!("ALTER SEQUENCE {from} RENAME TO {}", quote_ident(&to.name)));
        }
        let logged = |it: &Column| match &it.value {
            Value::Identity(_, options) => options.logged,
            Value::Null | Value::Default(_) | Value::Generated(..) => None,
        };
        if logged(old) != logged(new) {
            identity::write(std::slice::from_ref(new), &self.table, steps);
        }
    }

    fn settings(&self, old: &Column, new: &Column, steps: &mut Steps<'_>) {
        let alter = self.alter_column(&new.name);
        let has_new_type = old.ty != new.ty;
        if old.storage != new.storage || (has_new_type && new.storage.is_some()) {
            let default = default_storage(&new.ty);
            let storage = new.storage.as_deref().or(default);
            match storage {
                Some(storage) => steps.push(format!("{alter} SET STORAGE {storage}")),
                // `DEFAULT` is read from PostgreSQL 16 on; of an older server only the type's own word is known.
                None => steps.push(format!("{alter} SET STORAGE DEFAULT")),
            }
        }
        if old.compression != new.compression {
            let method = new.compression.as_deref().unwrap_or("default");
            steps.push(format!("{alter} SET COMPRESSION {method}"));
        }
        if old.statistics != new.statistics {
            let target = new.statistics.as_deref().unwrap_or("-1");
            steps.push(format!("{alter} SET STATISTICS {target}"));
        }
        parameters(&old.with, &new.with, &alter, steps);
        let options = super::options::changes(&old.options, &new.options);
        if !options.is_empty() {
            steps.push(format!("{alter} OPTIONS ({})", comma(options)));
        }
        if old.comment != new.comment {
            let text = new.comment.as_deref().map_or("NULL".to_owned(), quote_literal);
            let name = quote_ident(&new.name);
            steps.push(format!("COMMENT ON COLUMN {}.{name} IS {text}", self.table));
        }
        if old.comments_beside != new.comments_beside {
            column_comments::change(old, new, &self.table, steps);
        }
    }
}

/// Writes what leads from some parameters to others: `… SET (…)` and `… RESET (…)`.
pub(crate) fn parameters(old: &Parameters, new: &Parameters, alter: &str, steps: &mut Steps<'_>) {
    let set: Vec<_> = new.0.iter().filter(|it| !old.0.contains(it)).cloned().collect();
    if !set.is_empty() {
        steps.push(format!("{alter} SET ({})", write(&set)));
    }
    let kept: BTreeSet<&str> = new.0.iter().map(|it| it.name.as_str()).collect();
    let gone: Vec<&str> =
        old.0.iter().map(|it| it.name.as_str()).filter(|it| !kept.contains(it)).collect();
    if !gone.is_empty() {
        steps.push(format!("{alter} RESET ({})", gone.join(", ")));
    }
}

impl Identity {
    fn words(self) -> &'static str {
        match self {
            Identity::Always => "ALWAYS",
            Identity::ByDefault => "BY DEFAULT",
        }
    }
}

fn type_clause(old: &Column, new: &Column, retyped: bool, said: Option<String>) -> String {
    let mut sql = new.ty.to_string();
    if let Some(collation) = &new.collation {
        sql.push_str(&format!(" COLLATE {collation}"));
    }
    let derived = || using(&old.ty, &new.ty, &new.name, retyped);
    if let Some(using) = said.or_else(derived) {
        sql.push_str(&format!(" USING {using}"));
    }
    sql
}

/// Returns the expression that makes values of the new type; `None` where PostgreSQL does it by itself.
///
/// A text that is too long for its new type must be refused, as an assignment does it: `USING x::varchar(3)` would cut it
/// off.
fn using(old: &TypeName, new: &TypeName, column: &Name, retyped: bool) -> Option<String> {
    let column = quote_ident(column);
    if retyped {
        let array = if new.dimensions == 0 { "" } else { "[]" };
        return Some(format!("{column}::text{array}::{new}"));
    }
    if old.without_modifier() == new.without_modifier() || is_assigned(old, new) {
        return None;
    }
    let new = new.without_modifier();
    match is_text(&new) {
        true if old.dimensions == 0 => Some(format!("{column}::text")),
        _ if is_text(old) || has_cast(old, &new) => Some(format!("{column}::{new}")),
        _ if 0 < old.dimensions && 0 < new.dimensions => Some(format!("{column}::text[]::{new}")),
        _ => Some(format!("{column}::text::{new}")),
    }
}

fn is_text(ty: &TypeName) -> bool {
    ["text", "character varying", "character"].iter().any(|name| ty.is(name))
}

/// Tells whether PostgreSQL has a cast between two of its own types that an assignment uses.
fn is_assigned(old: &TypeName, new: &TypeName) -> bool {
    if !old.is_builtin() || !new.is_builtin() || old.dimensions != new.dimensions {
        return false;
    }
    let cast = postgresql().cast(&old.name, &new.name).map(|it| it.context);
    // Everything can be assigned to a text (manual: CREATE CAST, notes).
    cast.map_or(is_text(new) && old.dimensions == 0, |it| it != CastContext::Explicit)
}

fn has_cast(old: &TypeName, new: &TypeName) -> bool {
    old.is_builtin()
        && new.is_builtin()
        && old.dimensions == new.dimensions
        && postgresql().cast(&old.name, &new.name).is_some()
}

/// Returns the storage that a type of PostgreSQL's own has where nothing is said; `None` where only the server knows.
pub(crate) fn default_storage(ty: &TypeName) -> Option<&'static str> {
    if 0 < ty.dimensions {
        return Some("EXTENDED");
    }
    if !ty.is_builtin() {
        return None;
    }
    match ty.name.as_str() {
        "numeric" | "inet" | "cidr" => Some("MAIN"),
        "text" | "character varying" | "character" | "bytea" | "json" | "jsonb" | "xml"
        | "tsvector" | "bit" | "bit varying" | "path" | "polygon" | "jsonpath" => Some("EXTENDED"),
        "tsquery" | "name" => Some("PLAIN"),
        _ => None,
    }
}

/// Takes the new names of columns and of their types.
pub(crate) fn rename(columns: &mut [Column], table: &Qualified, renames: &Renames) {
    for column in columns {
        // What PostgreSQL called the sequence stays its name.
        if let (Some(sequence), Value::Identity(_, options)) =
            (identity::sequence(column, table), &mut column.value)
        {
            let mut renamed = (table.clone(), column.name.clone());
            renames.column(table, &mut renamed.1);
            renames.relation(&mut renamed.0);
            let default = crate::sql::default_name::object_name(&renamed.0.name, &renamed.1, "seq");
            let is_default = sequence.name == default && sequence.schema == renamed.0.schema;
            let stays = Qualified::new(renamed.0.schema, sequence.name);
            options.name = (!is_default).then_some(stays);
        }
        let mut renamed = (table.clone(), column.name.clone());
        renames.column(table, &mut renamed.1);
        renames.relation(&mut renamed.0);
        // So does what it called the NOT NULL constraint.
        if column.not_null {
            let name = column.not_null_name.take();
            let name = name.unwrap_or_else(|| not_null_name(table, &column.name));
            let is_default = name == not_null_name(&renamed.0, &renamed.1);
            column.not_null_name = (!is_default).then_some(name);
        }
        column.name = renamed.1;
        renames.ty(&mut column.ty);
    }
}

/// Returns the name that PostgreSQL gives a NOT NULL constraint.
fn not_null_name(table: &Qualified, column: &Name) -> Name {
    crate::sql::default_name::object_name(&table.name, column, "not_null").into()
}
