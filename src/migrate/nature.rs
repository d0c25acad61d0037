//! What a statement does, as far as the runner must know it: whether it can run in a transaction, and how to find out
//! afterwards whether it ran.

use super::lexer::{Is, Token, tokens};

/// What sort of statement it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    /// It runs in a transaction, and holds or does not hold with it.
    Plain,
    /// It changes a setting of the session and nothing else.
    Session,
    /// It runs outside of a transaction.
    Outside { need: Need, probe: Probe },
    /// It begins or ends a transaction.
    Control,
    /// Its data is not in the text: `COPY … FROM STDIN`.
    CopyIn,
}

/// Whether a statement has to run outside of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// PostgreSQL refuses it in a transaction block.
    Always,
    /// It may end transactions itself, or PostgreSQL refuses it for some objects.
    Perhaps,
}

/// How to find out whether a statement that was begun has done what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Probe {
    /// `CREATE INDEX CONCURRENTLY`: whether there is an index of that name, and whether it is valid.
    Build { index: Name, table: Name },
    /// `CREATE INDEX CONCURRENTLY` without a name: PostgreSQL would choose another one each time.
    BuildNameless,
    /// `DROP INDEX CONCURRENTLY`: whether it is still there.
    Drop { index: Name },
    /// `REINDEX … CONCURRENTLY`, which leaves invalid copies behind where it fails: of an index or of a table.
    Rebuild { relation: Name },
    /// `DETACH PARTITION … CONCURRENTLY`: whether it is still a partition, and whether that is to be finished.
    Detach { parent: Name, partition: Name },
    /// Whether a row exists: the query, and whether it should be there afterwards.
    Row { query: String, expected: bool },
    /// None is needed: running it again does no harm.
    Repeat,
    /// There is none.
    None,
}

/// A name as PostgreSQL knows it, perhaps with a schema before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) schema: Option<String>,
    pub(super) name: String,
}

impl Name {
    /// Returns the name as it is written in SQL.
    pub(super) fn sql(&self) -> String {
        let schema = self.schema.as_deref().map(|it| quote(it) + ".").unwrap_or_default();
        schema + &quote(&self.name)
    }
}

/// Writes a name in quotes.
pub(super) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Writes a string.
pub(super) fn literal(text: &str) -> String {
    if text.contains('\\') {
        return format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"));
    }
    format!("'{}'", text.replace('\'', "''"))
}

/// The words of a statement, read from the left.
struct Words<'t> {
    sql: &'t str,
    tokens: Vec<Token>,
    at: usize,
}

impl Words<'_> {
    fn word_at(&self, at: usize) -> String {
        let token = self.tokens.get(at).filter(|it| it.is == Is::Word);
        token.and_then(|it| self.sql.get(it.at.clone())).unwrap_or("").to_ascii_lowercase()
    }

    /// Takes words that stand here, all or none.
    fn takes(&mut self, words: &str) -> bool {
        let fit = words.split(' ').enumerate().all(|(n, word)| self.word_at(self.at + n) == word);
        if fit {
            self.at += words.split(' ').count();
        }
        fit
    }

    /// Tells whether a word stands anywhere from here on.
    fn has(&self, word: &str) -> bool {
        (self.at..self.tokens.len()).any(|at| self.word_at(at) == word)
    }

    fn symbol(&mut self, symbol: char) -> bool {
        let is = self.tokens.get(self.at).is_some_and(|it| it.is == Is::Symbol(symbol));
        self.at += usize::from(is);
        is
    }

    fn part(&mut self) -> Option<String> {
        let token = self.tokens.get(self.at)?;
        let text = self.sql.get(token.at.clone())?;
        let part = match token.is {
            // PostgreSQL folds what is not ASCII only in encodings of one byte.
            Is::Word => text.to_ascii_lowercase(),
            Is::Quoted => text.get(1..text.len() - 1)?.replace("\"\"", "\""),
            Is::Text | Is::LineComment | Is::BlockComment | Is::Symbol(_) => return None,
        };
        self.at += 1;
        Some(part)
    }

    /// Takes a name, perhaps with a schema.
    fn name(&mut self) -> Option<Name> {
        let first = self.part()?;
        // A doubled quote within a name is two tokens.
        let first = self.continued(first);
        if !self.symbol('.') {
            return Some(Name { schema: None, name: first });
        }
        let name = self.part()?;
        Some(Name { schema: Some(first), name: self.continued(name) })
    }

    /// Adds what follows without a blank: `"a""b"` comes as two tokens.
    fn continued(&mut self, mut name: String) -> String {
        while let (Some(last), Some(next)) =
            (self.at.checked_sub(1).and_then(|at| self.tokens.get(at)), self.tokens.get(self.at))
            && (last.is, next.is) == (Is::Quoted, Is::Quoted)
            && last.at.end == next.at.start
        {
            let Some(more) = self.part() else { break };
            name = name + "\"" + &more;
        }
        name
    }
}

