//! Why a run does not go on.

use super::error::{Kind, MigrateError};
use super::machine::{Refusal, Trouble};

/// Why a run does not go on.
#[derive(Debug)]
pub(super) enum Stop {
    /// The connection is lost; whether the last statement holds is not known.
    Lost(String),
    /// Somebody has to do something.
    Failed(MigrateError),
}

impl From<MigrateError> for Stop {
    fn from(error: MigrateError) -> Self {
        Stop::Failed(error)
    }
}

/// Says what could not be done.
pub(super) fn of(trouble: Trouble, what: &str) -> Stop {
    match trouble {
        Trouble::Lost(why) => Stop::Lost(why),
        Trouble::Refused(refusal) => {
            let name = name(&refusal.sqlstate);
            let message = format!("{what}: {}", said(&refusal));
            let error =
                MigrateError::new(Kind::Environment, name, message).sqlstate(&refusal.sqlstate);
            Stop::Failed(error.help(help(&refusal)))
        }
    }
}

/// Returns what PostgreSQL said, in one line, with its detail below.
pub(super) fn said(refusal: &Refusal) -> String {
    let detail = refusal.detail.as_ref().map(|it| format!("\n{it}")).unwrap_or_default();
    format!("{} (SQLSTATE {}){detail}", refusal.message, refusal.sqlstate)
}

/// Returns a short name of an error for programs, as all commands that connect have it.
pub(super) fn name(sqlstate: &str) -> &'static str {
    match sqlstate {
        "42501" => "missing-privilege",
        "25006" => "server-read-only",
        "55P03" | "57014" => "statement-canceled",
        _ => "database-error",
    }
}

/// Says what to do about an error of PostgreSQL's.
pub(super) fn help(refusal: &Refusal) -> String {
    let help = match refusal.sqlstate.as_str() {
        "42501" => {
            "let the owner of the object, or an administrator, grant the role what is missing"
        }
        "25006" => {
            "connect to the primary server: a standby, and a role with `default_transaction_read_only`, take no changes"
        }
        "55P03" => {
            "somebody holds a lock: try again when they are done, or raise `--lock-timeout` or `--retries`"
        }
        "57014" => "somebody canceled it, or it took longer than `statement_timeout` allows",
        "53100" => "the disk of the server is full: make room, then run it again",
        "53200" => {
            "raise `max_locks_per_transaction` on the server, or cut the file with `-- schemac: transaction`"
        }
        "55P04" => "write `-- schemac: transaction` between the new enum label and its first use",
        "25001" => "write the line `-- schemac: no-transaction` before the statement",
        _ => {
            return refusal
                .hint
                .clone()
                .unwrap_or_else(|| "mend the statement, then run it again".to_owned());
        }
    };
    help.to_owned()
}
