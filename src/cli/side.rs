//! The sides that `diff` and `drift` compare: nothing, a source, a live database.
#![expect(clippy::wildcard_enum_match_arm, reason = "of the many kinds, only some name roles")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::slice;

use super::Global;
use super::database::{of_introspection, read};
use super::failure::Failure;
use super::load::{Loaded, load};
use super::proof;
use super::report::Report;
use super::screen::Screen;
use crate::catalog::Catalog;
use crate::chain::prove::{self, Roles};
use crate::compile::Compiled;
use crate::database::Connection;
use crate::database::scratch::{Scratch, ScratchDatabase, ScratchOptions};
use crate::database::url::Url;
use crate::emit::sql::{Transactions, script};
use crate::introspect::{Options, Problem, introspect};
use crate::migrate::directory::{self, Migration};
use crate::object::Object;
use crate::object::address::{Kind, Name};
use crate::object::privilege::Privilege;
use crate::plan;
use crate::print::Split;
use crate::project::analysis::{Made, Rust, Sql};
use crate::project::config::Project;
use crate::pull::filter::Filter;
use crate::pull::pull;
use crate::source::Sources;
use crate::sql::ident::{dollar_quote, quote_ident, quote_literal};

/// One side of a comparison.
#[derive(Clone, Debug)]
pub(super) enum Side {
    /// A database with nothing in it.
    Empty,
    /// A directory or a file of source.
    Source(PathBuf),
    /// What the migrations lead to, up to a version.
    Migrations(Vec<Migration>),
    /// A live database.
    Database(Url),
}

impl Side {
    /// Reads a side of the command line.
    pub(super) fn read(text: &str, place: &str, project: &Project) -> Result<Side, Failure> {
        if text == "empty" {
            return Ok(Side::Empty);
        }
        if text.contains("://") {
            return Ok(Side::Database(read(text, place)?));
        }
        if let Some(version) = text.strip_prefix("migrations@") {
            return migrations(version, project);
        }
        if Path::new(text).exists() {
            return Ok(Side::Source(text.into()));
        }
        let lock = project.root.join(&project.config.migrations).join("schema.lock");
        if text == "lock" && lock.exists() {
            return Ok(Side::Source(lock));
        }
        let message = match text {
            "lock" => format!("there is no lock at `{}`", lock.display()),
            _ => format!("`{text}` is no side that can be compared"),
        };
        let help = "a side is `empty`, a directory or a file of source, `lock`, `migrations@VERSION`, or a `postgres://` URL";
        Err(Failure::usage(message, help))
    }

    /// Returns the URL of a live database.
    pub(super) fn url(&self) -> Option<&Url> {
        match self {
            Side::Database(url) => Some(url),
            Side::Empty | Side::Source(_) | Side::Migrations(_) => None,
        }
    }
}

/// What is read of databases for a comparison, where nothing else is said: who owns what is no part of it.
const OPTIONS: Options = Options { owners: false, privileges: true };

/// What a side holds, in PostgreSQL's own words.
pub(super) struct Held {
    pub(super) catalog: Catalog,
    /// What of it could not be read.
    pub(super) problems: Vec<Problem>,
    /// The schemas that a source declares.
    pub(super) schemas: Option<BTreeSet<Name>>,
}

/// Finds out what sides hold. A source is made on a scratch database, which is opened for the first that needs one.
pub(super) struct Sides<'s> {
    pub(super) global: &'s Global,
    pub(super) screen: &'s Screen,
    /// Where a scratch database is made.
    pub(super) scratch_url: Option<Url>,
    /// The live database beside which one can be made.
    pub(super) target: Option<Url>,
    /// What is read of databases.
    pub(super) options: Options,
    scratch: Option<Scratch>,
}

impl<'s> Sides<'s> {
    pub(super) fn new(
        global: &'s Global,
        screen: &'s Screen,
        scratch_url: Option<Url>,
        target: Option<Url>,
    ) -> Self {
        Sides { global, screen, scratch_url, target, options: OPTIONS, scratch: None }
    }

    /// Finds out what a side holds.
    pub(super) fn hold(&mut self, side: &Side) -> Result<Held, Report> {
        match side {
            Side::Empty => {
                Ok(Held { catalog: Catalog::default(), problems: Vec::new(), schemas: None })
            }
            Side::Database(url) => {
                let mut connection = Connection::open(url).map_err(Failure::from)?;
                read_database(&mut connection, self.options, None)
            }
            Side::Source(path) => self.source(path),
            Side::Migrations(migrations) => {
                let options = self.options;
                let (_database, mut connection) = self.migrated(migrations)?;
                read_database(&mut connection, options, None)
            }
        }
    }

