//! The texts of a catalog that PostgreSQL would read otherwise than it shows them ([`crate::sql::unfold`]).

use crate::catalog::Catalog;
use crate::object::address::Address;
use crate::sql::expr::Expr;
use crate::sql::unfold::candidates;

/// A text that was rewritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// The object that it belongs to.
    pub object: Address,
    /// Its number among the texts of the object (`Object::texts_mut`).
    pub number: usize,
    /// What the database shows.
    pub shown: Expr,
    /// What can be written for it, the best first: that stands in the catalog now.
    pub candidates: Vec<String>,
}

/// Writes for each text of a catalog what PostgreSQL shows as that text; returns those for which it is another one.
pub fn unfold(catalog: &mut Catalog) -> Vec<Rewritten> {
    let mut all = Vec::new();
    for (at, entry) in catalog.iter_mut() {
        for (number, expr) in entry.object.texts_mut().into_iter().enumerate() {
            let candidates = candidates(expr.text());
            if let Some(best) = candidates.first() {
                let shown = std::mem::replace(expr, Expr::new(best));
                all.push(Rewritten { object: at.clone(), number, shown, candidates });
            }
        }
    }
    all
}
