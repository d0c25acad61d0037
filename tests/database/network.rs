//! Logins and encryption over the network: each refusal of a real server, and each `sslmode`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use schemac::database::url::Url;
use schemac::database::{Connection, Reply};

use crate::support::postgres::{self, Server, account};

/// A server at 127.0.0.1 that asks for passwords.
struct Host {
    server: Server,
    port: u16,
}

impl Host {
    /// Starts it; the rules stand in front of the usual one of `pg_hba.conf`. The password of all roles is `right`.
    fn start(rules: &str) -> Host {
        let (server, port) = postgres::listening();
        let host = Host { server, port };
        let rules =
            format!("local all postgres trust\n{rules}\nhost all all 127.0.0.1/32 scram-sha-256\n");
        fs::write(host.data().join("pg_hba.conf"), rules).unwrap();
        // Reads `pg_hba.conf` too.
        host.server.alter_system("password_encryption = 'scram-sha-256'");
        let setup = "CREATE ROLE app LOGIN PASSWORD 'right';
            CREATE ROLE full LOGIN PASSWORD 'right' CONNECTION LIMIT 0;
            CREATE ROLE ssl_only LOGIN PASSWORD 'right';
            CREATE ROLE inert NOLOGIN PASSWORD 'right';";
        host.server.database().run_sql(setup).unwrap();
        host
    }

    fn data(&self) -> PathBuf {
        self.server.directory().unwrap().join("data")
    }

    /// Turns encryption on, with a certificate that the manual's recipe makes: of its own authority, without names.
    fn encrypt(&self, name: &str) -> PathBuf {
        let (key, certificate) = (self.data().join("server.key"), self.data().join("server.crt"));
        openssl(
            &["req", "-new", "-x509", "-days", "2", "-nodes", "-subj", &format!("/CN={name}")],
            &key,
            &certificate,
        );
        self.turn_on();
        certificate
    }

    fn turn_on(&self) {
        self.server.alter_system("ssl = on");
    }

    fn url(&self, user: &str, rest: &str) -> String {
        format!("postgres://{user}@127.0.0.1:{}/{rest}", self.port)
    }

    /// Returns what is said where no connection comes about.
    fn refusal(&self, url: &str) -> String {
        let port = self.port.to_string();
        super::refusal(url).replace(&port, "PORT")
    }
}

