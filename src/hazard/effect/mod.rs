//! What a statement costs and endangers: its locks, its work, whether a transaction may hold it, its hazards.
//!
//! Each family of statements has a file. What they say is measured on real servers by `tests/hazard.rs`.
#![expect(clippy::wildcard_enum_match_arm, reason = "of the many statements, each family has some")]

mod alter;
mod change_type;
mod columns;
mod constraints;
mod indexes;
mod partitions;
mod rest;
mod volatile;

pub(super) use constraints::proves_not_null;
pub(super) use volatile::{Steadiness, steadiness};

use super::Hazard;
use super::lock::LockLevel;
use super::read::read;
use super::state::State;
use super::statement::Statement;
use crate::object::address::Qualified;

/// What a statement costs and endangers.
#[derive(Clone, Debug, Default)]
pub struct Effect {
    /// The relations that it locks until its transaction ends, and how. `ACCESS SHARE`, which every query takes, is
    /// left out, and so are the indexes of a table that is locked.
    pub locks: Vec<(Qualified, LockLevel)>,
    /// The tables that it writes anew, with all their indexes.
    pub rewrites: Vec<Qualified>,
    /// The indexes that it builds anew.
    pub rebuilds: Vec<Qualified>,
    /// The tables that it reads from end to end, those it rewrites aside.
    pub scans: Vec<Qualified>,
    /// Whether a transaction may hold it.
    pub transaction: InTransaction,
    /// What can't be told of it.
    pub unsure: Vec<String>,
    /// What it endangers.
    pub hazards: Vec<Hazard>,
}

/// Whether a statement may be part of a transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InTransaction {
    /// It may.
    #[default]
    Allowed,
    /// PostgreSQL refuses it there.
    Refused,
}

/// Tells what a statement costs and endangers, on a database of which something is known.
pub fn effect(statement: &str, before: &State) -> Effect {
    of(&read(statement), before)
}

/// The same of a statement that has been read.
pub(super) fn of(statement: &Statement, before: &State) -> Effect {
    let mut cx = Cx { state: before, effect: Effect::default() };
    match statement {
        Statement::Alter(it) => alter::alter(it, &mut cx),
        Statement::CreateTable(it) => partitions::create_table(it, &mut cx),
        Statement::CreateIndex(it) => indexes::create(it, &mut cx),
        Statement::Drop(it) => rest::drop(it, &mut cx),
        Statement::Reindex { what, name, concurrently } => {
            indexes::reindex(*what, name.as_ref(), *concurrently, &mut cx);
        }
        other => rest::rest(other, &mut cx),
    }
    cx.effect
}

/// What is known, and what is found out.
struct Cx<'s> {
    state: &'s State,
    effect: Effect,
}

impl<'s> Cx<'s> {
    /// Notes a lock; of two on one relation the stronger counts.
    fn lock(&mut self, relation: &Qualified, level: LockLevel) {
        match self.effect.locks.iter_mut().find(|(it, _)| it == relation) {
            Some((_, held)) => *held = level.max(*held),
            None => self.effect.locks.push((relation.clone(), level)),
        }
    }

    fn lock_all(&mut self, relations: &[Qualified], level: LockLevel) {
        relations.iter().for_each(|it| self.lock(it, level));
    }

    /// Notes that a table is read; a partitioned one has no rows of its own.
    fn scan(&mut self, table: &Qualified) {
        let known = self.effect.scans.contains(table) || self.effect.rewrites.contains(table);
        if !known && !self.state.is_partitioned(table) {
            self.effect.scans.push(table.clone());
        }
    }

    fn scan_all(&mut self, tables: &[Qualified]) {
        tables.iter().for_each(|it| self.scan(it));
    }

    /// Notes that a table is written anew, with its indexes.
    fn rewrite(&mut self, table: &Qualified) {
        if self.state.is_partitioned(table) || self.effect.rewrites.contains(table) {
            return;
        }
        self.effect.scans.retain(|it| it != table);
        self.effect.rewrites.push(table.clone());
        let indexes: Vec<Qualified> =
            self.state.indexes_of(table).map(|(name, _)| name.clone()).collect();
        indexes.into_iter().for_each(|it| self.rebuild(it));
    }

    fn rebuild(&mut self, index: Qualified) {
        if !self.effect.rebuilds.contains(&index) {
            self.effect.rebuilds.push(index);
        }
    }

    /// Notes a danger for who uses a relation; nobody uses one that was made just now.
    fn endanger(&mut self, relation: &Qualified, hazard: impl FnOnce() -> Hazard) {
        if !self.state.is_new(relation) {
            self.effect.hazards.push(hazard());
        }
    }

    /// Adds what another statement does.
    fn join(&mut self, other: Effect) {
        other.locks.iter().for_each(|(it, level)| self.lock(it, *level));
        other.rewrites.iter().for_each(|it| self.rewrite(it));
        self.scan_all(&other.scans);
        other.rebuilds.into_iter().for_each(|it| self.rebuild(it));
        if other.transaction == InTransaction::Refused {
            self.refuse_transaction();
        }
        self.effect.unsure.extend(other.unsure);
        // A place in a statement of a block is none in the block.
        let hazards = other.hazards.into_iter().map(|it| Hazard { at: None, ..it });
        self.effect.hazards.extend(hazards);
    }

    fn refuse_transaction(&mut self) {
        self.effect.transaction = InTransaction::Refused;
    }

    fn unsure(&mut self, what: impl Into<String>) {
        self.effect.unsure.push(what.into());
    }
}
