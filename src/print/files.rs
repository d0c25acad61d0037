//! Which object stands in which file, and in what order.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only some have what is looked for here"
)]

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::printer::{Context, Printer};
use crate::catalog::{Catalog, Entry};
use crate::format;
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::source::{Source, Sources};
use crate::sql::ident::quote_ident;

/// A file of source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path below the directory of the source, with `/` between parts.
    pub path: String,
    /// Its text, in the canonical layout.
    pub text: String,
}

/// How a source is cut into files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Split {
    /// One file a PostgreSQL schema.
    #[default]
    Schema,
    /// A directory a PostgreSQL schema, in it one file a table.
    Table,
}

/// Writes a catalog as source.
pub fn print(catalog: &Catalog, split: Split) -> Vec<File> {
    let context = Context::new(catalog);
    let nested = |at: &Address| context.nested.contains(at);
    files(&context, split, &|at| !nested(at))
}

/// Writes a catalog as one text: what is in `public` and in no schema first, then a section for each other schema, which
/// `in schema` begins ([`sections`](crate::syntax::sections) cuts it there). Nothing in it is about Rust.
pub fn whole(catalog: &Catalog) -> String {
    let mut context = Context::new(catalog);
    context.rust_names.clear();
    let place = |at: &Address| (home(catalog, at), None);
    let nested = |at: &Address| context.nested.contains(at);
    let mut files = files_at(&context, &place, &|at| !nested(at));
    files.sort_by_key(|it| it.text.starts_with("in schema "));
    let texts: Vec<String> = files.into_iter().map(|it| it.text).collect();
    texts.join("\n")
}

/// Returns the schema of the section that an object stands in: where its SQL text has bare names, the one that they are
/// looked up in first.
fn home(catalog: &Catalog, at: &Address) -> Name {
    let home = if at.kind == Kind::Schema { &at.name } else { &at.schema };
    match catalog.search(at).first().unwrap_or(home) {
        none if none.is_empty() => Name::new_static("public"),
        home => home.clone(),
    }
}

/// A catalog of which parts are written as source; partitions stand for themselves.
#[derive(Debug)]
pub struct Printing<'c> {
    context: Context<'c>,
}

impl<'c> Printing<'c> {
    /// Prepares to write parts of a catalog.
    pub fn new(catalog: &'c Catalog) -> Self {
        let mut context = Context::new(catalog);
        context.partitions.clear();
        context.nested.clear();
        Printing { context }
    }

    /// Writes an object as one item, as it stands in a file whose bare names are of a schema; grants are others.
    pub fn item(&self, at: &Address, entry: &Entry, home: &Name) -> String {
        let mut printer = Printer::new(&self.context, home.clone());
        printer.itself(at, entry);
        laid_out("object.schema", printer.into_text())
    }

    /// Writes the grants that stand behind an object without a block.
    pub fn grants(&self, at: &Address, entry: &Entry, home: &Name) -> String {
        let mut printer = Printer::new(&self.context, home.clone());
        printer.grant_items(at, entry);
        laid_out("object.schema", printer.into_text())
    }

    /// Writes the objects that are wanted, in files of their own.
    pub fn files(&self, split: Split, is_wanted: &dyn Fn(&Address) -> bool) -> Vec<File> {
        files(&self.context, split, is_wanted)
    }
}

/// Writes the objects that are wanted of those that belong to no other.
fn files(context: &Context<'_>, split: Split, is_wanted: &dyn Fn(&Address) -> bool) -> Vec<File> {
    files_at(context, &|at| place(at, split), is_wanted)
}

/// The same, in files that each object chooses.
fn files_at(
    context: &Context<'_>,
    place: &dyn Fn(&Address) -> Place,
    is_wanted: &dyn Fn(&Address) -> bool,
) -> Vec<File> {
    let catalog = context.catalog;
    let depths = depths(catalog);
    let mut files: BTreeMap<Place, Vec<(&Address, &Entry)>> = BTreeMap::new();
    let wanted = |at: &Address| at.relation.is_none() && is_wanted(at);
    for (at, entry) in catalog.iter().filter(|(at, _)| wanted(at)) {
        files.entry(place(at)).or_default().push((at, entry));
    }
    let mut taken = BTreeSet::new();
    let mut out = Vec::new();
    for ((schema, name), mut objects) in files {
        objects.sort_by_key(|(at, _)| (rank(at.kind), depths.get(*at).copied().unwrap_or(0), *at));
        let mut printer = Printer::new(context, schema.clone());
        if !schema.is_empty() && schema != "public" {
            printer.push(&format!("in schema {};\n\n", quote_ident(&schema)));
        }
        let mut last = None;
        for (at, entry) in objects {
            // Short items of one kind stand together; all else has air around it.
            if last.is_some_and(|last| last != at.kind || !is_short(at.kind)) {
                printer.push("\n");
            }
            last = Some(at.kind);
            printer.item(at, entry);
        }
        let path = path(&schema, name.as_deref(), &mut taken);
        out.push(File { text: laid_out(&path, printer.into_text()), path });
    }
    out.sort_by(|a, b| a.path.cmp(&b.path));
    out
}

/// The file of what belongs to the whole database.
const DATABASE: &str = "database";

/// The schema of a file, empty for the whole database, and the table that has it for itself.
type Place = (Name, Option<Name>);

