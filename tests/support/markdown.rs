//! What a document holds that can be tried: blocks of code, tables whose cells are code, headings and links.
//!
//! What a block or a table needs besides, and what a reader need not see, stands in a comment before it:
//!
//!     <!-- with
//!     table users { id: bigint primary key; }
//!     -->
//!
//! is a second file beside the block that follows, and
//!
//!     <!-- each row
//!     schema: table users { id: bigint primary key; }
//!     schema: table t# { … }
//!     sql: CREATE TABLE t# (…);
//!     -->
//!
//! says where the cells of a table stand: lines with `…` are written for every row, with the row's number for `#` and its
//! code for `…`; the others once. `schema` is for the column `.schema`, `sql` for the column `SQL`.

use std::path::Path;

use crate::support::files;

/// A document.
pub(crate) struct Document {
    /// Its path from the root of the project.
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) blocks: Vec<Block>,
    pub(crate) tables: Vec<Table>,
}

/// A block between fences.
pub(crate) struct Block {
    /// Path and number of its first line.
    pub(crate) place: String,
    /// What stands after the fence, split at commas.
    pub(crate) info: Vec<String>,
    pub(crate) text: String,
    /// What it needs besides.
    pub(crate) with: Option<String>,
}

/// A table with a column `.schema`.
pub(crate) struct Table {
    /// Path and number of its first row.
    pub(crate) place: String,
    each: Vec<(String, String)>,
    rows: Vec<Row>,
}

/// A row's code, empty where a cell has none.
struct Row {
    schema: String,
    sql: String,
}

impl Block {
    /// Returns the value of `key=value` after the fence.
    pub(crate) fn value(&self, key: &str) -> Option<&str> {
        self.info.iter().find_map(|it| it.strip_prefix(key)?.strip_prefix('='))
    }

    /// Returns the files that the block stands for.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let mut files = vec![(self.place.clone(), self.text.clone())];
        files.extend(self.with.iter().map(|with| ("with.schema".to_owned(), with.clone())));
        files
    }
}

impl Table {
    /// Returns the numbers of the rows that have code in the column `.schema`, and whether they have SQL too.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (usize, bool)> {
        let with_code = self.rows.iter().enumerate().filter(|(_, row)| !row.schema.is_empty());
        with_code.map(|(n, row)| (n, !row.sql.is_empty()))
    }

    /// Returns the source that some of the rows stand for.
    pub(crate) fn schema(&self, rows: &[usize]) -> String {
        self.written("schema", rows, |row| &row.schema)
    }

    /// Returns the SQL that some of the rows stand for.
    pub(crate) fn sql(&self, rows: &[usize]) -> String {
        self.written("sql", rows, |row| &row.sql)
    }

    fn written(&self, what: &str, rows: &[usize], cell: impl Fn(&Row) -> &str) -> String {
        let mut out = String::new();
        for (_, line) in self.each.iter().filter(|(kind, _)| kind == what) {
            if !line.contains('…') {
                out += &format!("{line}\n");
                continue;
            }
            for n in rows {
                let line = line.replace('#', &n.to_string());
                out += &format!("{}\n", line.replace('…', cell(&self.rows[*n])));
            }
        }
        out
    }
}

