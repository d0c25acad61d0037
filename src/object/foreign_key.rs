//! Foreign keys: `pg_constraint` with `contype = 'f'`. A kind of their own, so that tables are never in a circle by them.

use super::address::{Address, Kind, Name, Qualified};
use super::column::relation_addresses;
use super::constraint_flags::{
    Timing, Validation, drop_constraint, flags_sql, read_flags, validate, validates,
};
use super::contract::{Alter, ObjectKind};
use super::reader::Reader;
use super::renames::Renames;
use super::steps::Steps;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::sql::ident::quote_ident;
use crate::sql::writer::name_list;
use crate::syntax::{Node, Rule};

rule!(MATCH_PARTIAL, Error, "match-partial");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&MATCH_PARTIAL];

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKey {
    /// The referencing columns.
    pub columns: Vec<Name>,
    /// The referenced table.
    pub table: Qualified,
    /// The referenced columns; empty means the primary key.
    pub referenced: Vec<Name>,
    /// Whether the last column is a period on both sides (PostgreSQL 18 and later).
    pub period: bool,
    /// Whether some NULLs among the columns are refused (`MATCH FULL`).
    pub match_full: bool,
    /// What happens when the referenced row is deleted.
    pub on_delete: Action,
    /// What happens when its key is changed.
    pub on_update: Action,
    /// When it is checked.
    pub timing: Timing,
    /// Whether it holds for rows that were there before.
    pub validation: Validation,
}

/// What happens to a referencing row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Action {
    /// The change is refused at the end of the statement or transaction.
    #[default]
    NoAction,
    /// The change is refused at once.
    Restrict,
    /// The row follows.
    Cascade,
    /// These columns, or all when empty, become NULL.
    SetNull(Vec<Name>),
    /// These columns, or all when empty, get their default.
    SetDefault(Vec<Name>),
}

impl ObjectKind for ForeignKey {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let name = node.child(Rule::constraint_name).and_then(|it| cx.child_name(it));
        let body = node.child(Rule::foreign_key)?;
        let flags: Vec<Node<'_>> = node.all(Rule::constraint_flag).collect();
        ForeignKey::of(name, body, &flags, &[], cx)
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        relation_addresses(&at.relation(), out);
        relation_addresses(&self.table, out);
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let period = |names: &[Name]| match names.split_last() {
            Some((last, rest)) if self.period => {
                let mut parts: Vec<String> = rest.iter().map(|name| quote_ident(name).into_owned()).collect();
                parts.push(format!("PERIOD {}", quote_ident(last)));
                parts.join(", ")
            }
            _ => name_list(names),
        };
        let referenced = if self.referenced.is_empty() { String::new() } else { format!(" ({})", period(&self.referenced)) };
        let mut sql = format!(
            "ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {}{referenced}",
            at.relation(),
            quote_ident(&at.name),
            period(&self.columns),
            self.table
        );
        if self.match_full {
            sql.push_str(" MATCH FULL");
        }
        for (word, action) in [("UPDATE", &self.on_update), ("DELETE", &self.on_delete)] {
            if *action != Action::NoAction {
                sql.push_str(&format!(" ON {word} {}", action.sql()));
            }
        }
        sql.push_str(flags_sql(self.timing, self.validation));
        steps.push(sql);
    }

    fn drop(&self, at: &Address, _target: &str, steps: &mut Steps<'_>) {
        drop_constraint(at, steps);
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        let rest = ForeignKey { validation: new.validation, timing: new.timing, ..self.clone() };
        if rest != *new || !validates(self.validation, new.validation) {
            return Alter::Replace;
        }
        if self.timing != new.timing {
            let words = match new.timing {
                Timing::Immediate => "NOT DEFERRABLE",
                Timing::Deferrable => "DEFERRABLE INITIALLY IMMEDIATE",
                Timing::Deferred => "DEFERRABLE INITIALLY DEFERRED",
            };
            let (table, name) = (at.relation(), quote_ident(&at.name));
            steps.push(format!("ALTER TABLE {table} ALTER CONSTRAINT {name} {words}"));
        }
        if self.validation != new.validation {
            validate(at, steps);
        }
        Alter::InPlace
    }

    fn rename(&mut self, at: &Address, renames: &Renames) {
        renames.column_list(&at.relation(), &mut self.columns);
        renames.column_list(&self.table, &mut self.referenced);
        renames.relation(&mut self.table);
        for action in [&mut self.on_delete, &mut self.on_update] {
            if let Action::SetNull(columns) | Action::SetDefault(columns) = action {
                renames.column_list(&at.relation(), columns);
            }
        }
    }
}

impl ForeignKey {
    /// Reads a foreign key from `references …` of a column or `foreign key …` of a table.
    pub(crate) fn of(name: Option<Name>, body: Node<'_>, flags: &[Node<'_>], columns: &[Name], cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let references = if body.rule() == Rule::references { body } else { body.child(Rule::references)? };
        let key = body.child(Rule::key_columns).filter(|_| body.rule() == Rule::foreign_key);
        let own = key.map(|key| key_columns(key, cx));
        let target = references.child(Rule::key_columns).map(|key| key_columns(key, cx)).unwrap_or_default();
        let table = cx.relation_ref(references.child(Rule::path)?)?;
        let action = |rule_of: Rule, cx: &mut Reader<'_>| {
            let action = references.child(rule_of).and_then(|it| it.child(Rule::referential_action));
            action.map(|it| Action::read(it, cx)).unwrap_or_default()
        };
        let match_word = references.child(Rule::match_type).and_then(|it| it.first());
        if let Some(word) = match_word.filter(|it| it.is("partial")) {
            let diagnostic = Diagnostic::new(&MATCH_PARTIAL, "PostgreSQL has no `match partial`").label(word.span(), "here");
            cx.report(diagnostic.help("use `match full` or `match simple`"));
        }
        let (timing, validation) = read_flags(flags);
        let foreign_key = ForeignKey {
            period: key.is_some_and(|it| it.all(Rule::key_column).any(|column| column.has(Rule::period))),
            columns: own.unwrap_or_else(|| columns.to_vec()),
            table,
            referenced: target,
            match_full: match_word.is_some_and(|it| it.is("full")),
            on_delete: action(Rule::on_delete, cx),
            on_update: action(Rule::on_update, cx),
            timing,
            validation,
        };
        let relation = cx.relation();
        Some((Address::of(Kind::ForeignKey, &relation, name.unwrap_or_default()), foreign_key))
    }
}

fn key_columns(list: Node<'_>, cx: &mut Reader<'_>) -> Vec<Name> {
    list.all(Rule::key_column).filter_map(|it| cx.child_name(it)).collect()
}

impl Action {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Action {
        let columns = node.child(Rule::columns).map(|it| cx.names(it)).unwrap_or_default();
        match node.child(Rule::action_word).map(|it| it.words()).as_deref() {
            Some("restrict") => Action::Restrict,
            Some("cascade") => Action::Cascade,
            Some("set null") => Action::SetNull(columns),
            Some("set default") => Action::SetDefault(columns),
            _ => Action::NoAction,
        }
    }

    fn sql(&self) -> String {
        let with = |word: &str, columns: &[Name]| match columns {
            [] => word.to_owned(),
            columns => format!("{word} ({})", name_list(columns)),
        };
        match self {
            Action::NoAction => "NO ACTION".to_owned(),
            Action::Restrict => "RESTRICT".to_owned(),
            Action::Cascade => "CASCADE".to_owned(),
            Action::SetNull(columns) => with("SET NULL", columns),
            Action::SetDefault(columns) => with("SET DEFAULT", columns),
        }
    }
}
