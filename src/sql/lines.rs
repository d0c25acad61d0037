//! The lines of SQL text, and how far they are indented: what an author may move without another meaning.

use std::borrow::Cow;

use super::lex::tokens;

/// What may stand at either end of a line and mean nothing.
pub const BLANKS: [char; 5] = [' ', '\t', '\r', '\u{b}', '\u{c}'];

/// One line, without its line end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'t> {
    /// The text.
    pub text: &'t str,
    /// It begins inside a string or a quoted name: its first blanks are the author's data.
    pub begins_quoted: bool,
    /// It ends inside one.
    pub ends_quoted: bool,
}

impl<'t> Line<'t> {
    /// Returns the blanks that the line is indented by: none if it begins inside a string.
    pub fn indentation(&self) -> &'t str {
        if self.begins_quoted {
            return "";
        }
        let n = self.text.len() - self.text.trim_start_matches(BLANKS).len();
        self.text.get(..n).unwrap_or("")
    }

    /// Tells whether the line holds nothing but blanks that mean nothing.
    pub fn is_blank(&self) -> bool {
        !self.begins_quoted && !self.ends_quoted && self.text.trim_matches(BLANKS).is_empty()
    }

    /// Returns the line without the blanks at its end that mean nothing.
    pub fn trimmed_end(&self) -> &'t str {
        if self.ends_quoted { self.text } else { self.text.trim_end_matches(BLANKS) }
    }
}

/// Cuts SQL text into lines. O(n).
pub fn lines(text: &str) -> Vec<Line<'_>> {
    let mut quoted = quoted_over_lines(text).into_iter().peekable();
    let mut start = 0;
    let mut begins_quoted = false;
    let pieces = text.split('\n').map(|line| {
        let end = start + line.len();
        while quoted.next_if(|(_, close)| *close <= end).is_some() {}
        let ends_quoted = quoted.peek().is_some_and(|(open, _)| *open < end);
        let found = Line { text: line, begins_quoted, ends_quoted };
        (start, begins_quoted) = (end + 1, ends_quoted);
        found
    });
    pieces.collect()
}

/// Returns the ranges of the tokens that go over more than one line.
fn quoted_over_lines(text: &str) -> Vec<(usize, usize)> {
    if !text.contains(['\'', '"', '$']) {
        return Vec::new();
    }
    let found = tokens(text).into_iter().filter(|token| token.range.of(text).contains('\n'));
    found.map(|token| (token.range.start as usize, token.range.end as usize)).collect()
}

/// Returns the longest indentation that all of these lines have; blank ones and those that begin in a string don't
/// count. `None` where no line counts.
pub fn common_indentation<'t>(lines: &[Line<'t>]) -> Option<&'t str> {
    let mut counted = lines.iter().filter(|line| !line.begins_quoted && !line.is_blank());
    let first = counted.next()?.indentation();
    Some(counted.fold(first, |common, line| common_start(common, line.indentation())))
}

/// Returns what two texts of blanks both begin with.
pub fn common_start<'t>(a: &'t str, b: &str) -> &'t str {
    let n = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    a.get(..n).unwrap_or("")
}

/// Returns the text as it is the same however far its author indented it: the lines after the first lose the
/// indentation that all of them have, and every line the blanks at its end. Strings are left as they are.
pub fn without_indentation(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if !text.contains('\n') {
        return Cow::Borrowed(text);
    }
    let lines = lines(text);
    let common = common_indentation(lines.get(1..).unwrap_or(&[])).unwrap_or("").len();
    let mut out = String::with_capacity(text.len());
    for (n, line) in lines.iter().enumerate() {
        let kept = line.trimmed_end();
        if n == 0 {
            out.push_str(kept);
            continue;
        }
        out.push('\n');
        out.push_str(if line.begins_quoted { kept } else { kept.get(common..).unwrap_or("") });
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indentation_that_all_lines_have_is_left_out() {
        let cases = [
            ("  a ", "a"),
            ("select a\n     from t  \n     where b", "select a\nfrom t\nwhere b"),
            ("select a,\n      b\n    from t", "select a,\n  b\nfrom t"),
            ("a\n\n  \n    b", "a\n\n\nb"),
            ("a\n\t b\n\t\tc", "a\n b\n\tc"),
            ("a\nb", "a\nb"),
        ];
        for (text, expected) in cases {
            assert_eq!(without_indentation(text), expected, "{text}");
            assert_eq!(without_indentation(expected), expected, "{text}");
        }
    }

    #[test]
    fn strings_stay_as_they_are() {
        let cases = [
            ("a ||\n   ' x  \n  y'  \n   || b", "a ||\n' x  \n  y'\n|| b"),
            ("f(\n    $$ x  \n y $$,\n    \"a \n b\")", "f(\n$$ x  \n y $$,\n\"a \n b\")"),
            ("a ||\n  'open  \n b", "a ||\n'open  \n b"),
        ];
        for (text, expected) in cases {
            assert_eq!(without_indentation(text), expected, "{text}");
        }
    }
}
