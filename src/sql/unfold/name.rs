//! Columns of results that are named `?column?`, which PostgreSQL does not show where nobody sees the name.

use super::Spots;
use crate::sql::ast::ExprKind;
use crate::sql::ast::dml::{Statement, StatementKind};
use crate::sql::ast::query::{Query, QueryBody, Target};
use crate::sql::figure;

impl Spots<'_> {
    pub(super) fn query(&mut self, it: &Query) {
        self.with(it.with.as_deref());
        match &it.body {
            QueryBody::Select(it) => self.targets(&it.targets),
            QueryBody::Values(_)
            | QueryBody::Table(_)
            | QueryBody::SetOperation(_)
            | QueryBody::Nested(_) => {}
        }
    }

    pub(super) fn statement(&mut self, it: &Statement) {
        let (with, returning) = match &it.kind {
            StatementKind::Insert(it) => (&it.with, &it.returning),
            StatementKind::Update(it) => (&it.with, &it.returning),
            StatementKind::Delete(it) => (&it.with, &it.returning),
            StatementKind::Merge(it) => (&it.with, &it.returning),
            StatementKind::Query(_)
            | StatementKind::Return(_)
            | StatementKind::CreateAs(_)
            | StatementKind::Other => return,
        };
        self.with(with.as_deref());
        returning.iter().for_each(|it| self.targets(&it.targets));
    }

    /// A name that is not shown is that of the column, or `?column?`: all others are shown.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "of the many sorts of expression, these are shown otherwise"
    )]
    fn targets(&mut self, targets: &[Target]) {
        for target in targets.iter().filter(|it| it.alias.is_none()) {
            let has_name = match &target.value.kind {
                ExprKind::Column(_) | ExprKind::Star(_) => false,
                // Before PostgreSQL 15 it was `bool`, which was shown.
                ExprKind::Bool(_) => false,
                _ => figure::of(&target.value).is_some(),
            };
            if has_name {
                self.edits.insert(target.value.range.end, " AS \"?column?\"".to_owned());
            }
        }
    }
}
