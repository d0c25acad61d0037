//! Says in words what is wrong with text that does not parse.

use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};

use super::grammar::{Grammar, Rule};
use super::keyword::{is_word, item_words};
use super::mistake::{self, Spot};
use super::scan::Problem;
use super::split::Piece;
use super::{Error, MAX_DEPTH, form, span_at};
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Diagnostics, Fix, did_you_mean, nearest, nearest_alone};
use crate::source::{FileId, Span};

rule!(SYNTAX_ERROR, Error, "syntax-error");
rule!(MISSING_SEMICOLON, Error, "missing-semicolon");
rule!(WRONG_SEPARATOR, Error, "wrong-separator");
rule!(UNCLOSED_BRACE, Error, "unclosed-brace");
rule!(STRAY_BRACE, Error, "stray-brace");
rule!(UNTERMINATED_TEXT, Error, "unterminated-text");
rule!(UNKNOWN_ITEM, Error, "unknown-item");
rule!(NESTED_TOO_DEEP, Error, "nested-too-deep");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[
    &SYNTAX_ERROR,
    &MISSING_SEMICOLON,
    &WRONG_SEPARATOR,
    &UNCLOSED_BRACE,
    &STRAY_BRACE,
    &UNTERMINATED_TEXT,
    &UNKNOWN_ITEM,
    &NESTED_TOO_DEEP,
];

/// Where a text that is parsed begins in its file.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) file: FileId,
    pub(super) offset: u32,
}

/// Says what the splitter found wrong with an item.
pub(super) fn piece(piece: &Piece, file: FileId, text: &str) -> Option<Diagnostic> {
    let span =
        |start: u32, len: u32| Span { file, start, end: (start + len).min(text.len() as u32) };
    if let Some(problem) = piece.problem {
        return Some(match problem {
            Problem::UnclosedBrace(at) => {
                let end = Span { file, start: piece.end, end: piece.end };
                let before = text.get(..piece.end as usize).unwrap_or("").trim_ascii_end();
                let fix =
                    Fix::likely("close the block").replace(span(before.len() as u32, 0), "\n}");
                Diagnostic::new(&UNCLOSED_BRACE, "this block is not closed")
                    .label(span(at, 1), "opened here")
                    .label(end, "`}` is missing before here")
                    .help("close the block with `}`")
                    .fix(fix)
            }
            Problem::StrayClose(at) => Diagnostic::new(&STRAY_BRACE, "this `}` closes nothing")
                .label(span(at, 1), "no block is open here")
                .help("delete it")
                .fix(Fix::likely("delete `}`").delete(span(at, 1))),
            Problem::MissingSemicolon(_) if piece.rule.is_none() => unknown_item(piece, file, text),
            Problem::MissingSemicolon(at) => Diagnostic::new(&MISSING_SEMICOLON, "`;` is missing")
                .label(span(at, 0), "expected here")
                .help("end the declaration with `;`")
                .fix(Fix::certain("write `;`").replace(span(at, 0), ";")),
            Problem::UnterminatedString(at) => unterminated("string", "'", span(at, 1)),
            Problem::UnterminatedName(at) => unterminated("quoted name", "\"", span(at, 1)),
            Problem::UnterminatedComment(at) => unterminated("comment", "*/", span(at, 2)),
            Problem::UnterminatedDollar(at) => {
                let tag = text
                    .get(at as usize + 1..)
                    .and_then(|rest| rest.find('$'))
                    .map_or(2, |n| n as u32 + 2);
                let word = text.get(at as usize..(at + tag) as usize).unwrap_or("$$");
                unterminated("body", word, span(at, tag))
            }
        });
    }
    if piece.rule.is_none() {
        return Some(unknown_item(piece, file, text));
    }
    (MAX_DEPTH < piece.depth).then(|| {
        Diagnostic::new(&NESTED_TOO_DEEP, format!("brackets are nested {} deep", piece.depth))
            .label(
                span(piece.keyword, first_token(text, piece.keyword as usize) as u32),
                "in this item",
            )
            .help(format!("nest at most {MAX_DEPTH} deep"))
    })
}

fn unterminated(what: &str, end: &str, at: Span) -> Diagnostic {
    Diagnostic::new(&UNTERMINATED_TEXT, format!("this {what} does not end"))
        .label(at, "it begins here")
        .help(format!("end it with `{end}`"))
}

