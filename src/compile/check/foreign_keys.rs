//! Foreign keys refer to a key of their table, with types that can be compared.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds and rules, only some have what is looked for here"
)]

use rustc_hash::FxHashMap;

use super::columns::{Columns, column_exists, columns_of};
use super::{Objects, report};
use crate::compile::read::Read;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::object::Object;
use crate::object::address::{Kind, Name, Qualified};
use crate::object::column::Value;
use crate::object::constraint::Demand;
use crate::object::constraint_flags::Timing;
use crate::object::foreign_key::{Action, ForeignKey};
use crate::object::index_element::IndexElement;
use crate::object::reader::Reader;
use crate::sql::builtin;
use crate::sql::builtin::casts::CastMethod;
use crate::sql::type_name::TypeName;

rule!(FOREIGN_KEY_COUNT, Error, "foreign-key-column-count");
rule!(FOREIGN_KEY_TARGET, Error, "foreign-key-not-to-key");
rule!(FOREIGN_KEY_TYPES, Error, "foreign-key-type-mismatch");
rule!(FOREIGN_KEY_RELATION, Error, "foreign-key-to-no-table");
rule!(FOREIGN_KEY_UNLOGGED, Error, "foreign-key-to-unlogged");
rule!(ACTION_ON_GENERATED, Error, "action-on-generated-column");
rule!(SET_COLUMN, Error, "set-column-not-in-key");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[
    &FOREIGN_KEY_COUNT,
    &FOREIGN_KEY_TARGET,
    &FOREIGN_KEY_TYPES,
    &FOREIGN_KEY_RELATION,
    &FOREIGN_KEY_UNLOGGED,
    &ACTION_ON_GENERATED,
    &SET_COLUMN,
];

/// Every foreign key refers to a primary key or to unique columns (manual 5.5.5).
pub(super) fn refer_to_keys(objects: &Objects<'_>, cx: &mut Reader<'_>) {
    let keys = keys_by_table(objects);
    for read in objects.reads {
        if let Object::ForeignKey(it) = &read.entry.object {
            check(read, it, objects, &keys, cx);
        }
    }
}

/// A key of a table.
struct TableKey<'r> {
    columns: Vec<&'r Name>,
    primary: bool,
    /// When it is checked: a foreign key needs one that holds at once.
    timing: Timing,
    read: &'r Read,
}

/// The keys of every table.
type Keys<'r> = FxHashMap<Qualified, Vec<TableKey<'r>>>;

/// Gathers the keys of every table: primary keys, unique constraints, and unique indexes without expressions and
/// predicate.
fn keys_by_table<'r>(objects: &Objects<'r>) -> Keys<'r> {
    let mut keys = Keys::default();
    for read in objects.reads {
        let (columns, primary, timing) = match &read.entry.object {
            Object::Constraint(it) => match it.key() {
                Some(key) => {
                    let primary = matches!(it.demand, Demand::PrimaryKey(_));
                    (key.columns.iter().collect(), primary, it.timing)
                }
                None => continue,
            },
            Object::Index(index) if index.unique && index.predicate.is_none() => {
                match index
                    .elements
                    .iter()
                    .map(IndexElement::column)
                    .collect::<Option<Vec<&Name>>>()
                {
                    Some(columns) => (columns, false, Timing::Immediate),
                    None => continue,
                }
            }
            _ => continue,
        };
        let key = TableKey { columns, primary, timing, read };
        keys.entry(read.at.relation()).or_default().push(key);
    }
    keys
}

