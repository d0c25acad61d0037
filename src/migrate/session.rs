//! The session that migrations run in: what it must be, the lock that only one runner has, its settings.

use std::time::Duration;

use super::error::{Kind, MigrateError};
use super::event::{Event, Options};
use super::machine::{Io, Trouble};
use super::nature::literal;
use super::stop::{self, Stop};

/// The oldest server, as `server_version_num` has it.
const OLDEST: u32 = 140_000;

/// The two numbers of the advisory lock. Such locks are of one database; the first number spells `scma`.
const KEY: &str = "1935895905, 1";

/// The row of `pg_locks` of the lock (manual: pg_locks).
const LOCKED: &str = "locktype = 'advisory' AND classid = 1935895905 AND objid = 1 AND objsubid = 2 AND granted \
    AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())";

/// What a session is given, so that it ends soon when nobody is there any more, and reads strings as they were cut.
const SETTINGS: [(&str, &str); 9] = [
    ("standard_conforming_strings", "on"),
    // What a role brings with it is for its queries.
    ("lock_timeout", "0"),
    ("statement_timeout", "0"),
    ("idle_in_transaction_session_timeout", "60s"),
    ("client_connection_check_interval", "2s"),
    ("tcp_keepalives_idle", "10"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "30s"),
];

/// A session that has been looked at.
#[derive(Debug)]
pub(super) struct Session {
    /// The process that serves it.
    pid: String,
    /// The role that was set, or `none`.
    pub(super) role: String,
    /// What else was set.
    saved: Vec<(String, String)>,
    /// What it is given: which of [`SETTINGS`] there are depends on server and system.
    settings: String,
}

impl Session {
    /// Looks at a session and sets it up.
    pub(super) async fn new(io: &Io) -> Result<Session, Stop> {
        let looked = io
            .sql(
                "SELECT pg_catalog.pg_backend_pid(), pg_catalog.current_setting('server_version_num'), \
                 pg_catalog.pg_is_in_recovery(), now() = statement_timestamp(), pg_catalog.current_setting('role'), \
                 pg_catalog.current_setting('default_transaction_read_only')",
            )
            .await
            .map_err(|trouble| stop::of(trouble, "the server does not say what it is"))?;
        let row = looked.into_iter().next().unwrap_or_default();
        let text = |at: usize| row.get(at).cloned().flatten().unwrap_or_default();
        if text(3) != "t" {
            let message = "the connection is in a transaction";
            let error = MigrateError::new(Kind::Usage, "in-a-transaction", message);
            return Err(error
                .help("end it first: migrations are transactions of their own")
                .into());
        }
        check_server(&text(1), &text(2), &text(5))?;
        refuse_pooler(io, &text(0)).await?;
        let saved = io
            .sql("SELECT name, setting FROM pg_catalog.pg_settings WHERE source = 'session'")
            .await
            .map_err(|trouble| stop::of(trouble, "the settings can't be read"))?;
        let saved = saved.into_iter().filter_map(|row| {
            let mut values = row.into_iter();
            Some((values.next()??, values.next()??))
        });
        let mut settings = String::new();
        for (name, value) in SETTINGS {
            let set = format!("SET {name} = '{value}'");
            match io.sql(&set).await {
                Ok(_) => settings.push_str(&format!("; {set}")),
                Err(Trouble::Refused(_)) => {}
                Err(Trouble::Lost(why)) => return Err(Stop::Lost(why)),
            }
        }
        Ok(Session { pid: text(0), role: text(4), saved: saved.collect(), settings })
    }

    /// Takes back all settings that a migration has made.
    pub(super) async fn clean(&self, io: &Io) -> Result<(), Stop> {
        self.reset(io, &self.settings).await
    }

    /// Leaves the session as it was found.
    pub(super) async fn give_back(&self, io: &Io) -> Result<(), Stop> {
        self.reset(io, "").await
    }

    async fn reset(&self, io: &Io, settings: &str) -> Result<(), Stop> {
        let mut sql = "RESET ALL".to_owned();
        let saved = self.saved.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in saved.chain([("role", self.role.as_str())]) {
            let (name, value) = (literal(name), literal(value));
            sql.push_str(&format!("; SELECT pg_catalog.set_config({name}, {value}, false)"));
        }
        let done = io.sql(sql + settings).await;
        done.map(drop).map_err(|trouble| stop::of(trouble, "the settings can't be taken back"))
    }