/// Returns the schema of an object's file and, where tables have files of their own, the table.
fn place(at: &Address, split: Split) -> Place {
    let schema = if at.kind == Kind::Schema { at.name.clone() } else { at.schema.clone() };
    let own = split == Split::Table && matches!(at.kind, Kind::Table | Kind::ForeignTable);
    (schema, own.then(|| at.name.clone()))
}

/// Returns the path of a file: names that a file system can't hold are rewritten, and none is given twice, also where
/// upper and lower case are one.
fn path(schema: &str, table: Option<&str>, taken: &mut BTreeSet<String>) -> String {
    let safe = |name: &str| {
        let text: String = name
            .chars()
            .map(|c| if c.is_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' })
            .collect();
        let end = text.floor_char_boundary(100);
        text.get(..end).unwrap_or("").to_owned()
    };
    let stem = match (schema, table) {
        ("", _) => DATABASE.to_owned(),
        (schema, None) => safe(schema),
        (schema, Some(table)) => format!("{}/{}", safe(schema), safe(table)),
    };
    let mut numbered =
        std::iter::once(stem.clone()).chain((2_u32..).map(|n| format!("{stem}_{n}")));
    let free = numbered.find(|it| taken.insert(it.to_lowercase()));
    format!("{}.schema", free.unwrap_or(stem))
}

pub(super) fn laid_out(path: &str, text: String) -> String {
    let mut sources = Sources::default();
    let file = sources.add(Source::new(path, text));
    format::format(&sources, file).text
}

/// Returns where a kind stands in its file.
fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Schema => 0,
        Kind::Role => 1,
        Kind::Extension => 2,
        Kind::Language
        | Kind::AccessMethod
        | Kind::ForeignDataWrapper
        | Kind::Server
        | Kind::UserMapping => 3,
        Kind::Collation
        | Kind::EnumType
        | Kind::CompositeType
        | Kind::RangeType
        | Kind::BaseType
        | Kind::Domain => 4,
        Kind::Sequence => 5,
        Kind::Table | Kind::ForeignTable => 6,
        Kind::View | Kind::MaterializedView => 7,
        Kind::Routine | Kind::Aggregate => 8,
        Kind::Operator
        | Kind::OperatorFamily
        | Kind::OperatorClass
        | Kind::Cast
        | Kind::Conversion
        | Kind::Transform => 9,
        Kind::TextSearchParser
        | Kind::TextSearchTemplate
        | Kind::TextSearchDictionary
        | Kind::TextSearchConfiguration => 10,
        Kind::EventTrigger | Kind::Publication | Kind::Subscription => 11,
        Kind::PrivilegesOn | Kind::DefaultPrivileges | Kind::SecurityLabel | Kind::Raw => 12,
        Kind::Constraint
        | Kind::Index
        | Kind::Statistics
        | Kind::ForeignKey
        | Kind::Rule
        | Kind::Trigger
        | Kind::Policy => 13,
    }
}

/// Tells whether items of a kind are lines that read well without blank lines between.
fn is_short(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Role
            | Kind::Extension
            | Kind::Sequence
            | Kind::Cast
            | Kind::PrivilegesOn
            | Kind::DefaultPrivileges
            | Kind::Server
            | Kind::UserMapping
    )
}

/// Returns how many tables a table's foreign keys and parents lead through, at most: what is referred to comes first.
fn depths(catalog: &Catalog) -> FxHashMap<Address, u32> {
    let mut targets: FxHashMap<Qualified, BTreeSet<Qualified>> = FxHashMap::default();
    for (at, entry) in catalog.iter() {
        let to: Vec<&Qualified> = match &entry.object {
            Object::ForeignKey(it) => vec![&it.table],
            Object::Table(it) => {
                it.inherits.iter().chain(it.partition_of.as_ref().map(|of| &of.parent)).collect()
            }
            _ => continue,
        };
        targets.entry(at.relation()).or_default().extend(to.into_iter().cloned());
    }
    let mut depths: FxHashMap<Qualified, u32> = FxHashMap::default();
    let mut tables: Vec<&Qualified> = targets.keys().collect();
    tables.sort();
    for table in tables {
        depth(table, &targets, &mut depths);
    }
    let of = |at: &Address| depths.get(&at.relation()).copied().unwrap_or(0);
    let tables = catalog.of(Kind::Table).chain(catalog.of(Kind::ForeignTable));
    tables.map(|(at, _)| (at.clone(), of(at))).collect()
}

/// Finds the depth of a table and of all that it leads to; a way that comes back to itself counts no further.
fn depth(
    start: &Qualified,
    targets: &FxHashMap<Qualified, BTreeSet<Qualified>>,
    depths: &mut FxHashMap<Qualified, u32>,
) {
    let mut stack: Vec<(&Qualified, bool)> = vec![(start, false)];
    let mut open: FxHashSet<&Qualified> = FxHashSet::default();
    while let Some((table, done)) = stack.pop() {
        let next = || targets.get(table).into_iter().flatten();
        if done {
            let deepest = next().filter_map(|it| depths.get(it)).max();
            depths.insert(table.clone(), deepest.map_or(0, |it| it + 1));
            open.remove(table);
        } else if !depths.contains_key(table) && open.insert(table) {
            stack.push((table, true));
            let fresh = next().filter(|it| targets.contains_key(*it) && !open.contains(*it));
            stack.extend(fresh.map(|it| (it, false)));
        }
    }
}
