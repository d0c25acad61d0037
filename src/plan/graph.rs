//! What must come before what: one graph over the objects of a catalog.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds and rules, only some have what is looked for here"
)]

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::catalog::{Catalog, Strength};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::constraint::Constraint;
use crate::object::partition::PartitionOf;
use crate::object::privilege::Privilege;
use crate::object::steps::{Outline, Steps};
use crate::object::trigger_state::TriggerState;

/// An object, or what of it comes later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    /// The statement that creates it.
    Main(Address),
    /// What can only be said once other objects exist.
    Late(Address),
}

impl Node {
    /// Returns the object.
    pub fn at(&self) -> &Address {
        match self {
            Node::Main(at) | Node::Late(at) => at,
        }
    }
}

/// An edge, and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    /// The number of the node that must come first.
    pub(super) before: usize,
    /// The column whose default it comes from.
    pub(super) column: Option<Name>,
    pub(super) strength: Strength,
}

/// The nodes in the order of their addresses, and for each what must come before it.
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Vec<Edge>>,
}

/// How circles were broken.
#[derive(Clone, Debug, Default)]
pub(super) struct Repairs {
    /// Views of which only the columns are made at first, and routines whose text is not read when they are made.
    pub(super) outlined: BTreeSet<Address>,
    /// Columns whose default is set later.
    pub(super) later_defaults: BTreeMap<Address, BTreeSet<Name>>,
}

impl Graph {
    pub(super) fn new(catalog: &Catalog, repairs: &Repairs) -> Graph {
        let mut nodes: Vec<Node> = Vec::with_capacity(catalog.len() + 16);
        let mut late: BTreeMap<&Address, Vec<Address>> = BTreeMap::new();
        for (at, entry) in catalog.iter() {
            nodes.push(Node::Main(at.clone()));
            if let Some(after) = late_part(at, &entry.object, repairs) {
                late.insert(at, after);
            }
        }
        nodes.extend(late.keys().map(|at| Node::Late((*at).clone())));
        let multiranges = multiranges(catalog);
        let partitions = partitions(catalog);
        let keys = keys(catalog);
        let builder = Builder { catalog, repairs, late: &late, multiranges, partitions, keys };
        let numbers: Numbers<'_> = catalog.iter().enumerate().map(|(n, (at, _))| (at, n)).collect();
        let n_main = catalog.len();
        let late_numbers: Numbers<'_> =
            late.keys().enumerate().map(|(n, at)| (*at, n_main + n)).collect();
        let edges = nodes.iter().map(|node| builder.edges(node, &numbers, &late_numbers)).collect();
        Graph { nodes, edges }
    }
}

/// Returns what the late part of an object needs; `None` if it has none.
fn late_part(at: &Address, object: &Object, repairs: &Repairs) -> Option<Vec<Address>> {
    let mut after = Vec::new();
    let mut steps = Steps {
        later_defaults: repairs.later_defaults.get(at).cloned().unwrap_or_default(),
        outline: if repairs.outlined.contains(at) { Outline::Only } else { Outline::Whole },
        ..Steps::default()
    };
    object.finish(at, &mut after, &mut steps);
    (!steps.statements.is_empty()).then_some(after)
}

/// The numbers of the nodes, by address.
type Numbers<'c> = FxHashMap<&'c Address, usize>;

/// Returns the nodes of a table.
fn of_table(name: &Qualified, numbers: &Numbers<'_>, late: &Numbers<'_>) -> Vec<usize> {
    let at = Address::new(Kind::Table, name.schema.clone(), name.name.clone());
    numbers.get(&at).into_iter().chain(late.get(&at)).copied().collect()
}

fn hard(before: usize) -> Edge {
    Edge { before, column: None, strength: Strength::Hard }
}

struct Builder<'c> {
    catalog: &'c Catalog,
    repairs: &'c Repairs,
    late: &'c BTreeMap<&'c Address, Vec<Address>>,
    multiranges: BTreeMap<Address, &'c Address>,
    partitions: BTreeMap<&'c Qualified, Vec<Qualified>>,
    keys: FxHashMap<Qualified, Vec<&'c Address>>,
}

