//! A text of several sections, as a lock is, into files that are compiled each for itself.

use super::grammar::Rule;
use super::split::split;
use crate::source::Source;

/// Cuts a text where `in schema` begins, since a file has one at most.
///
/// Each part keeps its lines: blank ones stand for what is before it.
pub fn sections(path: &str, text: &str) -> Vec<Source> {
    let mut starts = vec![0];
    if memchr::memmem::find(text.as_bytes(), b"in schema ").is_some() {
        let heads = split(text).into_iter().filter(|it| it.rule == Some(Rule::in_schema_item));
        starts.extend(heads.map(|it| it.start as usize).filter(|at| *at != 0));
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let part = |(start, end): (&usize, usize)| {
        let before = text.get(..*start).unwrap_or("").bytes().filter(|it| *it == b'\n').count();
        let mut part = "\n".repeat(before);
        part.push_str(text.get(*start..end).unwrap_or(""));
        Source::new(path, part)
    };
    starts.iter().zip(ends).map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_keeps_its_lines() {
        let text = "table t { a: text default 'in schema x;'; }\n\nin schema a;\nenum e { 'b'; }\nin schema b;\n";
        let parts = sections("lock", text);
        let texts: Vec<&str> = parts.iter().map(|it| it.text.as_str()).collect();
        let first = "table t { a: text default 'in schema x;'; }\n\n";
        assert_eq!(texts, [first, "\n\nin schema a;\nenum e { 'b'; }\n", "\n\n\n\nin schema b;\n"]);
        assert_eq!(sections("lock", "in schema a;\n").len(), 1);
        assert_eq!(sections("lock", "").len(), 1);
    }
}
