//! What stands below a subcommand's options: how it is used, in lines to copy.

pub(super) const RESUME: &str = "Examples:
  midwatch resume 3f9a                          go on where it stopped
  midwatch resume 3f9a --plain                  without drawing: lines, letters and Enter
  midwatch resume 3f9a --yes                    without a person, in a job that runs again

A command that nobody saw end is in doubt: midwatch looks whether it still runs, and never runs
it again unasked. `midwatch history --status paused` lists what can be resumed. Where a team shares
the record ([state] group in midwatch.toml), stand in a folder below that file to go on with a
teammate's run; the record says who handed it over to whom.";

pub(super) const UNDO: &str = "Examples:
  midwatch undo 3f9a                            all that has a way back, newest first
  midwatch undo 3f9a --step 2                   only what step 2 did

Each command is shown and confirmed. A run that is over stays as it is: what is undone is
recorded as a run of its own, which can be paused and resumed. In a run that is not over it is
recorded there.";

pub(super) const STEPS: &str = "Examples:
  midwatch steps restore.md                     its steps, commands, checks and dangers
  midwatch steps restore.md#promote             only the section with that anchor
  midwatch steps restore.md --json | jq -r '.steps[] | [.number, .id, .title] | @tsv'";

pub(super) const SHOW: &str = "Examples:
  midwatch show 3f9a                            who did what, when, and how it ended
  midwatch show 3f9a --json | jq '.steps[] | select(.status == \"failed\")'";

pub(super) const HISTORY: &str = "Examples:
  midwatch history --since 7d                   what was run in the last week
  midwatch history --status paused              what can be resumed
  midwatch history --runbook restore --ticket INC-42
  midwatch history --json | jq -r 'select(.status == \"failed\") | .run'";

pub(super) const VERIFY: &str = "Examples:
  midwatch verify                               all runs, and the list of them
  midwatch verify 3f9a                          one run: sealed, open, torn, tampered or missing

Exit codes: 0 all hold, 1 tampered or missing.";

pub(super) const OUTPUT: &str = "Examples:
  midwatch output 3f9a 2                        what step 2 printed, as text
  midwatch output 3f9a 2 --raw | less -R        with its colours";

pub(super) const NOTE: &str = "Example:
  midwatch note 3f9a the customer desk was told at 02:40

The record of a run is its own: the note is kept in the list of runs, and `show` and `report` tell it.";

pub(super) const PRUNE: &str = "Examples:
  midwatch prune --older-than 400d --dry-run    which runs would go
  midwatch prune --older-than 2025-01-01        those before that day";

pub(super) const SIGN: &str = "Examples:
  midwatch sign 3f9a --key ~/.ssh/id_ed25519            sign it
  midwatch sign 3f9a --signers allowed_signers          who signed it, and does it hold";

pub(super) const RULES: &str = "Examples:
  midwatch rules                                id, name, severity, what it catches
  midwatch rules --markdown > rules.md          all of them, explained";

pub(super) const EXPLAIN: &str = "Examples:
  midwatch explain MW201
  midwatch explain wait-without-check";

pub(super) const EXPORT: &str = "Example:
  midwatch export | jq -r '[.started, .status, .title, .duration_s] | @csv' > runs.csv";

pub(super) const MAN: &str = "Examples:
  midwatch man | man -l -                       read it
  midwatch man > /usr/local/share/man/man1/midwatch.1";

pub(super) const FOLLOW: &str = "Examples:
  midwatch follow                               the run that goes on now, from another terminal
  midwatch follow 3f9a                          this one

It ends with the run, or with q, which the run does not notice. A pause is waited through.
Another user's run can be followed where its record can be read: MIDWATCH_STATE_DIR names its folder.";

pub(super) const NEW: &str = "Examples:
  midwatch new failover.md --title 'Fail over the orders primary' --owner db-oncall
  midwatch new -                                to look at";
