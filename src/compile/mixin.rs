//! Mixins: members that are written once and included where they are needed.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds and rules, only some have what is looked for here"
)]

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::MixinUse;
use super::declare::file_schema;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::object::address::{Name, Qualified};
use crate::object::inclusion::{Bindings, Inclusion};
use crate::object::names::{Found, Sort};
use crate::object::path::split_path;
use crate::object::reader::Reader;
use crate::source::Span;
use crate::sql::ident::{fold, quote_ident};
use crate::syntax::{Ast, Node, Rule};

rule!(UNKNOWN_MIXIN, Error, "unknown-mixin");
rule!(MIXIN_CYCLE, Error, "mixin-cycle");
rule!(DUPLICATE_MIXIN, Error, "duplicate-mixin");
rule!(MIXIN_ARGUMENT, Error, "wrong-mixin-argument");
rule!(UNKNOWN_PARAMETER_KIND, Error, "unknown-parameter-kind");
rule!(TOO_MANY_INCLUDES, Error, "too-many-includes");

/// The most includes that one block may come to, those inside mixins counted.
const MAX_INCLUDES: u32 = 10_000;

/// The deepest that mixins may include each other.
const MAX_DEPTH: u32 = 100;

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[
    &UNKNOWN_MIXIN,
    &MIXIN_CYCLE,
    &DUPLICATE_MIXIN,
    &MIXIN_ARGUMENT,
    &UNKNOWN_PARAMETER_KIND,
    &TOO_MANY_INCLUDES,
];

/// The mixins of a source.
#[derive(Default)]
pub(super) struct Mixins<'a> {
    by_name: FxHashMap<Qualified, (Node<'a>, Name)>,
    /// Those whose members some object has.
    included: RefCell<BTreeSet<Qualified>>,
}

/// A member with what stands before it and the include that brought it.
pub(super) struct MemberNode<'a> {
    pub(super) metas: Vec<Node<'a>>,
    pub(super) node: Node<'a>,
    pub(super) inclusion: Option<Arc<Inclusion>>,
}

/// The members of a block as they come together.
#[derive(Default)]
struct Expanded<'a> {
    members: Vec<MemberNode<'a>>,
    n_includes: u32,
}

fn too_many(site: Node<'_>) -> Diagnostic {
    let message = format!(
        "mixins come to more than {MAX_INCLUDES} includes, or stand in each other more than {MAX_DEPTH} deep"
    );
    Diagnostic::new(&TOO_MANY_INCLUDES, message)
        .label(site.span(), "at this include")
        .help("write the members in fewer mixins")
}

