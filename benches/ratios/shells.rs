//! What a thousand steps cost without midwatch, done as plainly as a shell allows: each in a `bash` of
//! its own that restores the state of the one before and dumps its own, with the appends to a file
//! that midwatch makes to its record, and as many syncs.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Steps to be run.
#[derive(Clone, Copy)]
pub struct Steps {
    /// How many.
    pub count: usize,
    /// What each does.
    pub script: &'static str,
    /// Restore the state of the step before, and dump it at the end.
    pub state: bool,
    /// Synced appends for each.
    pub syncs: usize,
}

/// About as long as what midwatch records of a step.
const RECORDED: usize = 900;

impl Steps {
    /// Runs them in `place`, and says how long that took.
    pub fn bare(self, place: &Path) -> Duration {
        let (state, new) = (place.join("bare-state"), place.join("bare-state.new"));
        File::create(&state).expect("a file");
        let (state_name, new_name) = (state.display(), new.display());
        let script = if self.state {
            format!(
                ". {state_name} 2>/dev/null\n\
                 trap '{{ declare -p; declare -f; shopt -p; set +o; alias; umask -p; echo cd \"$PWD\"; }} >{new_name}' EXIT\n\
                 {}",
                self.script
            )
        } else {
            self.script.to_owned()
        };
        let mut appended =
            OpenOptions::new().create(true).append(true).open(place.join("bare-journal")).expect("a file");
        let began = Instant::now();
        for _ in 0..self.count {
            for _ in 0..self.syncs {
                appended.write_all(&[b'x'; RECORDED]).and_then(|()| appended.sync_data()).expect("synced");
            }
            let mut bash = Command::new("bash");
            bash.arg("-c").arg(&script).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            assert!(bash.status().expect("bash").success(), "a step failed");
            if self.state {
                std::fs::rename(&new, &state).expect("the new state");
            }
        }
        began.elapsed()
    }

    /// The same as a runbook.
    pub fn runbook(self) -> String {
        let step = |n: usize| format!("{n}. Step {n}\n\n   ```sh\n   {}\n   ```\n\n", self.script);
        format!("# Steps\n\n{}", (1..=self.count).map(step).collect::<String>())
    }
}
