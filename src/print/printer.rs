//! What kinds write with: names as the file at hand sees them, documentation, blocks.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only some have what is looked for here"
)]

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::unnamed::unnamed;
use super::{print_object, rust_name};
use crate::catalog::{Catalog, Entry};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::privilege::{self, Privilege};
use crate::object::signature;
use crate::object::type_text;
use crate::sql::builtin::extensions;
use crate::sql::definition::{self, Definition, ForeignOption};
use crate::sql::expr::Expr;
use crate::sql::ident::{dollar_quote, quote_ident, quote_literal};
use crate::sql::keywords::category;
use crate::sql::type_name::{PG_CATALOG, TypeName};
use crate::sql::writer::comma;

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
    /// Whether each object is written for itself.
    pub(super) alone: bool,
}

impl<'c> Context<'c> {
    /// For single objects: all names are said, and nothing stands in the block of another.
    pub(super) fn alone(catalog: &'c Catalog) -> Self {
        Context {
            catalog,
            unnamed: FxHashSet::default(),
            rust_names: BTreeMap::new(),
            partitions: BTreeMap::new(),
            nested: FxHashSet::default(),
            alone: true,
        }
    }

    pub(super) fn new(catalog: &'c Catalog) -> Self {
        let (partitions, nested) = nested(catalog);
        let (unnamed, rust_names) = (unnamed(catalog), rust_name::propose(catalog));
        Context { catalog, unnamed, rust_names, partitions, nested, alone: false }
    }
}

/// Returns the partitions that stand in the block of their parents, which make them: by parent, and all of them.
fn nested(catalog: &Catalog) -> (BTreeMap<Qualified, Vec<&Address>>, FxHashSet<Address>) {
    let mut partitions: BTreeMap<Qualified, Vec<&Address>> = BTreeMap::new();
    for (at, entry) in catalog.of(Kind::Table) {
        let Object::Table(table) = &entry.object else { continue };
        let of = table.partition_of.as_ref().filter(|of| !of.attached && !table.unlogged);
        let parent = of.map(|of| &of.parent).filter(|it| {
            catalog.get(&Address::new(Kind::Table, it.schema.clone(), it.name.clone())).is_some()
        });
        if let Some(parent) = parent {
            partitions.entry(parent.clone()).or_default().push(at);
        }
    }
    let nested = partitions.values().flatten().map(|at| (*at).clone()).collect();
    (partitions, nested)
}

/// Writes the text of one file.
pub(crate) struct Printer<'c> {
    pub(crate) catalog: &'c Catalog,
    context: &'c Context<'c>,
    /// The schema of the file.
    home: Name,
    text: String,
}

impl<'c> Printer<'c> {
    pub(super) fn new(context: &'c Context<'c>, home: Name) -> Self {
        Printer { catalog: context.catalog, context, home, text: String::new() }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Adds text as it is.
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes an object that belongs to no other: its documentation, itself, and its privileges.
    pub(super) fn item(&mut self, at: &Address, entry: &Entry) {
        self.itself(at, entry);
        self.grant_items(at, entry);
        if at.kind.is_relation() && !self.context.alone {
            let catalog = self.catalog;
            for (at, entry) in catalog.of_relation(Kind::PrivilegesOn, &at.relation()) {
                print_object(at, entry, self);
            }
        }
    }

    /// Writes an object with its documentation.
    pub(super) fn itself(&mut self, at: &Address, entry: &Entry) {
        self.before(entry);
        print_object(at, entry, self);
    }

    /// Writes the privileges of an object that has no block.
    pub(super) fn grant_items(&mut self, at: &Address, entry: &Entry) {
        if has_block(at.kind) || at.kind == Kind::PrivilegesOn {
            return;
        }
        let word = match (at.kind, entry.object.sql_word()) {
            (Kind::Server, _) => "foreign server",
            (Kind::Aggregate, _) => "function",
            (_, word) => word,
        };
        let target = match at.kind {
            Kind::Routine | Kind::Aggregate => format!("{word} {}", self.routine_ref(at)),
            _ if at.schema.is_empty() => format!("{word} {}", quote_ident(&at.name)),
            _ => format!("{word} {}", self.declared(at)),
        };
        for statement in privilege::statements(&entry.privileges, TARGET) {
            let line = lower(&statement).replacen(TARGET, &target, 1);
            self.push(&format!("{line};\n"));
        }
    }

    /// Tells whether each object is written for itself.
    pub(crate) fn is_alone(&self) -> bool {
        self.context.alone
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
            self.before(entry);
            print_object(at, entry, self);
        }
    }