    /// Takes the lock. It is asked for again and again: who waits for it in the server holds a snapshot, for which `CREATE INDEX
    /// CONCURRENTLY` of the other one waits, and both wait for ever.
    pub(super) async fn lock(&self, io: &Io, options: &Options) -> Result<(), Stop> {
        let (began, mut told) = (io.now(), false);
        let own = format!(
            "EXISTS (SELECT 1 FROM pg_catalog.pg_locks WHERE pid = pg_catalog.pg_backend_pid() AND {LOCKED})"
        );
        let ask = format!(
            "SELECT pg_catalog.pg_backend_pid(), {own}, CASE WHEN {own} THEN false ELSE pg_catalog.pg_try_advisory_lock({KEY}) END"
        );
        loop {
            let rows = io.sql(&ask).await.map_err(|it| stop::of(it, "the lock can't be taken"))?;
            let row = rows.into_iter().next().unwrap_or_default();
            let text = |at: usize| row.get(at).cloned().flatten().unwrap_or_default();
            if text(0) != self.pid || text(1) == "t" {
                return Err(pooled());
            }
            if text(2) == "t" {
                return Ok(());
            }
            let waited = io.now().saturating_sub(began);
            if !told || options.patience <= waited {
                let holder = holder(io).await?;
                if options.patience <= waited {
                    return Err(still_held(&holder, waited));
                }
                io.tell(Event::Waiting { holder }).await;
                told = true;
            }
            io.nap(Duration::from_millis(200)).await;
        }
    }

    /// Gives the lock back.
    pub(super) async fn unlock(&self, io: &Io) -> Result<(), Stop> {
        let done = io.sql(format!("SELECT pg_catalog.pg_advisory_unlock({KEY})")).await;
        done.map(drop).map_err(|trouble| stop::of(trouble, "the lock can't be given back"))
    }

    /// Returns an expression that tells whether the session is still ours, with the lock.
    pub(super) fn holds(&self) -> String {
        format!(
            "pg_catalog.pg_backend_pid() = {} AND EXISTS (SELECT 1 FROM pg_catalog.pg_locks \
             WHERE pid = pg_catalog.pg_backend_pid() AND {LOCKED})",
            self.pid
        )
    }

    /// Begins a transaction, if the lock is still ours.
    pub(super) async fn begin(&self, io: &Io, options: &Options) -> Result<(), Stop> {
        let sql = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = {}; SET LOCAL statement_timeout = {}; SELECT {}",
            literal(&options.lock_timeout),
            literal(&options.statement_timeout),
            self.holds()
        );
        let rows = io.sql(sql).await.map_err(|it| stop::of(it, "a transaction can't be begun"))?;
        if rows.first().and_then(|row| row.first()) == Some(&Some("t".to_owned())) {
            return Ok(());
        }
        match io.sql("ROLLBACK").await {
            Ok(_) | Err(Trouble::Refused(_)) => Err(pooled()),
            Err(Trouble::Lost(why)) => Err(Stop::Lost(why)),
        }
    }
}

fn check_server(version: &str, is_standby: &str, is_read_only: &str) -> Result<(), Stop> {
    let error = |name, message: String, help: &str| {
        Err(MigrateError::new(Kind::Environment, name, message).help(help).into())
    };
    let version = version.parse::<u32>().unwrap_or(0);
    if version < OLDEST {
        let message = format!(
            "the server is PostgreSQL {}, and schemac works with 14 and later",
            version / 10_000
        );
        return error(
            "server-too-old",
            message,
            "upgrade the server, or name another one in the URL",
        );
    }
    if is_standby == "t" {
        let message = "the server is a standby, which takes no changes".to_owned();
        let help = "connect to the primary server; `target_session_attrs=read-write` in the URL finds it among several hosts";
        return error("server-read-only", message, help);
    }
    if is_read_only == "on" {
        let message = "transactions of this role, or in this database, are read-only".to_owned();
        let help = "connect as a role whose `default_transaction_read_only` is off";
        return error("server-read-only", message, help);
    }
    Ok(())
}

