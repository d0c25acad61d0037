//! A view that shows rows which policies hide.

use super::cx::Cx;
use super::find;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix};
use crate::object::Object;
use crate::object::address::Kind;
use crate::sql::definition::Definition;

rule!(VIEW_BYPASSES_ROW_SECURITY, Warning, "view-bypasses-row-security");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[&VIEW_BYPASSES_ROW_SECURITY];

pub(super) fn check(cx: &Cx<'_>) {
    for (at, entry) in cx.catalog().of(Kind::View) {
        let Object::View(view) = &entry.object else { continue };
        if view.with.0.iter().any(is_invoker) {
            continue;
        }
        let secured = cx.catalog().uses(at).iter().find(|it| {
            let table = cx.catalog().get(&it.target).map(|entry| &entry.object);
            // Where it is forced, policies hold for the owner too, and so for those who read by way of him.
            matches!(table, Some(Object::Table(table))
                if table.row_security.enabled && !table.row_security.forced)
        });
        let (Some(secured), Some(place)) = (secured, cx.place(at)) else { continue };
        let table = &secured.target.name;
        let message = format!("`{}` shows rows of `{table}` that its policies hide", at.name);
        let help = "add `with (security_invoker = true);` (PostgreSQL 15 and later)";
        let mut diagnostic = Diagnostic::new(&VIEW_BYPASSES_ROW_SECURITY, message)
            .label(place.name, "read with the rights of the view's owner")
            .help(help);
        let member = "with (security_invoker = true);";
        if view.with.0.is_empty()
            && let Some((at, text)) = find::last_member(cx, place.whole, member)
        {
            diagnostic = diagnostic.fix(Fix::likely(help).replace(at, text));
        }
        cx.report(place, diagnostic);
    }
}

fn is_invoker(it: &Definition) -> bool {
    let value = it.value.as_deref().unwrap_or("true").trim_matches('\'').to_ascii_lowercase();
    it.name == "security_invoker" && ["true", "on", "yes", "1"].contains(&value.as_str())
}
