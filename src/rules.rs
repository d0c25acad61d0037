//! Every rule there is, for `explain`, for settings that name one, and for the tests that hold each to its page.

use std::sync::LazyLock;

use crate::diagnostic::Rule;
use crate::{compile, emit, hazard, lint, object, plan, project, syntax};

/// The lists of the modules that find faults. A rule that is in none of them fails a test.
static LISTS: &[&[&Rule]] = &[
    syntax::RULES,
    object::reader::RULES,
    object::column::RULES,
    object::constraint::RULES,
    object::domain::RULES,
    object::enum_type::RULES,
    object::event_trigger::RULES,
    object::foreign_key::RULES,
    object::index::RULES,
    object::nullability::RULES,
    object::operator::RULES,
    object::policy::RULES,
    object::privilege::RULES,
    object::publication::RULES,
    object::range_type::RULES,
    object::routine::RULES,
    object::schema::RULES,
    object::sequence_options::RULES,
    object::serial::RULES,
    object::spelling::RULES,
    object::statistics::RULES,
    object::table::RULES,
    object::trigger::RULES,
    object::view_columns::RULES,
    compile::read::RULES,
    compile::once::RULES,
    compile::mixin::RULES,
    compile::hints::RULES,
    compile::resolve::RULES,
    compile::resolve::call::RULES,
    compile::resolve::columns::RULES,
    compile::resolve::from::RULES,
    compile::resolve::grouping::RULES,
    compile::resolve::fit::casts::RULES,
    compile::resolve::fit::collations::RULES,
    compile::resolve::fit::functions::RULES,
    compile::resolve::fit::indexes::RULES,
    compile::resolve::fit::named::RULES,
    compile::resolve::literals::RULES,
    compile::resolve::opaque::RULES,
    compile::resolve::ordering::RULES,
    compile::resolve::query::RULES,
    compile::resolve::returns::RULES,
    compile::resolve::role::RULES,
    compile::resolve::stored::RULES,
    compile::resolve::subquery::RULES,
    compile::resolve::triggers::RULES,
    compile::resolve::views::RULES,
    compile::resolve::window::RULES,
    compile::check::RULES,
    compile::check::chosen_indexes::RULES,
    compile::check::columns::RULES,
    compile::check::foreign_keys::RULES,
    compile::check::inheritance::RULES,
    compile::check::namespaces::RULES,
    compile::check::parents::RULES,
    compile::check::routines::RULES,
    compile::check::storage::RULES,
    compile::check::types::RULES,
    plan::RULES,
    emit::rust::RULES,
    project::RULES,
    #[cfg(feature = "cli")]
    crate::chain::prove::RULES,
];

/// Every rule, sorted by name.
pub static RULES: LazyLock<Vec<&Rule>> = LazyLock::new(|| {
    let mut rules = LISTS.concat();
    rules.extend(lint::rules());
    rules.extend(hazard::RULES.concat());
    rules.sort_by_key(|rule| rule.name);
    rules
});

/// Returns the rule of a name.
pub fn find(name: &str) -> Option<&'static Rule> {
    let at = RULES.binary_search_by_key(&name, |rule| rule.name).ok()?;
    RULES.get(at).copied()
}