    /// Writes the members of a relation that are objects of their own, of one kind.
    pub(crate) fn members(&mut self, kind: Kind, relation: &Qualified, but: &FxHashSet<Address>) {
        if self.context.alone {
            return;
        }
        let catalog = self.catalog;
        for (at, entry) in catalog.of_relation(kind, relation).filter(|(at, _)| !but.contains(at)) {
            self.before(entry);
            print_object(at, entry, self);
            self.push(";\n");
        }
    }

    /// Writes what stands before an object: its documentation, and what attributes say of it.
    fn before(&mut self, entry: &Entry) {
        self.docs(entry.comment.as_deref());
        if !entry.extensions.is_empty() {
            let is_plain = |it: &str| it.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            let names = entry.extensions.iter().map(|it| match it.as_str() {
                plain if is_plain(plain) => plain.to_owned(),
                other => quote_literal(other),
            });
            self.push(&format!("#[depends_on_extension({})]\n", comma(names)));
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

    /// Writes the comment of what comes with what follows.
    pub(crate) fn comment_beside(&mut self, comment: Option<&str>, what: &str) {
        if let Some(comment) = comment {
            self.push(&format!("#[comment({}, {what})]\n", quote_literal(comment)));
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

    /// Tells whether bare names of this file are of a schema.
    pub(crate) fn is_home(&self, schema: &str) -> bool {
        self.home == schema
    }

    /// Returns a routine with its argument types, as it is referred to in this file.
    pub(crate) fn routine_ref(&self, at: &Address) -> String {
        let (name, types) = signature::split(&at.name);
        let name = Qualified::new(at.schema.clone(), name);
        format!("{}{types}", self.path(&name))
    }

    /// Returns a type as it is written in this file.
    pub(crate) fn ty(&self, ty: &TypeName) -> String {
        let text = ty.to_string();
        if ty.is_builtin() {
            let is_word = !text.starts_with('"') && category(&ty.name).is_some();
            let hidden = !is_word && self.declares_type(&ty.name);
            return if hidden { format!("{PG_CATALOG}.{text}") } else { text };
        }
        let bare = ty.schema == self.home && (self.declares_type(&ty.name) || self.is_provided(ty));
        if !bare {
            return text;
        }
        TypeName { schema: Name::default(), ..ty.clone() }.to_string()
    }

    /// Returns a list with its types, under these names, as they are written in this file.
    pub(crate) fn with_types(&self, list: &[Definition], names: &[&str]) -> Vec<Definition> {
        let write = |it: &Definition| match &it.value {
            Some(value) if names.contains(&it.name.as_str()) => {
                let value = Some(self.ty(&type_text::parse(value)).into());
                Definition { name: it.name.clone(), value }
            }
            _ => it.clone(),
        };
        list.iter().map(write).collect()
    }

    /// Tells whether an extension that the compiler knows brings a type.
    fn is_provided(&self, ty: &TypeName) -> bool {
        let brings = |(at, entry): (&Address, &Entry)| {
            let Object::Extension(it) = &entry.object else { return false };
            let known = extensions::find(&at.name);
            it.schema.as_ref() == Some(&ty.schema)
                && known
                    .and_then(|it| it.provided)
                    .is_some_and(|it| it.type_named(&ty.name).is_some())
        };
        self.catalog.of(Kind::Extension).any(brings)
    }

    /// Tells whether a type of this bare name is declared, which hides PostgreSQL's own.
    fn declares_type(&self, name: &Name) -> bool {
        [&self.home, &Name::new_static("public")].into_iter().any(|schema| {
            let is_there = |kind| {
                self.catalog.get(&Address::new(kind, schema.clone(), name.clone())).is_some()
            };
            Kind::TYPES.into_iter().chain(Kind::RELATIONS).any(is_there)
        })
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

/// Tells whether objects of a kind have a block that holds their privileges.
pub(crate) fn has_block(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Table
            | Kind::ForeignTable
            | Kind::View
            | Kind::MaterializedView
            | Kind::EnumType
            | Kind::CompositeType
    )
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
fn grants(privileges: &[Privilege]) -> Vec<String> {
    let statements = privilege::statements(privileges, TARGET);
    statements.iter().map(|it| lower(&it.replacen(&format!(" ON {TARGET}"), "", 1))).collect()
}

/// Stands for the object of a grant that is in its block.
const TARGET: &str = "\u{1}";

/// Writes the words of a statement in lower case; names in quotes stay as they are.
pub(crate) fn lower(statement: &str) -> String {
    let mut out = String::with_capacity(statement.len());
    let mut quoted = false;
    for c in statement.chars() {
        quoted ^= c == '"';
        if quoted { out.push(c) } else { out.push(c.to_ascii_lowercase()) }
    }
    out
}
