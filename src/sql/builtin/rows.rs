//! Sorted lines of tab-separated fields, searched where they lie.

use super::versions::Versions;

/// A table of one kind of objects.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rows {
    /// Lines sorted by their leading fields; the last ends with a line feed too.
    text: &'static str,
    /// Only rows of this major are given.
    major: Option<u8>,
}

impl Rows {
    pub(super) const fn new(text: &'static str) -> Rows {
        Rows { text, major: None }
    }

    /// Takes a file's lines without the first, which names the generator.
    pub(super) fn of_file(file: &'static str) -> Rows {
        Rows::new(file.split_once('\n').map_or("", |(_, lines)| lines))
    }

    pub(super) fn in_major(self, major: u8) -> Rows {
        Rows { major: Some(major), ..self }
    }

    /// The major that the rows are restricted to.
    pub(super) fn major(self) -> Option<u8> {
        self.major
    }

    /// Gives all rows whose kind of object has `n_columns` fields before its majors.
    pub(super) fn all(self, n_columns: usize) -> impl Iterator<Item = Row> {
        let rows = self.text.lines().map(move |line| Row::new(line, n_columns));
        rows.filter(move |row| self.major.is_none_or(|major| row.versions.contain(major)))
    }

    /// Gives the rows whose first fields, joined by tabs, are the key.
    pub(super) fn with_key(self, key: &str, n_columns: usize) -> impl Iterator<Item = Row> + use<> {
        let rest = self.text.get(self.first_at_least(key)..).unwrap_or_default();
        let n_rows = rest.lines().take_while(|line| has_key(line, key)).count();
        let rows = rest.lines().take(n_rows).map(move |line| Row::new(line, n_columns));
        rows.filter(move |row| self.major.is_none_or(|major| row.versions.contain(major)))
    }

    /// Finds the byte offset of the first line that is not less than the key.
    fn first_at_least(self, key: &str) -> usize {
        let bytes = self.text.as_bytes();
        let (mut low, mut high) = (0, bytes.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let before = bytes.get(low..middle).unwrap_or_default();
            let start =
                before.iter().rposition(|byte| *byte == b'\n').map_or(low, |at| low + at + 1);
            let rest = bytes.get(start..high).unwrap_or_default();
            let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            if rest.get(..length).unwrap_or_default() < key.as_bytes() {
                low = (start + length + 1).min(high);
            } else {
                high = start;
            }
        }
        low
    }
}

fn has_key(line: &str, key: &str) -> bool {
    line.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('\t'))
}

/// One line, read field by field.
#[derive(Debug, Clone)]
pub(super) struct Row {
    fields: std::str::Split<'static, char>,
    pub(super) versions: Versions,
}

impl Row {
    fn new(line: &'static str, n_columns: usize) -> Row {
        let fields = line.split('\t');
        let versions = fields.clone().nth(n_columns).map_or(Versions::ALL, Versions::read);
        Row { fields, versions }
    }

    /// Takes the next field; one left out at the end of the line is empty.
    pub(super) fn next(&mut self) -> &'static str {
        self.fields.next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: Rows = Rows::new("a\t1\nb\t2\t15-\nb\t3\t-14\nbb\nc\tx\n");

    fn found(rows: Rows, key: &str) -> Vec<&'static str> {
        rows.with_key(key, 2)
            .map(|mut row| {
                row.next();
                row.next()
            })
            .collect()
    }

    #[test]
    fn keys_are_found() {
        assert_eq!(found(ROWS, "a"), ["1"]);
        assert_eq!(found(ROWS, "b"), ["2", "3"]);
        assert_eq!(found(ROWS, "bb"), [""]);
        assert_eq!(found(ROWS, "c\tx"), ["x"]);
        assert_eq!(found(ROWS, ""), [""; 0]);
        assert_eq!(found(ROWS, "ba"), [""; 0]);
        assert_eq!(found(ROWS, "d"), [""; 0]);
        assert_eq!(found(ROWS.in_major(14), "b"), ["3"]);
        assert_eq!(found(Rows::default(), "b"), [""; 0]);
    }
}
