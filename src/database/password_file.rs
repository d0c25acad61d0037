//! Passwords in `~/.pgpass` (manual: The Password File).

use std::path::{Path, PathBuf};

use super::settings::Place;

/// The lines of a password file, or none.
#[derive(Default)]
pub(super) struct Secrets {
    text: String,
}

impl Secrets {
    /// Reads a password file: the one named, else the user's own.
    pub(super) fn new(named: Option<String>, variable: &dyn Fn(&str) -> Option<String>) -> Secrets {
        let own = || Some(Path::new(&variable("HOME")?).join(".pgpass"));
        let path = named.map(PathBuf::from).or_else(own);
        let readable = path.filter(|path| is_private(path));
        Secrets {
            text: readable.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default(),
        }
    }

    /// Finds the first line that fits.
    pub(super) fn find(
        &self,
        place: &Place,
        port: u16,
        database: Option<&str>,
        user: Option<&str>,
    ) -> Option<String> {
        let port = port.to_string();
        let hosts = match place {
            Place::Network(host, _) => vec![host.as_str()],
            // The lines for the machine itself hold for its sockets too.
            Place::Socket(directory) => vec![directory.to_str().unwrap_or(""), "localhost"],
        };
        let fits = |line: &&str| !line.starts_with('#');
        self.text.lines().filter(fits).find_map(|line| {
            let (host, rest) = field(line)?;
            let (line_port, rest) = field(rest)?;
            let (line_database, rest) = field(rest)?;
            let (line_user, rest) = field(rest)?;
            let matches =
                |pattern: &str, value: Option<&str>| pattern == "*" || value == Some(pattern);
            let all = hosts.iter().any(|it| matches(&host, Some(it)))
                && matches(&line_port, Some(&port))
                && matches(&line_database, database)
                && matches(&line_user, user);
            all.then(|| unescaped(rest)).filter(|password| !password.is_empty())
        })
    }
}

/// Splits off the part in front of the next colon that has no backslash before it.
fn field(text: &str) -> Option<(String, &str)> {
    let mut escaped = false;
    let end = text.find(|c| {
        let ends = c == ':' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    let (field, rest) = text.split_at(end);
    Some((unescaped(field), rest.strip_prefix(':')?))
}

/// Takes away the backslash in front of a colon or of another.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    out
}

/// Tells whether nobody else can read a file: else libpq passes it over, and so does this.
#[cfg(unix)]
fn is_private(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o077 == 0)
}

/// Tells whether a file is there.
#[cfg(not(unix))]
fn is_private(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(host: &str, database: &str) -> Option<String> {
        let text = "# one:1:a:b:c\n\
                    one:5432:app:me:pass\\:wo\\\\rd\n\
                    broken\n\
                    one:*:*:*:other\n\
                    /run/x:5432:*:me:socket\n\
                    localhost:5432:*:me:here\n";
        let secrets = Secrets { text: text.into() };
        let place = match host.starts_with('/') {
            true => Place::Socket(host.into()),
            false => Place::Network(host.into(), None),
        };
        secrets.find(&place, 5432, Some(database), Some("me"))
    }

    #[test]
    fn the_first_line_that_fits_holds() {
        assert_eq!(find("one", "app").as_deref(), Some("pass:wo\\rd"));
        assert_eq!(find("one", "b").as_deref(), Some("other"));
        assert_eq!(find("two", "app"), None);
        assert_eq!(find("/run/x", "app").as_deref(), Some("socket"));
        assert_eq!(find("/run/y", "app").as_deref(), Some("here"));
    }
}
