//! The module `pg`, and the crates that generated code names.

use super::tables::serde;
use super::types::Types;
use super::writer::Writer;
use super::{Client, Options, Serde};

/// What generated code can need besides the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    // Parts of the module `pg`, in the order in which it has them.
    Enum,
    Composite,
    Range,
    Multirange,
    Interval,
    Numeric,
    Inet,
    MacAddr,
    MacAddr8,
    Bits,
    Money,
    Xml,
    // Crates.
    Chrono,
    Jiff,
    Pgvector,
    RustDecimal,
    SerdeJson,
    Time,
    Uuid,
}

impl Need {
    /// Returns the part of the module `pg`.
    fn part(self) -> Option<&'static str> {
        Some(match self {
            Need::Enum => include_str!("pg/enums.txt"),
            Need::Composite => include_str!("pg/fields.txt"),
            Need::Range => include_str!("pg/range.txt"),
            Need::Multirange => include_str!("pg/multirange.txt"),
            Need::Interval => include_str!("pg/interval.txt"),
            Need::Numeric => include_str!("pg/numeric.txt"),
            Need::Inet => include_str!("pg/inet.txt"),
            Need::MacAddr => include_str!("pg/macaddr.txt"),
            Need::MacAddr8 => include_str!("pg/macaddr8.txt"),
            Need::Bits => include_str!("pg/bits.txt"),
            Need::Money => include_str!("pg/money.txt"),
            Need::Xml => include_str!("pg/xml.txt"),
            Need::Chrono | Need::Jiff | Need::Pgvector | Need::RustDecimal => return None,
            Need::SerdeJson | Need::Time | Need::Uuid => return None,
        })
    }

    /// Returns the crate: its name, version, features, and the feature of the client that knows it.
    fn dependency(
        self,
        serde: Serde,
    ) -> Option<(&'static str, &'static str, Vec<&'static str>, Option<&'static str>)> {
        let with = |features: &[&'static str]| match serde {
            Serde::Derive => features.iter().copied().chain(["serde"]).collect(),
            Serde::None => features.to_vec(),
        };
        Some(match self {
            Need::Chrono => ("chrono", "0.4", with(&[]), Some("with-chrono-0_4")),
            Need::Jiff => ("jiff", "0.2", with(&[]), Some("with-jiff-0_2")),
            Need::Pgvector => ("pgvector", "0.4", with(&["postgres"]), None),
            Need::RustDecimal => ("rust_decimal", "1", with(&["db-postgres"]), None),
            Need::SerdeJson => ("serde_json", "1", Vec::new(), Some("with-serde_json-1")),
            Need::Time => ("time", "0.3", with(&[]), Some("with-time-0_3")),
            Need::Uuid => ("uuid", "1", with(&[]), Some("with-uuid-1")),
            Need::Enum | Need::Composite | Need::Range | Need::Multirange | Need::Interval => {
                return None;
            }
            Need::Numeric | Need::Inet | Need::MacAddr | Need::MacAddr8 => return None,
            Need::Bits | Need::Money | Need::Xml => return None,
        })
    }
}

/// Writes the module `pg` as far as it is needed.
pub(super) fn write(types: &Types<'_>, options: &Options, depth: usize) -> String {
    let mut out = Writer::new(depth);
    let parts = types.needs().into_iter().filter_map(Need::part);
    for part in std::iter::once(include_str!("pg/base.txt")).chain(parts) {
        out.blank();
        for line in part.lines() {
            write_line(line, types, options, &mut out);
        }
    }
    out.finish()
}

/// Writes a line of a part, in which `CLIENT` stands for the client, `DERIVE(…)` for traits to derive with serde's, and
/// `SERDE(…)` for what only serde's derives read.
fn write_line(line: &str, types: &Types<'_>, options: &Options, out: &mut Writer) {
    if let Some(traits) = line.strip_prefix("DERIVE(").and_then(|it| it.strip_suffix(')')) {
        return out.derive(traits.split(", ").chain(serde(types)));
    }
    if let Some(arguments) = line.strip_prefix("SERDE(").and_then(|it| it.strip_suffix(')')) {
        if options.serde == Serde::Derive {
            out.line(&format!("#[serde({arguments})]"));
        }
        return;
    }
    out.line(&line.replace("CLIENT", client(options).0));
}

fn client(options: &Options) -> (&'static str, &'static str, &'static str) {
    match options.client {
        Client::TokioPostgres => ("tokio_postgres", "tokio-postgres", "0.7"),
        Client::Postgres => ("postgres", "postgres", "0.19"),
    }
}

/// Returns the lines that `Cargo.toml` needs under `[dependencies]`, as comments.
pub(super) fn manifest(types: &Types<'_>, options: &Options) -> String {
    let needs = types.needs();
    let found: Vec<_> = needs.iter().filter_map(|it| it.dependency(options.serde)).collect();
    let (_, client, version) = client(options);
    let mut lines =
        vec![dependency(client, version, &found.iter().filter_map(|it| it.3).collect::<Vec<_>>())];
    lines.extend(
        found.iter().map(|(name, version, features, _)| dependency(name, version, features)),
    );
    if options.serde == Serde::Derive {
        lines.push(dependency("serde", "1", &["derive"]));
    }
    lines.sort();
    let lines: String = lines.iter().map(|line| format!("// {line}\n")).collect();
    format!("//\n// Its dependencies:\n//\n{lines}")
}

fn dependency(name: &str, version: &str, features: &[&str]) -> String {
    if features.is_empty() {
        return format!("{name} = \"{version}\"");
    }
    let features: Vec<String> = features.iter().map(|it| format!("{it:?}")).collect();
    format!("{name} = {{ version = \"{version}\", features = [{}] }}", features.join(", "))
}