impl<'a> Mixins<'a> {
    /// Gathers the mixins of every file.
    pub(super) fn gather(asts: &'a [Ast<'a>], cx: &mut Reader<'_>) -> Self {
        let mut mixins = Mixins::default();
        for ast in asts {
            let schema = file_schema(ast);
            for node in ast
                .items
                .iter()
                .filter_map(|item| item.node())
                .filter(|node| node.rule() == Rule::mixin_item)
            {
                let Some(path) = node.child(Rule::path) else { continue };
                let at = qualified(path.text(), &schema);
                if let Some((first, _)) = mixins.by_name.get(&at) {
                    let diagnostic = Diagnostic::new(
                        &DUPLICATE_MIXIN,
                        format!("there are two mixins `{}`", at.name),
                    )
                    .label(path.span(), "again here");
                    cx.report(
                        diagnostic
                            .label_if(first.child(Rule::path).map(Node::span), "first here")
                            .help("rename or delete one of them"),
                    );
                    continue;
                }
                kinds_exist(node, cx);
                mixins.by_name.insert(at, (node, schema.clone()));
            }
        }
        mixins
    }

    /// Lists the members of a block, those of included mixins in their place.
    pub(super) fn members(&self, block: Node<'a>, cx: &mut Reader<'_>) -> Vec<MemberNode<'a>> {
        let mut out = Expanded::default();
        self.expand(block, None, cx, &mut out);
        out.members
    }

    fn expand(
        &self,
        block: Node<'a>,
        inclusion: Option<&Arc<Inclusion>>,
        cx: &mut Reader<'_>,
        out: &mut Expanded<'a>,
    ) {
        let mut metas = Vec::new();
        for node in block.children() {
            match node.rule() {
                Rule::doc | Rule::attribute => metas.push(node),
                Rule::include => {
                    metas.clear();
                    self.include(node, inclusion, cx, out);
                }
                _ => out.members.push(MemberNode {
                    metas: std::mem::take(&mut metas),
                    node,
                    inclusion: inclusion.cloned(),
                }),
            }
        }
    }

    fn include(
        &self,
        site: Node<'a>,
        outer: Option<&Arc<Inclusion>>,
        cx: &mut Reader<'_>,
        out: &mut Expanded<'a>,
    ) {
        let Some(path) = site.child(Rule::path) else { return };
        let home = outer.map_or_else(|| cx.schema.clone(), |it| it.schema.clone());
        let Some((name, (mixin, schema))) = self.find(path.text(), &home) else {
            let text = path.text();
            let candidates: Vec<&str> = self.by_name.keys().map(|it| it.name.as_str()).collect();
            let elsewhere = self.by_name.keys().find(|it| it.name == text);
            let help = elsewhere.map(|it| {
                format!("it is declared in another schema: write `{}.{}`", it.schema, it.name)
            });
            let help = help
                .or_else(|| did_you_mean(text, sorted(candidates)))
                .unwrap_or_else(|| format!("declare it: `mixin {text} {{ … }}`"));
            let diagnostic = Diagnostic::new(&UNKNOWN_MIXIN, format!("there is no mixin `{text}`"))
                .label(path.span(), "included here");
            cx.report(diagnostic.help(help).as_meant(path.span(), text));
            return;
        };
        if let Some(diagnostic) = cycle(&name.name, *mixin, site, outer) {
            cx.report(diagnostic);
            return;
        }
        out.n_includes += 1;
        let depth = outer.map_or(1, |it| it.depth + 1);
        if MAX_INCLUDES < out.n_includes || MAX_DEPTH < depth {
            // Said once: what comes after it is left out for the same reason.
            if out.n_includes <= MAX_INCLUDES + 1 {
                cx.report(too_many(site));
                out.n_includes = MAX_INCLUDES + 1;
            }
            return;
        }
        let declared = mixin.child(Rule::path).unwrap_or(*mixin).span();
        let Some(bindings) = bind(*mixin, site, outer.map(Arc::as_ref), cx) else { return };
        let inclusion = Arc::new(Inclusion {
            mixin: name.name.clone(),
            declared,
            site: site.span(),
            bindings,
            schema: schema.clone(),
            outer: outer.cloned(),
            depth,
        });
        if !self.included.borrow().contains(name) {
            self.included.borrow_mut().insert(name.clone());
        }
        if let Some(block) = mixin.child(Rule::members) {
            self.expand(block, Some(&inclusion), cx, out);
        }
    }

    /// Returns whether and how each is used, once all blocks are read; by name.
    pub(super) fn uses(&self) -> Vec<MixinUse> {
        let included = self.included.borrow();
        let mut mixins: Vec<_> = self.by_name.iter().collect();
        mixins.sort_unstable_by_key(|(name, _)| *name);
        let uses = mixins.into_iter().map(|(name, (node, _))| MixinUse {
            name: name.name.clone(),
            place: node.child(Rule::path).unwrap_or(*node).span(),
            whole: node.span(),
            included: included.contains(name),
            unused: unused_parameters(*node),
        });
        uses.collect()
    }

    fn find(&self, text: &str, home: &Name) -> Option<(&Qualified, &(Node<'a>, Name))> {
        let at = qualified(text, home);
        let public = Qualified { schema: super::declare::PUBLIC.into(), name: at.name.clone() };
        let bare = !text.contains('.');
        self.by_name
            .get_key_value(&at)
            .or_else(|| self.by_name.get_key_value(&public).filter(|_| bare))
    }
}

fn sorted(mut names: Vec<&str>) -> Vec<&str> {
    names.sort_unstable();
    names
}

fn qualified(text: &str, home: &Name) -> Qualified {
    let mut parts: Vec<Name> = split_path(text).into_iter().map(|part| part.name).collect();
    let name = parts.pop().unwrap_or_default();
    Qualified { schema: parts.pop().unwrap_or_else(|| home.clone()), name }
}

/// Reports a mixin that includes itself, by way of others or at once.
fn cycle(
    name: &Name,
    mixin: Node<'_>,
    site: Node<'_>,
    outer: Option<&Arc<Inclusion>>,
) -> Option<Diagnostic> {
    let declared = mixin.child(Rule::path).unwrap_or(mixin).span();
    let mut at = outer;
    let mut path = vec![name.clone()];
    let mut sites = vec![site.span()];
    while let Some(inclusion) = at {
        path.push(inclusion.mixin.clone());
        if inclusion.declared == declared {
            path.reverse();
            let loop_text =
                path.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" includes ");
            let mut diagnostic =
                Diagnostic::new(&MIXIN_CYCLE, format!("a mixin includes itself: {loop_text}"));
            for span in sites {
                diagnostic = diagnostic.label(span, "included here");
            }
            return Some(diagnostic.help("take one of the includes out"));
        }
        sites.push(inclusion.site);
        at = inclusion.outer.as_ref();
    }
    None
}

/// What a parameter can stand for.
const KINDS: [&str; 7] = ["table", "type", "function", "column", "name", "role", "value"];

/// Every parameter says what it stands for by a word that there is.
fn kinds_exist(mixin: Node<'_>, cx: &mut Reader<'_>) {
    let params = mixin.child(Rule::mixin_params);
    for kind in params
        .into_iter()
        .flat_map(|it| it.all(Rule::mixin_param))
        .filter_map(|it| it.child(Rule::mixin_param_kind))
    {
        let word = kind.words();
        if !KINDS.contains(&word.as_str()) {
            let message = format!("a parameter can't stand for a `{word}`");
            let help = did_you_mean(&word, KINDS)
                .unwrap_or_else(|| format!("use one of {}", KINDS.join(", ")));
            let diagnostic =
                Diagnostic::new(&UNKNOWN_PARAMETER_KIND, message).label(kind.span(), "here");
            cx.report(diagnostic.help(help));
        }
    }
}