/// Says what sort of statement a text is.
pub(super) fn nature(sql: &str) -> Nature {
    let mut tokens = tokens(sql).unwrap_or_default();
    tokens.retain(|token| !matches!(token.is, Is::LineComment | Is::BlockComment));
    let mut words = Words { sql, tokens, at: 0 };
    let first = words.part().unwrap_or_default();
    match first.as_str() {
        "begin" | "start" | "commit" | "end" | "abort" => Nature::Control,
        "rollback" if words.has("to") => Nature::Plain,
        "rollback" => Nature::Control,
        "prepare" if words.takes("transaction") => Nature::Control,
        "copy" if words.has("stdin") => Nature::CopyIn,
        "set" if ["local", "constraints", "transaction"].contains(&words.word_at(1).as_str()) => {
            Nature::Plain
        }
        "set" | "reset" => Nature::Session,
        "select" if is_set_config(&mut words) => Nature::Session,
        "create" => create(&mut words),
        "drop" => drop_(&mut words),
        "alter" => alter(&mut words),
        "reindex" => reindex(&mut words),
        "vacuum" => always(Probe::Repeat),
        "cluster" if words.tokens.len() == 1 => always(Probe::Repeat),
        "do" | "call" => Nature::Outside { need: Need::Perhaps, probe: Probe::None },
        _ => Nature::Plain,
    }
}

fn always(probe: Probe) -> Nature {
    Nature::Outside { need: Need::Always, probe }
}

fn is_set_config(words: &mut Words<'_>) -> bool {
    words.takes("set_config") || {
        words.takes("pg_catalog") && words.symbol('.') && words.takes("set_config")
    }
}

fn create(words: &mut Words<'_>) -> Nature {
    if words.takes("database") {
        return row(words, "pg_catalog.pg_database", "datname", true);
    }
    if words.takes("tablespace") {
        return row(words, "pg_catalog.pg_tablespace", "spcname", true);
    }
    if words.takes("subscription") {
        // It runs in a transaction only where no slot is made.
        let probe = row_of(words, SUBSCRIPTIONS, "subname", true);
        return Nature::Outside { need: Need::Perhaps, probe };
    }
    words.takes("unique");
    if !words.takes("index concurrently") {
        return Nature::Plain;
    }
    words.takes("if not exists");
    let index = if words.word_at(words.at) == "on" { None } else { words.name() };
    words.takes("on");
    words.takes("only");
    match (index, words.name()) {
        (Some(index), Some(table)) => always(Probe::Build { index, table }),
        _ => always(Probe::BuildNameless),
    }
}

/// The subscriptions of this database; one of the same name in another is another.
const SUBSCRIPTIONS: &str = "(SELECT subname FROM pg_catalog.pg_subscription WHERE subdbid = \
    (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())) s";

fn drop_(words: &mut Words<'_>) -> Nature {
    if words.takes("database") {
        return row(words, "pg_catalog.pg_database", "datname", false);
    }
    if words.takes("tablespace") {
        return row(words, "pg_catalog.pg_tablespace", "spcname", false);
    }
    if words.takes("subscription") {
        let probe = row_of(words, SUBSCRIPTIONS, "subname", false);
        return Nature::Outside { need: Need::Perhaps, probe };
    }
    if !words.takes("index concurrently") {
        return Nature::Plain;
    }
    words.takes("if exists");
    always(words.name().map_or(Probe::None, |index| Probe::Drop { index }))
}

fn row(words: &mut Words<'_>, from: &str, column: &str, expected: bool) -> Nature {
    always(row_of(words, from, column, expected))
}

fn row_of(words: &mut Words<'_>, from: &str, column: &str, expected: bool) -> Probe {
    words.takes("if not exists");
    words.takes("if exists");
    let Some(Name { name, .. }) = words.name() else { return Probe::None };
    let query = format!("SELECT 1 FROM {from} WHERE {column} = {}", literal(&name));
    Probe::Row { query, expected }
}

