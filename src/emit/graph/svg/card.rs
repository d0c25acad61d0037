//! The card of a table, an enum or another object.

use std::fmt::Write as _;

use super::measure::{Face, fitting, width};
use super::{Point, Size, escaped};
use crate::emit::graph::{Column, Node, Rows};
use crate::object::address::{Kind, Name};

/// A card, measured.
pub(super) struct Card<'d> {
    node: &'d Node,
    /// The number of its color in the style.
    color: usize,
    pub(super) size: Size,
}

const HEAD: f64 = 36.0;
const ROW: f64 = 23.0;
const FOOT: f64 = 8.0;
const NOTE: f64 = 24.0;
/// Room left and right of the text.
const SIDE: f64 = 12.0;
/// The room for keys in front of a column's name.
const KEYS: f64 = 40.0;
/// Room between name and type.
const BETWEEN: f64 = 18.0;

const TITLE_SIZE: f64 = 14.0;
const SCHEMA_SIZE: f64 = 12.0;
const NAME_SIZE: f64 = 13.0;
const TYPE_SIZE: f64 = 12.0;
const SMALL_SIZE: f64 = 10.0;

/// The most that a text takes, whatever is in it.
const MOST_TITLE: f64 = 420.0;
const MOST_NAME: f64 = 300.0;
const MOST_TYPE: f64 = 240.0;

impl<'d> Card<'d> {
    pub(super) fn new(node: &'d Node, color: usize) -> Self {
        let mut card = Card { node, color, size: Size::default() };
        let rows = match &node.rows {
            Rows::None => 0.0,
            Rows::Columns(columns) => columns.iter().map(column_width).fold(0.0, f64::max),
            Rows::Labels(labels) => labels
                .iter()
                .map(|it| 2.0 * SIDE + width(&label(it), Face::Sans, NAME_SIZE))
                .fold(0.0, f64::max),
        };
        let note = width(&card.note().unwrap_or_default(), Face::Sans, SCHEMA_SIZE) + 2.0 * SIDE;
        let width = card.head_width().max(rows).max(note).max(120.0);
        let n_rows = card.n_rows() as f64;
        let foot = if card.note().is_some() { NOTE } else { 0.0 };
        let body = if card.n_rows() == 0 { foot } else { n_rows * ROW + FOOT + foot };
        card.size = Size { width: width.ceil(), height: HEAD + body };
        card
    }

    fn n_rows(&self) -> usize {
        match &self.node.rows {
            Rows::None => 0,
            Rows::Columns(columns) => columns.len(),
            Rows::Labels(labels) => labels.len(),
        }
    }

    /// Returns the height of the middle of the head.
    pub(super) fn head(&self) -> f64 {
        HEAD / 2.0
    }

    /// Returns the height of the middle of a row.
    pub(super) fn row(&self, n: usize) -> f64 {
        HEAD + FOOT / 2.0 + ROW * (n as f64 + 0.5)
    }

    /// Returns the height of the middle of a column's row, or of the head where there is no such column.
    pub(super) fn column(&self, name: Option<&Name>) -> f64 {
        let position = match &self.node.rows {
            Rows::Columns(columns) => columns.iter().position(|it| Some(&it.name) == name),
            Rows::None | Rows::Labels(_) => None,
        };
        position.map_or(self.head(), |n| self.row(n))
    }

    pub(super) fn color(&self) -> usize {
        self.color
    }

    /// Returns the schema as the head shows it.
    fn schema(&self) -> String {
        match self.node.at.schema.as_str() {
            "" | "public" => String::new(),
            schema => fitting(&format!("{schema}."), Face::Sans, SCHEMA_SIZE, MOST_NAME),
        }
    }

    fn title(&self) -> String {
        fitting(&self.node.at.name, Face::Bold, TITLE_SIZE, MOST_TITLE)
    }

