//! Lists in the text that PostgreSQL's deparsing functions give: taken apart by brackets and quotes.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many sorts of token, only brackets and words matter here"
)]

use crate::object::address::{Name, Qualified};
use crate::object::index_element::{IndexElement, Key, OperatorClassUse};
use crate::object::partition::Bound;
use crate::object::path::split_path;
use crate::object::routine::Body;
use crate::sql::definition::{Definition, unquote};
use crate::sql::expr::Expr;
use crate::sql::lex::{self, Token, TokenKind};
use crate::sql::word::Word;

/// Returns the tokens of a text, without the mark of its end.
fn tokens(text: &str) -> Vec<Token> {
    let mut all = lex::tokens(text);
    all.pop();
    all
}

/// Splits a text at a separator that stands outside of brackets and quotes; blanks around the parts are dropped.
pub(super) fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut from) = (0_u32, 0);
    for token in tokens(text) {
        let (start, end) = (token.range.start as usize, token.range.end as usize);
        match token.kind {
            TokenKind::LeftParen | TokenKind::LeftBracket => depth += 1,
            TokenKind::RightParen | TokenKind::RightBracket => depth = depth.saturating_sub(1),
            _ if depth == 0
                && text.get(start..end).is_some_and(|it| it.chars().eq([separator])) =>
            {
                parts.push(text.get(from..start).unwrap_or("").trim());
                from = end;
            }
            _ => {}
        }
    }
    let last = text.get(from..).unwrap_or("").trim();
    if !last.is_empty() || !parts.is_empty() {
        parts.push(last);
    }
    parts
}

/// Takes off the parentheses around the whole of a text, once. A query keeps them: with them it is a value.
pub(crate) fn without_parentheses(text: &str) -> &str {
    let inside = inside(text);
    let queries = [Word::Select, Word::With, Word::Values, Word::Table];
    let is_query = tokens(inside).first().is_some_and(|it| queries.contains(&it.word));
    if is_query { text.trim() } else { inside }
}

/// Takes off the parentheses around the whole of a text, once, whatever is in them.
fn inside(text: &str) -> &str {
    let text = text.trim();
    let all = tokens(text);
    let mut depth = 0_u32;
    for (n, token) in all.iter().enumerate() {
        match token.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            let is_last = n + 1 == all.len();
            let whole = is_last && token.kind == TokenKind::RightParen;
            return if whole { text.get(1..text.len() - 1).unwrap_or(text).trim() } else { text };
        }
    }
    text
}

/// Reads an element of a partition key or an index: `a`, `lower(a) COLLATE "C" public.ops (n='1') DESC NULLS LAST`.
pub(super) fn read(text: &str) -> IndexElement {
    let all: Vec<Token> = tokens(text);
    let slice = |from: usize, to: usize| {
        let start = all.get(from).map_or(text.len(), |it| it.range.start as usize);
        let end =
            to.checked_sub(1).and_then(|to| all.get(to)).map_or(start, |it| it.range.end as usize);
        text.get(start..end).unwrap_or("")
    };
    let is_word = |n: usize, word: &str| {
        all.get(n).is_some_and(|it| it.kind == TokenKind::Word)
            && slice(n, n + 1).eq_ignore_ascii_case(word)
    };
    let key_end = key_end(&all);
    let (mut at, mut collation, mut class) = (key_end, None, None);
    if is_word(at, "collate") {
        let end = path_end(&all, at + 1);
        collation = Some(qualified(slice(at + 1, end)));
        at = end;
    }
    if !["asc", "desc", "nulls"].iter().any(|it| is_word(at, it)) && at < path_end(&all, at) {
        let end = path_end(&all, at);
        let name = qualified(slice(at, end));
        at = end;
        let mut parameters = Vec::new();
        if all.get(at).is_some_and(|it| it.kind == TokenKind::LeftParen) {
            let end = group_end(&all, at);
            parameters = split(without_parentheses(slice(at, end)), ',')
                .into_iter()
                .map(definition)
                .collect();
            at = end;
        }
        class = Some(OperatorClassUse { name, parameters });
    }
    let descending = is_word(at, "desc");
    at += usize::from(descending || is_word(at, "asc"));
    let nulls_first =
        is_word(at, "nulls").then(|| is_word(at + 1, "first")).filter(|first| *first != descending);
    IndexElement {
        key: key(slice(0, key_end)),
        collation,
        class,
        descending,
        nulls_first,
        statistics: None,
    }
}

