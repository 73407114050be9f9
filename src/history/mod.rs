//! Looking back: all runs on one line each, one run in full.
//!
//! A query over all runs reads the ledger from its end. Only a run that nobody paused or sealed has
//! its journal read for it.

pub mod catalogue;
mod line;
mod query;
mod run;
mod since;
pub mod stats;
mod undone;
mod view;
mod when;

pub use line::Row;
pub use query::{Filter, Found, query, rows};
pub use run::{Foreign, Past, past};
pub use since::{AllSince, Since, Undone};
pub use undone::{undone_since, undone_whole};
pub use view::{RunView, SampleView, StepView, given, withheld};
pub use when::{Zone, ago, parse_when};