    /// Returns the kind, where it does not go without saying.
    fn kind(&self) -> &'static str {
        if self.node.at.kind == Kind::Table && self.n_rows() != 0 {
            ""
        } else {
            self.node.at.kind.word()
        }
    }

    fn head_width(&self) -> f64 {
        let kind = width(self.kind(), Face::Sans, SCHEMA_SIZE);
        let kind = if kind == 0.0 { 0.0 } else { kind + BETWEEN };
        2.0 * SIDE
            + width(&self.schema(), Face::Sans, SCHEMA_SIZE)
            + width(&self.title(), Face::Bold, TITLE_SIZE)
            + kind
    }

    fn note(&self) -> Option<String> {
        match self.node.partitions.len() {
            0 => None,
            1 => Some("1 partition".to_owned()),
            n => Some(format!("{n} partitions")),
        }
    }

    /// Draws the card.
    pub(super) fn draw(&self, out: &mut String, at: Point, width: f64) {
        let Size { height, .. } = self.size;
        let is_enum = matches!(self.node.rows, Rows::Labels(_));
        let class = if is_enum { "card enum" } else { "card" };
        let _ = writeln!(
            out,
            "<g class=\"{class} s{}\" transform=\"translate({} {})\">",
            self.color, at.x, at.y
        );
        let _ = writeln!(out, "<title>{}</title>", escaped(&self.tooltip()));
        let _ =
            writeln!(out, "<rect class=\"sheet\" width=\"{width}\" height=\"{height}\" rx=\"7\"/>");
        let is_whole = height <= HEAD;
        // The head is round above only, unless it is all there is.
        let head = if is_whole {
            format!(
                "M7 0H{}a7 7 0 0 1 7 7V{}a7 7 0 0 1 -7 7H7a7 7 0 0 1 -7 -7V7a7 7 0 0 1 7 -7Z",
                width - 7.0,
                HEAD - 7.0
            )
        } else {
            format!("M7 0H{}a7 7 0 0 1 7 7V{HEAD}H0V7a7 7 0 0 1 7 -7Z", width - 7.0)
        };
        let _ = writeln!(out, "<path class=\"head\" d=\"{head}\"/>");
        self.draw_head(out, width);
        match &self.node.rows {
            Rows::None => {}
            Rows::Columns(columns) => {
                for (n, column) in columns.iter().enumerate() {
                    draw_column(out, column, self.row(n), width);
                }
            }
            Rows::Labels(labels) => {
                for (n, it) in labels.iter().enumerate() {
                    let y = self.row(n) + 4.5;
                    let _ = writeln!(
                        out,
                        "<text class=\"name\" x=\"{SIDE}\" y=\"{y}\">{}</text>",
                        escaped(&label(it))
                    );
                }
            }
        }
        if let Some(note) = self.note() {
            let line = height - NOTE;
            let _ = writeln!(out, "<path class=\"rule\" d=\"M0 {line}H{width}\"/>");
            let _ = writeln!(
                out,
                "<text class=\"note\" x=\"{SIDE}\" y=\"{}\">{note}</text>",
                height - 8.0
            );
        }
        let _ = writeln!(
            out,
            "<rect class=\"frame\" width=\"{width}\" height=\"{height}\" rx=\"7\"/>\n</g>"
        );
    }

    fn draw_head(&self, out: &mut String, width: f64) {
        let y = HEAD / 2.0 + 5.0;
        let _ = writeln!(
            out,
            "<text class=\"title\" x=\"{SIDE}\" y=\"{y}\"><tspan class=\"schema\">{}</tspan>{}</text>",
            escaped(&self.schema()),
            escaped(&self.title())
        );
        if !self.kind().is_empty() {
            let x = width - SIDE;
            let _ =
                writeln!(out, "<text class=\"kind\" x=\"{x}\" y=\"{y}\">{}</text>", self.kind());
        }
    }

    fn tooltip(&self) -> String {
        let mut text = self.node.at.to_string();
        if let Some(comment) = &self.node.comment {
            let _ = write!(text, "\n{comment}");
        }
        for partition in self.node.partitions.iter().take(20) {
            let _ = write!(text, "\npartition {partition}");
        }
        if 20 < self.node.partitions.len() {
            text.push_str("\n…");
        }
        text
    }
}

fn label(text: &str) -> String {
    fitting(text, Face::Sans, NAME_SIZE, MOST_NAME)
}

fn name(column: &Column) -> String {
    fitting(&column.name, Face::Sans, NAME_SIZE, MOST_NAME)
}

fn ty(column: &Column) -> String {
    fitting(&column.ty, Face::Mono, TYPE_SIZE, MOST_TYPE)
}

fn column_width(column: &Column) -> f64 {
    let null = if column.nullable { width("?", Face::Mono, TYPE_SIZE) } else { 0.0 };
    let unique = if column.unique { 6.0 + width("unique", Face::Sans, SMALL_SIZE) } else { 0.0 };
    let face = if column.primary { Face::Bold } else { Face::Sans };
    let name = width(&name(column), face, NAME_SIZE) + unique;
    KEYS + name + BETWEEN + width(&ty(column), Face::Mono, TYPE_SIZE) + null + SIDE
}

/// Draws the row of a column: its keys, name and type.
fn draw_column(out: &mut String, column: &Column, middle: f64, width: f64) {
    let mut tooltip = format!("{}: {}", column.name, column.ty);
    for (has, what) in [
        (column.primary, "primary key"),
        (column.foreign, "foreign key"),
        (column.unique, "unique"),
        (column.nullable, "may be NULL"),
    ] {
        if has {
            let _ = write!(tooltip, ", {what}");
        }
    }
    if let Some(comment) = &column.comment {
        let _ = write!(tooltip, "\n{comment}");
    }
    let _ = writeln!(out, "<g class=\"row\"><title>{}</title>", escaped(&tooltip));
    let top = middle - ROW / 2.0;
    let _ = writeln!(
        out,
        "<rect class=\"stripe\" x=\"1\" y=\"{top}\" width=\"{}\" height=\"{ROW}\"/>",
        width - 2.0
    );
    signs(out, column, middle);
    let y = middle + 4.5;
    let class = if column.primary { "name key" } else { "name" };
    let unique = if column.unique { "<tspan class=\"unique\" dx=\"6\">unique</tspan>" } else { "" };
    let _ = writeln!(
        out,
        "<text class=\"{class}\" x=\"{KEYS}\" y=\"{y}\">{}{unique}</text>",
        escaped(&name(column))
    );
    let null = if column.nullable { "<tspan class=\"null\">?</tspan>" } else { "" };
    let _ = writeln!(
        out,
        "<text class=\"type\" x=\"{}\" y=\"{y}\">{}{null}</text></g>",
        width - SIDE,
        escaped(&ty(column))
    );
}

/// Draws a key for the primary key and a link for a foreign one.
fn signs(out: &mut String, column: &Column, middle: f64) {
    let mut x = 9.0;
    if column.primary {
        let _ = writeln!(
            out,
            "<path class=\"primary\" transform=\"translate({x} {})\" \
             d=\"M3 0a3 3 0 1 0 0 6a3 3 0 1 0 0 -6M6 3H11M9 3V5.6M11 3V5\"/>",
            middle - 3.0
        );
        x += 16.0;
    }
    if column.foreign {
        let _ = writeln!(
            out,
            "<path class=\"foreign\" transform=\"translate({x} {})\" d=\"M0 3.5H8M5 0.5L8 3.5L5 6.5\"/>",
            middle - 3.5
        );
    }
}
