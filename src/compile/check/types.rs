//! Types are made of other types than themselves, and the checks of a domain have names of their own.
#![expect(clippy::wildcard_enum_match_arm, reason = "of the many kinds, only types are looked at")]

use super::namespaces::NAME_IN_USE;
use super::{Objects, report};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::object::Object;
use crate::object::address::{Address, Name};
use crate::object::domain::Domain;
use crate::object::reader::Reader;
use crate::sql::type_name::TypeName;
use crate::syntax::Rule;

use crate::compile::read::Read;

rule!(TYPE_OF_ITSELF, Error, "type-of-itself");

/// The rules of this file.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&TYPE_OF_ITSELF];

/// No type is made of itself, and the checks of a domain differ in name.
pub(super) fn stand_alone(objects: &Objects<'_>, cx: &mut Reader<'_>) {
    for read in objects.reads {
        match &read.entry.object {
            Object::CompositeType(it) => {
                let own = it.attributes.iter().find(|attribute| is(&attribute.ty, &read.at));
                if let Some(attribute) = own {
                    let place = read.type_of(&attribute.name);
                    itself(read, place, "an attribute of a type can't be of that type", cx);
                }
            }
            Object::Table(it) => {
                let own = it.columns.iter().find(|column| is(&column.ty, &read.at));
                if let Some(column) = own {
                    let place = read.type_of(&column.name);
                    itself(read, place, "a column can't hold rows of its own table", cx);
                }
            }
            Object::Domain(it) => {
                if is(&it.base, &read.at) {
                    let place = read.clause(Rule::type_ref);
                    itself(read, place, "a domain can't narrow itself", cx);
                }
                checks_differ(read, it, cx);
            }
            _ => {}
        }
    }
}

fn is(ty: &TypeName, at: &Address) -> bool {
    ty.name == at.name && ty.schema == at.schema
}

fn itself(read: &Read, place: crate::source::Span, message: &str, cx: &mut Reader<'_>) {
    let diagnostic = Diagnostic::new(&TYPE_OF_ITSELF, message).label(place, "here");
    report(read, diagnostic.help("use another type"), cx);
}

fn checks_differ(read: &Read, domain: &Domain, cx: &mut Reader<'_>) {
    let names: Vec<&Name> = domain.checks.iter().map(|it| &it.name).collect();
    let twice =
        names.iter().enumerate().find(|(n, name)| names.iter().take(*n).any(|it| it == *name));
    if let Some((_, name)) = twice {
        let message = format!("two checks of `{}` are called `{name}`", read.at.name);
        let place = read.last_part(name);
        let diagnostic = Diagnostic::new(&NAME_IN_USE, message).label(place, "again here");
        let first = read.part(Rule::constraint_name, name);
        report(read, diagnostic.label(first, "first here").help("rename one of them"), cx);
    }
}
