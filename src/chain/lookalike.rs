//! What may have another name: something that goes and something of the same shape that comes.

use crate::catalog::Catalog;
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};
use crate::object::column::Column;
use crate::plan::Rename;

/// A rename that nobody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookalike {
    /// What it would be.
    pub rename: Rename,
    /// What may have another name, as it is now.
    pub what: String,
    /// Its old name.
    pub from: Name,
}

/// Finds what may be renamed and is not said to be: objects of a kind with the same shape, and columns of a type.
pub fn lookalikes(old: &Catalog, new: &Catalog, said: &[Rename]) -> Vec<Lookalike> {
    let mut out = Vec::new();
    for kind in [
        Kind::Table,
        Kind::View,
        Kind::MaterializedView,
        Kind::EnumType,
        Kind::Domain,
        Kind::Sequence,
        Kind::Routine,
    ] {
        objects(kind, old, new, said, &mut out);
    }
    for (at, entry) in new.of(Kind::Table) {
        let before = previous(at, said);
        if let (Some(old), Object::Table(new)) = (old.get(&before), &entry.object)
            && let Object::Table(old) = &old.object
        {
            columns(at, &before, &old.columns, &new.columns, said, &mut out);
        }
    }
    out
}

fn objects(kind: Kind, old: &Catalog, new: &Catalog, said: &[Rename], out: &mut Vec<Lookalike>) {
    let is_said = |at: &Address| {
        said.iter().any(|it| matches!(it, Rename::Object { from, to } if from == at || to == at))
    };
    let mut gone: Vec<&Address> =
        old.of(kind).map(|(at, _)| at).filter(|at| new.get(at).is_none() && !is_said(at)).collect();
    for (at, entry) in new.of(kind).filter(|(at, _)| old.get(at).is_none() && !is_said(at)) {
        let same =
            |it: &&Address| old.get(it).is_some_and(|it| same_shape(&it.object, &entry.object));
        let Some(n) = gone.iter().position(same) else { continue };
        let from = gone.remove(n);
        let name = if from.name == at.name { &from.schema } else { &from.name };
        out.push(Lookalike {
            rename: Rename::Object { from: from.clone(), to: at.clone() },
            what: at.to_string(),
            from: name.clone(),
        });
    }
}

/// Tells whether two objects could be the same under another name.
fn same_shape(old: &Object, new: &Object) -> bool {
    match (old, new) {
        (Object::Table(old), Object::Table(new)) => {
            let shape = |columns: &[Column]| {
                let mut shape: Vec<_> =
                    columns.iter().map(|it| (it.name.clone(), it.ty.clone())).collect();
                shape.sort();
                shape
            };
            !old.columns.is_empty() && shape(&old.columns) == shape(&new.columns)
        }
        (old, new) => old == new,
    }
}

fn columns(
    at: &Address,
    before: &Address,
    old: &[Column],
    new: &[Column],
    said: &[Rename],
    out: &mut Vec<Lookalike>,
) {
    let is_said = |name: &Name| {
        said.iter().any(|it| {
            matches!(it, Rename::Member { of, from, to } if of == before && (from == name || to == name))
        })
    };
    let has = |list: &[Column], name: &Name| list.iter().any(|it| it.name == *name);
    let mut gone: Vec<&Column> =
        old.iter().filter(|it| !has(new, &it.name) && !is_said(&it.name)).collect();
    for column in new.iter().filter(|it| !has(old, &it.name) && !is_said(&it.name)) {
        let Some(n) = gone.iter().position(|it| it.ty == column.ty) else { continue };
        let from = gone.remove(n).name.clone();
        out.push(Lookalike {
            what: format!("column `{}` of `{at}`", column.name),
            rename: Rename::Member {
                of: before.clone(),
                from: from.clone(),
                to: column.name.clone(),
            },
            from,
        });
    }
}

/// Returns the old address of an object.
fn previous(at: &Address, said: &[Rename]) -> Address {
    let found = said.iter().find_map(|it| match it {
        Rename::Object { from, to } if to == at => Some(from),
        Rename::Object { .. } | Rename::Member { .. } => None,
    });
    found.unwrap_or(at).clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::compile;
    use crate::source::{Source, Sources};

    #[test]
    fn what_has_the_same_shape_may_be_the_same() {
        let of = |text: &str| compile(&Sources::from_iter([Source::new("a.schema", text)])).catalog;
        let old = of("table a { id: bigint; } table b { x: text; y: text; } enum e { 'q'; }");
        let new = of("table c { id: bigint; } table b { x: text; z: text; } enum f { 'q'; 'r'; }");
        let found = lookalikes(&old, &new, &[]);
        let shown: Vec<String> =
            found.iter().map(|it| format!("{} was {}", it.what, it.from)).collect();
        assert_eq!(shown, ["table public.c was a", "column `z` of `table public.b` was y"]);
        let said: Vec<Rename> = found.into_iter().map(|it| it.rename).collect();
        assert!(lookalikes(&old, &new, &said).is_empty());
    }
}
