//! What kinds write with: names as the file at hand sees them, documentation, blocks.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::print_object;
use crate::catalog::{Catalog, Entry};
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::privilege::{Granted, Privilege};
use crate::sql::definition::{self, Definition, ForeignOption};
use crate::sql::expr::Expr;
use crate::sql::ident::{dollar_quote, quote_ident, quote_literal};
use crate::sql::type_name::TypeName;

/// What is found out of a catalog before it is written.
#[derive(Debug)]
pub(super) struct Context<'c> {
    pub(super) catalog: &'c Catalog,
    /// Members whose names PostgreSQL would give.
    pub(super) unnamed: FxHashSet<Address>,
    /// What Rust is to call the rows of tables.
    pub(super) rust_names: BTreeMap<Address, String>,
    /// The partitions that stand in the block of each table.
    pub(super) partitions: BTreeMap<Qualified, Vec<&'c Address>>,
    /// All of them.
    pub(super) nested: FxHashSet<Address>,
}

/// Writes the text of one file.
pub(crate) struct Printer<'c> {
    pub(crate) catalog: &'c Catalog,
    context: &'c Context<'c>,
    /// The schema of the file.
    home: Name,
    text: String,
    /// What could not be written.
    unprinted: Vec<Address>,
}

impl<'c> Printer<'c> {
    pub(super) fn new(context: &'c Context<'c>, home: Name) -> Self {
        Printer {
            catalog: context.catalog,
            context,
            home,
            text: String::new(),
            unprinted: Vec::new(),
        }
    }

    /// Returns the text, and what is not in it.
    pub(super) fn finish(self) -> (String, Vec<Address>) {
        (self.text, self.unprinted)
    }

    /// Says that there is no way to write an object.
    pub(crate) fn unprinted(&mut self, at: &Address) {
        self.unprinted.push(at.clone());
    }

    /// Adds text as it is.
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes an object that belongs to no other: its documentation, itself, and its privileges.
    pub(super) fn item(&mut self, at: &Address, entry: &Entry) {
        self.docs(entry.comment.as_deref());
        print_object(at, entry, self);
        self.push("\n");
    }

    /// Tells how much was written.
    pub(crate) fn mark(&self) -> usize {
        self.text.len()
    }

    /// Takes back what was written since.
    pub(crate) fn back_to(&mut self, mark: usize) {
        self.text.truncate(mark);
    }

    /// Tells whether a partition stands in the block of its parent.
    pub(crate) fn is_nested(&self, at: &Address) -> bool {
        self.context.nested.contains(at)
    }

    /// Writes the partitions that stand in the block of a table.
    pub(crate) fn partitions(&mut self, parent: &Qualified) {
        for at in self.context.partitions.get(parent).into_iter().flatten() {
            let Some(entry) = self.catalog.get(at) else { continue };
            self.docs(entry.comment.as_deref());
            print_object(at, entry, self);
        }
    }

    /// Writes the members of a relation that are objects of their own, of one kind.
    pub(crate) fn members(&mut self, kind: Kind, relation: &Qualified, but: &FxHashSet<Address>) {
        let catalog = self.catalog;
        for (at, entry) in catalog.of_relation(kind, relation).filter(|(at, _)| !but.contains(at)) {
            self.docs(entry.comment.as_deref());
            print_object(at, entry, self);
            self.push(";\n");
        }
    }

    /// Writes a comment in front of what it is about. Lines that `///` can't hold stand in an attribute.
    pub(crate) fn docs(&mut self, comment: Option<&str>) {
        let Some(comment) = comment else { return };
        let fits = |line: &str| line.trim_end() == line && !line.contains(['\r', '\u{b}', '\u{c}']);
        if comment.split('\n').all(fits) {
            for line in comment.split('\n') {
                let blank = if line.is_empty() { "" } else { " " };
                self.push(&format!("///{blank}{line}\n"));
            }
        } else {
            self.push(&format!("#[comment({})]\n", quote_literal(comment)));
        }
    }

