//! Source files and places in them.
//!
//! Every diagnostic points at a [`Span`]: a file and a range of bytes. Lines and columns are computed only when a
//! place is shown.

use std::borrow::Cow;
use std::sync::OnceLock;

/// The number of a file in its [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A range of bytes in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// Returns the number of bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Tells whether the span holds no byte, as the place of something that is missing does.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Returns the part of this span between two offsets that count from its start.
    pub fn part(self, start: u32, end: u32) -> Span {
        let start = (self.start + start).min(self.end);
        Span { file: self.file, start, end: (self.start + end).clamp(start, self.end) }
    }
}

/// The most bytes a source file may have. Spans could hold more; a schema of this size is a mistake.
pub const MAX_FILE_BYTES: usize = 64 << 20;

/// One source file.
#[derive(Debug)]
pub struct Source {
    /// The path as it is shown, with `/` between its parts.
    pub path: String,
    /// The text, without byte order mark; line ends are `\n` when the whole file used `\r\n`.
    pub text: String,
    /// What the file has and the text has not.
    on_disk: OnDisk,
    line_starts: OnceLock<Vec<u32>>,
}

/// How a file differs from the text that is read.
#[derive(Clone, Copy, Debug, Default)]
struct OnDisk {
    has_mark: bool,
    ends_in_crlf: bool,
}

/// A place as a person counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl Source {
    /// Makes a source file of a path and its text.
    ///
    /// A byte order mark is left out. Where every line ends in `\r\n`, as a checkout on Windows has it, the text is
    /// read as if it ended in `\n`: function bodies must not depend on the machine that checked them out. In a file
    /// with both, a `\r` is part of what the author wrote and stays.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let mut text = text.into();
        let mut on_disk = OnDisk::default();
        if text.starts_with('\u{feff}') {
            on_disk.has_mark = true;
            text.drain(..'\u{feff}'.len_utf8());
        }
        let bytes = text.as_bytes();
        let lf = memchr::memchr_iter(b'\n', bytes).count();
        if 0 < lf && memchr::memmem::find_iter(bytes, b"\r\n").count() == lf {
            on_disk.ends_in_crlf = true;
            text = text.replace("\r\n", "\n");
        }
        Source { path: path.into(), text, on_disk, line_starts: OnceLock::new() }
    }

    /// Returns the same file with another text.
    #[must_use]
    pub fn with_text(&self, text: String) -> Source {
        let (path, on_disk) = (self.path.clone(), self.on_disk);
        Source { path, text, on_disk, line_starts: OnceLock::new() }
    }

    /// Returns a text as this file has it: with its byte order mark, if it has one, and with its line ends.
    pub fn on_disk(&self, text: &str) -> String {
        let text = match self.on_disk.ends_in_crlf {
            true => Cow::Owned(text.replace('\n', "\r\n")),
            false => Cow::Borrowed(text),
        };
        if self.on_disk.has_mark { format!("\u{feff}{text}") } else { text.into_owned() }
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(ends.map(|at| at as u32 + 1)).collect()
        })
    }

    /// Returns the line and column of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start <= offset).max(1);
        let start = starts.get(line - 1).copied().unwrap_or(0);
        let before = self.text.get(start as usize..offset as usize).unwrap_or("");
        Position { line: line as u32, column: before.chars().count() as u32 + 1 }
    }

    /// Returns the offsets of a line's first byte and of the byte after its last, without the line end. Lines count from 1.
    pub fn line(&self, line: u32) -> Option<(u32, u32)> {
        let starts = self.line_starts();
        let start = *starts.get(line.checked_sub(1)? as usize)?;
        let end = starts.get(line as usize).map_or(self.text.len() as u32, |next| next - 1);
        Some((start, end))
    }

    /// Returns the number of lines.
    pub fn n_lines(&self) -> u32 {
        self.line_starts().len() as u32
    }
}

/// All files of one source, in the order they were added.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Adds a file and returns its number.
    pub fn add(&mut self, source: Source) -> FileId {
        self.files.push(source);
        FileId(self.files.len() as u32 - 1)
    }

    /// Returns a file.
    ///
    /// # Panics
    /// Never for a number that this value gave out.
    pub fn get(&self, file: FileId) -> &Source {
        self.files.get(file.0 as usize).expect("a FileId comes from the Sources that made it")
    }

    /// Returns the files with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files.iter().enumerate().map(|(n, source)| (FileId(n as u32), source))
    }

    /// Returns the text of a span.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.file).text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Returns the number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Tells whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

impl FromIterator<Source> for Sources {
    fn from_iter<I: IntoIterator<Item = Source>>(files: I) -> Self {
        Sources { files: files.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_written_as_it_was_read() {
        let mixed = "a\r\nb\n";
        for text in
            ["", "a", "\u{feff}a\r\nb\r\n", mixed, "a\nb\n", "\u{feff}\u{feff}", "\r\r\n", "\r"]
        {
            let source = Source::new("a", text);
            assert_eq!(source.on_disk(&source.text), text);
        }
        let edited = Source::new("a", "\u{feff}a\r\n").with_text("b\nc\n".to_owned());
        assert_eq!(edited.on_disk(&edited.text), "\u{feff}b\r\nc\r\n");
    }
}
