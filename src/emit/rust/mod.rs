//! Rust types for a catalog: a struct for each relation, an enum for each enum, a newtype for each domain and key.
//!
//! The text needs no crate of ours. It is written line by line, as rustfmt leaves it with its default settings, and
//! compiles in editions 2021 and 2024 (Rust 1.80 and later) without a warning of rustc or of clippy's default lints.
//!
//! # What is made of what
//! - A table, foreign table, view or materialized view: a struct with `TryFrom<&Row>`, which finds columns by name, so
//!   that any query with these columns will do, and which gives an error where `From` could only panic. A partition
//!   has the struct of its parent, unless it has a name of its own: `as X`.
//! - An enum: a Rust enum. It is written and read as a value of its type or as text.
//! - A domain, and the single column of a primary key: a newtype. Foreign keys have the type of what they point at.
//! - A composite type: a struct whose attributes are all optional, because PostgreSQL lets each be NULL.
//! - A range type: another name for `pg::Range`.
//!
//! The module `pg` holds what the others share and the types for which no crate is everyone's: `pg::Interval`,
//! `pg::Range`, `pg::Numeric`. Only what a catalog needs is written.

mod columns;
mod composites;
mod enums;
mod items;
mod names;
mod newtypes;
mod ranges;
mod shared;
mod tables;
mod types;
mod writer;

use std::collections::BTreeMap;

use crate::compile::Sound;
use crate::diagnostic::Diagnostics;
use crate::object::address::Name;
use items::{Item, Items, Shape};
use types::Types;
use writer::Writer;

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[
    &items::RUST_NAME_COLLISION,
    &items::WRONG_RUST_NAME,
    &columns::UNMAPPED_TYPE,
    &columns::UNKNOWN_VIEW_COLUMNS,
    &composites::SKIPPED_ATTRIBUTE,
];

/// What Rust text is made for.
///
/// A `uuid` is a `uuid::Uuid` and `json` a `serde_json::Value`: each has one crate that everyone uses. A column that
/// wants another type says so: `#[rust(type = path::Type)]`, with a path that starts at `crate` or at a crate's name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The client whose traits are implemented.
    pub client: Client,
    /// The crate for dates and times.
    pub time: Time,
    /// The type for `numeric`.
    pub decimal: Decimal,
    /// Whether types get serde's traits.
    pub serde: Serde,
}

/// The clients. They share their traits, so that a program with both may choose either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Client {
    /// The crate `tokio-postgres`.
    #[default]
    TokioPostgres,
    /// The crate `postgres`.
    Postgres,
}

/// The crates for dates and times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is called as its crate")]
pub enum Time {
    #[default]
    Chrono,
    Time,
    Jiff,
}

/// The types for `numeric`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decimal {
    /// `pg::Numeric`, which keeps every value that PostgreSQL can hold, as text, and needs no crate. It does not
    /// calculate.
    #[default]
    Text,
    /// `rust_decimal::Decimal`: up to 28 digits, and neither NaN nor infinity.
    RustDecimal,
}

