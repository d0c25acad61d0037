//! Where a database is: a URL or a `key=value` string, as libpq reads them (manual: Connection Strings).
//!
//! Nothing that is shown of a [`Url`], or of a fault in one, holds a password. So a fault never quotes the part between
//! `//` and the path: with an `@` or `/` that is not percent-encoded, a password reaches into all of it.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use super::error::{DatabaseError, Kind};
use crate::diagnostic::did_you_mean;

/// Where a database is and how it is reached.
#[derive(Clone, PartialEq, Eq)]
pub struct Url {
    parameters: BTreeMap<String, String>,
}

/// The parameters that have an effect here.
const KNOWN: [&str; 23] = [
    "application_name",
    "channel_binding",
    "connect_timeout",
    "dbname",
    "fallback_application_name",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "options",
    "passfile",
    "password",
    "port",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslnegotiation",
    "sslrootcert",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];

/// Parameters of libpq that change nothing here: what they are about is not done, or always done so.
const WITHOUT_EFFECT: [&str; 6] = [
    "client_encoding",
    "gssencmode",
    "krbsrvname",
    "load_balance_hosts",
    "sslcompression",
    "sslsni",
];

impl Url {
    /// Reads `postgres://…`, `postgresql://…` or `key=value …`.
    ///
    /// # Errors
    /// When the text is none of them, or names a parameter that is not known.
    pub fn parse(text: &str) -> Result<Url, DatabaseError> {
        let text = text.trim();
        let schemes = ["postgres://", "postgresql://"];
        let parameters = match schemes.iter().find_map(|scheme| text.strip_prefix(scheme)) {
            Some(rest) => read_url(rest)?,
            None if text.contains("://") => {
                let help = "begin with `postgres://`: `postgres://user@host:5432/database`";
                return Err(wrong("the database URL has another scheme than `postgres`", help));
            }
            None if text.contains('=') => read_pairs(text)?,
            None => {
                let help = "write `postgres://user@host:5432/database`, or `host=… dbname=…`";
                return Err(wrong("this is no URL of a database", help));
            }
        };
        for name in parameters.keys() {
            check_name(name)?;
        }
        Ok(Url { parameters })
    }

    /// Returns the same server and role with another database.
    pub fn with_database(&self, name: &str) -> Url {
        let mut url = self.clone();
        url.parameters.insert("dbname".into(), name.into());
        url
    }

    /// Tells whether the password stands in it.
    pub fn has_password(&self) -> bool {
        self.get("password").is_some()
    }

    /// Makes a URL of parameters, which must be known ones.
    pub(super) fn of<const N: usize>(parameters: [(&str, &str); N]) -> Url {
        let owned = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Url { parameters: owned.into_iter().collect() }
    }

