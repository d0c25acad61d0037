//! A migration's file cut into statements, with the places and transactions of each.
//!
//! Whatever can be cut is cut: what the runner refuses is no reason to be silent about the rest.

use crate::source::{FileId, Source, Span};
use crate::sql::lex::{TokenKind, tokens};
use crate::sql::word::Word;

/// A migration, as far as its hazards depend on it.
#[derive(Clone, Debug)]
pub struct Migration {
    /// Its statements, in order.
    pub(super) parts: Vec<Part>,
    /// Whether it is still to be applied: the hazards of one that is not are past.
    pub(super) pending: bool,
}

/// A statement of a migration.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// Where it stands, without its `;`.
    pub(super) span: Span,
    /// What stands between the statement before and this one.
    pub(super) gap: Span,
    /// The number of its transaction in the file; `None` where it runs on its own.
    pub(super) transaction: Option<u32>,
}

impl Migration {
    /// Cuts a file of SQL.
    pub fn read(file: FileId, source: &Source, pending: bool) -> Migration {
        let mut parts = Vec::new();
        let (mut end, mut transaction, mut n_transactions) = (0, Some(0), 0);
        for (start, stop, after) in statements(&source.text) {
            let gap = Span { file, start: end, end: start };
            let text = source.text.get(end as usize..start as usize).unwrap_or("");
            for directive in text.lines().filter_map(|it| it.trim().strip_prefix("-- schemac:")) {
                match directive.trim() {
                    "no-transaction" => transaction = None,
                    "transaction" => {
                        n_transactions += 1;
                        transaction = Some(n_transactions);
                    }
                    _ => {}
                }
            }
            parts.push(Part { span: Span { file, start, end: stop }, gap, transaction });
            end = after;
        }
        Migration { parts, pending }
    }
}

/// Returns where each statement starts and ends, and where its `;` does.
fn statements(text: &str) -> Vec<(u32, u32, u32)> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut open: Option<(u32, u32)> = None;
    let (mut parens, mut blocks) = (0_u32, 0_u32);
    for (n, token) in tokens.iter().enumerate() {
        let next = tokens.get(n + 1).map(|it| it.word);
        match (token.kind, token.word) {
            (TokenKind::LeftParen, _) => parens += 1,
            (TokenKind::RightParen, _) => parens = parens.saturating_sub(1),
            (_, Word::Begin) if next == Some(Word::Atomic) => blocks += 1,
            (_, Word::Case) if 0 < blocks => blocks += 1,
            (_, Word::End) if 0 < blocks => blocks -= 1,
            _ => {}
        }
        let ends = token.kind == TokenKind::Semicolon && parens == 0 && blocks == 0;
        if ends || token.kind == TokenKind::Eof {
            found.extend(open.take().map(|(start, end)| (start, end, token.range.end)));
            (parens, blocks) = (0, 0);
        } else {
            let start = open.map_or(token.range.start, |(start, _)| start);
            open = Some((start, token.range.end));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn statements_are_cut_where_they_end() {
        let text = "-- first\nSELECT ';'; -- schemac: none\n;;\n-- schemac: no-transaction\n\
                    CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE 1 WHEN 1 THEN 2 END; END;\n\
                    CREATE RULE r AS ON UPDATE TO t DO (SELECT 1; SELECT 2); DO $$ a; $$;\n\
                    -- schemac: transaction\nSELECT 3";
        let mut sources = Sources::default();
        let file = sources.add(Source::new("up.sql", text));
        let migration = Migration::read(file, sources.get(file), true);
        let cut: Vec<(&str, Option<u32>)> =
            migration.parts.iter().map(|it| (sources.text(it.span), it.transaction)).collect();
        assert_eq!(cut[0], ("SELECT ';'", Some(0)));
        assert!(cut[1].0.ends_with("END; END") && cut[1].1.is_none());
        assert!(cut[2].0.ends_with("SELECT 2)"));
        assert_eq!(cut[3..], [("DO $$ a; $$", None), ("SELECT 3", Some(1))]);
    }
}
