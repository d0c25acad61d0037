//! Names that objects and columns get instead of the ones they have, for those who refer to them.

use std::collections::BTreeMap;

use super::address::{Address, Kind, Name, Qualified};
use crate::sql::expr::Expr;
use crate::sql::ident::quote_ident;
use crate::sql::lex::{TokenKind, tokens};
use crate::sql::type_name::TypeName;

/// New names, by the old ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct Renames {
    objects: BTreeMap<Address, Address>,
    schemas: BTreeMap<Name, Name>,
    relations: BTreeMap<Qualified, Qualified>,
    types: BTreeMap<Qualified, Qualified>,
    /// By relation (its old name) and column.
    columns: BTreeMap<(Qualified, Name), Name>,
    /// Members of relations, by their old address: indexes and constraints.
    members: BTreeMap<Address, Name>,
    /// What a bare name stands for in a text, old to new.
    words: BTreeMap<Name, Name>,
}

impl Renames {
    /// Adds the new address of an object.
    pub(crate) fn object(&mut self, from: &Address, to: &Address) {
        self.objects.insert(from.clone(), to.clone());
        if from.kind == Kind::Schema {
            self.schemas.insert(from.name.clone(), to.name.clone());
        } else if from.relation.is_some() {
            self.members.insert(from.clone(), to.name.clone());
        } else if from.kind.is_relation() || Kind::TYPES.contains(&from.kind) {
            let (old, new) = (from.relation(), to.relation());
            if from.kind.is_relation() {
                self.relations.insert(old.clone(), new.clone());
            }
            self.types.insert(old, new);
        }
        let bare = |at: &Address| Name::from(super::signature::split(&at.name).0);
        if bare(from) != bare(to) {
            self.words.insert(bare(from), bare(to));
        }
    }

    /// Adds the new name of a column; the relation has its old name here.
    pub(crate) fn column_of(&mut self, relation: &Qualified, from: &Name, to: &Name) {
        self.columns.insert((relation.clone(), from.clone()), to.clone());
        self.words.insert(from.clone(), to.clone());
    }

    /// Puts the new name of a relation in the place of its old one.
    pub(crate) fn relation(&self, name: &mut Qualified) {
        if let Some(new) = self.relations.get(name) {
            *name = new.clone();
        } else {
            self.schema(&mut name.schema);
        }
    }

    fn schema(&self, name: &mut Name) {
        if let Some(new) = self.schemas.get(name) {
            *name = new.clone();
        }
    }

    /// Puts the new name of a type in the place of its old one.
    pub(crate) fn ty(&self, ty: &mut TypeName) {
        let old = Qualified::new(ty.schema.clone(), ty.name.clone());
        if let Some(new) = self.types.get(&old) {
            ty.schema = new.schema.clone();
            ty.name = new.name.clone();
        } else {
            self.schema(&mut ty.schema);
        }
    }

    /// Puts the new name of a column in the place of its old one; the relation has its old name here.
    pub(crate) fn column(&self, relation: &Qualified, name: &mut Name) {
        if let Some(new) = self.columns.get(&(relation.clone(), name.clone())) {
            *name = new.clone();
        }
    }

    /// Puts new names of columns in the places of old ones.
    pub(crate) fn column_list(&self, relation: &Qualified, names: &mut [Name]) {
        names.iter_mut().for_each(|it| self.column(relation, it));
    }

    /// Puts the new name of an index or constraint of a relation in the place of its old one.
    pub(crate) fn index(&self, relation: &Qualified, name: &mut Name) {
        let found = [Kind::Index, Kind::Constraint]
            .into_iter()
            .find_map(|kind| self.members.get(&Address::of(kind, relation, name.clone())));
        if let Some(new) = found {
            *name = new.clone();
        }
    }

    /// Returns the address that an object has then.
    pub(crate) fn address(&self, at: &Address) -> Address {
        let mut out = self.objects.get(at).unwrap_or(at).clone();
        if at.relation.is_some() {
            let mut relation = at.relation();
            self.relation(&mut relation);
            out.schema = relation.schema;
            out.relation = Some(relation.name);
        } else if !self.objects.contains_key(at) {
            self.schema(&mut out.schema);
        }
        out
    }

    /// Puts new names in the places of old ones in a text that refers to what has them.
    ///
    /// PostgreSQL does the same when it shows the text. A word may stand for something else too: then the text is only
    /// taken for changed, and made again.
    pub(crate) fn text(&self, expr: &mut Expr) {
        let text = expr.text();
        let (mut out, mut done) = (String::with_capacity(text.len()), 0);
        for token in tokens(text) {
            let part = token.range.of(text);
            let name: Name = match token.kind {
                TokenKind::Word => part.to_lowercase().into(),
                TokenKind::QuotedWord => part.trim_matches('"').replace("\"\"", "\"").into(),
                _ => continue,
            };
            let Some(new) = self.words.get(&name) else { continue };
            out.push_str(text.get(done..token.range.start as usize).unwrap_or_default());
            out.push_str(&quote_ident(new));
            done = token.range.end as usize;
        }
        if 0 < done {
            out.push_str(text.get(done..).unwrap_or_default());
            *expr = Expr::of_replaced(&out);
        }
    }
}
