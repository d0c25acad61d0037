//! Statements that stand as they are and say too little of themselves.

use super::cx::Cx;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::object::Object;
use crate::object::address::Kind;

rule!(RAW_WITHOUT_DOWN, Warning, "raw-without-down");
rule!(RAW_WITHOUT_REQUIRES, Note, Off, "raw-without-requires");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[&RAW_WITHOUT_DOWN, &RAW_WITHOUT_REQUIRES];

pub(super) fn check(cx: &Cx<'_>) {
    for (at, entry) in cx.catalog().of(Kind::Raw) {
        let (Object::Raw(raw), Some(place)) = (&entry.object, cx.place(at)) else { continue };
        if raw.down.is_none() {
            let message = format!("nothing says how to undo `{}`", at.name);
            let diagnostic = Diagnostic::new(&RAW_WITHOUT_DOWN, message)
                .label(place.name, "a change of it can only be made by hand")
                .help("add `down $$ … $$`");
            cx.report(place, diagnostic);
        }
        if raw.requires.is_empty() {
            let message = format!("`{}` does not say what it needs", at.name);
            let diagnostic = Diagnostic::new(&RAW_WITHOUT_REQUIRES, message)
                .label(place.name, "its words alone say what must be there before")
                .help("add `requires table NAME, …`");
            cx.report(place, diagnostic);
        }
    }
}
