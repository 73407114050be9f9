//! What later runs undid of earlier ones.

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::{Filter, query};
use crate::error::Error;
use crate::event::fold::{RunStatus, Summary};
use crate::journal::Store;

/// The runs that undid something, newest first, by the run they undid: all since `oldest` was opened.
///
/// # Errors
/// If the ledger cannot be read.
pub fn undone_since(store: &Store, oldest: &str) -> Result<HashMap<String, Vec<Summary>>, Error> {
    let mut by_run: HashMap<String, Vec<Summary>> = HashMap::new();
    let filter = Filter { undoing: Some(true), down_to: Some(oldest.to_owned()), ..Filter::default() };
    query(store, &filter, &mut |run| {
        if let Some(undone) = run.undoes.clone() {
            by_run.entry(undone).or_default().push(run);
        }
        ControlFlow::Continue(())
    })?;
    Ok(by_run)
}

/// Whether all that could be undone was, by the runs that undid it; none if nothing was.
pub fn undone_whole(by: &[Summary]) -> Option<bool> {
    let some = by.iter().any(|run| run.steps_done > 0);
    let all = |run: &Summary| {
        let done = run.steps_done == run.steps_total && run.undoes_step.is_none();
        done && run.status == RunStatus::Completed
    };
    some.then(|| by.iter().any(all))
}