fn openssl(arguments: &[&str], key: &Path, certificate: &Path) {
    let mut command = Command::new("openssl");
    command.args(arguments).arg("-keyout").arg(key).arg("-out").arg(certificate);
    let output = command.output().expect("openssl makes the certificates of this test: install it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::set_permissions(key, fs::Permissions::from_mode(0o600)).unwrap();
    account::give(key).unwrap();
    account::give(certificate).unwrap();
}

/// Connects and tells whether the server sees encryption; else what is said.
fn is_encrypted(url: &str) -> Result<bool, String> {
    let mut connection =
        Connection::open(&Url::parse(url).unwrap()).map_err(|error| error.to_string())?;
    let mut encrypted = None;
    let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    connection
        .stream(sql, |reply| {
            if let Reply::Row { row, .. } = reply {
                encrypted = Some(row.get(0) == Some("t"));
            }
            Ok::<_, schemac::database::error::DatabaseError>(())
        })
        .unwrap();
    Ok(encrypted.unwrap())
}

/// What the server at the other end says, and what to do.
const REFUSALS: [(&str, &str, &str); 9] = [
    (
        "app:wrong",
        "postgres",
        "login-refused: `127.0.0.1:PORT` refuses the connection: password authentication failed for user \"app\" (SQLSTATE 28P01)\n\
         help: check the password: in the URL, in PGPASSWORD, in ~/.pgpass",
    ),
    (
        "app",
        "postgres?passfile=/nonexistent",
        "login-refused: `127.0.0.1:PORT` asks for the password of role `app`, and there is none\n\
         help: set PGPASSWORD, or write it into ~/.pgpass or the URL",
    ),
    (
        "app:right",
        "nope",
        "no-database: `127.0.0.1:PORT` refuses the connection: database \"nope\" does not exist (SQLSTATE 3D000)\n\
         help: create it with `createdb nope`, or name another one in the URL",
    ),
    (
        "trusted",
        "postgres",
        "login-refused: `127.0.0.1:PORT` refuses the connection: role \"trusted\" does not exist (SQLSTATE 28000)\n\
         help: let an administrator create the role `trusted`, or give it LOGIN; or name another one in the URL",
    ),
    (
        "inert:right",
        "postgres",
        "login-refused: `127.0.0.1:PORT` refuses the connection: role \"inert\" is not permitted to log in (SQLSTATE 28000)\n\
         help: let an administrator create the role `inert`, or give it LOGIN; or name another one in the URL",
    ),
    (
        "ssl_only:right",
        "postgres?sslmode=disable",
        "login-refused: `127.0.0.1:PORT` refuses the connection: pg_hba.conf rejects connection for host \"127.0.0.1\", \
         user \"ssl_only\", database \"postgres\", no encryption (SQLSTATE 28000)\n\
         help: write `sslmode=require` where the server wants encryption; else its pg_hba.conf needs a line for this role, \
         database and address",
    ),
    (
        "full:right",
        "postgres",
        "too-many-connections: `127.0.0.1:PORT` refuses the connection: too many connections for role \"full\" (SQLSTATE 53300)\n\
         help: close connections that nobody uses, or raise the limit of the server or the role",
    ),
    (
        "app:right",
        "postgres?sslmode=require",
        "encryption: `127.0.0.1:PORT` offers no encryption, and `sslmode` asks for it\n\
         help: turn `ssl` on at the server; on a network that you trust, write `sslmode=disable`",
    ),
    (
        "app:right",
        "postgres?target_session_attrs=read-only",
        "server-read-only: `127.0.0.1:PORT` is not what `target_session_attrs` asks for: database is not read only\n\
         help: name a server that is, or leave out `target_session_attrs`",
    ),
];

#[test]
fn each_refusal_says_what_to_do() {
    let host = Host::start(
        "hostssl all ssl_only all scram-sha-256\nhost all ssl_only all reject\nhost all trusted all trust",
    );
    for (user, rest, expected) in REFUSALS {
        assert_eq!(host.refusal(&host.url(user, rest)), expected, "{user} {rest}");
    }
}

/// Whether the server sees encryption, for each `sslmode`; else the end of what is said.
const NO_ROOT: Result<bool, &str> = Err("needs the certificate of the authority to trust");
const UNTRUSTED: Result<bool, &str> = Err("it is of an authority that is not trusted");
const OTHER_NAME: Result<bool, &str> = Err("it is made out to another name");

#[test]
fn each_sslmode_does_what_it_does_in_libpq() {
    let host = Host::start("hostssl all ssl_only all scram-sha-256\nhost all ssl_only all reject");
    let certificate = host.encrypt("localhost");
    let root = format!("&sslrootcert={}", certificate.display());
    let none = "&sslrootcert=";
    let cases = [
        ("app", "disable", none, Ok(false)),
        ("app", "allow", none, Ok(false)),
        ("ssl_only", "allow", none, Ok(true)),
        ("app", "prefer", none, Ok(true)),
        ("app", "require", none, Ok(true)),
        ("app", "require", &root, Ok(true)),
        ("app", "verify-ca", none, NO_ROOT),
        ("app", "verify-ca", &root, Ok(true)),
        ("app", "verify-full", none, UNTRUSTED),
        ("app", "verify-full", &root, OTHER_NAME),
    ];
    for (user, mode, root, expected) in cases {
        let url = host.url(&format!("{user}:right"), &format!("postgres?sslmode={mode}{root}"));
        match (is_encrypted(&url), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{url}"),
            (Err(found), Err(expected)) => assert!(found.ends_with(expected), "{url}: {found}"),
            (found, _) => panic!("{url}: {found:?}"),
        }
    }
    let by_name = |rest: &str| host.url("app:right", rest).replace("127.0.0.1", "localhost");
    assert_eq!(is_encrypted(&by_name(&format!("postgres?sslmode=verify-full{root}"))), Ok(true));
    // A certificate of somebody else, in the file of roots.
    let (key, other) = (host.data().join("other.key"), host.data().join("other.crt"));
    openssl(
        &["req", "-new", "-x509", "-days", "2", "-nodes", "-subj", "/CN=localhost"],
        &key,
        &other,
    );
    let url = by_name(&format!("postgres?sslmode=verify-full&sslrootcert={}", other.display()));
    assert!(is_encrypted(&url).unwrap_err().ends_with(UNTRUSTED.unwrap_err()));
    let url = by_name("postgres?sslmode=verify-ca&sslrootcert=/nonexistent");
    assert_eq!(
        super::refusal(&url),
        "encryption: the certificates in `/nonexistent` can't be read: I/O error: No such file or directory (os error 2)\n\
         help: name a file in PEM format"
    );
}

#[test]
fn a_refused_handshake_is_followed_by_one_without_encryption_only_if_that_may_help() {
    let host = Host::start("hostnossl all app all scram-sha-256\nhostssl all app all reject");
    host.encrypt("localhost");
    assert_eq!(is_encrypted(&host.url("app:right", "postgres?sslmode=prefer")), Ok(false));
    assert!(is_encrypted(&host.url("app:right", "postgres?sslmode=require")).is_err());
    assert!(is_encrypted(&host.url("app:wrong", "postgres?sslmode=prefer")).is_err());
}

#[test]
fn a_certificate_of_an_authority_holds_for_its_names() {
    let host = Host::start("");
    let place = host.data();
    let authority = place.join("authority.crt");
    let authority_key = place.join("authority.key");
    openssl(
        &["req", "-new", "-x509", "-days", "2", "-nodes", "-subj", "/CN=authority"],
        &authority_key,
        &authority,
    );
    let (key, certificate) = (place.join("server.key"), place.join("server.crt"));
    let (by, by_key) = (authority.display().to_string(), authority_key.display().to_string());
    let names = "subjectAltName=DNS:localhost,DNS:db.example.com";
    let arguments = [
        "req",
        "-new",
        "-x509",
        "-days",
        "2",
        "-nodes",
        "-subj",
        "/CN=127.0.0.1",
        "-CA",
        &by,
        "-CAkey",
        &by_key,
    ];
    let more = ["-addext", names, "-addext", "basicConstraints=critical,CA:FALSE"];
    openssl(&[&arguments[..], &more[..]].concat(), &key, &certificate);
    host.turn_on();
    let rest = format!("postgres?sslmode=verify-full&sslrootcert={by}");
    let url = host.url("app:right", &rest);
    assert_eq!(is_encrypted(&url.replace("127.0.0.1", "localhost")), Ok(true));
    // Where there are names, the common name is none.
    assert!(is_encrypted(&url).unwrap_err().ends_with(OTHER_NAME.unwrap_err()));
    // The name is that of the host, whatever its address.
    let url = url.replace("127.0.0.1", "db.example.com") + "&hostaddr=127.0.0.1";
    assert_eq!(is_encrypted(&url), Ok(true));
    assert_eq!(is_encrypted(&(url + "&channel_binding=require")), Ok(true));
}

#[test]
fn a_client_has_a_certificate_of_its_own() {
    let host = Host::start("hostssl all certified all cert");
    let certificate = host.encrypt("localhost");
    host.server.database().run_sql("CREATE ROLE certified LOGIN").unwrap();
    let place = host.data();
    let (key, own) = (place.join("client.key"), place.join("client.crt"));
    let (by, by_key) =
        (certificate.display().to_string(), place.join("server.key").display().to_string());
    let arguments = [
        "req",
        "-new",
        "-x509",
        "-days",
        "2",
        "-nodes",
        "-subj",
        "/CN=certified",
        "-CA",
        &by,
        "-CAkey",
        &by_key,
    ];
    let more = ["-addext", "basicConstraints=critical,CA:FALSE"];
    openssl(&[&arguments[..], &more[..]].concat(), &key, &own);
    host.server.alter_system(&format!("ssl_ca_file = '{by}'"));
    let url = host.url("certified", "postgres?sslmode=require");
    assert!(is_encrypted(&url).is_err());
    let with = format!("{url}&sslcert={}&sslkey={}", own.display(), key.display());
    assert_eq!(is_encrypted(&with), Ok(true));
    let missing = format!("{url}&sslcert={}&sslkey=/nonexistent", own.display());
    assert!(
        host.refusal(&missing).starts_with("encryption: the key in `/nonexistent` can't be read: ")
    );
}
