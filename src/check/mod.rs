//! Checks: what a probe printed, what an expression makes of it, and what that says about a wait.
//!
//! All of it is pure. Nothing here sleeps, reads a clock or starts a process: the engine runs the
//! probe, says when it ended, and is told what it means and when to try again.
//!
//! ```text
//! Probed -> fields, table -> Sample -> Expr -> Wait -> Judged
//! ```

mod ast;
mod compare;
pub mod estimate;
pub mod expr;
mod fields;
mod functions;
mod json;
mod probed;
pub mod sample;
pub mod spec;
mod table;
pub mod wait;

pub use expr::{BadExpr, Expr};
pub use probed::Probed;
pub use sample::Sample;
pub use spec::Spec;
pub use wait::{Judged, Wait, capture};
