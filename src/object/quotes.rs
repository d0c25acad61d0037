//! What surrounds a piece of SQL text: parentheses, dollar quotes, quotes.

use super::reader::{Form, Reader, Scope};
use crate::syntax::Node;

impl Reader<'_> {
    /// Keeps the text that a string stands for, to be resolved. With doubled quotes or escapes it is not the text of the
    /// source byte for byte.
    pub(crate) fn quoted(&mut self, node: Node<'_>, text: &str, form: Form, scope: Scope) {
        let trimmed = text.trim();
        let source = node.text();
        let start = source.find('\'').and_then(|at| Some((at, source.get(at..)?.find(trimmed)?)));
        let replaced = self.replaced(trimmed).into_owned();
        let place = start.filter(|_| replaced == trimmed && source.len() == text.len() + 2);
        let span = place.map_or(node.span(), |(quote, at)| {
            let from = (quote + at) as u32;
            node.span().part(from, from + trimmed.len() as u32)
        });
        self.keep(&replaced, span, place.is_some(), form, None, scope);
    }
}

/// Returns the range inside the parentheses or dollar quotes of a text that is in either, else all of it.
pub(crate) fn inner(text: &str) -> (usize, usize) {
    if text.starts_with('(') && text.ends_with(')') && text.len() > 1 {
        return (1, text.len() - 1);
    }
    match text.strip_prefix('$').and_then(|rest| rest.find('$')) {
        Some(tag) if tag + 2 <= text.len().saturating_sub(tag + 2) && text.ends_with('$') => {
            (tag + 2, text.len() - tag - 2)
        }
        _ => (0, text.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_surrounds_an_expression_is_taken_off() {
        let strip = |text: &'static str| inner(text).0..inner(text).1;
        assert_eq!(strip("(a)"), 1..2);
        assert_eq!(strip("$$a$$"), 2..3);
        assert_eq!(strip("$x$ a $x$"), 3..6);
        assert_eq!(strip("now()"), 0..5);
        assert_eq!(strip("$$"), 0..2);
        assert_eq!(strip("$$$"), 0..3);
    }
}
