//! A file of SQL → its statements, and what its directives say about them.
//!
//! Directives are comments, so that `psql` can run the same file:
//!
//! - `-- schemac: no-transaction`: the statements below run one by one, until
//! - `-- schemac: transaction`: the statements below are a transaction of their own;
//! - `-- schemac: repeatable`: the next statement can run again if nobody knows whether it did;
//! - `-- schemac: from <hex>`: the state of the lock that the migration starts from, or `empty`;
//! - `-- schemac: replaces <version> …`: the migration stands for those.

use super::directory::{Script, is_version};
use super::error::MigrateError;
use super::lexer::{Is, Open, Token, tokens};
use super::lock::is_checksum;
use super::nature::{Nature, Need, Probe, nature};

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// What runs, in order.
    pub segments: Vec<Segment>,
    /// SHA-256 of the lock's source that the migration starts from, as hexadecimal digits, or `empty`.
    pub from: Option<String>,
    /// The versions of the migrations that it stands for.
    pub replaces: Vec<String>,
    /// What is lost for good: the lines that begin with `-- data loss:`.
    pub losses: Vec<Loss>,
}

/// Statements that hold together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// One transaction.
    Together(Vec<Statement>),
    /// A statement on its own.
    Alone(Statement),
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its text, without the `;`.
    pub sql: String,
    /// Which of the file's statements it is, from 1.
    pub number: usize,
    /// The line that it begins at, from 1.
    pub line: usize,
    pub(super) nature: Nature,
}

/// What is lost for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// What the file says about it.
    pub text: String,
    /// The line, from 1.
    pub line: usize,
}

impl Parsed {
    /// Returns the statements in order.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.segments.iter().flat_map(|segment| match segment {
            Segment::Together(statements) => statements.as_slice(),
            Segment::Alone(statement) => std::slice::from_ref(statement),
        })
    }
}

/// How statements run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Together,
    Alone,
}

struct Splitter<'s> {
    script: &'s Script,
    out: Parsed,
    mode: Mode,
    /// The transaction that is being filled.
    open: Vec<Statement>,
    /// The next statement can run again.
    repeatable: bool,
    n_statements: usize,
    /// How far lines were counted, and the line there.
    counted: (usize, usize),
}

/// Cuts a file into its statements.
///
/// # Errors
/// The first thing that can't be run from here: what has no end, a command of `psql`'s, a directive that is not known, what begins or
/// ends a transaction, what can't run where it stands.
pub fn split(script: &Script) -> Result<Parsed, MigrateError> {
    let text = &script.text;
    if let Some(at) = text.find('\0') {
        let error = MigrateError::input(
            "nul-character",
            "the file has a character that PostgreSQL's texts can't have: NUL",
        );
        return Err(error.at_line(&script.path, line_of(text, at)).help("remove it"));
    }
    let tokens = tokens(text).map_err(|Open { what, at }| {
        MigrateError::input("no-end", format!("this {what} has no end"))
            .at_line(&script.path, line_of(text, at))
            .help("close it")
    })?;
    let mut splitter = Splitter {
        script,
        out: Parsed::default(),
        mode: Mode::Together,
        open: Vec::new(),
        repeatable: false,
        n_statements: 0,
        counted: (0, 1),
    };
    splitter.run(&tokens)?;
    splitter.close();
    Ok(splitter.out)
}

