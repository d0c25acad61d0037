//! The hazards of migrations, as diagnostics at the places of their statements.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many statements, only some say something about their transaction"
)]

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::thread;

use super::effect::{Effect, InTransaction, of};
use super::read::read;
use super::rules::{Hazard, transaction};
use super::script::{Migration, Part};
use super::size::Size;
use super::state::State;
use super::statement::{Statement, TransactionWord, TypeChange};
use crate::diagnostic::{Allow, Allows, Diagnostic, Diagnostics, Levels, Rule, did_you_mean};
use crate::lint::{UNKNOWN_RULE, UNUSED_ALLOW};
use crate::object::address::Qualified;
use crate::source::{Sources, Span};
use crate::sql::lex::{TokenKind, tokens};
use crate::syntax::STACK_BYTES;

/// What is looked at: the files, the levels of rules, and what is known of tables' sizes.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'s> {
    /// The files of the migrations.
    pub sources: &'s Sources,
    /// The levels that the project gives to rules.
    pub levels: &'s Levels,
    /// The rows and bytes of tables, where a database was asked.
    pub sizes: &'s BTreeMap<Qualified, Size>,
}

/// Goes through migrations that begin with an empty database, and says what those that are pending endanger.
///
/// Runs on a thread of its own, as expressions may be nested deeply.
pub fn check(migrations: &[Migration], subject: &Subject<'_>) -> Diagnostics {
    let work = || walk(migrations, subject);
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        let found = thread.map(|it| it.join().unwrap_or_else(|it| resume_unwind(it)));
        found.unwrap_or_else(|_| work())
    })
}

fn walk(migrations: &[Migration], subject: &Subject<'_>) -> Diagnostics {
    let mut walk = Walk {
        subject,
        state: State::default(),
        found: Diagnostics::default(),
        allows: Vec::new(),
    };
    for migration in migrations {
        walk.state.settle();
        walk.migration(migration);
    }
    walk.finish()
}

/// The way through the migrations.
struct Walk<'w> {
    subject: &'w Subject<'w>,
    state: State,
    found: Diagnostics,
    allows: Vec<Allow>,
}

/// What a transaction has done so far.
#[derive(Default)]
struct Open {
    /// Relations in use that nobody else can write until it ends.
    locked: Vec<Qualified>,
    /// Those that nobody else can read.
    unreadable: Vec<Qualified>,
    has_timeout: bool,
}