fn unknown_item(piece: &Piece, file: FileId, text: &str) -> Diagnostic {
    let start = piece.keyword as usize;
    let len = first_token(text, start);
    let word = text.get(start..start + len).unwrap_or("");
    let message = if word.trim().is_empty() {
        "these doc-comments or attributes belong to nothing".to_owned()
    } else {
        format!("`{word}` begins no declaration")
    };
    let rest = text.get(start + len..piece.end as usize).unwrap_or("");
    let words = || item_words().filter_map(|words| words.split(' ').next());
    let habit = mistake::item_help(word, rest);
    let meant = nearest_alone(word, words()).filter(|_| habit.is_none());
    let help = habit.or_else(|| did_you_mean(word, words()));
    let span = Span {
        file,
        start: piece.keyword.min(piece.end),
        end: (piece.keyword + len as u32).min(piece.end),
    };
    Diagnostic::new(&UNKNOWN_ITEM, message)
        .label(span, "expected `table`, `enum`, `function`, `view`, …")
        .help_if(help)
        .fix_if(meant.map(|word| Fix::instead(span, word)))
}

/// Returns the length of the token that begins at an offset: a word, or one character.
fn first_token(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    let word = rest.bytes().take_while(|byte| is_word(*byte)).count();
    if 0 < word { word } else { rest.chars().next().map_or(0, char::len_utf8) }
}

/// Returns the offset of the `{` that opens the members of an item, if it has members that are cut by `;`.
pub(super) fn block_of_members(text: &str) -> Option<usize> {
    let head = text.find('{')?;
    let words = text.get(..head)?;
    let last_line = words
        .lines()
        .rfind(|line| !line.trim_start().starts_with("///") && !line.trim().is_empty())?;
    let word = last_line.split_ascii_whitespace().next()?.to_ascii_lowercase();
    // The blocks of these hold SQL statements.
    (!["function", "procedure", "query"].contains(&word.as_str())).then_some(head)
}

/// Reports a member that does not parse: as what is missing where that is plain, and again for what follows it.
pub(super) fn member(text: &str, place: Place, found: &mut Diagnostics) {
    let (mut text, mut place) = (text, place);
    let mut comma_before = None;
    // Each round takes one member off the front; the bound keeps a long run of them linear.
    for _ in 0..16 {
        let parsed = Grammar::parse(Rule::member_entry, text).map_err(Box::new);
        let Err(error) = parsed else { break };
        // The parser forgets how far it came inside some clauses; the tokens that it tried tell.
        let at = location(&error).max(snap(text, Tokens::expected(text, Rule::member_entry).at));
        let before = text.get(..at).unwrap_or("").trim_end();
        let gap = text.get(before.len()..at).unwrap_or("");
        let comma = text.get(at..).is_some_and(|rest| rest.starts_with(','));
        let ends = gap.contains('\n') || text.get(at..).unwrap_or("").trim().is_empty();
        let complete =
            (ends || comma) && Grammar::parse(Rule::member_entry, &format!("{before};")).is_ok();
        if !complete {
            found.push(syntax_error(text, place, Rule::member_entry, 0, &error));
            break;
        }
        let end = span_at(place, before.len(), before.len());
        if comma {
            let diagnostic = wrong_separator(span_at(place, at, at + 1));
            if let Some(before) = comma_before.replace(diagnostic) {
                found.push(before);
            }
        } else if let Some(comma) = comma_before.take() {
            // Whoever parts members by commas ends the last one with nothing, for the same reason.
            found.push(with_last_end(comma, end));
        } else {
            found.push(missing_end(end));
        }
        let rest = at + usize::from(comma);
        let blanks = text.get(rest..).map_or(0, |tail| tail.len() - tail.trim_start().len());
        place.offset += (rest + blanks) as u32;
        text = text.get(rest + blanks..).unwrap_or("");
        if text.is_empty() {
            break;
        }
    }
    if let Some(before) = comma_before {
        found.push(before);
    }
}

fn wrong_separator(comma: Span) -> Diagnostic {
    Diagnostic::new(&WRONG_SEPARATOR, "members end in `;`, not `,`")
        .label(comma, "here")
        .help("write `;` instead")
        .fix(Fix::certain("write `;`").replace(comma, ";"))
}