impl Splitter<'_> {
    fn run(&mut self, tokens: &[Token]) -> Result<(), MigrateError> {
        let (mut start, mut end, mut parentheses, mut body) = (None, 0, 0_usize, 0_usize);
        let mut last = String::new();
        for token in tokens {
            let text = self.script.text.get(token.at.clone()).unwrap_or("");
            match token.is {
                Is::LineComment => {
                    self.comment(text, token.at.start, start.is_some())?;
                    continue;
                }
                Is::BlockComment => continue,
                Is::Symbol('\\') => return Err(self.meta_command(token.at.start)),
                Is::Symbol(';') if parentheses == 0 && body == 0 => {
                    if let Some(start) = start.take() {
                        self.statement(start, end)?;
                    }
                    last.clear();
                    continue;
                }
                Is::Symbol('(') => parentheses += 1,
                Is::Symbol(')') => parentheses = parentheses.saturating_sub(1),
                // A body of SQL has `;` of its own (manual: CREATE FUNCTION).
                Is::Word => match (last.as_str(), text.to_ascii_lowercase().as_str(), body) {
                    ("begin", "atomic", 0) => body = 1,
                    (_, "case", 1..) => body += 1,
                    (_, "end", 1..) => body -= 1,
                    _ => {}
                },
                Is::Quoted | Is::Text | Is::Symbol(_) => {}
            }
            last = text.to_ascii_lowercase();
            start = start.or(Some(token.at.start));
            end = token.at.end;
        }
        start.map_or(Ok(()), |start| self.statement(start, end))
    }

    fn statement(&mut self, start: usize, end: usize) -> Result<(), MigrateError> {
        let sql = self.script.text.get(start..end).unwrap_or("").to_owned();
        let (from, before) = self.counted;
        let since = self.script.text.get(from..start).unwrap_or("");
        let line = before + since.bytes().filter(|byte| *byte == b'\n').count();
        self.counted = (start, line);
        let mut nature = nature(&sql);
        self.check(&nature, line)?;
        if let Nature::Outside { probe: probe @ Probe::None, .. } = &mut nature
            && self.repeatable
        {
            *probe = Probe::Repeat;
        }
        self.repeatable = false;
        self.n_statements += 1;
        let statement = Statement { sql, number: self.n_statements, line, nature };
        match self.mode {
            Mode::Together => self.open.push(statement),
            Mode::Alone => self.out.segments.push(Segment::Alone(statement)),
        }
        Ok(())
    }

    /// Refuses what can't run where it stands.
    fn check(&self, nature: &Nature, line: usize) -> Result<(), MigrateError> {
        let error = |name, message, help| {
            Err(MigrateError::input(name, message).at_line(&self.script.path, line).help(help))
        };
        match nature {
            Nature::Control => error(
                "transaction-control",
                "schemac begins and ends the transactions itself",
                "remove it: a file is one transaction; write `-- schemac: transaction` where another one begins",
            ),
            Nature::CopyIn => error(
                "copy-from-stdin",
                "the rows of `COPY … FROM STDIN` are read by `psql` only",
                "write them as INSERT, or load them with a program of their own",
            ),
            Nature::Outside { need: Need::Always, .. } if self.mode == Mode::Together => error(
                "not-in-a-transaction",
                "PostgreSQL refuses this statement in a transaction",
                "write the line `-- schemac: no-transaction` before it, and `-- schemac: transaction` where the next \
                 transaction begins",
            ),
            Nature::Outside { probe: Probe::BuildNameless, .. } => error(
                "index-without-name",
                "this index has no name: nobody could say after a crash whether it is there",
                "name it: `CREATE INDEX CONCURRENTLY name ON …`",
            ),
            Nature::Plain | Nature::Session | Nature::Outside { .. } => Ok(()),
        }
    }

    fn meta_command(&self, at: usize) -> MigrateError {
        let line = self.script.text.get(at..).and_then(|rest| rest.lines().next()).unwrap_or("");
        let command = line.split_whitespace().next().unwrap_or("\\");
        MigrateError::input(
            "meta-command",
            format!("`{command}` is a command of psql's, and no SQL"),
        )
        .at_line(&self.script.path, line_of(&self.script.text, at))
        .help("write what it does in SQL, or remove it")
    }

    /// Ends the transaction that is being filled.
    fn close(&mut self) {
        let statements = std::mem::take(&mut self.open);
        if !statements.is_empty() {
            self.out.segments.push(Segment::Together(statements));
        }
    }

    fn comment(&mut self, text: &str, at: usize, inside: bool) -> Result<(), MigrateError> {
        let line = line_of(&self.script.text, at);
        if let Some(loss) = text.strip_prefix("-- data loss:") {
            self.out.losses.push(Loss { text: loss.trim().to_owned(), line });
        }
        let Some(directive) = text.strip_prefix("-- schemac:").map(str::trim) else {
            return Ok(());
        };
        let error = |message: String, help: &str| {
            Err(MigrateError::input("directive", message)
                .at_line(&self.script.path, line)
                .help(help))
        };
        if inside {
            let message = format!("the directive `{directive}` stands within a statement");
            return error(
                message,
                "write it before the statement, or end the statement above with `;`",
            );
        }
        let mut words = directive.split_whitespace();
        let (word, rest): (_, Vec<&str>) = (words.next().unwrap_or(""), words.collect());
        match (word, rest.as_slice()) {
            ("no-transaction", []) => self.switch(Mode::Alone),
            ("transaction", []) => self.switch(Mode::Together),
            ("repeatable", []) => self.repeatable = true,
            // For `schemac lint`: a hazard of the next statement, and why it is taken.
            ("allow", [_, ..]) => {}
            ("from", [state]) if *state == "empty" || is_checksum(state) => {
                self.out.from = Some((*state).to_owned());
            }
            ("replaces", [_, ..]) if rest.iter().all(|it| is_version(it)) => {
                self.out.replaces.extend(rest.iter().map(|it| (*it).to_owned()));
            }
            _ => {
                return error(
                    format!("`{directive}` is no directive that this schemac knows"),
                    "it knows `no-transaction`, `transaction`, `repeatable`, `allow RULE: reason`, `from STATE` and `replaces VERSION …`",
                );
            }
        }
        Ok(())
    }

    fn switch(&mut self, mode: Mode) {
        self.close();
        self.mode = mode;
    }
}