impl Walk<'_> {
    fn migration(&mut self, migration: &Migration) {
        let mut open = Open::default();
        let mut segment = None;
        let mut last = None;
        // Whether `BEGIN` was written, which makes a transaction where there is none.
        let mut begun = false;
        for part in &migration.parts {
            let text = self.subject.sources.text(part.span);
            if segment != Some(part.transaction) || part.transaction.is_none() && !begun {
                self.close(&open, last, migration.pending);
                open = Open { has_timeout: open.has_timeout, ..Open::default() };
                self.state.commit();
                segment = Some(part.transaction);
            }
            self.read_allows(migration, part);
            let statement = read(text);
            match &statement {
                Statement::SetTimeout => open.has_timeout = true,
                Statement::Transaction(word) => begun = *word == TransactionWord::Begin,
                _ => {}
            }
            let mut effect = of(&statement, &self.state);
            let inside = part.transaction.is_some() || begun;
            self.of_transaction(&statement, text, &mut effect, inside, &mut open);
            if migration.pending {
                for hazard in &effect.hazards {
                    self.report(hazard, part.span);
                }
            }
            self.state.apply(&statement);
            last = Some(part.span);
        }
        self.close(&open, last, migration.pending);
    }

    /// Says what is only wrong of a transaction as a whole, at its last statement.
    fn close(&mut self, open: &Open, last: Option<Span>, pending: bool) {
        if let Some(last) = last.filter(|_| pending && 1 < open.unreadable.len()) {
            self.report(&transaction::many_locks(&open.unreadable), last);
        }
    }

    /// Adds what is wrong because of the statements before in the same transaction.
    fn of_transaction(
        &self,
        statement: &Statement,
        text: &str,
        effect: &mut Effect,
        inside: bool,
        open: &mut Open,
    ) {
        if inside && effect.transaction == InTransaction::Refused {
            // What it would do there is of no interest.
            effect.hazards = vec![transaction::refused()];
            return;
        }
        effect.hazards.extend(self.fresh_label(statement, text));
        let worked = effect.rewrites.iter().map(|it| (it, "written anew"));
        let worked = worked.chain(effect.scans.iter().map(|it| (it, "read from end to end")));
        let blocks = |table: &Qualified| {
            effect.locks.iter().any(|(it, level)| it == table && level.blocks_writes())
        };
        // What a statement does under its own lock is its own hazard.
        let mut work = worked.filter(|(table, _)| !self.state.is_new(table) && !blocks(table));
        if let Some((table, what)) = work.next()
            && let Some(locked) = open.locked.first()
        {
            effect.hazards.push(transaction::long_work(locked, table, what));
        }
        let strong = effect
            .locks
            .iter()
            .filter(|(it, level)| level.blocks_writes() && !self.state.is_new(it));
        for (relation, level) in strong {
            if !open.has_timeout {
                effect.hazards.push(transaction::without_timeout(relation));
                open.has_timeout = true;
            }
            if !open.locked.contains(relation) {
                open.locked.push(relation.clone());
            }
            if level.blocks_reads() && !open.unreadable.contains(relation) {
                open.unreadable.push(relation.clone());
            }
        }
    }

    /// Finds the use of a label that the same transaction added to an enum.
    fn fresh_label(&self, statement: &Statement, text: &str) -> Option<Hazard> {
        if matches!(statement, Statement::AlterType(_, TypeChange::AddValue(_))) {
            return None;
        }
        let fresh: Vec<&String> = self.state.enums.values().flat_map(|it| &it.fresh).collect();
        if fresh.is_empty() {
            return None;
        }
        let strings = tokens(text).into_iter().filter(|it| it.kind == TokenKind::String);
        strings.into_iter().find_map(|token| {
            let written = token.range.of(text).trim_matches('\'').replace("''", "'");
            let label = fresh.iter().find(|it| ***it == written)?;
            Some(transaction::label_used(label, token.range))
        })
    }

    fn report(&mut self, hazard: &Hazard, statement: Span) {
        let size = hazard.table.as_ref().and_then(|table| self.subject.sizes.get(table));
        let message = match size {
            Some(size) => format!("{} ({size})", hazard.message),
            None => hazard.message.clone(),
        };
        let place = match hazard.at {
            Some(at) => trimmed(statement.part(at.start, at.end), self.subject.sources),
            None => first_line(statement, self.subject.sources),
        };
        let diagnostic = Diagnostic::new(hazard.rule, message);
        self.found.push(diagnostic.label(place, hazard.label.clone()).help(hazard.help.clone()));
    }

    /// Reads the lines `-- schemac: allow RULE: reason` before a statement.
    fn read_allows(&mut self, migration: &Migration, part: &Part) {
        let gap = part.gap;
        let text = self.subject.sources.text(gap);
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            let start = offset;
            offset += line.len() as u32;
            let Some(rest) = line.trim().strip_prefix("-- schemac: allow ") else { continue };
            let rule = rest.split(':').next().unwrap_or(rest).trim();
            let at = start + line.find(rule).unwrap_or(0) as u32;
            let place = gap.part(at, at + rule.len() as u32);
            let known = super::RULES.iter().flat_map(|list| list.iter()).any(|it| it.name == rule);
            if !known {
                self.unknown_rule(rule, place);
            } else if migration.pending {
                let (rule, region) = (rule.to_owned(), part.span);
                self.allows.push(Allow { rule, place, whole: place, region });
            }
        }
    }

    fn unknown_rule(&mut self, rule: &str, place: Span) {
        let names = super::RULES.iter().flat_map(|list| list.iter()).map(|it: &&Rule| it.name);
        let help = did_you_mean(rule, names);
        let diagnostic = Diagnostic::new(&UNKNOWN_RULE, format!("there is no hazard `{rule}`"))
            .label(place, "named here")
            .help("see `schemac explain` for the names")
            .help_if(help);
        self.found.push(diagnostic);
    }

    /// Leaves out what is allowed, and says which `allow` was for nothing.
    fn finish(mut self) -> Diagnostics {
        let allows = Allows::new(&self.allows);
        let used: Vec<Span> =
            self.found.iter().flat_map(|it| allows.covering(it)).map(|allow| allow.place).collect();
        let levels = self.subject.levels;
        let on =
            |name: &str| levels.rules().iter().any(|it| it.name == name && levels.of(it).is_some());
        let unused = self.allows.iter().filter(|it| !used.contains(&it.place) && on(&it.rule));
        let unused: Vec<Diagnostic> = unused
            .map(|allow| {
                let message = format!("`{}` is not raised by this statement", allow.rule);
                Diagnostic::new(&UNUSED_ALLOW, message)
                    .label(allow.place, "allowed here")
                    .help("delete this line")
            })
            .collect();
        let mut found = std::mem::take(&mut self.found);
        unused.into_iter().for_each(|it| found.push(it));
        found.settle(levels, &allows);
        found.sort();
        found
    }
}

/// Takes the blanks off the end of a place.
fn trimmed(place: Span, sources: &Sources) -> Span {
    let length = sources.text(place).trim_end().len() as u32;
    place.part(0, length)
}

/// Returns the first line of a statement.
fn first_line(statement: Span, sources: &Sources) -> Span {
    let text = sources.text(statement);
    let length = text.find('\n').unwrap_or(text.len()) as u32;
    trimmed(statement.part(0, length), sources)
}