/// Returns what a foreign key may refer to, of each table: constraints with a key, and unique indexes.
fn keys(catalog: &Catalog) -> FxHashMap<Qualified, Vec<&Address>> {
    let mut out: FxHashMap<Qualified, Vec<&Address>> = FxHashMap::default();
    for (at, entry) in catalog.of(Kind::Constraint).chain(catalog.of(Kind::Index)) {
        let is_key = match &entry.object {
            Object::Constraint(constraint) => constraint.key().is_some(),
            Object::Index(index) => index.unique,
            _ => false,
        };
        if is_key {
            out.entry(at.relation()).or_default().push(at);
        }
    }
    out
}

/// Returns the partitions of each partitioned table.
fn partitions(catalog: &Catalog) -> BTreeMap<&Qualified, Vec<Qualified>> {
    let mut out: BTreeMap<&Qualified, Vec<Qualified>> = BTreeMap::new();
    for (at, entry) in catalog.of(Kind::Table) {
        let Object::Table(table) = &entry.object else { continue };
        if let Some(of) = &table.partition_of {
            out.entry(&of.parent).or_default().push(at.relation());
        }
    }
    out
}

/// Returns the range type of each multirange type that comes with one.
fn multiranges(catalog: &Catalog) -> BTreeMap<Address, &Address> {
    let pair = |(at, entry): (&'_ Address, &'_ crate::catalog::Entry)| match &entry.object {
        Object::RangeType(range) => {
            let multirange = range.multirange(at);
            Some(Address::new(Kind::RangeType, multirange.schema, multirange.name))
        }
        _ => None,
    };
    catalog.of(Kind::RangeType).filter_map(|it| Some((pair(it)?, it.0))).collect()
}

