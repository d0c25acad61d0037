//! Publications of tables whose rows a subscriber could not find, and of every table there is.

use super::cx::Cx;
use super::find;
use super::relation::Relation;
use crate::diagnostic::rule::rule;
use crate::diagnostic::Diagnostic;
use crate::object::Object;
use crate::object::address::{Address, Kind};
use crate::object::publication::Publication;
use crate::object::replica_identity::ReplicaIdentity;
use crate::sql::definition::{unquote, value};

rule!(PUBLICATION_OF_ALL_TABLES, Note, Off, "publication-of-all-tables");
rule!(PUBLISHED_WITHOUT_IDENTITY, Warning, "published-without-identity");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] =
    &[&PUBLICATION_OF_ALL_TABLES, &PUBLISHED_WITHOUT_IDENTITY];

pub(super) fn check(cx: &Cx<'_>) {
    for (at, entry) in cx.catalog().of(Kind::Publication) {
        let Object::Publication(publication) = &entry.object else { continue };
        let Some(place) = cx.place(at) else { continue };
        if publication.all_tables {
            let span = find::words(cx, place.whole, &["all", "tables"]).unwrap_or(place.name);
            let message = format!("`{}` publishes every table, those to come too", at.name);
            let diagnostic = Diagnostic::new(&PUBLICATION_OF_ALL_TABLES, message)
                .label(span, "a table without a key then refuses updates and deletes")
                .help("name the tables: `for table …`");
            cx.report(place, diagnostic);
        }
        if publishes_changes(publication) {
            let published = |it: &&Relation<'_>| is_published(publication, it.at);
            let relations = cx.relations.iter().filter(published);
            relations.filter(|it| !has_identity(it)).for_each(|it| report(cx, at, it));
        }
    }
}

/// Tells whether updates or deletes are published; they are unless something else is said.
fn publishes_changes(publication: &Publication) -> bool {
    value(&publication.with.0, "publish").is_none_or(|text| {
        let text = unquote(text);
        text.split(',').any(|it| matches!(it.trim(), "update" | "delete"))
    })
}

fn is_published(publication: &Publication, at: &Address) -> bool {
    publication.all_tables
        || publication.schemas.contains(&at.schema)
        || publication.tables.iter().any(|it| it.table == at.relation())
}

/// A partition has the key of its parent, and a partitioned table no rows; both are left to the parent's own key.
fn has_identity(relation: &Relation<'_>) -> bool {
    let table = relation.table;
    let others = table.partition_of.is_some() || table.unlogged || !table.inherits.is_empty();
    match table.replica_identity {
        ReplicaIdentity::Default => others || relation.primary_key().is_some(),
        ReplicaIdentity::Nothing => false,
        ReplicaIdentity::Full | ReplicaIdentity::Index(_) => true,
    }
}

fn report(cx: &Cx<'_>, at: &Address, relation: &Relation<'_>) {
    let (name, place) = (&relation.at.name, &relation.origin.place);
    let message =
        format!("`{}` publishes `{name}`, whose rows nothing tells apart", at.name);
    let mut diagnostic = Diagnostic::new(&PUBLISHED_WITHOUT_IDENTITY, message)
        .label(place.name, "PostgreSQL refuses each update and delete of it");
    if let Some(publication) = cx.place(at) {
        diagnostic = diagnostic.label(publication.name, "published here");
    }
    cx.report(place, diagnostic.help("give it a primary key, or say `replica identity full;`"));
}
