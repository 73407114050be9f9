//! Where the record goes on when the state folder cannot be written any more.

use std::path::PathBuf;

use crate::error::Error;
use crate::journal::Store;

/// Names the one folder to go on in; empty: there is none.
const VARIABLE: &str = "MIDWATCH_FALLBACK_DIR";

/// Folders to try, those that outlive a restart first.
fn folders() -> Vec<PathBuf> {
    if let Some(named) = std::env::var_os(VARIABLE) {
        return if named.is_empty() { Vec::new() } else { vec![named.into()] };
    }
    let own = format!("midwatch-{}", rustix::process::geteuid().as_raw());
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute());
    let shared = [PathBuf::from("/var/tmp"), std::env::temp_dir()].into_iter();
    shared.chain(runtime).chain([PathBuf::from("/dev/shm")]).map(|folder| folder.join(&own)).collect()
}

/// Fallback folders that can be opened to write to: one's own, private, no link. `but` is the one
/// that failed.
pub fn stores(but: Option<&Store>) -> impl Iterator<Item = Store> + use<> {
    let failed = but.map(|store| store.root().to_owned());
    folders()
        .into_iter()
        .filter(move |folder| Some(folder) != failed.as_ref())
        .filter_map(|folder| Store::open(&folder).ok())
}

/// Refuses a run whose record went on in a fallback folder: two continuations would contradict.
pub fn not_elsewhere(store: &Store, run: &str) -> Result<(), Error> {
    for folder in folders().into_iter().filter(|folder| folder != store.root() && folder.exists()) {
        // What a stranger put there, where all may write, is no record of this user's.
        let own = Store::is_private(&folder).unwrap_or(false);
        let there = Store::read(&folder).ok().filter(|_| own);
        if there.and_then(|other| other.run(run).ok().flatten()).is_some() {
            let folder = folder.display();
            return Err(Error::refused(format!("the record of run {run} goes on in {folder}"))
                .help(format!("MIDWATCH_STATE_DIR={folder} midwatch resume {run}")));
        }
    }
    Ok(())
}
