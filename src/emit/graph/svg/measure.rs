//! How wide a text is at most.

/// A typeface of the style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    /// `system-ui` and its like.
    Sans,
    /// The same, bold.
    Bold,
    /// `ui-monospace` and its like.
    Mono,
}

/// Returns the width of a text, as no usual font exceeds it.
pub(super) fn width(text: &str, face: Face, size: f64) -> f64 {
    let sum: f64 = text.chars().map(|c| em(c, face)).sum();
    sum * size
}

/// Returns the width of a character in parts of the font size.
///
/// The sans widths are the largest among Segoe UI, San Francisco, Roboto, Helvetica, DejaVu Sans and Noto Sans; DejaVu is
/// the widest of nearly all.
fn em(c: char, face: Face) -> f64 {
    if 0x2E80 <= u32::from(c) {
        // Han, kana, hangul, emoji: a full square and a little.
        return 1.1;
    }
    let sans = match c {
        'i' | 'l' | 'j' | '\'' | '|' => 0.34,
        '.' | ',' | ':' | ';' | '!' | ' ' | 'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '/' => 0.43,
        'm' | 'W' | '%' | '@' | '…' => 1.02,
        'w' | 'M' | 'O' | 'Q' | 'G' | '#' | '+' | '=' | '<' | '>' | '~' => 0.85,
        '_' => 0.52,
        '-' => 0.45,
        'c' | 's' | 'z' | 'k' | 'x' | 'v' | 'y' | 'I' | 'J' | '?' => 0.6,
        c if c.is_ascii_lowercase() || c.is_ascii_digit() => 0.65,
        c if c.is_ascii() => 0.78,
        _ => 0.95,
    };
    match face {
        Face::Sans => sans,
        Face::Bold => sans * 1.11,
        Face::Mono if c.is_ascii() => 0.62,
        Face::Mono => 0.8,
    }
}

/// Returns as much of a text as fits into a width, with `…` where something was left out.
pub(super) fn fitting(text: &str, face: Face, size: f64, most: f64) -> String {
    // What is invisible or turns the direction of what follows must not reach beyond its own text.
    let text: String = text.chars().map(|c| if is_plain(c) { c } else { '\u{FFFD}' }).collect();
    if width(&text, face, size) <= most {
        return text;
    }
    let mut out = String::new();
    let mut left = most - width("…", face, size);
    for c in text.chars() {
        left -= em(c, face) * size;
        if left < 0.0 {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

fn is_plain(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(fitting("short", Face::Sans, 12.0, 100.0), "short");
        let cut = fitting(&"long".repeat(40), Face::Mono, 12.0, 100.0);
        assert!(cut.ends_with('…') && width(&cut, Face::Mono, 12.0) <= 100.0, "{cut}");
        assert_eq!(fitting("a\u{202E}b", Face::Sans, 12.0, 100.0), "a\u{FFFD}b");
    }
}