    /// Returns the name of an object that is declared here.
    pub(crate) fn declared(&self, at: &Address) -> String {
        self.path(&Qualified { schema: at.schema.clone(), name: at.name.clone() })
    }

    /// Returns ` as Name`, where Rust should call the object something else than PostgreSQL does.
    pub(crate) fn as_rust(&self, at: &Address) -> String {
        self.context.rust_names.get(at).map(|it| format!(" as {it}")).unwrap_or_default()
    }

    /// Returns a name as it is written in this file.
    pub(crate) fn path(&self, name: &Qualified) -> String {
        if name.schema == self.home { quote_ident(&name.name).into_owned() } else { name.sql() }
    }

    /// Returns a type as it is written in this file.
    pub(crate) fn ty(&self, ty: &TypeName) -> String {
        if ty.is_builtin() || ty.schema != self.home {
            return ty.to_string();
        }
        let bare = TypeName { schema: Name::default(), ..ty.clone() };
        bare.to_string()
    }

    /// Returns names with commas between.
    pub(crate) fn names<'n>(&self, names: impl IntoIterator<Item = &'n Name>) -> String {
        crate::sql::writer::name_list(names)
    }

    /// Returns `constraint NAME `, or nothing where PostgreSQL would give the name.
    pub(crate) fn constraint_name(&self, at: &Address) -> String {
        if self.is_unnamed(at) {
            String::new()
        } else {
            format!("constraint {} ", quote_ident(&at.name))
        }
    }

    /// Tells whether PostgreSQL would give a member its name.
    pub(crate) fn is_unnamed(&self, at: &Address) -> bool {
        self.context.unnamed.contains(at)
    }

    /// Returns SQL text in parentheses, or between dollar quotes where its braces or semicolons would end it.
    pub(crate) fn group(&self, expr: &Expr) -> String {
        group(expr.text())
    }

    /// Returns ` with (…)`, or nothing for none.
    pub(crate) fn with(&self, list: &[Definition]) -> String {
        if list.is_empty() { String::new() } else { format!(" with ({})", definitions(list)) }
    }

    /// Returns ` options (…)`, or nothing for none.
    pub(crate) fn options(&self, list: &[ForeignOption]) -> String {
        definition::write_options(list).replacen(" OPTIONS", " options", 1)
    }

    /// Returns ` owner NAME`, or nothing where nobody is said.
    pub(crate) fn owner(&self, entry: &Entry) -> String {
        entry
            .owner
            .as_ref()
            .map(|owner| format!(" owner {}", quote_ident(owner)))
            .unwrap_or_default()
    }

    /// Writes what any object's block ends with: owner and privileges.
    pub(crate) fn block_end(&mut self, entry: &Entry) {
        if let Some(owner) = &entry.owner {
            self.push(&format!("owner {};\n", quote_ident(owner)));
        }
        for line in grants(&entry.privileges) {
            self.push(&format!("{line};\n"));
        }
    }
}

/// Returns SQL text in parentheses, or between dollar quotes where the grammar of files would see its end too early.
pub(crate) fn group(text: &str) -> String {
    let plain = crate::sql::lex::tokens(text).iter().all(|it| {
        let text = it.range.of(text);
        text != ";" && text != "{" && text != "}"
    });
    if plain { format!("({text})") } else { dollar_quote(text) }
}

/// Writes `name = value` pairs; names are quoted where they must be.
pub(crate) fn definitions(list: &[Definition]) -> String {
    let name = |it: &Definition| {
        let parts: Vec<_> = it.name.split('.').map(quote_ident).collect();
        parts.join(".")
    };
    let parts = list.iter().map(|it| match &it.value {
        Some(value) => format!("{} = {value}", name(it)),
        None => name(it),
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// Writes `grant …` and `revoke …` as members say them: one for each set of roles and options.
pub(crate) fn grants(privileges: &[Privilege]) -> Vec<String> {
    let statements = crate::object::privilege::statements(privileges, "");
    let _ = Granted::Plain;
    statements.into_iter().map(|it| it.replacen(" ON  ", " ", 1)).collect()
}