    /// Finds out what a side holds and what its texts use, and which schemas a source is about.
    pub(super) fn planned(
        &mut self,
        side: &Side,
    ) -> Result<(Compiled, Option<BTreeSet<Name>>), Report> {
        match side {
            Side::Empty => Ok((Compiled::default(), None)),
            Side::Database(url) => {
                let mut connection = Connection::open(url).map_err(Failure::from)?;
                Ok((self.pulled(&mut connection)?.0, None))
            }
            Side::Source(path) => {
                let paths = slice::from_ref(path);
                let loaded =
                    load(paths, self.global, self.screen, Sql::Ordered, |_| Ok(Rust::None))?;
                if loaded.analysis.made.is_none() {
                    return Err(loaded.into_report());
                }
                let compiled = &loaded.analysis.compiled;
                Ok((self.compiled_pulled(compiled)?.0, Some(schemas(&compiled.catalog))))
            }
            Side::Migrations(migrations) => {
                let (_database, mut connection) = self.migrated(migrations)?;
                Ok((self.pulled(&mut connection)?.0, None))
            }
        }
    }

    /// Applies migrations to a scratch database of their own.
    fn migrated(
        &mut self,
        migrations: &[Migration],
    ) -> Result<(ScratchDatabase, Connection), Report> {
        let (database, mut connection) = self.made("", &BTreeSet::new())?;
        let scratch = self.scratch()?;
        let roles = if scratch.is_private() { Roles::Make } else { Roles::Leave };
        for migration in migrations {
            if let Err(fault) = prove::apply(&mut connection, &migration.up, roles) {
                let nothing = Compiled::default();
                return Err(proof::report(fault, Sources::default(), &nothing, migrations));
            }
        }
        Ok((database, connection))
    }

    fn source(&mut self, path: &PathBuf) -> Result<Held, Report> {
        let paths = slice::from_ref(path);
        let loaded = load(paths, self.global, self.screen, Sql::Written, |_| Ok(Rust::None))?;
        match self.make(&loaded) {
            Some(held) => held,
            None => Err(loaded.into_report()),
        }
    }

    /// Makes a source on a scratch database, and reads what became of it; `None` for a source with errors.
    pub(super) fn make(&mut self, loaded: &Loaded) -> Option<Result<Held, Report>> {
        let Made { plan, .. } = loaded.analysis.made.as_ref()?;
        let catalog = &loaded.analysis.compiled.catalog;
        let sql = script(plan, Transactions::One);
        Some(self.run(&sql, &roles(catalog), schemas(catalog)))
    }

    /// The same of what a source means.
    pub(super) fn compiled(&mut self, compiled: &Compiled) -> Result<Held, Report> {
        let (catalog, views, origins) = (&compiled.catalog, &compiled.views, &compiled.origins);
        let plan = plan::create(catalog, views, origins)
            .map_err(|diagnostics| Report { diagnostics, ..Report::default() })?;
        self.run(&script(&plan, Transactions::One), &roles(catalog), schemas(catalog))
    }

    /// Reads a database with what its texts use, so that changes of it can be planned.
    pub(super) fn pulled(
        &self,
        connection: &mut Connection,
    ) -> Result<(Compiled, Catalog), Report> {
        let pulled = pull(connection, self.options, &Filter::default(), Split::Schema, &mut |_| {})
            .map_err(of_introspection)?;
        for problem in &pulled.problems {
            self.screen.note(&format!("note: {}: {}", problem.object, problem.what));
        }
        Ok((pulled.compiled, pulled.catalog))
    }

    /// Makes a source on a scratch database, and reads what became of it with what its texts use.
    pub(super) fn compiled_pulled(
        &mut self,
        compiled: &Compiled,
    ) -> Result<(Compiled, Catalog), Report> {
        let (catalog, views, origins) = (&compiled.catalog, &compiled.views, &compiled.origins);
        let plan = plan::create(catalog, views, origins)
            .map_err(|diagnostics| Report { diagnostics, ..Report::default() })?;
        let (_database, mut connection) =
            self.made(&script(&plan, Transactions::One), &roles(catalog))?;
        self.pulled(&mut connection)
    }

