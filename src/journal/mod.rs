//! The record: a write-ahead, hash-chained journal for each run, and a hash-chained list of all
//! runs, the ledger.
//!
//! ```text
//! $STATE/ledger.jsonl                 opened, paused, resumed, sealed, noted, pruned
//! $STATE/runs/YYYY/MM/DD/RUN/         the UTC date inside the run's id (a UUID v7)
//!     journal.jsonl                   one event a line
//!     journal.torn-N                  what a crash left of a line, set aside by resume
//!     runbook.md                      the exact bytes that were run
//!     signature-N                     over the last record's hash, by `ssh-keygen -Y`
//!     output/STEP-ACTION-ATTEMPT.log  what a command printed
//! ```
//!
//! # The chain
//!
//! A line is one JSON object that ends `,"hash":"<64 hex>"}`. What stands before that suffix is its
//! *body*. With `+` for "put together", bytes for bytes:
//!
//! ```text
//! hash(line)  = SHA-256( DOMAIN + hash(line before) + body )            in lower-case hex
//! hash(line0) = SHA-256( DOMAIN + NAME )                  what the first line takes for "before"
//! DOMAIN      = "midwatch-journal-v1\n" or "midwatch-ledger-v1\n"
//! NAME        = the run's id, or "ledger"
//! ```
//!
//! so a journal cannot stand in for another run's, nor for the ledger. `tests/verify.sh` checks a
//! journal with nothing but a shell and `sha256sum`.
//!
//! # The order of things
//!
//! The rule is *durable before visible or acted upon*: append, [`Journal::sync`], and only then
//! show it or start the command. A run's first record is durable before the ledger names it, the
//! ledger names it before the second record is written, and a pause or seal is durable in the
//! journal before the ledger has it. A journal that is closed and whose last line the ledger has is
//! made read-only: that is how [`verify`] tells a ledger that lost its last line from a process that
//! was killed in between.

mod clock;
mod file;
mod fs;
mod group;
mod head;
mod id;
mod output;
mod prune;
mod record;
mod store;

pub mod ledger;
pub mod reader;
pub mod verify;

pub use clock::SystemClock;
pub use file::{Journal, Torn};
pub use group::Group;
pub use head::Head;
pub use output::{Kept, OutputFile, output_name, partial_output};
pub use record::{Domain, Link};
pub use store::{Days, Presence, RunDir, Store, this_boot, this_host};
