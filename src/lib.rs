//! midwatch: a terminal runbook executor.
//!
//! The data goes one way: text becomes a [`runbook::Runbook`], that and the parameters become a
//! [`plan::Plan`], the [`engine`] asks for things and folds [`event::Event`]s, the [`journal`]
//! keeps them, and everything shown afterwards is a fold over the same events.
//!
//! ```text
//! {memory, source, excerpt} <- shell <- danger <- {runbook, event} <- check <- {plan, lint} <- {engine, journal}
//!        <- history <- {process, terminal, report} <- commands <- main      (held by tests/layers.rs)
//! ```

pub mod check;
pub mod cli;
pub mod commands;
pub mod danger;
pub mod duration;
pub mod engine;
pub mod error;
pub mod event;
pub mod excerpt;
pub mod history;
pub mod journal;
pub mod lint;
mod memory;
pub mod plan;
pub mod process;
pub mod report;
pub mod runbook;
pub mod shell;
pub mod source;
pub mod terminal;