    fn run(
        &mut self,
        sql: &str,
        roles: &BTreeSet<Name>,
        schemas: BTreeSet<Name>,
    ) -> Result<Held, Report> {
        let options = self.options;
        let (_database, mut connection) = self.made(sql, roles)?;
        read_database(&mut connection, options, Some(schemas))
    }

    /// Makes a source on a scratch database of its own.
    fn made(
        &mut self,
        sql: &str,
        roles: &BTreeSet<Name>,
    ) -> Result<(ScratchDatabase, Connection), Report> {
        let scratch = self.scratch()?;
        let database = scratch.fresh().map_err(Failure::from)?;
        let mut connection = database.connect().map_err(Failure::from)?;
        if scratch.is_private() {
            connection.run(&make_roles(roles)).map_err(Failure::from)?;
        }
        connection.run(sql).map_err(|error| {
            let mut failure = Failure::from(error);
            failure.message = format!("PostgreSQL does not take the source: {}", failure.message);
            failure
        })?;
        Ok((database, connection))
    }

    /// Returns where scratch databases are made.
    pub(super) fn scratch(&mut self) -> Result<&Scratch, Failure> {
        if self.scratch.is_none() {
            let options = ScratchOptions {
                scratch_url: self.scratch_url.clone(),
                target: self.target.clone(),
                ..ScratchOptions::default()
            };
            let scratch = Scratch::open(&options)?;
            self.screen.detail(|| format!("scratch database on PostgreSQL {}", scratch.version()));
            self.scratch = Some(scratch);
        }
        self.scratch
            .as_ref()
            .ok_or_else(|| Failure::usage("there is no scratch database", "give --scratch-url"))
    }
}

/// Reads the migrations of a project up to a version.
fn migrations(version: &str, project: &Project) -> Result<Side, Failure> {
    let directory = project.root.join(&project.config.migrations);
    let mut all = directory::read(&directory).map_err(|errors| {
        let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Failure::input("migrations", all.join("\n"), "mend the directory of the migrations")
    })?;
    let Some(n) = all.iter().position(|it| it.version == version || it.label() == version) else {
        let help = all
            .last()
            .map_or("generate one".to_owned(), |it| format!("the last one is `{}`", it.version));
        return Err(Failure::usage(format!("there is no migration `{version}`"), help));
    };
    all.truncate(n + 1);
    Ok(Side::Migrations(all))
}

fn read_database(
    connection: &mut Connection,
    options: Options,
    schemas: Option<BTreeSet<Name>>,
) -> Result<Held, Report> {
    let found = introspect(connection, options, &mut |_| {}).map_err(of_introspection)?;
    Ok(Held { catalog: found.catalog, problems: found.problems, schemas })
}

/// Returns the schemas that a source puts something in.
pub(super) fn schemas(catalog: &Catalog) -> BTreeSet<Name> {
    let declared = catalog.of(Kind::Schema).map(|(at, _)| at.name.clone());
    let used = catalog.iter().map(|(at, _)| at.schema.clone()).filter(|it| !it.is_empty());
    declared.chain(used).chain([Name::new_static("public")]).collect()
}

/// Returns the roles that a source names.
fn roles(catalog: &Catalog) -> BTreeSet<Name> {
    let mut out: BTreeSet<Name> = BTreeSet::new();
    for (_, entry) in catalog.iter() {
        out.extend(entry.owner.iter().cloned());
        out.extend(entry.privileges.iter().flat_map(Privilege::roles).cloned());
        let of_object: Vec<Name> = match &entry.object {
            Object::Policy(it) => it.roles.clone(),
            Object::UserMapping(it) => vec![it.role.clone()],
            Object::DefaultPrivileges(it) => it
                .roles
                .iter()
                .cloned()
                .chain(it.privileges.iter().map(|it| it.grantee.clone()))
                .collect(),
            _ => Vec::new(),
        };
        out.extend(of_object);
    }
    let words = ["public", "current_user", "current_role", "session_user"];
    out.retain(|it| !words.contains(&it.as_str()));
    out
}

/// Writes a block that makes the roles that a server of our own lacks.
fn make_roles(roles: &BTreeSet<Name>) -> String {
    let make = |role: &Name| {
        let exists =
            format!("SELECT FROM pg_catalog.pg_roles WHERE rolname = {}", quote_literal(role));
        format!("IF NOT EXISTS ({exists}) THEN CREATE ROLE {}; END IF;", quote_ident(role))
    };
    let lines: Vec<String> = roles.iter().map(make).collect();
    format!("DO {}", dollar_quote(&format!("BEGIN {} END", lines.join("\n"))))
}
