//! Scratch databases on a server that is there.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::ScratchDatabase;
use super::left::Pledge;
use crate::database::error::{DatabaseError, Kind};
use crate::database::url::Url;
use crate::database::{Connection, Reply};
use crate::sql::version::PgVersion;

/// How the names begin. The second they were made follows, then a random number.
const PREFIX: &str = "schemac_scratch_";

/// What is older and has no connection was left behind.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A server where the role may create databases.
#[derive(Debug)]
pub(super) struct Given {
    url: Url,
    version: PgVersion,
    /// How databases are made like the one of the URL: `ENCODING …`.
    like: String,
    leftovers: Vec<String>,
}

impl Given {
    /// Looks whether databases can be made on the server of a URL, which the connection leads to.
    pub(super) fn new(url: &Url, mut connection: Connection) -> Result<Given, DatabaseError> {
        let version = connection.version();
        let facts = rows(&mut connection, &facts(version))?;
        let fact = |n: usize| facts.first().and_then(|row| row.get(n)).cloned().flatten();
        let role = fact(0).unwrap_or_default();
        if fact(2).as_deref() == Some("t") {
            let message = "the server is a standby, where nothing can be made";
            return Err(
                DatabaseError::new(Kind::ReadOnly, message).with_help("name the primary server")
            );
        }
        if fact(1).as_deref() != Some("t") {
            let message = format!("the role `{role}` may not create databases");
            let help = "let an administrator say `ALTER ROLE … CREATEDB`, or name another server with `--scratch-url`";
            return Err(DatabaseError::new(Kind::Privilege, message).with_help(help));
        }
        let now = seconds();
        let scratch = rows(&mut connection, LEFTOVERS)?;
        let names = scratch.into_iter().flatten().flatten();
        let leftovers = names.filter(|name| is_old(name, now)).collect();
        let like = (3..=8).filter_map(fact).collect::<Vec<_>>().join(" ");
        Ok(Given { url: url.clone(), version, like, leftovers })
    }

    pub(super) fn version(&self) -> PgVersion {
        self.version
    }

    pub(super) fn leftovers(&self) -> &[String] {
        &self.leftovers
    }

    /// Makes an empty database, with the encoding and locale of the one of the URL.
    pub(super) fn create(&self) -> Result<ScratchDatabase, DatabaseError> {
        let name = name();
        let pledge = Pledge::new(&name, &self.url);
        let made = Connection::open(&self.url).and_then(|mut connection| {
            connection.run(&format!("CREATE DATABASE {name} TEMPLATE template0 {}", self.like))
        });
        match made {
            Ok(()) => {
                Ok(ScratchDatabase { url: self.url.with_database(&name), dropping: Some(pledge) })
            }
            Err(error) => {
                pledge.forget();
                Err(error)
            }
        }
    }
}

/// Asks for the role, what it may do, and what the database is like (manual: CREATE DATABASE, pg_database).
fn facts(version: PgVersion) -> String {
    let provider = if version.is_at_least(15) {
        "'LOCALE_PROVIDER ' || CASE datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END"
    } else {
        "NULL"
    };
    let locale = if version.is_at_least(17) {
        "CASE datlocprovider WHEN 'i' THEN 'ICU_LOCALE ' WHEN 'b' THEN 'BUILTIN_LOCALE ' END || quote_literal(datlocale)"
    } else if version.is_at_least(15) {
        "'ICU_LOCALE ' || quote_literal(daticulocale)"
    } else {
        "NULL"
    };
    let rules =
        if version.is_at_least(16) { "'ICU_RULES ' || quote_literal(daticurules)" } else { "NULL" };
    format!(
        "SELECT rolname, rolcreatedb OR rolsuper, pg_is_in_recovery(), \
         'ENCODING ' || quote_literal(pg_encoding_to_char(encoding)), \
         'LC_COLLATE ' || quote_literal(datcollate), 'LC_CTYPE ' || quote_literal(datctype), \
         {provider}, {locale}, {rules} \
         FROM pg_catalog.pg_database, pg_catalog.pg_roles \
         WHERE datname = current_database() AND rolname = current_user"
    )
}

/// Asks for scratch databases that nobody is connected to.
const LEFTOVERS: &str = "SELECT datname FROM pg_catalog.pg_database AS d \
     WHERE datname LIKE 'schemac\\_scratch\\_%' \
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity AS a WHERE a.datname = d.datname) ORDER BY datname";

/// Runs a query and returns its rows.
fn rows(connection: &mut Connection, sql: &str) -> Result<Vec<Vec<Option<String>>>, DatabaseError> {
    let mut all = Vec::new();
    connection.stream(sql, |reply| {
        if let Reply::Row { row, .. } = reply {
            all.push((0..row.len()).map(|column| row.get(column).map(str::to_owned)).collect());
        }
        Ok::<_, DatabaseError>(())
    })?;
    Ok(all)
}

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Returns a name that no other database has. It needs no quotes.
pub(super) fn name() -> String {
    // Each state is made of the system's random numbers.
    let random = RandomState::new().build_hasher().finish();
    format!("{PREFIX}{:08x}_{random:016x}", seconds())
}

/// Tells whether a name says that its database was made more than a day ago.
fn is_old(name: &str, now: u64) -> bool {
    let rest = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_'));
    let made = rest.and_then(|(made, _)| u64::from_str_radix(made, 16).ok());
    made.is_some_and(|made| made + DAY.as_secs() < now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_tells_the_age() {
        let name = name();
        let now = seconds();
        assert!(!is_old(&name, now) && is_old(&name, now + 100_000), "{name}");
        assert!(!is_old("schemac_scratch_x", now + 100_000));
        assert!(!is_old("schemac_scratch_zz_1", now + 100_000));
    }
}