fn check(
    read: &Read,
    it: &ForeignKey,
    objects: &Objects<'_>,
    keys: &Keys<'_>,
    cx: &mut Reader<'_>,
) {
    let Some(target) = objects.relation(&it.table) else { return };
    if target.at.kind != Kind::Table {
        let message = format!("a foreign key can't refer to a {}", target.at.kind.word());
        let diagnostic = Diagnostic::new(&FOREIGN_KEY_RELATION, message).label(read.span(), "here");
        report(read, diagnostic.label(target.span(), "declared here").help("refer to a table"), cx);
        return;
    }
    let none = Vec::new();
    let target_keys = keys.get(&it.table).unwrap_or(&none);
    let target_columns = columns_of(objects, &it.table, 0);
    // A partition has the key of its parent; a table that was not read whole may have one.
    let known = target_columns.complete && !is_child(target);
    let primary: Option<Vec<Name>> = target_keys
        .iter()
        .find(|key| key.primary)
        .map(|key| key.columns.iter().map(|name| (*name).clone()).collect());
    let referenced: &[Name] = match (&it.referenced[..], &primary) {
        ([], Some(primary)) => primary,
        ([], None) => {
            if known {
                no_primary_key(read, it, target, cx);
            }
            return;
        }
        (columns, _) => columns,
    };
    let missing = referenced.iter().find(|name| target_columns.find(name).is_none());
    if let Some(name) = missing {
        column_exists(read, name, &it.table, &target_columns, read.last_place(name), cx);
        return;
    }
    if referenced.len() != it.columns.len() {
        let n = it.columns.len();
        let message = format!(
            "{n} column{} can't refer to {}",
            if n == 1 { "" } else { "s" },
            referenced.len()
        );
        let diagnostic = Diagnostic::new(&FOREIGN_KEY_COUNT, message).label(read.span(), "here");
        report(read, diagnostic.help("name as many columns on both sides"), cx);
        return;
    }
    let fitting: Vec<&TableKey<'_>> =
        target_keys.iter().filter(|key| is_key(referenced, &key.columns)).collect();
    if known && fitting.is_empty() {
        no_such_key(read, it, target, cx);
    } else if let [first, ..] = fitting.as_slice()
        && fitting.iter().all(|key| key.timing != Timing::Immediate)
    {
        late_key(read, first, cx);
    }
    types_match(read, it, referenced, target, &target_columns, objects, cx);
    set_columns(read, it, cx);
    rows_last(read, target, objects, cx);
    generated_stay(read, it, objects, cx);
}

/// A foreign key needs a key that holds at once.
fn late_key(read: &Read, key: &TableKey<'_>, cx: &mut Reader<'_>) {
    let message = "a foreign key can't refer to a key that is deferrable";
    let diagnostic = Diagnostic::new(&FOREIGN_KEY_TARGET, message).label(read.span(), "here");
    let diagnostic = diagnostic.label(key.read.span(), "this key may be checked late");
    report(read, diagnostic.help("take `deferrable` off the key, or add another one"), cx);
}

/// Rows that survive a crash refer to rows that do.
fn rows_last(read: &Read, target: &Read, objects: &Objects<'_>, cx: &mut Reader<'_>) {
    let unlogged = |read: &Read| matches!(&read.entry.object, Object::Table(it) if it.unlogged);
    let Some(own) = objects.relation(&read.at.relation()) else { return };
    if unlogged(target) && !unlogged(own) {
        let message = format!("`{}` is unlogged, and `{}` is not", target.at.name, own.at.name);
        let diagnostic = Diagnostic::new(&FOREIGN_KEY_UNLOGGED, message).label(read.span(), "here");
        let diagnostic = diagnostic.label(target.span(), "declared here");
        report(read, diagnostic.help("make both tables unlogged, or none"), cx);
    }
}

/// No action of a foreign key writes into a generated column (`ATAddForeignKeyConstraint`).
fn generated_stay(read: &Read, it: &ForeignKey, objects: &Objects<'_>, cx: &mut Reader<'_>) {
    let own = columns_of(objects, &read.at.relation(), 0);
    let is_generated =
        |name: &&Name| own.find(name).is_some_and(|it| matches!(it.value, Value::Generated(..)));
    let Some(name) = it.columns.iter().find(is_generated) else { return };
    let writes = |action: &Action| match action {
        Action::SetNull(_) => Some("set null"),
        Action::SetDefault(_) => Some("set default"),
        Action::Cascade => Some("cascade"),
        Action::NoAction | Action::Restrict => None,
    };
    let on_delete = writes(&it.on_delete).filter(|word| *word != "cascade");
    let on_delete = on_delete.map(|word| format!("on delete {word}"));
    let on_update = writes(&it.on_update).map(|word| format!("on update {word}"));
    if let Some(action) = on_delete.or(on_update) {
        let message = format!("`{action}` would write into `{name}`, which is generated");
        let diagnostic = Diagnostic::new(&ACTION_ON_GENERATED, message).label(read.span(), "here");
        report(read, diagnostic.help("use `no action` or `restrict`"), cx);
    }
}

fn no_primary_key(read: &Read, it: &ForeignKey, target: &Read, cx: &mut Reader<'_>) {
    let name = &it.table.name;
    let message = format!("`{name}` has no primary key to refer to");
    let help = format!(
        "give `{name}` a primary key, or name unique columns: `references {name} (COLUMN)`"
    );
    let diagnostic = Diagnostic::new(&FOREIGN_KEY_TARGET, message).label(read.span(), "here");
    report(read, diagnostic.label(target.span(), "declared here").help(help), cx);
}

