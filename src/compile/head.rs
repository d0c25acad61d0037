//! Which kind of object an item or a member declares.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds and rules, only some have what is looked for here"
)]

use crate::object::address::Address;
use crate::object::constraint::Constraint;
use crate::object::contract::ObjectKind;
use crate::object::foreign_key::ForeignKey;
use crate::object::reader::Reader;
use crate::object::{self as o, Object};
use crate::syntax::{Node, Rule};

/// Reads an object by one of the functions below. What can't be read is never left out in silence.
pub(super) fn whole(
    node: Node<'_>,
    cx: &mut Reader<'_>,
    read: impl FnOnce(&mut Reader<'_>) -> Option<(Address, Object)>,
) -> Option<(Address, Object)> {
    let (n_texts, n_reports) = (cx.texts.len(), cx.diagnostics.len());
    let object = read(cx);
    if object.is_none() {
        cx.texts.truncate(n_texts);
        if cx.diagnostics.len() == n_reports {
            cx.missing_clause(node, "meaning in this form", "all of its clauses");
        }
    }
    object
}

/// Reads the head of an item by its kind.
pub(super) fn read_item(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Object)> {
    match node.rule() {
        Rule::table_item => of::<o::table::Table>(node, cx),
        Rule::foreign_table_item => of::<o::foreign_table::ForeignTable>(node, cx),
        Rule::enum_item => of::<o::enum_type::EnumType>(node, cx),
        Rule::routine_item => of::<o::routine::Routine>(node, cx),
        Rule::view_item => of::<o::view::View>(node, cx),
        Rule::materialized_view_item => of::<o::materialized_view::MaterializedView>(node, cx),
        Rule::domain_item => of::<o::domain::Domain>(node, cx),
        Rule::composite_type_item => of::<o::composite_type::CompositeType>(node, cx),
        Rule::range_type_item => of::<o::range_type::RangeType>(node, cx),
        Rule::base_type_item => of::<o::base_type::BaseType>(node, cx),
        Rule::schema_item => of::<o::schema::Schema>(node, cx),
        Rule::extension_item => of::<o::extension::Extension>(node, cx),
        Rule::sequence_item => of::<o::sequence::Sequence>(node, cx),
        Rule::role_item => of::<o::role::Role>(node, cx),
        Rule::default_privileges_item => of::<o::default_privileges::DefaultPrivileges>(node, cx),
        Rule::publication_item => of::<o::publication::Publication>(node, cx),
        Rule::subscription_item => of::<o::subscription::Subscription>(node, cx),
        Rule::event_trigger_item => of::<o::event_trigger::EventTrigger>(node, cx),
        Rule::raw_item => of::<o::raw::Raw>(node, cx),
        Rule::aggregate_item => of::<o::aggregate::Aggregate>(node, cx),
        Rule::operator_family_item => of::<o::operator_family::OperatorFamily>(node, cx),
        Rule::operator_class_item => of::<o::operator_class::OperatorClass>(node, cx),
        Rule::operator_item => of::<o::operator::Operator>(node, cx),
        Rule::cast_item => of::<o::cast::Cast>(node, cx),
        Rule::collation_item => of::<o::collation::Collation>(node, cx),
        Rule::conversion_item => of::<o::conversion::Conversion>(node, cx),
        Rule::text_search_item => match node.child(Rule::text_search_kind)?.words().as_str() {
            "parser" => of::<o::text_search_parser::TextSearchParser>(node, cx),
            "template" => of::<o::text_search_template::TextSearchTemplate>(node, cx),
            "dictionary" => of::<o::text_search_dictionary::TextSearchDictionary>(node, cx),
            _ => of::<o::text_search_configuration::TextSearchConfiguration>(node, cx),
        },
        Rule::foreign_data_wrapper_item => {
            of::<o::foreign_data_wrapper::ForeignDataWrapper>(node, cx)
        }
        Rule::server_item => of::<o::server::Server>(node, cx),
        Rule::user_mapping_item => of::<o::user_mapping::UserMapping>(node, cx),
        Rule::security_label_item => of::<o::security_label::SecurityLabel>(node, cx),
        Rule::transform_item => of::<o::transform::Transform>(node, cx),
        Rule::access_method_item => of::<o::access_method::AccessMethod>(node, cx),
        Rule::language_item => of::<o::language::Language>(node, cx),
        _ => read_member(node, cx),
    }
}

/// Reads a member that is an object of its own, by its kind.
fn read_member(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Object)> {
    match node.rule() {
        Rule::partition | Rule::partition_block if node.has(Rule::foreign_word) => {
            of::<o::foreign_table::ForeignTable>(node, cx)
        }
        Rule::partition | Rule::partition_block => of::<o::table::Table>(node, cx),
        Rule::security_label => of::<o::security_label::SecurityLabel>(node, cx),
        Rule::index => of::<o::index::Index>(node, cx),
        Rule::trigger => of::<o::trigger::Trigger>(node, cx),
        Rule::policy => of::<o::policy::Policy>(node, cx),
        Rule::rule_member => of::<o::rule::Rule>(node, cx),
        Rule::statistics => of::<o::statistics::Statistics>(node, cx),
        Rule::constraint if node.has(Rule::foreign_key) => of::<ForeignKey>(node, cx),
        Rule::constraint => of::<Constraint>(node, cx),
        _ => None,
    }
}

fn of<K: ObjectKind + Into<Object>>(
    node: Node<'_>,
    cx: &mut Reader<'_>,
) -> Option<(Address, Object)> {
    K::read(node, cx).map(|(at, object)| (at, object.into()))
}
