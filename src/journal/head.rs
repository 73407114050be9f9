//! How far a journal goes.

use super::record::{Domain, Link};

/// The last record of a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many records there are; the last one's sequence number.
    pub records: u64,
    /// The last one's hash.
    pub link: Link,
}

impl Head {
    /// The head of a journal without a record.
    pub fn empty(run: &str) -> Self {
        Head { records: 0, link: Link::first(Domain::Journal, run) }
    }
}