/// Reads `siglen='100'`; a number needs no quotes.
fn definition(text: &str) -> Definition {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let value = value.trim();
    let bare = value.trim_matches('\'');
    let is_number = !bare.is_empty() && bare.chars().all(|c| c.is_ascii_digit());
    Definition {
        name: name.trim().into(),
        value: Some(if is_number { bare } else { value }.into()),
    }
}

/// Reads the elements of an index, of the statement that `pg_get_indexdef` writes.
pub(super) fn of_index(text: &str) -> Option<Vec<IndexElement>> {
    let all = tokens(text);
    let using =
        all.iter().position(|it| it.kind == TokenKind::Word && it.range.of(text) == "USING")?;
    let open = path_end(&all, using + 1);
    let end = group_end(&all, open).checked_sub(1).and_then(|at| all.get(at))?;
    let list = text.get(all.get(open)?.range.start as usize..end.range.end as usize)?;
    Some(split(without_parentheses(list), ',').into_iter().map(read).collect())
}

/// Returns a column or an expression, without the parentheses around it.
pub(super) fn key(text: &str) -> Key {
    let parts = split_path(text);
    let is_name = tokens(text).len() == 1 && !text.starts_with('(');
    match parts.first() {
        Some(part) if is_name => Key::Column(part.name.clone()),
        _ => Key::Expr(Expr::new(without_parentheses(text))),
    }
}

/// Returns the number of the token after a column, a call or an expression in parentheses.
fn key_end(all: &[Token]) -> usize {
    let end = match all.first().map(|it| it.kind) {
        Some(TokenKind::LeftParen) => 0,
        _ => path_end(all, 0),
    };
    if all.get(end).is_some_and(|it| it.kind == TokenKind::LeftParen) {
        group_end(all, end)
    } else {
        end
    }
}

/// Returns the number of the token after the parentheses that open at a token.
fn group_end(all: &[Token], open: usize) -> usize {
    let mut depth = 0_u32;
    for (n, token) in all.iter().enumerate().skip(open) {
        match token.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return n + 1;
        }
    }
    all.len()
}

/// Returns the number of the token after a dotted name.
fn path_end(all: &[Token], from: usize) -> usize {
    let is_name = |n: usize| {
        all.get(n).is_some_and(|it| matches!(it.kind, TokenKind::Word | TokenKind::QuotedWord))
    };
    let mut end = from;
    while is_name(end) {
        end += 1;
        if all.get(end).is_none_or(|it| it.kind != TokenKind::Dot) {
            break;
        }
        end += 1;
    }
    end
}

/// Returns a name with its schema; what has none is PostgreSQL's own and stays bare.
fn qualified(text: &str) -> Qualified {
    let mut parts = split_path(text);
    let name = parts.pop().map(|it| it.name).unwrap_or_default();
    Qualified { schema: parts.pop().map(|it| it.name).unwrap_or_default(), name }
}

/// Reads the bound of a partition: `FOR VALUES FROM (1) TO (2)`, `FOR VALUES IN (1)`, `FOR VALUES WITH (modulus 2,
/// remainder 0)`, `DEFAULT`.
pub(super) fn bound(text: &str) -> Option<Bound> {
    let values = |list: &str| {
        split(without_parentheses(list), ',').into_iter().map(Expr::new).collect::<Vec<_>>()
    };
    let Some(rest) = text.strip_prefix("FOR VALUES ") else { return Some(Bound::Default) };
    if let Some(list) = rest.strip_prefix("IN ") {
        return Some(Bound::List(values(list)));
    }
    if let Some(list) = rest.strip_prefix("WITH ") {
        let numbers = split(without_parentheses(list), ',');
        let mut numbers =
            numbers.iter().filter_map(|it| it.split_whitespace().last()).map(Name::from);
        return Some(Bound::Hash { modulus: numbers.next()?, remainder: numbers.next()? });
    }
    let rest = rest.strip_prefix("FROM ")?;
    let all = tokens(rest);
    let end = key_end(&all).checked_sub(1).and_then(|at| all.get(at))?.range.end as usize;
    let (from, to) = rest.split_at_checked(end)?;
    Some(Bound::Range(values(from), values(to.trim_start().strip_prefix("TO ")?)))
}

