//! Subscriptions: `CREATE SUBSCRIPTION`, `pg_subscription`.

use super::address::{Address, Kind, Name};
use super::contract::{Alter, ObjectKind};
use super::options;
use super::reader::Reader;
use super::steps::Steps;
use crate::sql::definition::{self, Definition, Parameters};
use crate::sql::ident::quote_ident;
use crate::sql::writer::name_list;
use crate::syntax::{Node, Rule};

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// How to reach the publisher, a literal.
    pub connection: Name,
    /// What is subscribed to.
    pub publications: Vec<Name>,
    /// `slot_name`, `enabled` and the like.
    pub with: Parameters,
}

/// What the options are where nothing is said (manual: CREATE SUBSCRIPTION).
const DEFAULTS: [(&str, &str); 8] = [
    ("binary", "false"),
    ("streaming", "false"),
    ("disable_on_error", "false"),
    ("password_required", "true"),
    ("run_as_owner", "false"),
    ("origin", "any"),
    ("synchronous_commit", "off"),
    ("failover", "false"),
];

impl ObjectKind for Subscription {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let name = cx.child_name(node)?;
        let connection = node.child(Rule::string)?.text().into();
        let publications = cx.list(node, Rule::name_list);
        let with = options::with(node, cx);
        Some((Address::global(Kind::Subscription, name), Subscription { connection, publications, with }))
    }

    fn depends_on(&self, _at: &Address, _out: &mut Vec<Address>) {}

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let mut sql = format!(
            "CREATE SUBSCRIPTION {} CONNECTION {} PUBLICATION {}",
            quote_ident(&at.name),
            self.connection,
            name_list(&self.publications)
        );
        // Connecting and making the slot is no part of a schema, and impossible in a transaction: as `pg_dump` writes it.
        let mut with = self.with.clone();
        if definition::value(&with.0, "connect").is_none() {
            with.0.insert(0, Definition { name: "connect".into(), value: Some("false".into()) });
        }
        sql.push_str(&with.sql());
        steps.push(sql);
    }

    /// The slot belongs to the publisher, which is not asked: it stays.
    fn drop(&self, at: &Address, target: &str, steps: &mut Steps<'_>) {
        let name = quote_ident(&at.name);
        steps.push(format!("ALTER SUBSCRIPTION {name} DISABLE"));
        steps.push(format!("ALTER SUBSCRIPTION {name} SET (slot_name = NONE)"));
        steps.push(format!("DROP {target}"));
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        let alter = format!("ALTER SUBSCRIPTION {}", quote_ident(&at.name));
        let (before, after) = (self.lasting(), new.lasting());
        let two_phase = |it: &Parameters| definition::value(&it.0, "two_phase").map(str::to_owned);
        if two_phase(&before) != two_phase(&after) {
            return Alter::Replace;
        }
        if self.connection != new.connection {
            steps.push(format!("{alter} CONNECTION {}", new.connection));
        }
        if self.publications != new.publications {
            let publications = name_list(&new.publications);
            steps.push(format!("{alter} SET PUBLICATION {publications} WITH (refresh = false)"));
        }
        let own_name = crate::sql::ident::quote_literal(&at.name);
        let default = |name: &str| match name {
            "slot_name" => Some(own_name.as_str()),
            _ => DEFAULTS.iter().find(|it| it.0 == name).map(|it| it.1),
        };
        let mut set = definition::restored(&before, &after, default);
        set.retain(|it| it.name != "enabled");
        if !set.is_empty() {
            steps.push(format!("{alter} SET ({})", definition::write(&set)));
        }
        let is_enabled = |it: &Parameters| definition::value(&it.0, "enabled").map(is_true);
        match (is_enabled(&before).unwrap_or(false), is_enabled(&after).unwrap_or(false)) {
            (false, true) => steps.push(format!("{alter} ENABLE")),
            (true, false) => steps.push(format!("{alter} DISABLE")),
            _ => {}
        }
        Alter::InPlace
    }
}

impl Subscription {
    /// Returns the options that are kept, rather than said once when it is made.
    fn lasting(&self) -> Parameters {
        let once = ["connect", "create_slot", "copy_data"];
        Parameters(self.with.0.iter().filter(|it| !once.contains(&it.name.as_str())).cloned().collect())
    }
}

fn is_true(value: &str) -> bool {
    ["true", "on", "yes", "1"].contains(&value.trim_matches('\'').to_ascii_lowercase().as_str())
}
