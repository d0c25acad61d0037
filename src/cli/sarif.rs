//! Reports for code scanning: SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format).

use serde_json::{Value, json};

use super::explain::sort_of;
use super::page;
use super::report::Report;
use crate::diagnostic::{Diagnostic, Edit, Fix, Rule, Switch};
use crate::rules::RULES;
use crate::source::{Sources, Span};

/// Returns a report as one SARIF log.
pub(super) fn text(report: &Report) -> String {
    let sources = &report.sources;
    let results: Vec<Value> = report.diagnostics.iter().map(|it| result(it, sources)).collect();
    let failures: Vec<Value> = report
        .failures
        .iter()
        .map(|failure| {
            let mut notification = json!({
                "level": "error",
                "descriptor": { "id": failure.name },
                "message": { "text": with_help(&failure.message, failure.help.as_deref()) },
            });
            if let Some(path) = &failure.path {
                let location =
                    json!([{ "physicalLocation": { "artifactLocation": artifact(path) } }]);
                insert(&mut notification, "locations", location);
            }
            notification
        })
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "schemac",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": RULES.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": failures.is_empty(),
                "toolExecutionNotifications": failures,
            }],
            "results": results,
        }],
    });
    super::json::text(&log)
}

/// Returns what is said of a rule.
fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.name,
        "shortDescription": { "text": page::summary(rule) },
        "help": { "text": rule.page, "markdown": rule.page },
        "defaultConfiguration": {
            "level": rule.level.word(),
            "enabled": rule.switch != Switch::Off,
        },
        "properties": { "tags": [sort_of(rule)] },
    })
}

fn result(it: &Diagnostic, sources: &Sources) -> Value {
    let rule = RULES.binary_search_by_key(&it.rule.name, |rule| rule.name).unwrap_or_default();
    let mut labels = it.labels.iter();
    let first = labels.next().map(|label| location(label.span, &label.text, sources));
    let others = labels.map(|label| location(label.span, &label.text, sources));
    let includes = it.included.iter().map(|include| {
        location(include.site, &format!("mixin `{}` is included here", include.mixin), sources)
    });
    let related: Vec<Value> = others.chain(includes).collect();
    let mut result = json!({
        "ruleId": it.rule.name,
        "ruleIndex": rule,
        "level": it.level.word(),
        "message": { "text": with_help(&it.message, it.help.as_deref()) },
        "locations": first.into_iter().collect::<Vec<_>>(),
    });
    if !related.is_empty() {
        insert(&mut result, "relatedLocations", Value::Array(related));
    }
    if let Some(fix) = &it.fix {
        insert(&mut result, "fixes", json!([fix_shape(fix, sources)]));
    }
    result
}

fn location(span: Span, text: &str, sources: &Sources) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": artifact(&sources.get(span.file).path),
            "region": region(span, sources),
        },
        "message": { "text": text },
    })
}

fn region(span: Span, sources: &Sources) -> Value {
    let source = sources.get(span.file);
    let (start, end) = (source.position(span.start), source.position(span.end));
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn fix_shape(fix: &Fix, sources: &Sources) -> Value {
    let mut files: Vec<(&str, Vec<&Edit>)> = Vec::new();
    for edit in &fix.edits {
        let path = sources.get(edit.span.file).path.as_str();
        match files.iter_mut().find(|(it, _)| *it == path) {
            Some((_, edits)) => edits.push(edit),
            None => files.push((path, vec![edit])),
        }
    }
    let changes = files.into_iter().map(|(path, edits)| {
        let replacements = edits.into_iter().map(|edit| {
            json!({
                "deletedRegion": region(edit.span, sources),
                "insertedContent": { "text": edit.text },
            })
        });
        json!({
            "artifactLocation": artifact(path),
            "replacements": replacements.collect::<Vec<_>>(),
        })
    });
    json!({
        "description": { "text": fix.text },
        "artifactChanges": changes.collect::<Vec<_>>(),
    })
}

fn with_help(message: &str, help: Option<&str>) -> String {
    help.map_or_else(|| message.to_owned(), |help| format!("{message}\nhelp: {help}"))
}

/// A path is a URI reference: what has a meaning in one is escaped (RFC 3986).
fn artifact(path: &str) -> Value {
    let mut uri = String::new();
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    let absolute = path.starts_with('/');
    json!({ "uri": if absolute { format!("file://{uri}") } else { uri } })
}

fn insert(object: &mut Value, key: &str, value: Value) {
    if let Some(map) = object.as_object_mut() {
        map.insert(key.to_owned(), value);
    }
}
