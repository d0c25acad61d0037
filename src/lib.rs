//! lib
// The parser that pest makes without `std` names it.
extern crate alloc;

pub mod diagnostic;
pub mod source;
pub mod syntax;
