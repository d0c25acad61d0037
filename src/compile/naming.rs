//! The names that PostgreSQL would give what its author did not name (`indexcmds.c`, `pg_constraint.c`, `heap.c`).
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds and rules, only some have what is looked for here"
)]

use rustc_hash::{FxHashMap, FxHashSet};

use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::column::Value;
use crate::object::constraint::Demand;
use crate::sql::default_name::object_name;
use crate::sql::ident::MAX_BYTES;
use crate::sql::lex::{TokenKind, tokens};

/// An object, and the address whose name may be missing.
pub(crate) struct Named<'o> {
    pub(crate) at: &'o mut Address,
    pub(crate) object: &'o Object,
}

/// Gives a name to every object that has none, in the order in which PostgreSQL would.
pub(crate) fn name_all(objects: &mut [Named<'_>]) {
    let mut taken = Taken::of(objects);
    let columns = Columns::of(objects);
    // CREATE TABLE names its checks first, then makes the indexes of its keys, then its foreign keys; CREATE INDEX and
    // CREATE STATISTICS come later.
    for step in
        [Step::Check, Step::PrimaryKey, Step::Key, Step::ForeignKey, Step::Index, Step::Statistics]
    {
        for read in objects
            .iter_mut()
            .filter(|read| read.at.name.is_empty() && Step::of(read.object) == Some(step))
        {
            let relation = read.at.relation();
            read.at.name = choose(read.object, &relation, &columns, &mut taken);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Check,
    PrimaryKey,
    Key,
    ForeignKey,
    Index,
    Statistics,
}

impl Step {
    fn of(object: &Object) -> Option<Step> {
        match object {
            Object::Constraint(it) => Some(match it.demand {
                Demand::Check { .. } => Step::Check,
                Demand::PrimaryKey(_) => Step::PrimaryKey,
                Demand::Unique(_) | Demand::Exclusion(_) => Step::Key,
            }),
            Object::ForeignKey(_) => Some(Step::ForeignKey),
            Object::Index(_) => Some(Step::Index),
            Object::Statistics(_) => Some(Step::Statistics),
            _ => None,
        }
    }
}

/// The names that are in use in each schema.
#[derive(Default)]
struct Taken {
    relations: FxHashSet<Qualified>,
    constraints: FxHashSet<Qualified>,
    statistics: FxHashSet<Qualified>,
    /// The number that was last found free for a name.
    tried: FxHashMap<Qualified, u32>,
}

impl Taken {
    fn of(objects: &[Named<'_>]) -> Self {
        let mut taken = Taken::default();
        for read in objects {
            let at = Qualified { schema: read.at.schema.clone(), name: read.at.name.clone() };
            match read.object {
                Object::Table(table) => {
                    for column in table.columns.iter().filter(|it| matches!(&it.value, Value::Identity(_, options) if options.name.is_none())) {
                        let sequence = object_name(&at.name, &column.name, "seq");
                        taken.relations.insert(Qualified { schema: at.schema.clone(), name: sequence.into() });
                    }
                    taken.relations.insert(at);
                }
                Object::Constraint(it) if !at.name.is_empty() => {
                    if !matches!(it.demand, Demand::Check { .. }) {
                        taken.relations.insert(at.clone());
                    }
                    taken.constraints.insert(at);
                }
                Object::ForeignKey(_) if !at.name.is_empty() => {
                    taken.constraints.insert(at);
                }
                Object::Statistics(it) if !at.name.is_empty() => {
                    let schema = it.schema.clone().unwrap_or(at.schema);
                    taken.statistics.insert(Qualified { schema, name: at.name });
                }
                _ if read.at.kind.is_relation() || read.at.kind == Kind::Index => {
                    taken.relations.insert(at);
                }
                _ => {}
            }
        }
        taken
    }
}

/// The columns of each table, those from elsewhere included, to see which a check names.
struct Columns {
    own: FxHashMap<Qualified, Vec<Name>>,
    /// Where a table has columns from: its parents, the table it is a partition of, the type it is of.
    from: FxHashMap<Qualified, Vec<Qualified>>,
}

impl Columns {
    fn of(objects: &[Named<'_>]) -> Self {
        let mut columns = Columns { own: FxHashMap::default(), from: FxHashMap::default() };
        for read in objects {
            let (own, from): (Vec<Name>, Vec<&Qualified>) = match read.object {
                Object::Table(it) => {
                    let parent = it.partition_of.as_ref().map(|of| &of.parent);
                    let from = it.inherits.iter().chain(parent).chain(&it.of_type);
                    (it.columns.iter().map(|it| it.name.clone()).collect(), from.collect())
                }
                Object::ForeignTable(it) => {
                    let parent = it.partition_of.as_ref().map(|of| &of.parent);
                    let from = it.inherits.iter().chain(parent);
                    (it.columns.iter().map(|it| it.name.clone()).collect(), from.collect())
                }
                Object::CompositeType(it) => {
                    (it.attributes.iter().map(|it| it.name.clone()).collect(), Vec::new())
                }
                _ => continue,
            };
            if !from.is_empty() {
                columns.from.insert(read.at.relation(), from.into_iter().cloned().collect());
            }
            columns.own.insert(read.at.relation(), own);
        }
        columns
    }

    /// Returns the names of all columns of a table.
    fn all(&self, table: &Qualified) -> Vec<&Name> {
        let mut tables = vec![table];
        let mut n_read = 0;
        while let Some(table) = tables.get(n_read) {
            let from = self.from.get(*table).into_iter().flatten();
            let fresh: Vec<&Qualified> = from.filter(|it| !tables.contains(it)).collect();
            tables.extend(fresh);
            n_read += 1;
        }
        tables.into_iter().filter_map(|it| self.own.get(it)).flatten().collect()
    }
}

/// Returns the first free name of those that PostgreSQL tries: `t_a_key`, `t_a_key1`, ….
///
/// Numbers that were taken once stay taken, so the search goes on where it ended for a name like this.
fn free_name(
    relation: &Qualified,
    addition: &str,
    label: &str,
    tried: &mut FxHashMap<Qualified, u32>,
    is_free: &dyn Fn(&str) -> bool,
) -> String {
    let plain = object_name(&relation.name, addition, label);
    let plain = Qualified { schema: relation.schema.clone(), name: plain.into() };
    let first = tried.get(&plain).copied().unwrap_or(0);
    let mut numbered = (first..).map(|n| {
        let label = if n == 0 { label.to_owned() } else { format!("{label}{n}") };
        (n, object_name(&relation.name, addition, &label))
    });
    let (n, name) = numbered.find(|(_, name)| is_free(name)).unwrap_or_default();
    tried.insert(plain, n);
    name
}

fn choose(object: &Object, relation: &Qualified, columns: &Columns, taken: &mut Taken) -> Name {
    let at = |name: &str| Qualified { schema: relation.schema.clone(), name: name.into() };
    let mut tried = std::mem::take(&mut taken.tried);
    let mut first_free = |addition: &str, label: &str, is_free: &dyn Fn(&str) -> bool| {
        free_name(relation, addition, label, &mut tried, is_free)
    };
    let name = match object {
        Object::Constraint(it) => {
            let index_free = |name: &str| {
                !taken.relations.contains(&at(name)) && !taken.constraints.contains(&at(name))
            };
            let name = match &it.demand {
                Demand::Check { condition, .. } => {
                    let column = single_column(condition.text(), relation, &columns.all(relation));
                    first_free(&column, "check", &|name| !taken.constraints.contains(&at(name)))
                }
                Demand::PrimaryKey(_) => first_free("", "pkey", &index_free),
                Demand::Unique(key) => first_free(
                    &addition(
                        numbered(key.columns.iter().chain(&key.include).cloned().collect()).iter(),
                    ),
                    "key",
                    &index_free,
                ),
                Demand::Exclusion(exclusion) => {
                    let parts: Vec<Name> = exclusion.name_parts();
                    first_free(&addition(numbered(parts).iter()), "excl", &index_free)
                }
            };
            taken.constraints.insert(at(&name));
            if !matches!(it.demand, Demand::Check { .. }) {
                taken.relations.insert(at(&name));
            }
            name.into()
        }
        Object::ForeignKey(it) => {
            let name = first_free(&addition(it.columns.iter()), "fkey", &|name| {
                !taken.constraints.contains(&at(name))
            });
            taken.constraints.insert(at(&name));
            name.into()
        }
        Object::Index(it) => {
            let parts = it.name_parts();
            let name = first_free(&addition(numbered(parts).iter()), "idx", &|name| {
                !taken.relations.contains(&at(name))
            });
            taken.relations.insert(at(&name));
            name.into()
        }
        Object::Statistics(it) => {
            let parts = it.name_parts();
            let name = first_free(&addition(parts.iter()), "stat", &|name| {
                !taken.statistics.contains(&at(name))
            });
            taken.statistics.insert(at(&name));
            name.into()
        }
        _ => Name::default(),
    };
    taken.tried = tried;
    name
}

/// Tells equal parts of an index's name apart by numbers (`ChooseIndexColumnNames`).
fn numbered(parts: Vec<Name>) -> Vec<Name> {
    let mut out: Vec<Name> = Vec::with_capacity(parts.len());
    let mut taken: FxHashSet<Name> = FxHashSet::default();
    let mut last: FxHashMap<Name, u32> = FxHashMap::default();
    for part in parts {
        let mut name = part.clone();
        let n = last.entry(part.clone()).or_default();
        while !taken.insert(name.clone()) {
            *n += 1;
            let number = n.to_string();
            let room = MAX_BYTES - number.len();
            name = format!("{}{number}", part.get(..part.floor_char_boundary(room)).unwrap_or(""))
                .into();
        }
        out.push(name);
    }
    out
}

/// Joins the names of columns as PostgreSQL does: it stops once 63 bytes are reached (`ChooseIndexNameAddition`).
fn addition<'n>(names: impl Iterator<Item = &'n Name>) -> String {
    let mut out = String::new();
    for name in names {
        if !out.is_empty() {
            out.push('_');
        }
        out.push_str(name);
        if MAX_BYTES < out.len() {
            break;
        }
    }
    out
}

/// Returns the column that a condition names, if it names exactly one.
fn single_column(text: &str, relation: &Qualified, columns: &[&Name]) -> String {
    let tokens = tokens(text);
    let mut found: Option<&Name> = None;
    for (n, token) in tokens.iter().enumerate() {
        let kind_at = |n: Option<usize>| n.and_then(|n| tokens.get(n)).map(|it| it.kind);
        let word = text.get(token.range.start as usize..token.range.end as usize).unwrap_or("");
        let name = match token.kind {
            TokenKind::Word => Name::from(crate::sql::ident::fold(word).as_ref()),
            TokenKind::QuotedWord => Name::from(word.trim_matches('"').replace("\"\"", "\"")),
            _ => continue,
        };
        let called = kind_at(Some(n + 1)) == Some(TokenKind::LeftParen);
        let cast = kind_at(n.checked_sub(1)) == Some(TokenKind::ColonColon);
        // `table.column` is the column; `table` alone before a dot is none.
        let qualifier = kind_at(Some(n + 1)) == Some(TokenKind::Dot) && name == relation.name;
        if called || cast || qualifier {
            continue;
        }
        if let Some(column) = columns.iter().find(|column| ***column == name).copied() {
            match found {
                Some(other) if other != column => return String::new(),
                _ => found = Some(column),
            }
        }
    }
    found.map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_named_after_its_only_column() {
        let columns: [&Name; 2] = [&"a".into(), &"b".into()];
        let relation = Qualified::new("public", "t");
        let named = |text| single_column(text, &relation, &columns);
        assert_eq!(named("a > 0 and a < 9"), "a");
        assert_eq!(named("a > b"), "");
        assert_eq!(named("t.a > 0"), "a");
        assert_eq!(named("'a' > b::a"), "b");
        assert_eq!(named("1 = 1"), "");
    }
}
