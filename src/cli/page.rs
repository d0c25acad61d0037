//! The page of a rule on a terminal. Pages are Markdown of a fixed form (`tests/pages.rs`): headings, paragraphs, lists,
//! blocks of source.

use super::explain::sort_of;
use super::screen::Screen;
use crate::diagnostic::Rule;

/// A page is no wider than reads well.
const MAX_WIDTH: usize = 88;

/// Returns the first sentence of what a rule does, on one line.
pub(super) fn summary(rule: &Rule) -> String {
    let text = rule.page.split("\n## What it does\n").nth(1).unwrap_or("").trim_start();
    let paragraph = text.split("\n\n").next().unwrap_or("").replace('\n', " ");
    let end = paragraph.find(". ").map_or(paragraph.len(), |at| at + 1);
    paragraph.get(..end).unwrap_or("").to_owned()
}

/// Returns a page as it is shown.
pub(super) fn shown(rule: &Rule, screen: &Screen) -> String {
    let width = screen.width.min(MAX_WIDTH);
    let style = |code: &str, text: &str| match screen.data_color {
        true => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        false => text.to_owned(),
    };
    let about = format!("{}, {}, since {}", sort_of(rule), rule.level.word(), rule.since);
    let mut out = format!("{} ({about})\n", style("1", rule.name));
    let body = rule.page.split_once('\n').map_or("", |(_, body)| body);
    for part in paragraphs(body) {
        match part {
            Part::Heading(text) => out.push_str(&format!("\n{}\n", style("1;4", text))),
            Part::Source(text) => {
                let lines = text.lines().map(|line| format!("    {}", style("36", line)));
                out.push_str(&format!("\n{}\n", lines.collect::<Vec<_>>().join("\n")));
            }
            Part::Text(text) => {
                out.push_str(&format!("\n{}\n", wrapped(&text, width)));
            }
        }
    }
    let lines: Vec<&str> = out.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

/// A part of a page.
enum Part<'p> {
    Heading(&'p str),
    Text(String),
    Source(String),
}

/// Cuts a page into its parts.
fn paragraphs(body: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut lines = body.lines();
    let mut text: Vec<&str> = Vec::new();
    let flush = |text: &mut Vec<&str>, parts: &mut Vec<Part<'_>>| {
        if !text.is_empty() {
            parts.push(Part::Text(std::mem::take(text).join("\n")));
        }
    };
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            flush(&mut text, &mut parts);
            parts.push(Part::Heading(heading));
        } else if line.starts_with("```") {
            flush(&mut text, &mut parts);
            let block: Vec<&str> = lines.by_ref().take_while(|it| !it.starts_with("```")).collect();
            parts.push(Part::Source(block.join("\n")));
        } else if line.is_empty() {
            flush(&mut text, &mut parts);
        } else {
            text.push(line);
        }
    }
    flush(&mut text, &mut parts);
    parts
}

/// Breaks a paragraph, a list or a table into lines. Only lines that belong together are joined.
fn wrapped(text: &str, width: usize) -> String {
    let mut out: Vec<String> = Vec::new();
    for line in text.lines() {
        let begins = line.starts_with("- ") || line.starts_with('|') || out.is_empty();
        match out.last_mut().filter(|_| !begins) {
            Some(last) => *last = format!("{last} {}", line.trim_start()),
            None => out.push(line.to_owned()),
        }
    }
    let lines = out.iter().map(|line| {
        let indent = if line.starts_with("- ") { "  " } else { "" };
        let options = textwrap::Options::new(width).subsequent_indent(indent);
        let options = options.break_words(false);
        textwrap::fill(line, options)
    });
    lines.collect::<Vec<_>>().join("\n")
}