/// Returns the line that a byte stands in, from 1.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(text: &str) -> Script {
        Script { path: "up.sql".to_owned(), text: text.to_owned() }
    }

    fn shown(text: &str) -> Vec<String> {
        let parsed = split(&script(text)).unwrap();
        let shown = |segment: &Segment| match segment {
            Segment::Together(all) => all
                .iter()
                .map(|it| format!("{}:{}", it.line, it.sql))
                .collect::<Vec<_>>()
                .join(" | "),
            Segment::Alone(it) => format!("alone {}:{}", it.line, it.sql),
        };
        parsed.segments.iter().map(shown).collect()
    }

    fn name(text: &str) -> (&'static str, Option<usize>) {
        let error = split(&script(text)).unwrap_err();
        (error.name(), error.line())
    }

    #[test]
    fn a_statement_ends_at_a_semicolon_of_its_own() {
        assert_eq!(shown(""), Vec::<String>::new());
        assert_eq!(shown("-- nothing;\n;;"), Vec::<String>::new());
        assert_eq!(shown("a;\n\nb 'x;y' ;c"), ["1:a | 3:b 'x;y' | 3:c"]);
        assert_eq!(shown("DO $$ a; b $$;\nx"), ["1:DO $$ a; b $$ | 2:x"]);
        assert_eq!(
            shown("CREATE RULE r AS ON INSERT TO t DO (a; b);"),
            ["1:CREATE RULE r AS ON INSERT TO t DO (a; b)"]
        );
        let body = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a THEN 1 END; END";
        assert_eq!(shown(&format!("{body};\nx;")), [format!("1:{body} | 2:x")]);
        let body = "CREATE FUNCTION atomic() RETURNS int LANGUAGE sql AS 'begin; end'";
        assert_eq!(shown(&format!("{body};x")), [format!("1:{body} | 1:x")]);
        assert_eq!(shown("-- x\n/* y; */ a -- z;\n, b; -- after"), ["2:a -- z;\n, b"]);
    }

    #[test]
    fn directives_cut_a_file_into_segments() {
        let text = "-- schemac: from empty\na;\n-- schemac: no-transaction\nb;\nc;\n-- schemac: transaction\nd;\n\
                    -- schemac: transaction\ne;";
        assert_eq!(shown(text), ["2:a", "alone 4:b", "alone 5:c", "7:d", "9:e"]);
        let parsed = split(&script(text)).unwrap();
        assert_eq!(parsed.from.as_deref(), Some("empty"));
        let numbers: Vec<usize> = parsed.statements().map(|it| it.number).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5]);
        let text = "-- data loss: column a\n-- schemac: replaces 20261122T103000 20261122T103001\nSELECT '\n-- schemac: x\n'";
        let parsed = split(&script(text)).unwrap();
        assert_eq!(parsed.losses, [Loss { text: "column a".to_owned(), line: 1 }]);
        assert_eq!(parsed.replaces.len(), 2);
    }

    #[test]
    fn what_can_not_run_is_refused_at_its_line() {
        for (text, expected, line) in [
            ("a;\n\\d t\n", "meta-command", 2),
            ("a;\nBEGIN;\n", "transaction-control", 2),
            ("a;\nCOPY t FROM stdin;\n", "copy-from-stdin", 2),
            ("\nCREATE INDEX CONCURRENTLY a ON t (b);", "not-in-a-transaction", 2),
            (
                "-- schemac: no-transaction\nCREATE INDEX CONCURRENTLY ON t (b);",
                "index-without-name",
                2,
            ),
            ("a\n-- schemac: transaction\n", "directive", 2),
            ("\n-- schemac: no-transactions\n", "directive", 2),
            ("-- schemac: from x\n", "directive", 1),
            ("a;\n'b\n", "no-end", 2),
            ("a;\0", "nul-character", 1),
        ] {
            assert_eq!(name(text), (expected, Some(line)), "{text}");
        }
    }
}
