//! Gathers the names that a source declares, before anything is read.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds and rules, only some have what is looked for here"
)]

use crate::object::address::{Kind, Name, Qualified};
use crate::object::names::{Declared, Names};
use crate::object::path::split_path;
use crate::object::range_type;
use crate::syntax::{Ast, Item, Node, Rule, State};

/// The schema of a file that does not say `in schema`.
pub(crate) const PUBLIC: &str = "public";

/// Returns the schema that a file's declarations live in.
pub(crate) fn file_schema(ast: &Ast<'_>) -> Name {
    let item =
        ast.items.iter().filter_map(Item::node).find(|node| node.rule() == Rule::in_schema_item);
    item.and_then(|node| node.child(Rule::name))
        .map_or(PUBLIC.into(), |name| only_part(name.text()))
}

fn only_part(text: &str) -> Name {
    split_path(text).pop().map(|part| part.name).unwrap_or_default()
}

/// Gathers the names of every file.
pub(crate) fn names(asts: &[Ast<'_>]) -> Names {
    let mut names = Names::default();
    for ast in asts {
        let schema = file_schema(ast);
        for item in &ast.items {
            match (item.node(), item.state) {
                (Some(node), State::Broken) => broken(node, &schema, &mut names),
                (Some(node), State::Whole | State::Incomplete) => {
                    declare(node, &schema, &mut names)
                }
                (None, _) => {}
            }
        }
    }
    names
}

/// Takes the name of an item that could not be read from its first words.
fn broken(node: Node<'_>, schema: &Name, names: &mut Names) {
    match crate::syntax::name_after_keyword(node.text()) {
        Some(text) => add(node.rule(), text, schema, names),
        None => names.unreadable = true,
    }
}

fn declare(node: Node<'_>, schema: &Name, names: &mut Names) {
    let name = node.child(Rule::path).or_else(|| node.child(Rule::name));
    if let Some(name) = name {
        add(node.rule(), name.text(), schema, names);
    }
    if node.rule() == Rule::range_type_item {
        multirange(node, schema, names);
    }
    if node.rule() == Rule::extension_item {
        let home = node
            .child(Rule::in_schema)
            .and_then(|it| it.child(Rule::name))
            .map(|it| only_part(it.text()));
        if let Some(name) = name {
            names.extensions.insert(only_part(name.text()), home);
        }
    }
    let members = node.child(Rule::members);
    for member in members.into_iter().flat_map(Node::children) {
        if matches!(member.rule(), Rule::partition | Rule::partition_block) {
            declare(member, schema, names);
        }
    }
}

/// Adds the multirange type that comes with a range type, in the schema of the range type where none is said.
fn multirange(node: Node<'_>, schema: &Name, names: &mut Names) {
    let Some(path) = node.child(Rule::path) else { return };
    let is_name = |it: &Node<'_>| {
        it.child(Rule::definition_key).is_some_and(|key| key.is("multirange_type_name"))
    };
    let given =
        node.child(Rule::definitions).and_then(|list| list.all(Rule::definition).find(is_name));
    let given = given.and_then(|it| it.child(Rule::definition_value)).map(|value| value.text());
    let mut parts: Vec<Name> = split_path(path.text()).into_iter().map(|part| part.name).collect();
    let Some(range) = parts.pop() else { return };
    let schema = parts.pop().unwrap_or_else(|| schema.clone());
    let at = range_type::multirange(given, &schema, &range);
    names.types.entry(at).or_insert(Declared { kind: Kind::RangeType });
}

fn add(rule_of: Rule, text: &str, schema: &Name, names: &mut Names) {
    let mut parts: Vec<Name> = split_path(text).into_iter().map(|part| part.name).collect();
    let Some(name) = parts.pop() else { return };
    let at = Qualified { schema: parts.pop().unwrap_or_else(|| schema.clone()), name };
    let Some(kind) = kind_of(rule_of) else { return };
    let declared = Declared { kind };
    let map = match kind {
        Kind::Routine | Kind::Aggregate => &mut names.routines,
        Kind::CompositeType => &mut names.relations,
        _ if kind.is_relation() => &mut names.relations,
        _ if Kind::TYPES.contains(&kind) => &mut names.types,
        _ => {
            names.others.entry((kind, Qualified::new("", at.name))).or_insert(declared);
            return;
        }
    };
    map.entry(at).or_insert(declared);
}

/// Returns the kind that an item declares, as far as names of other items may refer to it.
fn kind_of(rule_of: Rule) -> Option<Kind> {
    Some(match rule_of {
        Rule::table_item | Rule::partition | Rule::partition_block => Kind::Table,
        Rule::foreign_table_item => Kind::ForeignTable,
        Rule::view_item => Kind::View,
        Rule::materialized_view_item => Kind::MaterializedView,
        Rule::sequence_item => Kind::Sequence,
        Rule::composite_type_item => Kind::CompositeType,
        Rule::enum_item => Kind::EnumType,
        Rule::domain_item => Kind::Domain,
        Rule::range_type_item => Kind::RangeType,
        Rule::base_type_item => Kind::BaseType,
        Rule::routine_item => Kind::Routine,
        Rule::aggregate_item => Kind::Aggregate,
        Rule::schema_item => Kind::Schema,
        Rule::extension_item => Kind::Extension,
        Rule::role_item => Kind::Role,
        Rule::language_item => Kind::Language,
        Rule::server_item => Kind::Server,
        Rule::foreign_data_wrapper_item => Kind::ForeignDataWrapper,
        Rule::access_method_item => Kind::AccessMethod,
        _ => return None,
    })
}