fn with_last_end(comma: Diagnostic, end: Span) -> Diagnostic {
    match comma.fix.clone() {
        Some(fix) => comma.fix(fix.replace(end, ";")),
        None => comma,
    }
}

fn missing_end(end: Span) -> Diagnostic {
    Diagnostic::new(&MISSING_SEMICOLON, "`;` is missing")
        .label(end, "expected here")
        .help("end the member with `;`")
        .fix(Fix::certain("write `;`").replace(end, ";"))
}

/// Makes a diagnostic of a parser's error. `keyword` is the offset of the item's first word.
pub(super) fn syntax_error(
    text: &str,
    place: Place,
    entry: Rule,
    keyword: usize,
    error: &Error,
) -> Diagnostic {
    let tokens = Tokens::expected(text, entry);
    let by_rule = snap(text, location(error));
    let at = by_rule.max(snap(text, tokens.at));
    let len = first_token(text, at);
    let found = text.get(at..at + len).unwrap_or("");
    let mut words = if at == by_rule { rules_in_words(error) } else { Vec::new() };
    if words.is_empty() && at == snap(text, tokens.at) {
        words = tokens.in_words(text);
    }
    let expected = one_of(&words);
    let head = after_meta(text.get(keyword..).unwrap_or(""));
    let spot = Spot::new(text, at, found, head, entry == Rule::item_entry);
    let message = match (found.is_empty(), expected.is_empty()) {
        (true, _) => "the declaration ends too early".to_owned(),
        (false, _) if spot.is_first() => format!("`{found}` begins no member"),
        (false, true) => format!("`{found}` can't stand here"),
        (false, false) => format!("expected {expected}, found `{found}`"),
    };
    let form = super::keyword::item_rule(head.as_bytes())
        .filter(|_| entry == Rule::item_entry)
        .and_then(form::of_item)
        .or_else(|| form::of_member(head))
        .filter(|_| keyword <= at);
    let privilege = privilege(found, &words);
    let habit = privilege.clone().or_else(|| mistake::help(&spot));
    let meant = suggestion(found, &spot, &words).filter(|_| habit.is_none());
    let span = span_at(place, at, at + len);
    let fix = match &meant {
        // The word in front of the place may be the one that was not known.
        Some(word) => word.fix(text.get(..at + len).unwrap_or(""), place),
        None if mistake::is_superfluous(&spot) => {
            Some(Fix::certain(format!("delete `{found}`")).delete(span))
        }
        None => None,
    };
    let help = habit
        .or_else(|| meant.map(|word| format!("did you mean `{}`?", word.meant)))
        .or_else(|| form.map(|form| format!("it is written `{form}`")));
    let diagnostic = Diagnostic::new(&SYNTAX_ERROR, message).label(span, "here").help_if(help);
    match privilege {
        Some(_) => diagnostic.as_meant(span, found),
        None => diagnostic.fix_if(fix),
    }
}

/// A word that is not known here, and the one that was meant.
struct Suggestion<'t> {
    wrong: &'t str,
    meant: String,
    /// Whether no other word is as near.
    alone: bool,
}

impl<'t> Suggestion<'t> {
    fn of<'c>(wrong: &'t str, candidates: impl Iterator<Item = &'c str> + Clone) -> Option<Self> {
        let meant = nearest(wrong, candidates.clone())?.to_owned();
        Some(Suggestion { wrong, meant, alone: nearest_alone(wrong, candidates).is_some() })
    }

    /// Returns what writes the one instead of the other, where it stands last in a text.
    fn fix(&self, text: &str, place: Place) -> Option<Fix> {
        let start = text.rfind(self.wrong).filter(|_| self.alone)?;
        let span = span_at(place, start, start + self.wrong.len());
        Some(Fix::instead(span, &self.meant))
    }
}

/// Returns the privilege that was meant, where one can stand.
fn privilege(found: &str, words: &[String]) -> Option<String> {
    let all = "select insert update delete truncate references trigger maintain usage execute create connect temporary";
    let expected = words.iter().any(|it| it.contains("privilege"));
    if expected { did_you_mean(found, all.split(' ')) } else { None }
}