/// Refuses a pooler that gives each transaction to any session: a lock would stay with one of them.
///
/// Two connections that are open at once and have the same process behind them can't be anything else.
async fn refuse_pooler(io: &Io, pid: &str) -> Result<(), Stop> {
    const PID: &str = "SELECT pg_catalog.pg_backend_pid()";
    let first = |rows: Vec<Vec<Option<String>>>| rows.into_iter().flatten().flatten().next();
    // Where there is no room for another connection, the checks of each transaction are left.
    if let Some(Ok(rows)) = io.aside(PID).await
        && first(rows).as_deref() == Some(pid)
    {
        return Err(pooled());
    }
    let again = io.sql(PID).await.map_err(|it| stop::of(it, "the server does not answer"))?;
    if first(again).as_deref() == Some(pid) { Ok(()) } else { Err(pooled()) }
}

fn pooled() -> Stop {
    let message = "the connection goes through a pooler that gives each transaction to another session, where no lock holds";
    let error = MigrateError::new(Kind::Environment, "pooled-connection", message);
    Stop::Failed(
        error.help(
            "connect to PostgreSQL itself, or to a pool in session mode, with `--database-url`",
        ),
    )
}

/// Says who has the lock.
async fn holder(io: &Io) -> Result<String, Stop> {
    let sql = format!(
        "SELECT a.pid, a.usename, a.application_name, pg_catalog.host(a.client_addr), \
         pg_catalog.date_trunc('second', a.backend_start)::text \
         FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a USING (pid) WHERE {LOCKED}"
    );
    let rows = io.sql(sql).await.map_err(|it| stop::of(it, "nobody says who has the lock"))?;
    let Some(row) = rows.into_iter().next() else {
        return Ok("a runner that is just done".to_owned());
    };
    let text = |at: usize| row.get(at).cloned().flatten().filter(|it| !it.is_empty());
    let mut said = format!("process {}", text(0).unwrap_or_default());
    for (before, value) in
        [("of role ", text(1)), ("", text(2)), ("from ", text(3)), ("since ", text(4))]
    {
        said.extend(value.map(|it| format!(", {before}{it}")));
    }
    Ok(said)
}

fn still_held(holder: &str, waited: Duration) -> Stop {
    let message =
        format!("another runner has the lock for {} s already: {holder}", waited.as_secs());
    let error = MigrateError::new(Kind::Environment, "lock-held", message);
    Stop::Failed(error.help("wait for it and run it again; if nobody stands behind it any more, end that process with pg_terminate_backend"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::machine::{Machine, Reply, Request, Row, Turn};

    /// Returns the name of what is refused when a server says this of itself, and how often it was asked.
    fn refused(version: &str, is_standby: &str, pids: [&str; 3]) -> (&'static str, usize) {
        let row =
            |values: &[&str]| -> Row { values.iter().map(|it| Some((*it).to_owned())).collect() };
        let mut replies = vec![
            vec![row(&[pids[0], version, is_standby, "t", "none", "off"])],
            vec![row(&[pids[1]])],
            vec![row(&[pids[2]])],
        ];
        replies.reverse();
        let mut machine = Machine::new(1, |io| async move { Session::new(&io).await.map(drop) });
        let (mut reply, mut n_asked) = (None, 0);
        loop {
            match machine.turn(reply.take(), Duration::ZERO) {
                Turn::End(Ok(())) => return ("", n_asked),
                Turn::End(Err(Stop::Failed(error))) => return (error.name(), n_asked),
                Turn::End(Err(Stop::Lost(why))) => panic!("{why}"),
                Turn::Ask(Request::Run(_) | Request::Aside(_)) => n_asked += 1,
                Turn::Ask(other) => panic!("{other:?}"),
            }
            reply = Some(Reply::Rows(replies.pop().unwrap_or_default()));
        }
    }

    #[test]
    fn what_no_lock_holds_on_is_refused() {
        assert_eq!(refused("150004", "f", ["7", "8", "7"]).0, "");
        assert_eq!(refused("130011", "f", ["7", "8", "7"]), ("server-too-old", 1));
        assert_eq!(refused("150004", "t", ["7", "8", "7"]), ("server-read-only", 1));
        // Two that are open at once have the same process, or one has another one the second time.
        assert_eq!(refused("150004", "f", ["7", "7", "7"]), ("pooled-connection", 2));
        assert_eq!(refused("150004", "f", ["7", "8", "9"]), ("pooled-connection", 3));
    }
}
