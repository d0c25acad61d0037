//! Where the text of a mixin is used, and with which values for its parameters.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::address::Name;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::sql::ident::fold;

/// The values that an `include` gives to the parameters of its mixin.
pub(crate) type Bindings = BTreeMap<Name, String>;

/// Where the text of a mixin is used: what a diagnostic inside it also points at.
#[derive(Clone, Debug)]
pub(crate) struct Inclusion {
    pub(crate) mixin: Name,
    /// The mixin's declaration.
    pub(crate) declared: Span,
    /// The `include`.
    pub(crate) site: Span,
    pub(crate) bindings: Bindings,
    /// The schema of the file that holds the mixin: its bare names are looked up there.
    pub(crate) schema: Name,
    /// The inclusion that this one stands in.
    pub(crate) outer: Option<Arc<Inclusion>>,
    /// How deep it stands: 1 in a block itself.
    pub(crate) depth: u32,
}

/// Adds the include that brought a diagnostic's text to where it is.
pub(crate) fn in_mixin(diagnostic: Diagnostic, inclusion: Option<&Inclusion>) -> Diagnostic {
    match inclusion {
        None => diagnostic,
        Some(inclusion) => {
            let diagnostic = diagnostic.included(inclusion.mixin.as_str(), inclusion.site);
            in_mixin(diagnostic, inclusion.outer.as_deref())
        }
    }
}

/// Replaces each bare word that is a parameter's name by its value, outside of strings and quoted names.
pub(crate) fn substitute<'t>(text: &'t str, bindings: &Bindings) -> Cow<'t, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\'' || c == '"' {
            while chars.next().is_some_and(|(_, inside)| inside != c) {}
            continue;
        }
        if !(c.is_alphabetic() || c == '_') {
            continue;
        }
        let mut end = at + c.len_utf8();
        while let Some((next, _)) =
            chars.next_if(|(_, c)| c.is_alphanumeric() || *c == '_' || *c == '$')
        {
            end = next
                + text.get(next..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        }
        let word = text.get(at..end).unwrap_or("");
        if let Some(value) = bindings.get(fold(word).as_ref()) {
            out.push_str(text.get(copied..at).unwrap_or(""));
            out.push_str(value);
            copied = end;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(copied..).unwrap_or(""));
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_replaced_as_whole_words_outside_strings() {
        let bindings = Bindings::from([("owner".into(), "auth.users".into())]);
        assert_eq!(
            substitute("owner = 'owner' and \"owner\" and owners", &bindings),
            "auth.users = 'owner' and \"owner\" and owners"
        );
        assert!(matches!(substitute("nothing", &bindings), Cow::Borrowed(_)));
    }
}
