//! Proves a chain of migrations on a scratch database, and says where it does not hold.

use super::Global;
use super::database::of_introspection;
use super::difference::summary;
use super::failure::Failure;
use super::progress::Bar;
use super::report::Report;
use super::screen::Screen;
use super::side::Sides;
use crate::chain::prove::{self, Fault, REFUSED, Refusal, Roles, equal};
use crate::chain::without_order;
use crate::compile::Compiled;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::migrate::directory::Migration;
use crate::source::{Source, Sources, Span};

/// What is proven.
pub(super) struct Claim<'c> {
    pub(super) migrations: &'c [Migration],
    /// The number of the first migration that is taken back again.
    pub(super) first_down: usize,
    /// What they lead to, each with what it is called.
    pub(super) ends: Vec<(&'c Compiled, &'c str)>,
}

/// Proves a claim.
pub(super) fn prove(
    claim: &Claim<'_>,
    sides: &mut Sides<'_>,
    screen: &Screen,
    global: &Global,
) -> Result<Result<(), Fault>, Report> {
    let scratch = sides.scratch()?;
    let roles = if scratch.is_private() { Roles::Make } else { Roles::Leave };
    let database = scratch.fresh().map_err(Failure::from)?;
    let mut connection = database.connect().map_err(Failure::from)?;
    let total = 2 * claim.migrations.len() - claim.first_down.min(claim.migrations.len());
    let mut bar = Bar::new(screen, global);
    let end = prove::chain(
        &mut connection,
        claim.migrations,
        claim.first_down,
        roles,
        &mut |n, label| {
            bar.step(n, total, label);
        },
    );
    bar.finish();
    let end = match end {
        Ok(end) => end,
        Err(fault) => return Ok(Err(fault)),
    };
    for (compiled, what) in &claim.ends {
        let held = sides.compiled(compiled)?;
        let mut wanted = without_order(&held.catalog);
        wanted.retain(|at| at.kind != crate::object::address::Kind::Role);
        let what = format!("{what}, and what the migrations lead to");
        if let Err(fault) = equal(&wanted, &end, what, None) {
            return Ok(Err(fault));
        }
    }
    Ok(Ok(()))
}

/// Returns the report of what does not hold; what PostgreSQL refuses is shown where the source declares it.
pub(super) fn report(
    fault: Fault,
    mut sources: Sources,
    compiled: &Compiled,
    migrations: &[Migration],
) -> Report {
    match fault {
        Fault::File(error) => Failure::from(error).into(),
        Fault::Database(error) => Failure::from(error).into(),
        Fault::Introspect(error) => of_introspection(error),
        Fault::Differs { what, path, changes } => {
            let message = format!("these differ: {what}\n{}", summary(&changes).trim_end());
            let help = "mend the SQL by hand and run `schemac rehash`, or take the migration back and generate it again";
            let failure = Failure::input("chain-differs", message, help);
            Failure { path, ..failure }.into()
        }
        Fault::Refused(refusal) => {
            let diagnostic = refused(&refusal, &mut sources, compiled, migrations);
            let mut diagnostics = Diagnostics::default();
            diagnostics.push(diagnostic);
            Report { sources, diagnostics, ..Report::default() }
        }
    }
}

fn refused(
    refusal: &Refusal,
    sources: &mut Sources,
    compiled: &Compiled,
    migrations: &[Migration],
) -> Diagnostic {
    let said = refusal.error.said();
    let mut message = said.map_or_else(|| refusal.error.to_string(), |it| it.message.clone());
    if let Some(detail) = said.and_then(|it| it.detail.as_deref()) {
        message.push_str(&format!(": {detail}"));
    }
    let code = said.map(|it| format!(" (SQLSTATE {})", it.sqlstate)).unwrap_or_default();
    let mut diagnostic =
        Diagnostic::new(&REFUSED, format!("PostgreSQL refuses a statement{code}: {message}"));
    let of = refusal.of.as_deref().and_then(|it| it.split_once(' ')).map(|(_, at)| at);
    let origin = of.and_then(|of| compiled.origins.iter().find(|(at, _)| at.to_string() == of));
    if let Some((_, origin)) = origin {
        diagnostic = diagnostic.label(origin.place.name, "the statement comes from this");
    }
    let scripts = migrations.iter().flat_map(|it| [Some(&it.up), it.down.as_ref()]).flatten();
    if let Some(script) = scripts.into_iter().find(|it| it.path == refusal.path) {
        let file = sources.add(Source::new(script.path.clone(), script.text.clone()));
        if let Some((start, end)) = sources.get(file).line(refusal.line as u32) {
            diagnostic = diagnostic.label(Span { file, start, end }, "this is what it refuses");
        }
    }
    let hint = said.and_then(|it| it.hint.clone());
    diagnostic.help(hint.unwrap_or_else(|| match origin {
        Some(_) => "change the source, and generate the migration again".to_owned(),
        None => "change the SQL, and run `schemac rehash`".to_owned(),
    }))
}
