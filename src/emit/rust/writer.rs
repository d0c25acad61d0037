//! Writes Rust text in the layout that rustfmt gives it with its default settings.
//!
//! rustfmt lays a line out by its width alone wherever we let it: each method here knows the one other layout of its
//! construct, and `tests/rust.rs` holds them to `rustfmt --check` with the longest names there are.

/// The width of a line in columns.
const MAX_WIDTH: usize = 100;

/// The width of `#[derive(…)]` with its indentation on one line.
const DERIVE_WIDTH: usize = 96;

/// The width of all elements of an array, or all arguments of a call, on one line.
const LIST_WIDTH: usize = 60;

/// Rust text in the making.
pub(super) struct Writer {
    out: String,
    indent: usize,
}

impl Writer {
    /// Starts a text whose items stand in this many modules.
    pub(super) fn new(depth: usize) -> Self {
        Writer { out: String::new(), indent: depth * 4 }
    }

    /// Returns the text.
    pub(super) fn finish(self) -> String {
        self.out
    }

    /// Writes a line.
    pub(super) fn line(&mut self, text: &str) {
        if !text.is_empty() {
            self.out.extend(std::iter::repeat_n(' ', self.indent));
            self.out.push_str(text);
        }
        self.out.push('\n');
    }

    /// Separates items.
    pub(super) fn blank(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("{\n") {
            self.out.push('\n');
        }
    }

    /// Writes a line that opens a block.
    pub(super) fn open(&mut self, text: &str) {
        self.line(text);
        self.indent += 4;
    }

    /// Writes the line that closes a block.
    pub(super) fn close(&mut self, text: &str) {
        self.indent = self.indent.saturating_sub(4);
        self.line(text);
    }

    /// Writes text that has all its indentation.
    pub(super) fn verbatim(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn fits(&self, text: &str) -> bool {
        self.indent + width(text) <= MAX_WIDTH
    }

    /// Writes doc-comments: the author's, then what the item is in SQL.
    pub(super) fn docs(&mut self, docs: Option<&str>, sql: Option<&str>) {
        let mut fence = false;
        for line in docs.into_iter().flat_map(str::lines) {
            let line = plain(line, &mut fence);
            self.line(format!("/// {line}").trim_end());
        }
        if fence {
            self.line("/// ```");
        }
        if let Some(sql) = sql {
            if docs.is_some() {
                self.line("///");
            }
            self.line(&format!("/// {sql}"));
        }
    }

    /// Writes `#[derive(…)]`, each trait once.
    pub(super) fn derive<'t>(&mut self, traits: impl IntoIterator<Item = &'t str>) {
        let mut list: Vec<&str> = Vec::new();
        for name in traits {
            if !list.contains(&name) {
                list.push(name);
            }
        }
        let line = list.join(", ");
        let short = format!("#[derive({line})]");
        if self.indent + width(&short) <= DERIVE_WIDTH {
            return self.line(&short);
        }
        self.open("#[derive(");
        match self.fits(&line) {
            // The comma may stand one column further right.
            true => self.line(&format!("{line},")),
            false => list.iter().for_each(|name| self.line(&format!("{name},"))),
        }
        self.close(")]");
    }

    /// Opens `impl TRAIT for NAME {`.
    pub(super) fn open_impl(&mut self, generics: &str, of: &str, name: &str) {
        let short = format!("impl{generics} {of} for {name} {{");
        if self.fits(&short) {
            return self.open(&short);
        }
        self.line(&format!("impl{generics} {of}"));
        self.line(&format!("    for {name}"));
        self.open("{");
    }

    /// Writes which types of PostgreSQL a value is read from and written to: those of a name that pass the test.
    pub(super) fn accepts(&mut self, test: &str, name: &str) {
        self.blank();
        self.open("fn accepts(ty: &pg::Type) -> bool {");
        self.call(test, &["ty", &format!("{name:?}")]);
        self.close("}");
    }

    /// Writes a field of a struct.
    pub(super) fn field(&mut self, name: &str, ty: &str) {
        let short = format!("pub {name}: {ty},");
        let below = format!("    {ty},");
        if !self.fits(&short) && self.fits(&below) {
            self.line(&format!("pub {name}:"));
            return self.line(&below);
        }
        self.line(&short);
    }

    /// Writes `pub struct NAME(pub TYPE);`.
    pub(super) fn newtype(&mut self, name: &str, ty: &str) {
        let short = format!("pub struct {name}(pub {ty});");
        if self.fits(&short) {
            return self.line(&short);
        }
        self.open(&format!("pub struct {name}("));
        self.line(&format!("pub {ty},"));
        self.close(");");
    }

    /// Writes `name: SOURCE.method("text")?,` in a struct literal.
    pub(super) fn field_from(&mut self, name: &str, source: &str, call: &str) {
        let short = format!("{name}: {source}.{call}?,");
        if self.fits(&short) {
            return self.line(&short);
        }
        self.line(&format!("{name}: {source}"));
        self.line(&format!("    .{call}?,"));
    }

    /// Writes a call whose value is the block's.
    pub(super) fn call(&mut self, function: &str, arguments: &[&str]) {
        let list = arguments.join(", ");
        let short = format!("{function}({list})");
        if width(&list) <= LIST_WIDTH && self.fits(&short) {
            return self.line(&short);
        }
        self.open(&format!("{function}("));
        arguments.iter().for_each(|it| self.line(&format!("{it},")));
        self.close(")");
    }

    /// Writes an arm of a `match`.
    pub(super) fn arm(&mut self, pattern: &str, value: &str) {
        let short = format!("{pattern} => {value},");
        if self.fits(&short) {
            return self.line(&short);
        }
        self.open(&format!("{pattern} => {{"));
        self.line(value);
        self.close("}");
    }

    /// Writes a constant array.
    pub(super) fn array(&mut self, head: &str, elements: &[String]) {
        let list = elements.join(", ");
        let short = format!("{head} = [{list}];");
        if width(&list) <= LIST_WIDTH && self.fits(&short) {
            return self.line(&short);
        }
        self.open(&format!("{head} = ["));
        elements.iter().for_each(|it| self.line(&format!("{it},")));
        self.close("];");
    }
}

/// Returns a line of documentation that rustdoc takes for text: no test is made of what is indented or fenced.
fn plain(line: &str, fence: &mut bool) -> String {
    let line = line.trim_end().replace('\t', " ");
    let text = line.trim_start();
    if let Some(language) = text.strip_prefix("```") {
        *fence = !*fence;
        return if *fence && language.trim().is_empty() {
            "```text".to_owned()
        } else {
            text.to_owned()
        };
    }
    let indent = line.len() - text.len();
    let indent = if *fence { indent } else { indent.min(3) };
    format!("{}{text}", " ".repeat(indent))
}

/// Returns the columns that a text takes: two for a wide character of East Asia, as rustfmt counts.
fn width(text: &str) -> usize {
    let wide = |c: char| matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0x1f300..=0x1faff | 0x20000..=0x3fffd);
    text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}
