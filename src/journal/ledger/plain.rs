//! The two lines that most runs have in the ledger, told apart without building what they say.

use std::ops::Range;

use super::Entry;
use super::lines::{entry, header, number};
use crate::journal::Head;
use crate::journal::id::RunId;
use crate::journal::record::{self, Link};

/// What a line says, as far as it has to be known at once.
#[derive(Debug)]
pub(crate) enum Said {
    /// A run began; its journal's first record.
    Opened(RunId, Head),
    /// A run is over.
    Sealed {
        /// The run.
        id: RunId,
        /// Its journal's last record.
        head: Head,
        /// Where its summary stands in the line, without the braces. Whether it is one is not looked at.
        summary: Range<usize>,
    },
    /// Anything else, or the same in another form.
    Other(Entry),
}

/// What a line says; none if it has not the form of a line. Nothing is verified.
pub(crate) fn said(line: &[u8]) -> Option<Said> {
    plain(line).or_else(|| entry(line).map(Said::Other))
}

fn plain(line: &[u8]) -> Option<Said> {
    let (body, _) = record::split(line)?;
    let event = header(body)?.event;
    let rest = &body[event..];
    if let Some(rest) = rest.strip_prefix(b"\"event\":\"opened\",") {
        let (id, rest) = run(rest)?;
        return Some(Said::Opened(id, head(rest)?));
    }
    let inside = rest.strip_prefix(b"\"event\":\"sealed\",")?;
    let (id, _) = run(inside)?;
    // From the end: all that stands in between is the summary.
    let digits = inside.len().checked_sub(HEAD + 64 + 1)?;
    let before = inside[..digits].iter().rev().take_while(|c| c.is_ascii_digit()).count();
    let start = digits.checked_sub(before + RECORDS.len())?;
    let head = head(&inside[start..])?;
    let from = body.len() - inside.len();
    Some(Said::Sealed { id, head, summary: from..from + start })
}

const RECORDS: &[u8] = b",\"records\":";
/// Length of `,"head":"`.
const HEAD: usize = 9;

/// `"run":"<id>"`, and what follows.
fn run(bytes: &[u8]) -> Option<(RunId, &[u8])> {
    let (id, rest) = bytes.strip_prefix(b"\"run\":\"")?.split_at_checked(36)?;
    Some((RunId::parse(id)?, rest.strip_prefix(b"\"")?))
}

/// Exactly `,"records":N,"head":"<64 hex>"`.
fn head(bytes: &[u8]) -> Option<Head> {
    let (records, rest) = number(bytes.strip_prefix(RECORDS)?)?;
    let hex = rest.strip_prefix(b",\"head\":\"")?.strip_suffix(b"\"")?;
    Some(Head { records, link: Link::parse(hex)? })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::journal::ledger::Checkpoint;
    use crate::journal::record::Domain;

    const ID: &str = "0192f0c1-2345-7abc-8def-0123456789ab";

    proptest! {
        /// Whatever a line is like: what is told of it is what the long way tells, of a seal as far as
        /// it is told at all.
        #[test]
        fn it_tells_what_the_long_way_tells(
            seals: bool, records in prop_oneof![Just(String::from("7")), "[0-9]{0,21}"],
            run in prop_oneof![Just(ID.to_owned()), "[0-9a-f-]{36}"], head in "[0-9a-f]{63,64}",
            middle in prop_oneof![Just(String::new()), Just(",\"records\":3".to_owned()), ".{0,9}"],
            cut in 0..60usize,
        ) {
            let kind = if seals { "sealed" } else { "opened" };
            let mut event = format!("\"event\":\"{kind}\",\"run\":\"{run}\"{middle},\"records\":{records},\"head\":\"{head}\"");
            if cut < event.len() && event.is_char_boundary(cut) && cut % 3 == 0 {
                event.remove(cut);
            }
            let mut line = format!("{{\"seq\":3,\"at\":\"x\",{event}").into_bytes();
            record::finish(&mut line, 0, Domain::Ledger, &Link::first(Domain::Ledger, ""));
            line.pop();
            match plain(&line) {
                Some(Said::Opened(id, at)) => {
                    let at = Checkpoint::from(&at);
                    prop_assert_eq!(entry(&line), Some(Entry::Opened { run: id.to_string(), at }));
                }
                Some(Said::Sealed { id, head, summary }) => {
                    let said = String::from_utf8_lossy(&line[summary]).into_owned();
                    let run = format!("\"run\":\"{id}\"");
                    prop_assert!(said.starts_with(&run));
                    let rest = format!("{said},\"records\":{},\"head\":\"{}\",\"hash", head.records, head.link);
                    prop_assert!(String::from_utf8_lossy(&line).contains(&rest));
                }
                _ => {}
            }
        }
    }
}
