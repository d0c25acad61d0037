//! The marks of `CYCLE`, which PostgreSQL shows with a cast that its grammar does not take there (`AexprConst`).

use super::Spots;
use super::edit::Piece;
use crate::sql::ast::query::With;
use crate::sql::ast::{Expr, ExprKind};

impl Spots<'_> {
    pub(super) fn with(&mut self, it: Option<&With>) {
        let cycles = it.into_iter().flat_map(|it| &it.tables).filter_map(|it| it.cycle.as_ref());
        for cycle in cycles {
            cycle.to.iter().chain(&cycle.default).for_each(|it| self.mark(it));
        }
    }

    /// Writes `'y'::text` as `'y'`, which is of that type by itself, and `'1'::bigint` as `bigint '1'`.
    fn mark(&mut self, mark: &Expr) {
        let ExprKind::Cast(cast) = &mark.kind else { return };
        let ty = match (&cast.operand.kind, cast.ty.range.of(self.text)) {
            (ExprKind::String(_), "text") | (ExprKind::Null, _) => String::new(),
            (ExprKind::String(_), ty) => format!("{ty} "),
            _ => return,
        };
        self.edits.replace(mark.range, vec![Piece::New(ty), Piece::Kept(cast.operand.range)]);
    }
}
