//! Looking back: all runs on one line each, one run in full.
//!
//! A query over all runs reads the ledger from its end. Only a run that nobody paused or sealed has
//! its journal read for it.

pub mod catalogue;
mod query;
mod run;
pub mod stats;
mod undone;
mod view;
mod when;

pub use query::{Filter, Found, query};
pub use run::{Past, all_later_notes, past};
pub use undone::{undone_since, undone_whole};
pub use view::{RunView, SampleView, StepView};
pub use when::{Zone, parse_when};