fn no_such_key(read: &Read, it: &ForeignKey, target: &Read, cx: &mut Reader<'_>) {
    let names = it.referenced.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
    let message = format!("`{}` has no key on ({names})", it.table.name);
    let help = format!("add `unique ({names});` to `{}`", it.table.name);
    let diagnostic = Diagnostic::new(&FOREIGN_KEY_TARGET, message).label(read.span(), "here");
    report(read, diagnostic.label(target.span(), "declared here").help(help), cx);
}

fn is_child(target: &Read) -> bool {
    matches!(&target.entry.object, Object::Table(table) if table.partition_of.is_some())
}

/// Tells whether the columns are those of a key, in any order.
fn is_key(referenced: &[Name], key: &[&Name]) -> bool {
    key.len() == referenced.len() && key.iter().all(|name| referenced.contains(name))
}

/// The types on both sides can be compared with `=`, as far as they are known.
fn types_match(
    read: &Read,
    it: &ForeignKey,
    referenced: &[Name],
    target_read: &Read,
    target: &Columns<'_>,
    objects: &Objects<'_>,
    cx: &mut Reader<'_>,
) {
    let own = columns_of(objects, &read.at.relation(), 0);
    for (name, other) in it.columns.iter().zip(referenced) {
        let (Some(a), Some(b)) = (own.find(name), target.find(other)) else { continue };
        let (from, to) = (base_type(&a.ty, objects), base_type(&b.ty, objects));
        if comparable(&from, &to, objects) {
            continue;
        }
        let message =
            format!("`{name}` is `{}` and refers to `{other}`, which is `{}`", a.ty, b.ty);
        let mut diagnostic =
            Diagnostic::new(&FOREIGN_KEY_TYPES, message).label(read.span(), "here");
        for (table, column) in [(objects.relation(&read.at.relation()), a), (Some(target_read), b)]
        {
            if let Some(place) = table.and_then(|it| it.origin.member(&column.name)) {
                diagnostic = diagnostic.label(place.name, format!("this is `{}`", column.ty));
            }
        }
        report(read, diagnostic.help(format!("declare `{name}` as `{}`", b.ty)), cx);
    }
}

/// Follows domains to the type they narrow.
fn base_type(ty: &TypeName, objects: &Objects<'_>) -> TypeName {
    let mut ty = ty.without_modifier();
    for _ in 0..32 {
        match objects.type_named(&ty) {
            Some(Object::Domain(domain)) if ty.dimensions == 0 => {
                ty = domain.base.without_modifier()
            }
            _ => break,
        }
    }
    ty
}

/// Tells whether PostgreSQL could compare the two; where that is not known, it is taken for granted.
fn comparable(a: &TypeName, b: &TypeName, objects: &Objects<'_>) -> bool {
    if a == b || objects.has_operators() {
        return true;
    }
    let declared = |ty: &TypeName| {
        matches!(objects.type_named(ty), Some(Object::EnumType(_) | Object::RangeType(_)))
    };
    if a.dimensions != b.dimensions || declared(a) || declared(b) {
        return false;
    }
    if !a.is_builtin() || !b.is_builtin() {
        // A type of an extension may be comparable with others.
        return true;
    }
    let own = builtin::postgresql();
    let implicit = |from: &str, to: &str| {
        own.cast(from, to).is_some_and(|cast| cast.context == builtin::casts::CastContext::Implicit)
    };
    // The index of the key compares values of its operator class, into which the referencing column must go over.
    let reaches = |key: &str| {
        a.name == key || own.operator("=", Some(key), &a.name).is_some() || implicit(&a.name, key)
    };
    if a.dimensions != 0 {
        return false;
    }
    if own.operator_classes("btree").any(|it| it.default && it.input == b.name) {
        return reaches(&b.name);
    }
    let serves =
        |ty: &&&str| own.cast(&b.name, ty).is_some_and(|it| it.method == CastMethod::Binary);
    SHARED_CLASSES.iter().filter(serves).any(|it| reaches(it))
}

/// Types whose operator classes serve others too, as that of `text` serves `varchar`.
const SHARED_CLASSES: [&str; 4] = ["text", "inet", "oid", "character"];

fn set_columns(read: &Read, it: &ForeignKey, cx: &mut Reader<'_>) {
    for action in [&it.on_delete, &it.on_update] {
        let columns = match action {
            Action::SetNull(columns) | Action::SetDefault(columns) => columns,
            Action::NoAction | Action::Restrict | Action::Cascade => continue,
        };
        for name in columns.iter().filter(|name| !it.columns.contains(name)) {
            let diagnostic =
                Diagnostic::new(&SET_COLUMN, format!("`{name}` is not part of the foreign key"))
                    .label(read.last_place(name), "here");
            report(read, diagnostic.help("name columns of the key"), cx);
        }
    }
}