/// Reads a document.
///
/// # Panics
/// Where a block or a comment has no end.
pub(crate) fn read(path: &Path) -> Document {
    let text = files::read(path);
    let path = files::shown(path);
    let (mut blocks, mut tables) = (Vec::new(), Vec::new());
    let mut comment: Option<String> = None;
    let mut lines = text.lines().enumerate().peekable();
    while let Some((n, line)) = lines.next() {
        let place = format!("{path}:{}", n + 1);
        let mut until = |end: &str| -> String {
            let mut inside = Vec::new();
            loop {
                let (_, line) = lines.next().unwrap_or_else(|| panic!("{place}: no `{end}`"));
                if line.trim() == end {
                    return inside.join("\n");
                }
                inside.push(line);
            }
        };
        if let Some(info) = line.strip_prefix("```") {
            let info = info.split(',').map(|it| it.trim().to_owned()).collect();
            let text = until("```");
            let with = comment.take().and_then(|it| it.strip_prefix("with\n").map(str::to_owned));
            blocks.push(Block { place, info, text, with });
        } else if let Some(head) = line.strip_prefix("<!-- ") {
            let whole = head.strip_suffix(" -->").map(str::to_owned);
            comment = Some(whole.unwrap_or_else(|| format!("{head}\n{}", until("-->"))));
        } else if line.starts_with('|') {
            let mut cells = vec![cells(line)];
            while let Some((_, line)) = lines.next_if(|(_, line)| line.starts_with('|')) {
                cells.push(self::cells(line));
            }
            tables.extend(table(place, &cells, comment.take().as_deref()));
        }
    }
    Document { path, text, blocks, tables }
}

/// Reads a table that has a column `.schema`.
fn table(place: String, cells: &[Vec<String>], comment: Option<&str>) -> Option<Table> {
    let head = cells.first()?;
    let column = |name: &str| head.iter().position(|it| it.trim_matches('`') == name);
    let schema = column(".schema")?;
    let sql = column("SQL");
    let each = comment
        .and_then(|it| it.strip_prefix("each row\n"))
        .unwrap_or_else(|| panic!("{place}: no `<!-- each row` before the table"))
        .lines()
        .map(|line| {
            let (kind, text) = line.split_once(": ").unwrap_or_else(|| panic!("{place}: `{line}`"));
            (kind.to_owned(), text.to_owned())
        });
    let row = |cells: &Vec<String>| Row {
        schema: cells.get(schema).map(|it| code(it, &place)).unwrap_or_default(),
        sql: sql.and_then(|sql| cells.get(sql)).map(|it| code(it, &place)).unwrap_or_default(),
    };
    let rows = cells.iter().skip(2).map(row).collect();
    let each = each.collect();
    Some(Table { place, each, rows })
}

/// Splits a row at each `|` that no `\` stands before.
fn cells(line: &str) -> Vec<String> {
    let line = line.trim().trim_start_matches('|').replace("\\|", "\u{1}");
    let line = line.strip_suffix('|').unwrap_or(&line);
    line.split('|').map(|it| it.trim().replace('\u{1}', "|")).collect()
}

/// Joins the code of a cell. A cell is code, its lines split by `<br>`, or has none.
fn code(cell: &str, place: &str) -> String {
    if !cell.contains('`') {
        return String::new();
    }
    let line = |part: &str| {
        let text = part.trim().strip_prefix('`').and_then(|it| it.strip_suffix('`'));
        let text = text.unwrap_or_else(|| panic!("{place}: `{part}` is no code"));
        text.trim_matches('`').trim().to_owned()
    };
    cell.split("<br>").map(line).collect::<Vec<_>>().join(" ")
}

impl Document {
    /// Returns the code of the document: its blocks, and what stands in backquotes.
    pub(crate) fn code(&self) -> impl Iterator<Item = &str> {
        let inline = self.prose().flat_map(|line| line.split('`').skip(1).step_by(2));
        self.blocks.iter().map(|block| block.text.as_str()).chain(inline)
    }

    /// Returns the anchors of the headings, as GitHub makes them.
    pub(crate) fn anchors(&self) -> Vec<String> {
        let headings = self.prose().filter(|line| line.starts_with('#'));
        headings.map(|line| anchor(line.trim_start_matches('#').trim())).collect()
    }

    /// Returns the links of the document, as `[text](link)` has them.
    pub(crate) fn links(&self) -> Vec<&str> {
        let after = self.prose().flat_map(|line| line.split("](").skip(1));
        after.filter_map(|rest| rest.split([')', ' ']).next()).collect()
    }

    /// The lines outside of blocks.
    fn prose(&self) -> impl Iterator<Item = &str> {
        let mut inside = false;
        self.text.lines().filter(move |line| {
            let fence = line.starts_with("```");
            inside ^= fence;
            !inside && !fence
        })
    }
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}