    /// Returns the value of a parameter of libpq's, where one is given.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// As a URL, without the password.
impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("postgres://")?;
        if let Some(user) = self.get("user") {
            write!(f, "{}@", Encoded(user))?;
        }
        let host = self.get("host");
        let is_path = host.is_some_and(|host| host.contains(['/', ',']));
        if let Some(host) = host.filter(|_| !is_path) {
            if host.contains(':') {
                write!(f, "[{host}]")?
            } else {
                write!(f, "{}", Encoded(host))?
            }
            if let Some(port) = self.get("port") {
                write!(f, ":{port}")?;
            }
        }
        write!(f, "/{}", Encoded(self.get("dbname").unwrap_or("")))?;
        let mut mark = '?';
        for (name, value) in &self.parameters {
            let shown = match name.as_str() {
                "user" | "dbname" | "password" => false,
                "host" | "port" => is_path || host.is_none(),
                _ => true,
            };
            if shown {
                write!(f, "{mark}{name}={}", Encoded(value))?;
                mark = '&';
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Url({self})")
    }
}

/// Shows a text with what has a meaning in a URL percent-encoded.
struct Encoded<'t>(&'t str);

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if c.is_control() || " %?#&@:[]\"".contains(c) {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    write!(f, "%{byte:02X}")?;
                }
            } else {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

fn wrong(message: impl Into<String>, help: impl Into<String>) -> DatabaseError {
    DatabaseError::new(Kind::Url, message).with_help(help)
}

fn check_name(name: &str) -> Result<(), DatabaseError> {
    if KNOWN.contains(&name) || WITHOUT_EFFECT.contains(&name) {
        return Ok(());
    }
    let help = did_you_mean(name, KNOWN).unwrap_or_else(|| format!("leave out `{name}`"));
    // Without an equals sign in a URL's query, the name may be the end of a password.
    let safe = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let message = format!("the database URL has an unknown parameter `{name}`");
    Err(if safe { wrong(message, help) } else { misplaced() })
}

/// The fault of a URL whose parts can't be told apart.
fn misplaced() -> DatabaseError {
    let help = "percent-encode what has a meaning in URLs, in a password too: `@` is `%40`, `:` `%3A`, `/` `%2F`, \
                `?` `%3F`, `#` `%23`, `%` `%25`";
    wrong("the database URL can't be read", help)
}

/// Reads what stands behind `postgres://`.
fn read_url(text: &str) -> Result<BTreeMap<String, String>, DatabaseError> {
    let mut parameters = BTreeMap::new();
    let mut set = |name: &str, value: &str| -> Result<(), DatabaseError> {
        let value = decode(value)?;
        if !value.is_empty() {
            parameters.insert(name.to_owned(), value);
        }
        Ok(())
    };
    let (rest, query) = text.split_once('?').unwrap_or((text, ""));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    // The last `@`: who forgets to encode one in a password means that.
    let (credentials, hosts) = match authority.rsplit_once('@') {
        Some((credentials, hosts)) => (credentials, hosts),
        None if path.contains('@') => return Err(misplaced()),
        None => ("", authority),
    };
    let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    set("user", user)?;
    set("password", password)?;
    let (hosts, ports) = read_hosts(hosts)?;
    set("host", &hosts)?;
    set("port", &ports)?;
    set("dbname", path)?;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or_else(misplaced)?;
        match (name, value) {
            // As JDBC has it (manual: Connection URIs).
            ("ssl", "true") => set("sslmode", "require")?,
            _ => set(&decode(name)?, value)?,
        }
    }
    Ok(parameters)
}

/// Returns the hosts and the ports of `host:port,[::1]:port,…`, each with commas between them.
fn read_hosts(text: &str) -> Result<(String, String), DatabaseError> {
    let (mut hosts, mut ports) = (Vec::new(), Vec::new());
    for part in text.split(',') {
        let (host, rest) = match part.strip_prefix('[') {
            Some(rest) => rest.split_once(']').ok_or_else(misplaced)?,
            None => part.split_at(part.find(':').unwrap_or(part.len())),
        };
        let port = rest.strip_prefix(':').unwrap_or(rest);
        if !port.is_empty() && (port.len() == rest.len() || port.parse::<u16>().is_err()) {
            return Err(misplaced());
        }
        hosts.push(host);
        ports.push(port);
    }
    let ports = if ports.iter().all(|port| port.is_empty()) { Vec::new() } else { ports };
    Ok((hosts.join(","), ports.join(",")))
}

fn decode(text: &str) -> Result<String, DatabaseError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2).ok_or_else(misplaced)?;
        let digits = str::from_utf8(digits).ok().filter(|it| !it.starts_with('+'));
        let byte = digits.and_then(|it| u8::from_str_radix(it, 16).ok()).ok_or_else(misplaced)?;
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0')).ok_or_else(misplaced)
}

/// Reads `key=value key='value with blanks' …`.
fn read_pairs(text: &str) -> Result<BTreeMap<String, String>, DatabaseError> {
    let fault = || {
        let help = "write `key=value` pairs with blanks between them; a value with blanks stands in single quotes";
        wrong("the connection string can't be read", help)
    };
    let mut parameters = BTreeMap::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (name, value) = rest.split_once('=').ok_or_else(fault)?;
        let name = name.trim_end();
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(fault());
        }
        let (value, after) = read_value(value.trim_start()).ok_or_else(fault)?;
        parameters.insert(name.to_owned(), value);
        rest = after.trim_start();
    }
    Ok(parameters)
}