/// Gives the parameters of a mixin their values; `None` where that can't be done, which is reported.
fn bind(
    mixin: Node<'_>,
    site: Node<'_>,
    outer: Option<&Inclusion>,
    cx: &mut Reader<'_>,
) -> Option<Bindings> {
    let list = mixin.child(Rule::mixin_params);
    let params: Vec<Node<'_>> = list.into_iter().flat_map(|it| it.all(Rule::mixin_param)).collect();
    let mut bindings = given(mixin, &params, site, outer, cx)?;
    for param in &params {
        let name = name_of(param);
        if bindings.contains_key(&name) {
            continue;
        }
        let Some(default) = param.child(Rule::mixin_value) else {
            let message = format!("the mixin's parameter `{name}` has no value");
            let diagnostic =
                Diagnostic::new(&MIXIN_ARGUMENT, message).label(site.span(), "in this include");
            cx.report(
                diagnostic.label(param.span(), "declared here").help(format!("add `({name} = …)`")),
            );
            return None;
        };
        bindings.insert(name, default.text().to_owned());
    }
    Some(bindings)
}

/// Returns the values that an include gives, by parameter.
fn given(
    mixin: Node<'_>,
    params: &[Node<'_>],
    site: Node<'_>,
    outer: Option<&Inclusion>,
    cx: &mut Reader<'_>,
) -> Option<Bindings> {
    let mut bindings = Bindings::new();
    let mut free = params.iter();
    let arguments = site.child(Rule::include_args);
    for argument in arguments.into_iter().flat_map(|it| it.all(Rule::include_arg)) {
        let Some(value) = argument.child(Rule::mixin_value) else { continue };
        let name = argument.child(Rule::name).map(|it| only(it.text()));
        let param = match &name {
            Some(name) => params.iter().find(|it| name_of(it) == *name),
            None => free.find(|it| !bindings.contains_key(&name_of(it))),
        };
        let Some(param) = param else {
            let what = name.as_ref().map_or_else(
                || "one more argument than the mixin has parameters".to_owned(),
                |name| format!("the mixin has no parameter `{name}`"),
            );
            let candidates: Vec<Name> = params.iter().map(name_of).collect();
            let help = match &name {
                Some(name) => did_you_mean(name, candidates.iter().map(Name::as_str)),
                None => Some("delete it".to_owned()),
            };
            let diagnostic = Diagnostic::new(&MIXIN_ARGUMENT, what).label(argument.span(), "here");
            let declared = mixin.child(Rule::path).map(Node::span);
            cx.report(diagnostic.label_if(declared, "declared here").help_if(help));
            return None;
        };
        let text = value.text().trim();
        let passed_on = outer.and_then(|outer| outer.bindings.get(text).cloned());
        let text = passed_on.or_else(|| found_at_include(*param, text, outer, cx));
        bindings.insert(name_of(param), text.unwrap_or_else(|| value.text().trim().to_owned()));
    }
    Some(bindings)
}

/// Returns the parameters of a mixin whose names stand nowhere in its members.
fn unused_parameters(mixin: Node<'_>) -> Vec<(Name, Span)> {
    let params = mixin.child(Rule::mixin_params);
    let mut unused: Vec<(Name, Span)> = params
        .into_iter()
        .flat_map(|it| it.all(Rule::mixin_param))
        .map(|it| (name_of(&it), it.child(Rule::name).unwrap_or(it).span()))
        .collect();
    let body = mixin.child(Rule::members).map_or("", Node::text);
    unused.retain(|(name, _)| {
        let words = body.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
        words.into_iter().all(|word| fold(word) != name.as_str())
    });
    unused
}

fn name_of(param: &Node<'_>) -> Name {
    param.child(Rule::name).map(|it| only(it.text())).unwrap_or_default()
}

/// Returns the whole name of a table, type or function that an argument names by its bare name: it means what it means
/// where it is written, though the mixin lives in another schema.
fn found_at_include(
    param: Node<'_>,
    text: &str,
    outer: Option<&Inclusion>,
    cx: &Reader<'_>,
) -> Option<String> {
    let sort = match param.child(Rule::mixin_param_kind)?.words().as_str() {
        "table" => Sort::Relation,
        "type" => Sort::Type,
        "function" => Sort::Routine,
        _ => return None,
    };
    let mut parts = split_path(text).into_iter();
    let (Some(part), None) = (parts.next(), parts.next()) else { return None };
    let home = outer.map_or(&cx.schema, |it| &it.schema);
    match cx.names.find(sort, None, &part.name, home) {
        Found::Declared(at) => {
            Some(format!("{}.{}", quote_ident(&at.schema), quote_ident(&at.name)))
        }
        Found::Builtin(_) | Found::Extension(..) | Found::Unsure(_) | Found::Missing => None,
    }
}

fn only(text: &str) -> Name {
    split_path(text).pop().map(|part| part.name).unwrap_or_default()
}
