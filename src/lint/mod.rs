//! Lints: what PostgreSQL takes and an author is likely not to want. Each can be switched by name.
//!
//! # Adding a lint
//! A file here with its `rule!`, its `RULES` and a function `check`, a line in `lints!` below, a page in
//! `docs/rules/<name>.md` and cases in `tests/cases/lint/`. A lint that finds a fault in every second schema of others
//! is off by default, or no lint.
//!
//! Lints run on a source without errors only: what they find then is no consequence of something else.

mod cx;
mod edit;
mod find;
mod index_like;
mod relation;
mod shared;
mod written_type;

use std::collections::BTreeSet;
use std::thread;

use cx::Cx;

use crate::compile::Compiled;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{
    Allow, Allows, Diagnostic, Diagnostics, Fix, Levels, Rule, Switch, did_you_mean, nearest_alone,
};
use crate::source::{Sources, Span};
use crate::syntax::STACK_BYTES;

rule!(UNKNOWN_RULE, Warning, "unknown-rule");
rule!(UNUSED_ALLOW, Warning, "unused-allow");

/// One lint, or some that are found together.
struct Lint {
    rules: &'static [&'static Rule],
    check: fn(&Cx<'_>),
}

/// Declares the lints: one file each.
macro_rules! lints {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*

        static LINTS: &[Lint] = &[$(Lint { rules: $module::RULES, check: $module::check }),*];
    };
}
lints! {
    types,
    types_by_taste,
    redundant_index,
    keys,
    columns,
    sequence_default,
    default_fits,
    checks,
    foreign_keys,
    required_cycle,
    missing_foreign_key_index,
    missing_primary_key,
    table_shape,
    names,
    stale_renamed_from,
    unused_type,
    row_security,
    policy_always_true,
    security_definer,
    superuser_role,
    password_in_source,
    grants,
    trigger_function,
    volatility,
    unused_argument,
    untrusted_language,
    view_row_security,
    materialized_view_key,
    unused_object,
    unused_mixin,
    partition_gap,
    partition_default,
    triggers,
    plain_type,
    publication,
    rewrite_rule,
    table_inheritance,
    raw,
    texts,
}

/// Returns the rules of all lints, and those of this module.
pub(crate) fn rules() -> impl Iterator<Item = &'static Rule> {
    let own: [&'static Rule; 2] = [&UNKNOWN_RULE, &UNUSED_ALLOW];
    LINTS.iter().flat_map(|lint| lint.rules).copied().chain(own)
}

/// Tells whether a rule is one of these lints.
pub fn is_lint(rule: &Rule) -> bool {
    rule.switch != Switch::Fixed && rules().any(|it| it.name == rule.name)
}

/// Runs the lints that are on.
///
/// Runs on a thread of its own, as SQL text is read here again and may be nested deeply.
pub fn lint(sources: &Sources, compiled: &Compiled, levels: &Levels) -> Diagnostics {
    let work = || {
        let cx = Cx::new(sources, compiled, levels);
        for lint in LINTS {
            if lint.rules.iter().any(|rule| levels.of(rule).is_some()) {
                (lint.check)(&cx);
            }
        }
        cx.into_found()
    };
    thread::scope(|scope| {
        let worker = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        worker.expect("the system can start a thread").join().expect("no lint panics")
    })
}

/// Reports `allow`s of rules that do not exist or are no lints.
pub fn unknown_rules(allows: &[Allow], levels: &Levels) -> Diagnostics {
    let mut out = Diagnostics::default();
    for allow in allows {
        let rule = levels.rules().iter().find(|rule| rule.name == allow.rule);
        let diagnostic = match rule.map(|rule| rule.switch) {
            Some(Switch::On | Switch::Off) => continue,
            Some(Switch::Fixed) => {
                let message = format!("`{}` is an error and can't be allowed", allow.rule);
                Diagnostic::new(&UNKNOWN_RULE, message)
                    .help("delete it, and mend what the error says")
                    .fix(without(allow))
            }
            None => {
                let names = || levels.rules().iter().map(|rule| rule.name);
                let help = did_you_mean(&allow.rule, names());
                let meant = nearest_alone(&allow.rule, names());
                Diagnostic::new(&UNKNOWN_RULE, format!("there is no rule `{}`", allow.rule))
                    .help(help.unwrap_or_else(|| "`schemac explain --list` lists all".to_owned()))
                    .fix_if(meant.map(|name| Fix::instead(allow.place, name)))
            }
        };
        out.push(diagnostic.label(allow.place, "allowed here"));
    }
    out
}

/// Settles what was found: `allow`s and the project's levels take effect, and an `allow` that had none is reported.
pub fn settle(found: &mut Diagnostics, allows: &[Allow], levels: &Levels) {
    let by_rule = Allows::new(allows);
    if !found.has_errors() {
        let used: BTreeSet<Span> =
            found.iter().flat_map(|it| by_rule.covering(it)).map(|allow| allow.place).collect();
        for allow in allows.iter().filter(|allow| !used.contains(&allow.place)) {
            let named = levels.rules().iter().find(|it| it.name == allow.rule);
            if named.is_some_and(|rule| levels.of(rule).is_some()) {
                found.push(unused(allow));
            }
        }
    }
    found.settle(levels, &by_rule);
    found.sort();
}

fn unused(allow: &Allow) -> Diagnostic {
    Diagnostic::new(&UNUSED_ALLOW, format!("`{}` finds nothing here", allow.rule))
        .label(allow.place, "allowed for nothing")
        .help("delete it")
        .fix(without(allow))
}

fn without(allow: &Allow) -> Fix {
    Fix::certain(format!("delete `allow({})`", allow.rule)).delete(allow.whole)
}
