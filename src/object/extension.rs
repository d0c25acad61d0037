//! Extensions: `CREATE EXTENSION`, `pg_extension`.

use super::address::{Address, Kind, Name};
use super::contract::{Alter, ObjectKind};
use super::reader::Reader;
use super::steps::Steps;
use crate::sql::ident::{dollar_quote, quote_ident, quote_literal};
use crate::syntax::{Node, Rule};

/// An extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Where its objects go; `None` leaves it to the extension, or to `public`.
    pub schema: Option<Name>,
    /// The version; `None` means the newest installed.
    pub version: Option<Name>,
    /// Whether what it needs is installed with it.
    pub cascade: bool,
}

impl ObjectKind for Extension {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let name = cx.child_name(node)?;
        let schema = node.child(Rule::in_schema).and_then(|it| cx.child_name(it));
        let version = node.child(Rule::version).and_then(|it| it.first());
        let version = version.map(|it| Name::from(it.text().trim_matches(['\'', '"'])));
        Some((Address::global(Kind::Extension, name), Extension { schema, version, cascade: node.has(Rule::cascade) }))
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.extend(self.schema.iter().map(|schema| Address::global(Kind::Schema, schema.clone())));
        let known = crate::sql::builtin::extensions::find(&at.name);
        out.extend(known.iter().flat_map(|it| &it.requires).map(|name| Address::global(Kind::Extension, *name)));
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        // `initdb` installs plpgsql, and a template may hold others.
        let mut sql = format!("CREATE EXTENSION IF NOT EXISTS {}", quote_ident(&at.name));
        // Some extensions insist on a schema of their own; the others go where the search path says unless told.
        if let Some(schema) = self.home(at) {
            sql.push_str(&format!(" SCHEMA {}", quote_ident(&schema)));
        }
        if let Some(version) = &self.version {
            sql.push_str(&format!(" VERSION {}", quote_literal(version)));
        }
        if self.cascade {
            sql.push_str(" CASCADE");
        }
        steps.push(sql);
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        let name = quote_ident(&at.name);
        let known = crate::sql::builtin::extensions::find(&at.name);
        let moved = match (self.home(at), new.home(at)) {
            (old, Some(new)) if old.as_ref() != Some(&new) => Some(new),
            _ => None,
        };
        if moved.is_some() && known.is_some_and(|it| !it.relocatable) {
            return Alter::Replace;
        }
        if let Some(schema) = moved {
            steps.push(format!("ALTER EXTENSION {name} SET SCHEMA {}", quote_ident(&schema)));
        }
        // Without a version any will do.
        let wanted = new.version.as_ref().filter(|it| self.version.as_ref() != Some(it));
        match (&self.version, wanted) {
            (_, None) => {}
            (Some(old), Some(new)) if parts(new) < parts(old) => {
                let told = format!("extension {name} stays at version {old}: extensions have no way back to {new}");
                let block = format!("BEGIN RAISE WARNING '%', {}; END", quote_literal(&told));
                steps.push(format!("DO {}", dollar_quote(&block)));
            }
            (_, Some(new)) => steps.push(format!("ALTER EXTENSION {name} UPDATE TO {}", quote_literal(new))),
        }
        Alter::InPlace
    }
}

impl Extension {
    /// Returns the schema that its objects are in, where that is known.
    fn home(&self, at: &Address) -> Option<Name> {
        let known = crate::sql::builtin::extensions::find(&at.name);
        let default = || known.filter(|it| it.schema.is_none()).map(|_| "public".into());
        self.schema.clone().or_else(default)
    }
}

/// Returns the numbers of a version.
fn parts(version: &str) -> Vec<u32> {
    version.split('.').map(|it| it.parse().unwrap_or(0)).collect()
}
