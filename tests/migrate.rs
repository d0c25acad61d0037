//! Migrations on real servers: applied, taken back, looked at; and what becomes of them when something is killed, full, slow or
//! wrong.

mod applying;
mod faults;
mod library;
mod project;
mod proxy;
mod refusals;
mod rolling_back;
mod troubles;