/// Returns the text between the first of these words that stands outside of brackets, from a token on, and its end.
fn find_word(text: &str, all: &[Token], from: usize, word: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (n, token) in all.iter().enumerate().skip(from) {
        match token.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen => depth = depth.saturating_sub(1),
            TokenKind::Word if depth == 0 && token.range.of(text).eq_ignore_ascii_case(word) => {
                return Some(n);
            }
            _ => {}
        }
    }
    None
}

/// Returns the text from one token up to another, which is left out.
fn between<'t>(text: &'t str, all: &[Token], from: usize, to: usize) -> &'t str {
    let start = all.get(from).map_or(text.len(), |it| it.range.start as usize);
    let end = all.get(to).map_or(text.len(), |it| it.range.start as usize);
    text.get(start..end).unwrap_or("").trim()
}

/// Returns the condition and the arguments of a trigger, of the statement that `pg_get_triggerdef` writes.
pub(super) fn trigger(text: &str, has_condition: bool) -> Option<(Option<&str>, Vec<Box<str>>)> {
    let all = tokens(text);
    // A transition table can have any name but in parentheses: the first one opens the condition.
    let open = all.iter().position(|it| it.kind == TokenKind::LeftParen)?;
    let (condition, after) = if has_condition {
        let end = group_end(&all, open);
        (Some(without_parentheses(between(text, &all, open, end))), end)
    } else {
        (None, 0)
    };
    let call = (after..all.len())
        .find(|n| all.get(*n).is_some_and(|it| it.kind == TokenKind::LeftParen))?;
    let list = split(without_parentheses(between(text, &all, call, all.len())), ',');
    Some((condition, list.into_iter().filter(|it| !it.is_empty()).map(unquote).collect()))
}

/// Returns the condition and the commands of a rule, of the statement that `pg_get_ruledef` writes.
pub(super) fn rule(text: &str) -> Option<(Option<&str>, Vec<&str>)> {
    let all = tokens(text);
    let to = find_word(text, &all, 0, "TO")?;
    let relation_end = path_end(&all, to + 1);
    let act = find_word(text, &all, relation_end, "DO")?;
    let condition = find_word(text, &all, relation_end, "WHERE").filter(|it| *it < act);
    let condition = condition.map(|it| between(text, &all, it + 1, act));
    let instead =
        all.get(act + 1).is_some_and(|it| it.range.of(text).eq_ignore_ascii_case("INSTEAD"));
    let commands = between(text, &all, act + 1 + usize::from(instead), all.len())
        .trim_end_matches(';')
        .trim_end();
    if commands.eq_ignore_ascii_case("NOTHING") {
        return Some((condition, Vec::new()));
    }
    // Several stand in parentheses, each with its end; a query may be in parentheses, too.
    let inside = inside(commands);
    let list: Vec<&str> = split(inside, ';').into_iter().filter(|it| !it.is_empty()).collect();
    Some((condition, if 1 < list.len() { list } else { vec![commands] }))
}

