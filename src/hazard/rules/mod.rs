//! The dangers that a statement may have: a file a family, a rule a danger.

pub(super) mod blocking;
pub(super) mod data_loss;
pub(super) mod running_code;
pub(super) mod transaction;

use crate::diagnostic::Rule;
use crate::sql::lex::TextRange;

/// A danger of a statement.
#[derive(Clone, Debug)]
pub struct Hazard {
    /// Which it is.
    pub rule: &'static Rule,
    /// What is wrong, as a diagnostic says it.
    pub message: String,
    /// What is to blame within the statement; all of it where nothing is.
    pub at: Option<TextRange>,
    /// What this place has to do with it.
    pub label: String,
    /// What to do instead.
    pub help: String,
    /// The table that it is about, whose rows and size matter.
    pub table: Option<crate::object::address::Qualified>,
}

impl Hazard {
    fn new(rule: &'static Rule, message: String, at: TextRange) -> Hazard {
        let (label, help) = (String::new(), String::new());
        Hazard { rule, message, at: Some(at), label, help, table: None }
    }

    fn label(mut self, label: impl Into<String>) -> Hazard {
        self.label = label.into();
        self
    }

    fn help(mut self, help: impl Into<String>) -> Hazard {
        self.help = help.into();
        self
    }

    fn table(mut self, table: &crate::object::address::Qualified) -> Hazard {
        self.table = Some(table.clone());
        self
    }
}