/// Reads a value of a connection string; returns it and what stands behind it.
fn read_value(text: &str) -> Option<(String, &str)> {
    let quoted = text.starts_with('\'');
    let mut value = String::new();
    let mut chars = text.char_indices().skip(usize::from(quoted));
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => value.push(chars.next()?.1),
            '\'' if quoted => return Some((value, text.get(at + 1..)?)),
            c if c.is_whitespace() && !quoted => return Some((value, text.get(at..)?)),
            c => value.push(c),
        }
    }
    (!quoted).then_some((value, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match Url::parse(text) {
            Ok(url) => url.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn urls_and_pairs_say_the_same() {
        for (text, expected) in [
            ("postgres://", "postgres:///"),
            ("postgresql://me@host:5433/shop", "postgres://me@host:5433/shop"),
            ("host=host user=me port = 5433 dbname=shop", "postgres://me@host:5433/shop"),
            ("postgres://[::1]:5433/", "postgres://[::1]:5433/"),
            ("postgres://a,b:1/x", "postgres:///x?host=a,b&port=,1"),
            ("postgres:///x?host=/run/pg&port=1", "postgres:///x?host=/run/pg&port=1"),
            ("postgres://%2Frun%2Fpg/x", "postgres:///x?host=/run/pg"),
            ("postgres://h/x?ssl=true", "postgres://h/x?sslmode=require"),
            ("postgres://m%40e@h/a%20b", "postgres://m%40e@h/a%20b"),
            (r"user='a \'b\\' options='-c jit=off'", "postgres://a%20'b\\@/?options=-c%20jit=off"),
            ("host=a host=b", "postgres://b/"),
            (" postgres://h ", "postgres://h/"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_shown_reads_back() {
        let text = "user=m@e host=/run/a?b dbname='x/y&z' sslrootcert=/a%b password=p";
        let url = Url::parse(text).expect("all of it is known");
        let back = Url::parse(&url.to_string()).expect("what is shown is a URL");
        assert!(url.has_password() && !back.has_password());
        for name in ["user", "host", "dbname", "sslrootcert"] {
            assert_eq!(url.get(name), back.get(name), "{name}");
        }
    }

    #[test]
    fn a_password_is_read_and_never_shown() {
        let given = |text: &str| {
            let url = Url::parse(text).expect("it can be read");
            assert!(!format!("{url} {url:?}").contains("sec"), "{url:?}");
            url.get("password").map(str::to_owned)
        };
        assert_eq!(given("postgres://me:sec%2Fret@h/x").as_deref(), Some("sec/ret"));
        // The last `@` ends it, encoded or not.
        assert_eq!(given("postgres://me:sec@ret@h/x").as_deref(), Some("sec@ret"));
        assert_eq!(given("postgres://h/x?password=sec").as_deref(), Some("sec"));
        assert_eq!(given("password='sec ret' host=h").as_deref(), Some("sec ret"));
        for text in [
            "postgres://me:sec/ret@h/x",
            "postgres://me:sec?ret@h/x",
            "postgres://me:12/sec@h/x",
            "postgres://me:sec%zz@h/x",
            "postgres://me:sec%@h/x",
            "postgres://h/x?password=%FF&user=sec",
            "postgres://[sec/x",
            "mysql://me:sec@h",
            "sec",
            "password='sec",
            "sec ret=x",
        ] {
            assert!(Url::parse(text).is_err(), "{text}");
            assert!(!shown(text).contains("sec"), "{text}: {}", shown(text));
        }
    }

    #[test]
    fn an_unknown_parameter_is_likely_a_slip() {
        let error = Url::parse("postgres://h/x?sslmod=require").expect_err("libpq has no such one");
        assert_eq!(error.to_string(), "the database URL has an unknown parameter `sslmod`");
        assert_eq!(error.help(), Some("did you mean `sslmode`?"));
    }
}