impl Builder<'_> {
    fn edges(&self, node: &Node, numbers: &Numbers<'_>, late: &Numbers<'_>) -> Vec<Edge> {
        let mut edges = Vec::new();
        let at = node.at();
        let mut add = |target: &Address, column: Option<&Name>, strength: Strength| {
            let target = self.multiranges.get(target).copied().unwrap_or(target);
            let mut connect = |found: &Address| {
                if let Some(before) = self.number(at, found, numbers, late).filter(|_| found != at)
                {
                    edges.push(Edge { before, column: column.cloned(), strength });
                }
            };
            match target.kind {
                _ if numbers.contains_key(target) => connect(target),
                // A bare name stands for all of that name.
                Kind::Routine | Kind::Aggregate | Kind::Operator => {
                    self.catalog.matching(target).for_each(connect);
                }
                _ => {}
            }
        };
        match node {
            Node::Main(_) => {
                self.structural(at).iter().for_each(|target| add(target, None, Strength::Hard));
                for it in self
                    .catalog
                    .uses(at)
                    .iter()
                    .filter(|it| !self.is_late(at, it.column.as_ref(), it.strength))
                {
                    add(&it.target, it.column.as_ref(), it.strength);
                }
                edges.extend(self.partitions_without(at, numbers, late).map(hard));
                edges.extend(self.attached_in_view(at, late).map(hard));
            }
            Node::Late(_) => {
                self.late
                    .get(at)
                    .into_iter()
                    .flatten()
                    .for_each(|target| add(target, None, Strength::Hard));
                let above = self.triggers_above(at);
                above.iter().for_each(|it| add(it, None, Strength::Hard));
                if self.is_attached(at) {
                    self.indexes_of(&at.relation()).for_each(|it| add(it, None, Strength::Hard));
                }
                for it in self.catalog.uses(at).iter().filter(|it| {
                    it.strength == Strength::Hard
                        && self.is_late(at, it.column.as_ref(), it.strength)
                }) {
                    add(&it.target, None, Strength::Hard);
                }
                // Triggers come to a partition once all tables above it are attached.
                let tables = above.iter().filter_map(|it| self.catalog.relation(&it.relation()));
                let attached = tables.filter_map(|(at, _)| late.get(&at).copied());
                edges.extend(attached.chain(numbers.get(at).copied()).map(hard));
                edges.extend(self.index_above(at, numbers, late).into_iter().map(hard));
            }
        }
        edges.sort();
        edges.dedup();
        edges
    }

    /// Returns what an object needs whatever its text says.
    fn structural(&self, at: &Address) -> Vec<Address> {
        let mut out = Vec::new();
        let Some(entry) = self.catalog.get(at) else { return out };
        entry.object.depends_on(at, &mut out);
        let roles = entry.owner.iter().chain(entry.privileges.iter().flat_map(Privilege::roles));
        out.extend(roles.map(|role| Address::global(Kind::Role, role.clone())));
        let extensions = entry.extensions.iter();
        out.extend(extensions.map(|it| Address::global(Kind::Extension, it.clone())));
        self.keys_of_target(&entry.object, &mut out);
        if at.kind == Kind::Index {
            self.indexes_of_partitions(&at.relation(), &mut out);
        }
        if let Object::Constraint(key) = &entry.object {
            self.keys_of_partitions(&at.relation(), key, &mut out);
        }
        out
    }

    /// A key of a partitioned table takes over the like keys of partitions that are made by themselves: of two primary
    /// keys there can be only one.
    fn keys_of_partitions(&self, relation: &Qualified, key: &Constraint, out: &mut Vec<Address>) {
        for partition in self.partitions.get(relation).into_iter().flatten() {
            let table = self.catalog.relation(partition).map(|(at, _)| at);
            if key.has_index() && table.is_some_and(|it| self.is_attached(&it)) {
                let own = self.catalog.of_relation(Kind::Constraint, partition);
                let like = own.filter(|(_, entry)| match &entry.object {
                    Object::Constraint(own) => own.has_index_of(key),
                    _ => false,
                });
                out.extend(like.map(|(at, _)| at.clone()));
            }
        }
    }

    /// Tells whether what an object's text names is needed only by its late part.
    fn is_late(&self, at: &Address, column: Option<&Name>, strength: Strength) -> bool {
        let outlined = self.repairs.outlined.contains(at);
        let deferred = column.is_some_and(|column| {
            self.repairs.later_defaults.get(at).is_some_and(|it| it.contains(column))
        });
        match at.kind {
            Kind::View => outlined,
            // The text of an outlined routine is not read at all.
            Kind::Routine => outlined && strength == Strength::Soft,
            _ => deferred,
        }
    }

    /// Returns the number of the node that must come first: of a type that begins as a shell, other types and functions
    /// in C need only that.
    fn number(
        &self,
        from: &Address,
        target: &Address,
        numbers: &Numbers<'_>,
        late: &Numbers<'_>,
    ) -> Option<usize> {
        let takes_shells = match self.catalog.get(from).map(|entry| &entry.object) {
            // Other languages refuse a type that is not yet defined (`CREATE FUNCTION`, `fmgr_sql_validator`).
            Some(Object::Routine(routine)) => matches!(routine.language.as_str(), "c" | "internal"),
            Some(Object::BaseType(_) | Object::RangeType(_)) => true,
            _ => false,
        };
        if matches!(target.kind, Kind::BaseType | Kind::RangeType) && !takes_shells {
            return late.get(target).or_else(|| numbers.get(target)).copied();
        }
        numbers.get(target).copied()
    }

    /// An index on a partitioned table takes over the like indexes of its partitions, and makes one where there is none:
    /// under a name that the partition's own might have.
    fn indexes_of_partitions(&self, relation: &Qualified, out: &mut Vec<Address>) {
        let mut tables = vec![relation];
        let mut n_read = 0;
        while let Some(table) = tables.get(n_read) {
            let partitions = self.partitions.get(table).into_iter().flatten();
            let fresh: Vec<&Qualified> = partitions.filter(|it| !tables.contains(it)).collect();
            for partition in &fresh {
                out.extend(self.indexes_of(partition).cloned());
            }
            tables.extend(fresh);
            n_read += 1;
        }
    }

    /// An index on a partitioned table alone comes once all partitions are there: else they would get one with it.
    fn partitions_without(
        &self,
        at: &Address,
        numbers: &Numbers<'_>,
        late: &Numbers<'_>,
    ) -> impl Iterator<Item = usize> {
        let only = match self.catalog.get(at).map(|entry| &entry.object) {
            Some(Object::Index(it)) => it.only,
            _ => false,
        };
        let relation = only.then(|| at.relation());
        let partitions = relation.and_then(|it| self.partitions.get(&it)).into_iter().flatten();
        partitions.flat_map(|it| of_table(it, numbers, late))
    }

    /// A row is cast to that of a parent only once its table inherits.
    fn attached_in_view<'s>(
        &'s self,
        at: &Address,
        late: &'s Numbers<'_>,
    ) -> impl Iterator<Item = usize> + 's {
        let is_view = matches!(at.kind, Kind::View | Kind::MaterializedView);
        let uses = is_view.then(|| self.catalog.uses(at)).into_iter().flatten();
        let tables = uses.map(|it| &it.target);
        tables.filter(|it| self.is_attached(it)).filter_map(|it| late.get(it).copied())
    }

    /// An index is attached to one of the parent's once there are both, and its table is a partition.
    fn index_above(&self, at: &Address, numbers: &Numbers<'_>, late: &Numbers<'_>) -> Vec<usize> {
        let above = match self.catalog.get(at).map(|entry| &entry.object) {
            Some(Object::Index(it)) => it.attached_to.as_ref(),
            _ => None,
        };
        let table = self.catalog.relation(&at.relation()).map(|(at, _)| at);
        let parent = table.as_ref().and_then(|it| self.partition(it)).map(|(of, _)| &of.parent);
        let (Some(above), Some(parent)) = (above, parent) else { return Vec::new() };
        let index = numbers.get(&Address::of(Kind::Index, parent, above.name.clone()));
        let table = of_table(&at.relation(), numbers, late);
        index.copied().into_iter().chain(table).collect()
    }

    /// Tells whether a table is attached to its parents once it is made.
    fn is_attached(&self, at: &Address) -> bool {
        let inherits = match self.catalog.get(at).map(|entry| &entry.object) {
            Some(Object::Table(it)) => it.attached,
            Some(Object::ForeignTable(it)) => it.attached,
            _ => false,
        };
        inherits || self.partition(at).is_some_and(|(of, _)| of.attached)
    }

    /// Returns what a table is a partition of, and which triggers of its parent's it says something of.
    fn partition(&self, at: &Address) -> Option<(&PartitionOf, &[TriggerState])> {
        match self.catalog.get(at).map(|entry| &entry.object)? {
            Object::Table(it) => Some((it.partition_of.as_ref()?, &it.trigger_states)),
            Object::ForeignTable(it) => Some((it.partition_of.as_ref()?, &it.trigger_states)),
            _ => None,
        }
    }

    /// Returns where the triggers may be that a partition has of its parent, or of the parent's parent.
    fn triggers_above(&self, at: &Address) -> Vec<Address> {
        let (mut above, mut of) = (Vec::new(), self.partition(at));
        let states = of.map(|(_, states)| states).unwrap_or_default();
        while let Some((parent, _)) = of.filter(|_| !states.is_empty()) {
            let relation = &parent.parent;
            // A circle of parents is reported elsewhere.
            if above.iter().any(|it: &Address| it.relation() == *relation) {
                break;
            }
            let trigger = |it: &TriggerState| Address::of(Kind::Trigger, relation, it.name.clone());
            above.extend(states.iter().map(trigger));
            of = self.catalog.relation(relation).and_then(|(at, _)| self.partition(&at));
        }
        above
    }

    /// A partition that is attached keeps those of its indexes and constraints that its parent asks for.
    fn indexes_of<'s>(&'s self, relation: &'s Qualified) -> impl Iterator<Item = &'s Address> {
        let of = |kind| self.catalog.of_relation(kind, relation).map(|(at, _)| at);
        of(Kind::Constraint).chain(of(Kind::Index))
    }

    /// A foreign key needs the key that it refers to.
    fn keys_of_target(&self, object: &Object, out: &mut Vec<Address>) {
        let Object::ForeignKey(it) = object else { return };
        out.extend(self.keys.get(&it.table).into_iter().flatten().map(|at| (*at).clone()));
    }
}
