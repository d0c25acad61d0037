//! `schemac rehash`: lists the migrations anew in the lock, after an edit by hand or a merge.

use super::database::{DatabaseArgs, read};
use super::load::{load, of_files};
use super::migrations::Chain;
use super::proof::{Claim, prove, report};
use super::report::{Report, counted};
use super::screen::Screen;
use super::side::Sides;
use super::{Global, ReportArgs};
use crate::compile::Compiled;
use crate::migrate::lock::Lock;
use crate::print;
use crate::project::analysis::{Rust, Sql};
use crate::project::migration::write_lock;
use crate::project::shown;

/// List the migrations anew in the lock, and prove them.
///
/// For SQL that was written or edited by hand, and for two branches that both added a migration: what is on disk is listed in
/// the order of its versions. Where the lock has marks of a merge, the source says what the migrations lead to. Nothing is
/// written that does not hold on a scratch database.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac rehash
  schemac rehash --no-verify    where there is no server; run `schemac verify` later")]
pub(super) struct Args {
    /// Prove nothing on a scratch database.
    #[arg(long)]
    no_verify: bool,
    /// Say what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Make scratch databases on this server; else beside the database, or on a server that is started for it.
    #[arg(long, value_name = "URL")]
    scratch_url: Option<String>,
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    report: ReportArgs,
}

/// Lists, and returns the exit code.
pub(super) fn run(args: &Args, global: &Global, screen: &Screen) -> u8 {
    match rehash(args, global, screen) {
        Err(report) => report.finish(&args.report, screen),
        Ok(()) => 0,
    }
}

fn rehash(args: &Args, global: &Global, screen: &Screen) -> Result<(), Report> {
    let loaded = load(&[], global, screen, Sql::Ordered, |_| Ok(Rust::None))?;
    if loaded.analysis.made.is_none() {
        return Err(loaded.into_report());
    }
    let chain = Chain::read(&loaded.project)?;
    let source = &loaded.analysis.compiled;
    let of_source = print::whole(&source.catalog);
    let known = chain.lock().ok().filter(|_| chain.lock_text.is_some());
    // What the lock says first; the source where the lock says nothing, or something else than the migrations do.
    let mut candidates: Vec<(String, Option<Compiled>)> = Vec::new();
    if let Some(lock) = known.filter(|it| it.body != of_source) {
        let state = chain.state(&lock)?;
        candidates.push((lock.body, Some(state)));
    }
    candidates.push((of_source, None));
    let n = candidates.len();
    let scratch = args.scratch_url.as_deref().map(|it| read(it, "--scratch-url")).transpose()?;
    let target = args.database.url(&loaded.project).ok();
    let mut sides = Sides::new(global, screen, scratch, target);
    for (at, (body, state)) in candidates.into_iter().enumerate() {
        let state = state.as_ref().unwrap_or(source);
        let claim = Claim {
            migrations: &chain.migrations,
            first_down: 0,
            ends: vec![(
                state,
                if at + 1 == n { "what the source says" } else { "what the lock says" },
            )],
        };
        let proven =
            if args.no_verify { Ok(()) } else { prove(&claim, &mut sides, screen, global)? };
        match proven {
            Ok(()) => return write(body, &chain, args, screen),
            Err(_) if at + 1 < n => {}
            Err(fault) => {
                return Err(report(fault, loaded.sources, source, &chain.migrations));
            }
        }
    }
    Ok(())
}

fn write(body: String, chain: &Chain, args: &Args, screen: &Screen) -> Result<(), Report> {
    let lock = Lock { migrations: chain.locked(), body };
    let text = lock.text();
    let proven = if args.no_verify { "nothing is proven" } else { "they hold" };
    let migrations = counted(lock.migrations.len(), "migration");
    if chain.lock_text.as_ref() == Some(&text) {
        screen.note(&format!("the lock lists all {migrations} as they are; {proven}"));
        return Ok(());
    }
    if args.dry_run {
        let header = text.split("\n\n").next().unwrap_or_default();
        screen.data(&format!("{header}\n"))?;
        return Ok(());
    }
    write_lock(&chain.lock_path, &text).map_err(|error| of_files(vec![error]))?;
    screen.note(&format!("wrote {}: {migrations}; {proven}", shown(&chain.lock_path)));
    Ok(())
}