/// Whether types get serde's traits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Serde {
    /// `Serialize` and `Deserialize`, under the names that SQL has.
    #[default]
    Derive,
    /// None.
    None,
}

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The path in the folder of generated files.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// Writes a file a schema, `pg.rs` and the `mod.rs` that names them.
///
/// # Errors
/// What has no Rust type or no Rust name of its own. Nothing is written then.
pub fn files(sound: Sound<'_>, options: &Options) -> Result<Vec<File>, Diagnostics> {
    let written = write(&sound, options, 0)?;
    let mut root = Writer::new(0);
    let mut files = Vec::new();
    for module in &written.modules {
        module.attributes(&mut root);
        root.line(&format!("pub mod {};", module.name));
        let path = format!("{}.rs", module.name.trim_start_matches("r#"));
        files.push(File { path, text: format!("{}\n{}", first_line(), module.text) });
    }
    let text = format!("{}{}\n{}", first_line(), written.manifest, root.finish());
    files.push(File { path: "mod.rs".to_owned(), text });
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// Writes one text for `include!`, with a module a schema and the module `pg`.
///
/// # Errors
/// As [`files`].
pub fn single(sound: Sound<'_>, options: &Options) -> Result<String, Diagnostics> {
    let written = write(&sound, options, 1)?;
    let mut out = Writer::new(0);
    for module in &written.modules {
        module.attributes(&mut out);
        out.open(&format!("pub mod {} {{", module.name));
        out.verbatim(&module.text);
        out.close("}");
    }
    Ok(format!("{}{}\n{}", first_line(), written.manifest, out.finish()))
}

/// Says what has no Rust type or no Rust name of its own.
pub fn check(sound: Sound<'_>, options: &Options) -> Diagnostics {
    write(&sound, options, 0).err().unwrap_or_default()
}

fn first_line() -> String {
    format!("// {} {}; do not edit.\n", super::MARKER, env!("CARGO_PKG_VERSION"))
}

/// All modules, and what `Cargo.toml` needs for them, as comments.
struct Written {
    modules: Vec<Module>,
    manifest: String,
}

struct Module {
    name: String,
    docs: Option<String>,
    text: String,
}

impl Module {
    /// Writes what stands before `pub mod`: the lints that names and documentation from SQL may raise are off.
    fn attributes(&self, out: &mut Writer) {
        out.blank();
        out.docs(self.docs.as_deref(), None);
        for lint in [
            "dead_code",
            "missing_docs",
            "clippy::doc_lazy_continuation",
            "clippy::enum_variant_names",
            "clippy::module_inception",
        ] {
            out.line(&format!("#[allow({lint})]"));
        }
    }
}

fn write(sound: &Sound<'_>, options: &Options, depth: usize) -> Result<Written, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let items = Items::gather(sound, &mut diagnostics);
    let types = Types::new(&items, options);
    let mut writers: BTreeMap<&Name, Writer> = BTreeMap::new();
    for item in items.iter() {
        let out = writers.entry(&item.at.schema).or_insert_with(|| Writer::new(depth));
        out.blank();
        write_item(item, &items, &types, &mut diagnostics, out);
    }
    if diagnostics.has_errors() {
        diagnostics.sort();
        return Err(diagnostics);
    }
    let mut modules: Vec<Module> = Vec::new();
    for (schema, writer) in writers {
        let mut head = Writer::new(depth);
        head.line("use super::pg;");
        let text = format!("{}\n{}", head.finish(), writer.finish());
        modules.push(Module {
            name: items.module(schema).to_owned(),
            docs: items.schema_docs(schema),
            text,
        });
    }
    if !modules.is_empty() {
        let docs = Some(
            "What the other modules share: reading and writing values as PostgreSQL sends them."
                .to_owned(),
        );
        modules.push(Module {
            name: items::SHARED.to_owned(),
            docs,
            text: shared::write(&types, options, depth),
        });
    }
    modules.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Written { modules, manifest: shared::manifest(&types, options) })
}

fn write_item(
    item: &Item<'_>,
    items: &Items<'_>,
    types: &Types<'_>,
    diagnostics: &mut Diagnostics,
    out: &mut Writer,
) {
    match item.shape {
        Shape::Enum(it) => enums::write(item, it, items, types, diagnostics, out),
        Shape::Domain(it) => newtypes::domain(item, it, items, types, diagnostics, out),
        Shape::Composite(it) => composites::write(item, it, items, types, diagnostics, out),
        Shape::Range(it) => ranges::write(item, it, items, types, diagnostics, out),
        Shape::Table(_) | Shape::ForeignTable(_) | Shape::View(_) | Shape::MaterializedView(_) => {
            newtypes::keys(item, items, types, diagnostics, out);
            tables::write(item, items, types, diagnostics, out);
        }
    }
}