/// Returns the word that was meant, if one that can stand there is near.
fn suggestion<'t>(found: &'t str, spot: &Spot<'t>, words: &[String]) -> Option<Suggestion<'t>> {
    let expected = words.iter().flat_map(|it| it.split(|c: char| !c.is_alphabetic()));
    let expected = expected.filter(|word| 2 < word.len());
    if let Some(first) = spot.first_word(found) {
        return Suggestion::of(first, form::member_words());
    }
    if found.len() < 3 || item_words().any(|word| word == found) {
        return None;
    }
    Suggestion::of(found, expected).or_else(|| Suggestion::of(found, clause_words()))
}

/// Returns the offset of the token that an offset is at or in.
fn snap(text: &str, at: usize) -> usize {
    let is_word_at = |at: usize| text.as_bytes().get(at).copied().is_some_and(is_word);
    let mut at = at.min(text.len());
    while 0 < at && is_word_at(at) && is_word_at(at - 1) {
        at -= 1;
    }
    let rest = text.get(at..).unwrap_or("");
    if rest.trim_start().is_empty() { at } else { at + rest.len() - rest.trim_start().len() }
}

/// What the parser would have taken at the farthest place that it came to, in its own words: texts and ranges.
#[derive(Default)]
struct Tokens {
    at: usize,
    list: Vec<String>,
}

/// Longer texts are not parsed again for a better message.
const MAX_DETAIL: usize = 1 << 16;

impl Tokens {
    /// Parses a text that does not parse once more, with all that could have stood at each place.
    fn expected(text: &str, entry: Rule) -> Tokens {
        if MAX_DETAIL < text.len() {
            return Tokens::default();
        }
        // A switch of the whole program: a parser that runs beside this one is slower for it, no more.
        pest::set_error_detail(true);
        let parsed = Grammar::parse(entry, text);
        pest::set_error_detail(false);
        let Err(error) = parsed else { return Tokens::default() };
        let Some(attempts) = error.parse_attempts() else { return Tokens::default() };
        let list = attempts.expected_tokens().iter().map(ToString::to_string).collect();
        Tokens { at: attempts.max_position, list }
    }

    /// Returns the texts in backquotes, sorted.
    fn in_words(&self, text: &str) -> Vec<String> {
        let before = self.at.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        let goes_on = before.copied().is_some_and(is_word);
        let mut words: Vec<String> = Vec::new();
        for token in &self.list {
            // A quote or a single letter begins one of many sorts of text.
            let is_word = 1 < token.len() && token.bytes().all(|byte| byte.is_ascii_alphabetic());
            if is_word || [":", "(", ")", "=", ",", "]", "}"].contains(&token.as_str()) {
                words.push(format!("`{}`", token.to_ascii_lowercase()));
            } else if token == "A..Z" && !goes_on {
                words.push("a name".to_owned());
            }
        }
        words.sort_unstable();
        words.dedup();
        words
    }
}

/// Skips doc-comments and attributes in front of a member.
fn after_meta(text: &str) -> &str {
    let mut rest = text.trim_start();
    while rest.starts_with("///") || rest.starts_with("#[") {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest).trim_start();
    }
    rest
}

fn location(error: &Error) -> usize {
    match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    }
}

/// Returns the rules that could have stood there, in words.
fn rules_in_words(error: &Error) -> Vec<String> {
    let ErrorVariant::ParsingError { positives, .. } = &error.variant else { return Vec::new() };
    // Of the clauses of a column, most are tried only after a look at their first letter.
    if positives.contains(&Rule::options) && positives.contains(&Rule::with)
        || positives[..] == [Rule::nullable]
    {
        return Vec::new();
    }
    let words = positives.iter().map(|rule| rule.in_words()).filter(|it| !it.is_empty());
    let mut words: Vec<String> = words.map(str::to_owned).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Joins what could have stood there, if it is few enough to be read.
fn one_of(words: &[String]) -> String {
    match words.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) if rest.len() < 5 => format!("{} or {last}", rest.join(", ")),
        Some(_) => String::new(),
    }
}

/// The words that begin a clause, for suggestions.
fn clause_words() -> impl Iterator<Item = &'static str> + Clone {
    "default references primary unique check generated collate constraint storage compression statistics on delete update \
     cascade restrict set null not deferrable initially deferred immediate include where using with for each row execute \
     function procedure returns language immutable stable volatile strict security definer invoker parallel safe as to from \
     before after instead insert select truncate owner schema version identity always stored virtual key range list hash"
        .split_ascii_whitespace()
}
