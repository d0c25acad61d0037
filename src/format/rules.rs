//! What the rules of the grammar are to a formatter.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most rules of the grammar are words and marks, which need no word here"
)]

use crate::syntax::Rule;

/// How the text of a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Of words and marks, and of other nodes.
    Composed,
    /// As its author wrote it.
    Author,
    /// As its author wrote it; a list in parentheses right behind the name before it.
    Behind,
    /// A name.
    Name,
    /// A type.
    Type,
    /// Parentheses around SQL text.
    Group,
    /// SQL text that begins where it stands.
    Sql,
    /// SQL text that gets lines of its own where it has several.
    Block,
    Doc,
    /// `{ member; … }`
    Members,
    /// `{ statement; … }`
    Statements,
}

/// Returns how the text of a node is written.
pub(super) fn class(rule: Rule) -> Class {
    match rule {
        Rule::name | Rule::path => Class::Name,
        Rule::type_ref => Class::Type,
        Rule::group => Class::Group,
        Rule::signature | Rule::nullable => Class::Behind,
        Rule::sql
        | Rule::bare_expr
        | Rule::element_call
        | Rule::bound_value
        | Rule::rule_condition
        | Rule::rule_command => Class::Sql,
        Rule::block_statement => Class::Block,
        Rule::doc | Rule::file_doc => Class::Doc,
        Rule::members => Class::Members,
        Rule::sql_block => Class::Statements,
        Rule::number
        | Rule::string
        | Rule::dollar
        | Rule::double_quoted
        | Rule::rust_type
        | Rule::rust_name
        | Rule::attr_name
        | Rule::attr_key
        | Rule::definition_key
        | Rule::definition_value
        | Rule::operator_ref
        | Rule::operator_name
        | Rule::mixin_value
        | Rule::mixin_param_kind
        | Rule::setting_name
        | Rule::setting_value
        | Rule::collation_from
        | Rule::conversion_function
        | Rule::aggregate_star => Class::Author,
        _ => Class::Composed,
    }
}

/// Tells whether a line may be broken before a node of this rule that begins with a keyword.
pub(super) fn begins_clause(rule: Rule) -> bool {
    class(rule) == Class::Composed && !is_word(rule) && !is_part(rule)
}

/// Tells whether a node is words in the middle of a clause.
fn is_word(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::trigger_event
            | Rule::cardinality
            | Rule::setof
            | Rule::parameter_mode
            | Rule::unique_word
            | Rule::only
            | Rule::foreign_word
            | Rule::force
            | Rule::attached
            | Rule::using
            | Rule::direction
            | Rule::nulls_order
            | Rule::partition_strategy
            | Rule::action_word
            | Rule::match_word
            | Rule::always
            | Rule::by_default
            | Rule::generation_kind
            | Rule::nulls_distinct
            | Rule::label_kind
            | Rule::target_kind
            | Rule::target_plural
            | Rule::default_target
            | Rule::policy_command
            | Rule::rule_event
            | Rule::rule_mode
            | Rule::rule_nothing
            | Rule::privilege_word
            | Rule::replica_kind
            | Rule::for_search
            | Rule::publication_all
            | Rule::publication_only
            | Rule::transition_which
            | Rule::trigger_verb
            | Rule::requirement_kind
            | Rule::default_word
            | Rule::trusted
            | Rule::constraint_word
            | Rule::text_search_kind
            | Rule::access_method_type
            | Rule::transform_direction
            | Rule::period
    )
}

/// Tells whether a node is what a clause is about, after the clause's own word.
fn is_part(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::as_rust
            | Rule::index_element
            | Rule::exclusion_element
            | Rule::operator_class
            | Rule::referential_action
            | Rule::identity
            | Rule::generation
            | Rule::label_target
            | Rule::grant_target
            | Rule::all_in_schema
            | Rule::privileges
            | Rule::privilege
            | Rule::granted_roles
            | Rule::aggregate_list
            | Rule::aggregate_argument
            | Rule::returns_table
            | Rule::parameter
            | Rule::setting
            | Rule::statistics_element
            | Rule::publication_object
            | Rule::publication_schema
            | Rule::publication_table
            | Rule::routine_ref
            | Rule::requirement
            | Rule::class_operator
            | Rule::class_function
            | Rule::class_storage
            | Rule::dictionaries
            | Rule::name_list
            | Rule::key_column
            | Rule::attr_arg
            | Rule::definition
            | Rule::option
            | Rule::target
    )
}

/// Tells whether a clause goes with the one before it: a line is rather broken before both.
pub(super) fn continues(before: Rule, clause: Rule) -> bool {
    let is_property = |rule: Rule| {
        matches!(
            rule,
            Rule::routine_language
                | Rule::routine_flag
                | Rule::cost
                | Rule::rows
                | Rule::support
                | Rule::routine_transform
                | Rule::routine_set
                | Rule::parallel
        )
    };
    match (before, clause) {
        (Rule::constraint_flag, Rule::constraint_flag) => true,
        (Rule::constraint_name, _) => true,
        (before, clause) => is_property(before) && is_property(clause),
    }
}

/// Tells whether a clause, or what follows a comma in it, gets a line of its own wherever its statement needs several.
pub(super) fn is_eager(rule: Rule) -> bool {
    matches!(rule, Rule::constraint_name | Rule::class_items | Rule::raw_up | Rule::raw_down)
}

/// Tells whether parentheses of this node stand right behind the name before them, as those of a call do.
pub(super) fn calls(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::parameters
            | Rule::query_parameters
            | Rule::mixin_params
            | Rule::include_args
            | Rule::attr_args
            | Rule::aggregate_arguments
            | Rule::execute
    )
}

/// Tells whether a name among this node's children is one that the catalog has without its quotes.
pub(super) fn takes_plain_name(parent: Rule) -> bool {
    matches!(
        parent,
        Rule::table_item
            | Rule::enum_item
            | Rule::domain_item
            | Rule::view_item
            | Rule::materialized_view_item
            | Rule::schema_item
            | Rule::column
            | Rule::columns
            | Rule::key_column
            | Rule::references
            | Rule::constraint_name
            | Rule::index_element
            | Rule::policy
            | Rule::trigger
            | Rule::to_roles
            | Rule::from_roles
    )
}
