//! Laws of every fix that a case or a page shows: it mends its own fault and nothing else changes.

use std::panic::catch_unwind;

use schemac::diagnostic::{Certainty, Diagnostic, Edit, Fix};
use schemac::project::fix::{Reason, edited};
use schemac::rules::RULES;
use schemac::source::{Source, Sources};
use schemac::syntax;

use crate::support::compiled::{Lints, Outcome, compile_with, mend};
use crate::{cases, pages};

type Files = Vec<(String, String)>;

/// Every source of the tests that may have a fault, with its name.
fn all() -> Vec<(String, Files, Option<String>)> {
    let cases = cases::all().into_iter().map(|case| {
        let lint = case.lint().map(str::to_owned);
        (case.shown(), case.files, lint)
    });
    let pages = RULES.iter().filter_map(|rule| {
        let example = ("example.schema".to_owned(), pages::example(rule)?);
        Some((rule.name.to_owned(), vec![example], Some(rule.name.to_owned())))
    });
    cases.chain(pages).collect()
}

/// Runs a check on every source and fails with all that fail.
fn on_each(check: impl Fn(&Files, Lints<'_>) + std::panic::RefUnwindSafe) {
    let failed: Vec<String> = all()
        .into_iter()
        .filter(|(_, files, lint)| {
            let lints = lint.as_deref().map_or(Lints::None, Lints::One);
            catch_unwind(|| check(files, lints)).is_err()
        })
        .map(|(name, ..)| name)
        .collect();
    assert!(failed.is_empty(), "{} fail, as said above:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn each_mends_its_fault_and_no_more() {
    let count = std::cell::Cell::new(0);
    let counted = std::panic::AssertUnwindSafe(&count);
    on_each(|files, lints| {
        let before = compile_with(files.clone(), lints);
        for diagnostic in before.diagnostics.iter() {
            if let Some(fix) = &diagnostic.fix {
                counted.set(counted.get() + 1);
                is_in_order(fix, &before.sources);
                mends(diagnostic, fix, &before, lints);
            }
        }
    });
    assert!(50 < count.get(), "only {} fixes are looked at", count.get());
}

/// The edits lie in their files and do not overlap.
fn is_in_order(fix: &Fix, sources: &Sources) {
    assert!(!fix.edits.is_empty(), "`{}` does nothing", fix.text);
    for (n, edit) in fix.edits.iter().enumerate() {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        let held = sources.get(edit.span.file).text.get(start..end);
        assert!(held.is_some_and(|held| held != edit.text), "`{}`: {:?}", fix.text, edit);
        for other in fix.edits.iter().skip(n + 1).filter(|it| it.span.file == edit.span.file) {
            let apart = edit.span.end <= other.span.start || other.span.end <= edit.span.start;
            assert!(apart, "`{}` edits a place twice", fix.text);
        }
    }
}

fn mends(diagnostic: &Diagnostic, fix: &Fix, before: &Outcome, lints: Lints<'_>) {
    let sources = edited(&before.sources, [fix]).expect("the edits are in order");
    let files = sources.iter().map(|(_, source)| (source.path.clone(), source.text.clone()));
    for ((file, old), (_, new)) in before.sources.iter().zip(sources.iter()) {
        let edits = fix.edits.iter().filter(|edit| edit.span.file == file);
        let mut edits: Vec<&Edit> = edits.collect();
        edits.sort_by_key(|edit| edit.span);
        assert_eq!(new.text, spliced(&old.text, &edits));
    }
    let after = compile_with(files, lints);
    let what = || format!("`{}` of {}: {}", fix.text, diagnostic.rule.name, after.shown());
    let n_broken = |sources: &Sources| syntax::parse(sources).1.len();
    assert!(n_broken(&sources) <= n_broken(&before.sources), "no longer parses: {}", what());
    let same = |outcome: &Outcome| {
        let same = |it: &&Diagnostic| {
            it.rule.name == diagnostic.rule.name && it.message == diagnostic.message
        };
        outcome.diagnostics.iter().filter(same).count()
    };
    assert!(same(&after) < same(before), "still there: {}", what());
}

/// Returns a text with parts of it replaced; all between them is as it was.
fn spliced(text: &str, edits: &[&Edit]) -> String {
    let mut out = text.to_owned();
    for Edit { span, text } in edits.iter().rev() {
        out.replace_range(span.start as usize..span.end as usize, text);
    }
    out
}

#[test]
fn all_together_settle() {
    on_each(|files, lints| {
        for least in [Certainty::Certain, Certainty::Likely] {
            let sources = files.iter().map(|(path, text)| Source::new(path, text.as_str()));
            let mended = mend(sources.collect(), lints, least);
            assert!(mended.settled, "{least:?}");
            let useless = |(_, reason): &&(_, _)| match reason {
                Reason::Useless => true,
                // One of several that can't all be had: what is likely may be wrong.
                Reason::Harmful => least == Certainty::Certain,
            };
            assert!(!mended.refused.iter().any(|it| useless(&it)), "{:?}", mended.refused);
            let left = mended.analysis.compiled.diagnostics.iter();
            let left = left.filter_map(|it| it.fix.as_ref());
            let n_certain = left.filter(|fix| fix.certainty == Certainty::Certain).count();
            assert_eq!(n_certain, 0, "{least:?}");
        }
    });
}
