//! The words that begin an item, and the rule that each leads to. One line an item.

use super::grammar::Rule;

/// First words, in lower case, of every item, longest first where one begins another.
const ITEMS: &[(&str, Rule)] = &[
    ("table", Rule::table_item),
    ("unlogged table", Rule::table_item),
    ("unlogged sequence", Rule::sequence_item),
    ("enum", Rule::enum_item),
    ("function", Rule::routine_item),
    ("procedure", Rule::routine_item),
    ("view", Rule::view_item),
    ("materialized view", Rule::materialized_view_item),
    ("query", Rule::query_item),
    ("domain", Rule::domain_item),
    ("type", Rule::composite_type_item),
    ("mixin", Rule::mixin_item),
    ("in schema", Rule::in_schema_item),
    ("schema", Rule::schema_item),
    ("extension", Rule::extension_item),
    ("sequence", Rule::sequence_item),
    ("role", Rule::role_item),
    ("grant", Rule::grant_item),
    ("revoke", Rule::revoke_item),
    ("default privileges", Rule::default_privileges_item),
    ("default conversion", Rule::conversion_item),
    ("conversion", Rule::conversion_item),
    ("foreign table", Rule::foreign_table_item),
    ("foreign data wrapper", Rule::foreign_data_wrapper_item),
    ("server", Rule::server_item),
    ("user mapping", Rule::user_mapping_item),
    ("publication", Rule::publication_item),
    ("subscription", Rule::subscription_item),
    ("event trigger", Rule::event_trigger_item),
    ("raw", Rule::raw_item),
    ("aggregate", Rule::aggregate_item),
    ("operator family", Rule::operator_family_item),
    ("operator class", Rule::operator_class_item),
    ("operator", Rule::operator_item),
    ("cast", Rule::cast_item),
    ("collation", Rule::collation_item),
    ("text search", Rule::text_search_item),
    ("security label", Rule::security_label_item),
    ("transform", Rule::transform_item),
    ("access method", Rule::access_method_item),
    ("trusted language", Rule::language_item),
    ("language", Rule::language_item),
];

/// Returns the rule of the item that begins with these bytes; `None` when no item begins so.
///
/// `type` has three forms; which one it is shows after its name, so the parser tries them in turn.
pub(super) fn item_rule(text: &[u8]) -> Option<Rule> {
    ITEMS.iter().find(|(words, _)| begins_with(text, words)).map(|(_, rule)| *rule)
}

/// Returns the words that an item begins with.
pub(super) fn words_of(text: &[u8]) -> Option<&'static str> {
    ITEMS.iter().find(|(words, _)| begins_with(text, words)).map(|(words, _)| *words)
}

/// Returns every way an item can begin, for suggestions.
pub(super) fn item_words() -> impl Iterator<Item = &'static str> {
    ITEMS.iter().map(|(words, _)| *words)
}

/// Tells whether the text begins with these words, in any case, with any blanks between them.
fn begins_with(mut text: &[u8], words: &str) -> bool {
    for word in words.split(' ') {
        let Some((head, rest)) = text.split_at_checked(word.len()) else { return false };
        if !head.eq_ignore_ascii_case(word.as_bytes())
            || rest.first().is_some_and(|byte| is_word(*byte))
        {
            return false;
        }
        text = rest.trim_ascii_start();
    }
    true
}

/// Tells whether a byte can stand within a bare identifier.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_match_whole_and_in_any_case() {
        assert_eq!(item_rule(b"table x"), Some(Rule::table_item));
        assert_eq!(item_rule(b"UNLOGGED\n  TABLE x"), Some(Rule::table_item));
        assert_eq!(item_rule(b"tables"), None);
        assert_eq!(item_rule(b"operator class c"), Some(Rule::operator_class_item));
        assert_eq!(item_rule(b"operator + ("), Some(Rule::operator_item));
        assert_eq!(item_rule(b""), None);
    }
}