fn alter(words: &mut Words<'_>) -> Nature {
    if words.takes("system") {
        return always(Probe::Repeat);
    }
    if words.takes("database") {
        let moves = words.name().is_some() && words.takes("set tablespace");
        return if moves { always(Probe::Repeat) } else { Nature::Plain };
    }
    if words.takes("subscription") {
        return Nature::Outside { need: Need::Perhaps, probe: Probe::Repeat };
    }
    if !words.takes("table") {
        return Nature::Plain;
    }
    words.takes("if exists");
    words.takes("only");
    let parent = words.name();
    if !words.takes("detach partition") {
        return Nature::Plain;
    }
    match (parent, words.name(), words.takes("concurrently")) {
        (Some(parent), Some(partition), true) => always(Probe::Detach { parent, partition }),
        _ => Nature::Plain,
    }
}

fn reindex(words: &mut Words<'_>) -> Nature {
    let concurrently = words.has("concurrently");
    if words.symbol('(') {
        while words.at < words.tokens.len() && !words.symbol(')') {
            words.at += 1;
        }
    }
    let of_relation = words.takes("index") || words.takes("table");
    let need = if concurrently || !of_relation { Need::Always } else { Need::Perhaps };
    words.takes("concurrently");
    let probe = match words.name() {
        Some(relation) if concurrently && of_relation => Probe::Rebuild { relation },
        _ => Probe::Repeat,
    };
    Nature::Outside { need, probe }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(schema: &str, name: &str) -> Name {
        let schema = Some(schema.to_owned()).filter(|it| !it.is_empty());
        Name { schema, name: name.to_owned() }
    }

    #[test]
    fn what_runs_outside_of_a_transaction_is_known_with_its_probe() {
        let build = |schema, index, table| Probe::Build {
            index: name("", index),
            table: name(schema, table),
        };
        for (sql, probe) in [
            ("CREATE INDEX CONCURRENTLY a ON t (x)", build("", "a", "t")),
            (
                "create /* x */ unique index concurrently if not exists \"A\"\"b\" on only s.\"T\" (x)",
                build("s", "A\"b", "T"),
            ),
            ("CREATE INDEX CONCURRENTLY ON t (x)", Probe::BuildNameless),
            ("DROP INDEX CONCURRENTLY IF EXISTS s.a", Probe::Drop { index: name("s", "a") }),
            (
                "REINDEX (VERBOSE) TABLE CONCURRENTLY s.t",
                Probe::Rebuild { relation: name("s", "t") },
            ),
            ("REINDEX (CONCURRENTLY) INDEX i", Probe::Rebuild { relation: name("", "i") }),
            ("REINDEX SCHEMA s", Probe::Repeat),
            ("VACUUM t", Probe::Repeat),
            (
                "ALTER TABLE p DETACH PARTITION s.c CONCURRENTLY",
                Probe::Detach { parent: name("", "p"), partition: name("s", "c") },
            ),
            ("ALTER SYSTEM SET a = 1", Probe::Repeat),
        ] {
            assert_eq!(nature(sql), always(probe), "{sql}");
        }
        let Nature::Outside { probe: Probe::Row { query, expected: false }, .. } =
            nature("DROP DATABASE IF EXISTS \"D'x\"")
        else {
            panic!("a database is looked for")
        };
        assert_eq!(query, "SELECT 1 FROM pg_catalog.pg_database WHERE datname = 'D''x'");
    }

    #[test]
    fn what_runs_in_a_transaction_is_known() {
        for sql in [
            "CREATE INDEX a ON t (x)",
            "CREATE TABLE concurrently (a int)",
            "DROP INDEX a",
            "ALTER TABLE t ADD a int",
            "ALTER TABLE p DETACH PARTITION c",
            "ALTER TABLE p DETACH PARTITION c FINALIZE",
            "SET LOCAL a = 1",
            "SET CONSTRAINTS ALL DEFERRED",
            "ROLLBACK TO SAVEPOINT a",
            "SAVEPOINT a",
            "SELECT 1",
            "COPY t FROM '/f'",
            "ALTER TYPE e ADD VALUE 'x'",
            "ALTER DATABASE d SET a = 1",
        ] {
            assert_eq!(nature(sql), Nature::Plain, "{sql}");
        }
        for sql in [
            "BEGIN",
            "start transaction",
            "COMMIT",
            "END",
            "ROLLBACK",
            "ABORT",
            "PREPARE TRANSACTION 'a'",
        ] {
            assert_eq!(nature(sql), Nature::Control, "{sql}");
        }
        for sql in
            ["SET a = 1", "RESET a", "SELECT pg_catalog.set_config('a', '', false)", "SET ROLE a"]
        {
            assert_eq!(nature(sql), Nature::Session, "{sql}");
        }
        assert_eq!(nature("COPY t (a) FROM STDIN"), Nature::CopyIn);
    }
}
