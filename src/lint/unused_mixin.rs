//! A mixin that no object has the members of, and parameters that a mixin does not use.

use super::cx::Cx;
use super::edit;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix};

rule!(UNUSED_MIXIN, Warning, "unused-mixin");
rule!(UNUSED_MIXIN_PARAMETER, Warning, "unused-mixin-parameter");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[&UNUSED_MIXIN, &UNUSED_MIXIN_PARAMETER];

pub(super) fn check(cx: &Cx<'_>) {
    for mixin in &cx.compiled.mixins {
        let name = &mixin.name;
        if !mixin.included {
            let message = format!("nothing includes the mixin `{name}`");
            let mut diagnostic = Diagnostic::new(&UNUSED_MIXIN, message)
                .label(mixin.place, "its members are nowhere, and nothing checks them")
                .help(format!("add `include {name};` where it belongs, or delete it"));
            if let Some(span) = edit::without_member(cx, mixin.whole) {
                diagnostic = diagnostic.fix(Fix::likely("delete it").delete(span));
            }
            cx.report_in(None, diagnostic);
        }
        for (parameter, span) in &mixin.unused {
            let message = format!("the mixin `{name}` does not use its parameter `{parameter}`");
            let diagnostic = Diagnostic::new(&UNUSED_MIXIN_PARAMETER, message)
                .label(*span, "whatever an include gives here is left out")
                .help("use it, or delete it and what includes give for it");
            cx.report_in(None, diagnostic);
        }
    }
}
