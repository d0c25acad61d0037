//! A small model of a database that keeps track of what is the same under another name, and its text.

use std::fmt::Write as _;

use super::random::Random;

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ty {
    /// One of PostgreSQL's own, as written.
    Plain(&'static str),
    /// An enum, by its key.
    Enum(u32),
    /// An array of an enum.
    EnumArray(u32),
}

#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) key: u32,
    pub(super) name: String,
    pub(super) ty: Ty,
    pub(super) nullable: bool,
    pub(super) default: bool,
    /// The column that it is generated from, by key.
    pub(super) generated: Option<u32>,
    pub(super) comment: Option<String>,
    pub(super) renamed_from: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) key: u32,
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// Column keys, and whether it is unique, partial.
    pub(super) indexes: Vec<(u32, bool, bool)>,
    /// Checks: column key and bound.
    pub(super) checks: Vec<(u32, i32)>,
    /// Columns that hold a table's key, by the table's key.
    pub(super) references: Vec<(u32, u32)>,
    pub(super) trigger: bool,
    pub(super) policy: Option<i32>,
    pub(super) comment: Option<String>,
    pub(super) grant: bool,
    pub(super) renamed_from: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Enum {
    pub(super) key: u32,
    pub(super) name: String,
    pub(super) labels: Vec<String>,
    pub(super) renamed: Vec<(String, String)>,
    pub(super) renamed_from: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct View {
    pub(super) name: String,
    /// The table or view that it reads.
    pub(super) of: Of,
    /// Column keys of the table; of a view, `id` alone.
    pub(super) columns: Vec<u32>,
    pub(super) materialized: bool,
    pub(super) condition: Option<i32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Table(u32),
    View(String),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub(super) enums: Vec<Enum>,
    pub(super) tables: Vec<Table>,
    pub(super) views: Vec<View>,
    /// What the function that defaults and checks call adds.
    pub(super) function: Option<i32>,
    next_key: u32,
    next_name: u32,
}

const TYPES: [&str; 8] =
    ["integer", "bigint", "text", "varchar(20)", "numeric(10,2)", "boolean", "timestamptz", "date"];

impl Model {
    pub(super) fn key(&mut self) -> u32 {
        self.next_key += 1;
        self.next_key
    }

    pub(super) fn name(&mut self, prefix: &str, random: &mut Random) -> String {
        self.next_name += 1;
        // Some names need quotes.
        let suffix = if random.percent(10) { " X" } else { "" };
        format!("{prefix}{}{suffix}", self.next_name)
    }

    pub(super) fn random(random: &mut Random) -> Model {
        let mut model = Model { function: random.percent(60).then_some(1), ..Model::default() };
        for _ in 0..random.below(3) {
            model.add_enum(random);
        }
        for _ in 0..1 + random.below(4) {
            model.add_table(random);
        }
        for _ in 0..random.below(4) {
            model.add_view(random);
        }
        model
    }

    pub(super) fn add_enum(&mut self, random: &mut Random) {
        let (key, name) = (self.key(), self.name("mood_", random));
        let labels = (0..2 + random.below(3)).map(|n| format!("l{n}")).collect();
        self.enums.push(Enum { key, name, labels, renamed: Vec::new(), renamed_from: None });
    }

    pub(super) fn add_table(&mut self, random: &mut Random) {
        let (key, name) = (self.key(), self.name("t_", random));
        let mut table = Table {
            key,
            name,
            columns: Vec::new(),
            indexes: Vec::new(),
            checks: Vec::new(),
            references: Vec::new(),
            trigger: random.percent(20),
            policy: random.percent(20).then_some(1),
            comment: random.percent(30).then(|| "it's".to_owned()),
            grant: random.percent(20),
            renamed_from: None,
        };
        for _ in 0..1 + random.below(5) {
            let column = self.column(random);
            table.columns.push(column);
        }
        self.tables.push(table);
        let n = self.tables.len() - 1;
        for _ in 0..random.below(3) {
            self.add_index(n, random);
        }
        if random.percent(40) {
            self.add_check(n, random);
        }
        if random.percent(50) {
            self.add_reference(n, random);
        }
        if random.percent(25) {
            self.add_generated(n, random);
        }
    }

    pub(super) fn column(&mut self, random: &mut Random) -> Column {
        let ty = match self.enums.is_empty() || random.percent(75) {
            true => Ty::Plain(random.of::<&str>(&TYPES)),
            false => {
                let key = random.of(&self.enums).key;
                if random.percent(70) { Ty::Enum(key) } else { Ty::EnumArray(key) }
            }
        };
        Column {
            key: self.key(),
            name: self.name("c", random),
            ty,
            nullable: random.percent(50),
            default: random.percent(50),
            generated: None,
            comment: random.percent(15).then(|| "of a column".to_owned()),
            renamed_from: None,
        }
    }

    pub(super) fn add_index(&mut self, table: usize, random: &mut Random) {
        let table = &mut self.tables[table];
        let keys: Vec<u32> = table.columns.iter().map(|it| it.key).collect();
        if !keys.is_empty() {
            let index = (*random.of(&keys), random.percent(10), random.percent(30));
            if !table.indexes.iter().any(|it| it.0 == index.0) {
                table.indexes.push(index);
            }
        }
    }

    pub(super) fn add_check(&mut self, table: usize, random: &mut Random) {
        let table = &mut self.tables[table];
        let numbers: Vec<u32> =
            table.columns.iter().filter(|it| is_number(&it.ty)).map(|it| it.key).collect();
        if !numbers.is_empty() {
            let column = *random.of(&numbers);
            if !table.checks.iter().any(|it| it.0 == column) {
                table.checks.push((column, -1000 - random.below(5) as i32));
            }
        }
    }

    pub(super) fn add_reference(&mut self, table: usize, random: &mut Random) {
        let targets: Vec<u32> = self.tables.iter().map(|it| it.key).collect();
        let mut column = self.column(random);
        (column.ty, column.nullable, column.default) = (Ty::Plain("bigint"), true, false);
        let key = column.key;
        self.tables[table].columns.push(column);
        let target = *random.of(&targets);
        self.tables[table].references.push((key, target));
    }

    pub(super) fn add_generated(&mut self, table: usize, random: &mut Random) {
        let numbers = |it: &Table| -> Vec<u32> {
            let numbers =
                it.columns.iter().filter(|it| is_number(&it.ty) && it.generated.is_none());
            numbers.map(|it| it.key).collect()
        };
        let from = numbers(&self.tables[table]);
        if !from.is_empty() {
            let mut column = self.column(random);
            (column.ty, column.nullable, column.default) = (Ty::Plain("numeric"), true, false);
            column.generated = Some(*random.of(&from));
            self.tables[table].columns.push(column);
        }
    }

    pub(super) fn add_view(&mut self, random: &mut Random) {
        let name = self.name("v_", random);
        let views: Vec<String> = self.views.iter().map(|it| it.name.clone()).collect();
        let of = match views.is_empty() || random.percent(60) {
            true if self.tables.is_empty() => return,
            true => Of::Table(random.of(&self.tables).key),
            false => Of::View(random.of(&views).clone()),
        };
        let columns = match &of {
            Of::Table(key) => {
                let table = self.tables.iter().find(|it| it.key == *key).unwrap();
                table.columns.iter().map(|it| it.key).filter(|_| random.percent(60)).collect()
            }
            Of::View(_) => Vec::new(),
        };
        let view = View {
            name,
            of,
            columns,
            materialized: random.percent(25),
            condition: random.percent(30).then_some(5),
        };
        self.views.push(view);
    }

    /// Returns the text of the whole model.
    pub(super) fn source(&self) -> String {
        let mut out = String::new();
        if let Some(n) = self.function {
            let _ = writeln!(
                out,
                "function base(n: integer) returns integer language sql immutable return n + {n};\n"
            );
            out.push_str(
                "function touch() returns trigger language plpgsql as 'begin return new; end';\n\n",
            );
        }
        for it in &self.enums {
            renamed(&mut out, it.renamed_from.as_ref());
            let _ = writeln!(out, "enum {} {{", quoted(&it.name));
            for label in &it.labels {
                if let Some((from, _)) = it.renamed.iter().find(|(_, to)| to == label) {
                    let _ = writeln!(out, "  #[renamed_from('{from}')]");
                }
                let _ = writeln!(out, "  '{label}';");
            }
            out.push_str("}\n\n");
        }
        self.tables.iter().for_each(|it| self.table(it, &mut out));
        self.views.iter().for_each(|it| self.view(it, &mut out));
        out
    }

    fn table(&self, table: &Table, out: &mut String) {
        if let Some(comment) = &table.comment {
            let _ = writeln!(out, "/// {comment}");
        }
        renamed(out, table.renamed_from.as_ref());
        let _ = writeln!(
            out,
            "table {} {{\n  id: bigint primary key generated by default as identity;",
            quoted(&table.name)
        );
        let name_of =
            |key: u32| quoted(&table.columns.iter().find(|it| it.key == key).unwrap().name);
        for column in &table.columns {
            if let Some(comment) = &column.comment {
                let _ = writeln!(out, "  /// {comment}");
            }
            renamed(out, column.renamed_from.as_ref());
            let mark = if column.nullable { "?" } else { "" };
            let _ = write!(out, "  {}: {}{mark}", quoted(&column.name), self.ty(&column.ty));
            if column.default {
                let _ = write!(out, " default {}", self.default_of(&column.ty));
            }
            if let Some(from) = column.generated {
                let _ = write!(out, " generated always as ({} * 2) stored", name_of(from));
            }
            if let Some((_, target)) = table.references.iter().find(|it| it.0 == column.key) {
                let target = self.tables.iter().find(|it| it.key == *target).unwrap();
                let _ = write!(out, " references {} on delete set null", quoted(&target.name));
            }
            out.push_str(";\n");
        }
        for (column, unique, partial) in &table.indexes {
            // Rows may have the same values, so a unique index has the key too.
            let (word, more) = if *unique { ("unique ", ", id") } else { ("", "") };
            let condition = if *partial { " where id > 0" } else { "" };
            let _ = writeln!(out, "  {word}index ({}{more}){condition};", name_of(*column));
        }
        for (column, bound) in &table.checks {
            let bound =
                if self.function.is_some() { format!("base({bound})") } else { bound.to_string() };
            let _ = writeln!(out, "  check ({} > {bound});", name_of(*column));
        }
        if table.trigger && self.function.is_some() {
            out.push_str("  trigger touch before update for each row execute function touch();\n");
        }
        if let Some(bound) = table.policy {
            let _ = writeln!(
                out,
                "  row level security;\n  policy own for select using (id > {bound});"
            );
        }
        if table.grant {
            out.push_str("  grant select, update (id) to public;\n");
        }
        out.push_str("}\n\n");
    }

    fn view(&self, view: &View, out: &mut String) {
        let word = if view.materialized { "materialized view" } else { "view" };
        let (columns, of) = match &view.of {
            Of::Table(key) => {
                let table = self.tables.iter().find(|it| it.key == *key).unwrap();
                let names = view
                    .columns
                    .iter()
                    .filter_map(|key| table.columns.iter().find(|it| it.key == *key));
                (
                    names.map(|it| format!(", t.{}", quoted(&it.name))).collect::<String>(),
                    table.name.clone(),
                )
            }
            Of::View(name) => (String::new(), name.clone()),
        };
        let condition = view.condition.map(|it| format!(" where t.id > {it}")).unwrap_or_default();
        let _ = writeln!(
            out,
            "{word} {} {{\n  as select t.id{columns} from {} t{condition};\n}}\n",
            quoted(&view.name),
            quoted(&of)
        );
    }

    fn ty(&self, ty: &Ty) -> String {
        match ty {
            Ty::Plain(name) => (*name).to_owned(),
            Ty::Enum(key) => quoted(&self.enum_of(*key).name),
            Ty::EnumArray(key) => format!("{}[]", quoted(&self.enum_of(*key).name)),
        }
    }

    pub(super) fn enum_of(&self, key: u32) -> &Enum {
        self.enums.iter().find(|it| it.key == key).unwrap()
    }

    fn default_of(&self, ty: &Ty) -> String {
        match ty {
            Ty::Plain("integer") if self.function.is_some() => "base(1)".to_owned(),
            Ty::Plain("integer" | "bigint" | "numeric(10,2)" | "numeric(14,2)" | "numeric") => {
                "7".to_owned()
            }
            Ty::Plain("boolean") => "false".to_owned(),
            Ty::Plain("timestamptz" | "timestamp") => "now()".to_owned(),
            Ty::Plain("date") => "'2020-01-01'".to_owned(),
            Ty::Plain(_) => "'x'".to_owned(),
            Ty::Enum(key) => format!("'{}'", self.enum_of(*key).labels[0]),
            Ty::EnumArray(key) => format!("'{{{}}}'", self.enum_of(*key).labels[0]),
        }
    }
}

pub(super) fn is_number(ty: &Ty) -> bool {
    matches!(ty, Ty::Plain("integer" | "bigint" | "numeric(10,2)" | "numeric(14,2)" | "numeric"))
}

pub(super) fn quoted(name: &str) -> String {
    schemac::sql::ident::quote_ident(name).into_owned()
}

fn renamed(out: &mut String, from: Option<&String>) {
    if let Some(from) = from {
        let _ = writeln!(
            out,
            "#[renamed_from({})]",
            if from.contains(' ') { format!("\"{from}\"") } else { from.clone() }
        );
    }
}