/// Reads what `pg_get_function_sqlbody` writes: `RETURN expression`, or `BEGIN ATOMIC … END`.
pub(super) fn sql_body(text: &str) -> Body {
    let text = text.trim();
    if let Some(expr) = text.strip_prefix("RETURN ") {
        return Body::Return(Expr::new(expr.trim()));
    }
    let inside =
        text.strip_prefix("BEGIN ATOMIC").and_then(|it| it.strip_suffix("END")).unwrap_or(text);
    let statements = split(inside, ';').into_iter().filter(|it| !it.is_empty());
    Body::Atomic(statements.map(Expr::new).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_split_outside_of_brackets_and_quotes() {
        assert_eq!(split("a, f(b, c), 'd,e', \"g,h\"", ','), ["a", "f(b, c)", "'d,e'", "\"g,h\""]);
        assert_eq!(split("", ','), Vec::<&str>::new());
        assert_eq!(without_parentheses("((a) OR (b))"), "(a) OR (b)");
        assert_eq!(without_parentheses("(a) OR (b)"), "(a) OR (b)");
        assert_eq!(without_parentheses("(')')"), "')'");
        assert_eq!(without_parentheses("( SELECT f() AS f)"), "( SELECT f() AS f)");
        assert_eq!(without_parentheses("(( SELECT f() AS f) = 1)"), "( SELECT f() AS f) = 1");
    }

    #[test]
    fn elements_of_a_key_are_read() {
        let shown = |text: &str| read(text).sql();
        for (text, sql) in [
            ("a", "a"),
            ("\"A b\"", "\"A b\""),
            ("lower(a)", "(lower(a))"),
            ("((a + b)) COLLATE \"C\"", "((a + b)) COLLATE \"C\""),
            ("a COLLATE public.x public.ops", "a COLLATE public.x public.ops"),
            (
                "a public.ops (siglen='100') DESC NULLS LAST",
                "a public.ops (siglen = 100) DESC NULLS LAST",
            ),
            ("a DESC", "a DESC"),
            ("a NULLS FIRST", "a NULLS FIRST"),
        ] {
            assert_eq!(shown(text), sql, "{text}");
        }
    }

    #[test]
    fn the_elements_of_an_index_are_found() {
        let text = "CREATE INDEX \"USING (\" ON public.t USING gin (lower(a), b public.gin_trgm_ops) WHERE (c > 1)";
        let read = of_index(text).unwrap();
        assert_eq!(
            read.iter().map(IndexElement::sql).collect::<Vec<_>>(),
            ["(lower(a))", "b public.gin_trgm_ops"]
        );
    }

    #[test]
    fn rules_and_conditions_are_taken_apart() {
        let text = "CREATE RULE \"to do\" AS\n    ON UPDATE TO public.t\n   WHERE (old.a > 1) DO INSTEAD ( DELETE FROM x;\n INSERT INTO y VALUES (';'::text);\n);";
        let (condition, commands) = rule(text).unwrap();
        assert_eq!(condition, Some("(old.a > 1)"));
        assert_eq!(commands, ["DELETE FROM x", "INSERT INTO y VALUES (';'::text)"]);
        let text = "CREATE RULE r AS\n    ON INSERT TO public.t DO INSTEAD NOTHING;";
        assert_eq!(rule(text), Some((None, Vec::new())));
    }

    #[test]
    fn conditions_and_arguments_of_triggers_are_found() {
        let text = "CREATE TRIGGER \"WHEN (\" BEFORE UPDATE OF a, \"b(\" ON public.t FOR EACH ROW \
                    WHEN ((old.a IS DISTINCT FROM new.a)) EXECUTE FUNCTION public.f('WHEN (x)', 'it''s, \\', '')";
        let arguments = ["WHEN (x)", "it's, \\", ""].map(Box::from).to_vec();
        assert_eq!(trigger(text, true), Some((Some("(old.a IS DISTINCT FROM new.a)"), arguments)));
        let text = "CREATE TRIGGER t AFTER INSERT ON t REFERENCING NEW TABLE AS \"n(\" FOR EACH STATEMENT \
                    EXECUTE FUNCTION f('a')";
        assert_eq!(trigger(text, false), Some((None, vec!["a".into()])));
    }

    #[test]
    fn bounds_are_read() {
        assert_eq!(bound("DEFAULT"), Some(Bound::Default));
        let Some(Bound::Range(from, to)) =
            bound("FOR VALUES FROM ('2024-01-01', MINVALUE) TO ('a)b', MAXVALUE)")
        else {
            panic!()
        };
        assert_eq!((from.len(), to.len()), (2, 2));
        assert_eq!(to[0].text(), "'a)b'");
        let hash = Bound::Hash { modulus: "4".into(), remainder: "3".into() };
        assert_eq!(bound("FOR VALUES WITH (modulus 4, remainder 3)"), Some(hash));
        assert_eq!(
            bound("FOR VALUES IN (NULL, 'x')"),
            Some(Bound::List(vec![Expr::new("NULL"), Expr::new("'x'")]))
        );
    }
}
