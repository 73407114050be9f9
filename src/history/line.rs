//! A run as a line of the ledger has it, without taking all of it apart: a query over many runs looks
//! at a few fields of each, and hands most of those it finds on as they are written.

use std::io::{self, Write};

use memchr::{memchr, memchr2};

use crate::event::fold::{RunStatus, Summary};
use crate::terminal::clean::clean_json;

/// A run that was found.
#[derive(Debug, Clone)]
pub enum Row {
    /// Its summary, as the ledger has it: a JSON object of [`Summary`]'s form.
    Line(Box<[u8]>),
    /// Its summary.
    Run(Box<Summary>),
}

impl Row {
    /// The summary; none of a line that has not its form, of which [`Fields::read`] makes no row.
    pub fn summary(&self) -> Option<Summary> {
        match self {
            Row::Line(object) => serde_json::from_slice(object).ok(),
            Row::Run(summary) => Some((**summary).clone()),
        }
    }

    /// Writes it as one line of JSON, harmless to look at.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let text = match self {
            Row::Line(object) => String::from_utf8_lossy(object),
            Row::Run(summary) => serde_json::to_string(summary)?.into(),
        };
        out.write_all(clean_json(&text).as_bytes())?;
        out.write_all(b"\n")
    }
}

/// What a query asks about in a pause or seal. Strings are as they are written, and none of them has
/// an escape in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Fields<'a> {
    pub runbook: &'a [u8],
    pub title: &'a [u8],
    pub operator: &'a [u8],
    pub host: &'a [u8],
    pub started: &'a [u8],
    pub status: RunStatus,
    pub ticket: Option<&'a [u8]>,
    pub drill: bool,
    /// Whether it undoes another run.
    pub undoing: bool,
    /// All fields of the summary, without the braces.
    inside: &'a [u8],
}

impl<'a> Fields<'a> {
    /// Reads a line in exactly the form that this version writes; none of any other, which has to be
    /// read the long way.
    pub fn read(line: &'a [u8]) -> Option<Self> {
        let rest = &line[memchr(b',', line)?..];
        let (_, rest) = string(rest, b",\"at\":\"")?;
        let (_, inside) = string(rest, b",\"event\":\"")?;
        let (_, rest) = string(inside, b",\"run\":\"")?;
        let (runbook, rest) = string(rest, b",\"runbook\":\"")?;
        let (title, rest) = string(rest, b",\"title\":\"")?;
        let (_, rest) = string(rest, b",\"sha256\":\"")?;
        let (operator, rest) = string(rest, b",\"operator\":\"")?;
        let (host, rest) = string(rest, b",\"host\":\"")?;
        let (started, rest) = string(rest, b",\"started\":\"")?;
        let (_, rest) = or_null(rest, b",\"ended\":")?;
        let (status, rest) = string(rest, b",\"status\":\"")?;
        let status = RunStatus::parse(std::str::from_utf8(status).ok()?)?;
        let rest = number(rest, b",\"steps_total\":")?;
        let rest = number(rest, b",\"steps_done\":")?;
        let rest = number(rest, b",\"steps_skipped\":")?;
        let (ticket, rest) = or_null(rest, b",\"ticket\":")?;
        let mut rest = rest.strip_prefix(b",\"tags\":[")?;
        let mut before: &[u8] = b"\"";
        while !rest.starts_with(b"]") {
            (_, rest) = string(rest, before)?;
            before = b",\"";
        }
        let rest = &rest[1..];
        let rest = rest.strip_prefix(b",\"drill\":")?;
        let (drill, rest) = match rest.strip_prefix(b"true") {
            Some(rest) => (true, rest),
            None => (false, rest.strip_prefix(b"false")?),
        };
        let rest = number(rest, b",\"duration_s\":")?;
        let undoes = string(rest, b",\"undoes\":\"");
        let rest = undoes.map_or(rest, |(_, rest)| rest);
        let rest = number(rest, b",\"undoes_step\":").unwrap_or(rest);
        rest.strip_prefix(b",\"records\":")?;
        let inside = &inside[1..inside.len() - rest.len()];
        // JSON has no control characters: this is none, whatever the chain says.
        if inside.iter().fold(false, |odd, byte| odd | (*byte < b' ')) {
            return None;
        }
        let undoing = undoes.is_some();
        Some(Fields { runbook, title, operator, host, started, status, ticket, drill, undoing, inside })
    }

    /// The row.
    pub fn row(&self) -> Row {
        Row::Line([b"{", self.inside, b"}"].concat().into())
    }
}

/// The string after `name`, and what follows its closing quote.
fn string<'a>(bytes: &'a [u8], name: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let rest = bytes.strip_prefix(name)?;
    let end = memchr2(b'"', b'\\', rest)?;
    (rest[end] == b'"').then(|| (&rest[..end], &rest[end + 1..]))
}

/// The string after `name`, or none if `null` stands there.
fn or_null<'a>(bytes: &'a [u8], name: &[u8]) -> Option<(Option<&'a [u8]>, &'a [u8])> {
    let rest = bytes.strip_prefix(name)?;
    match rest.strip_prefix(b"null") {
        Some(rest) => Some((None, rest)),
        None => string(rest, b"\"").map(|(text, rest)| (Some(text), rest)),
    }
}

/// What follows the number after `name`.
fn number<'a>(bytes: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let rest = bytes.strip_prefix(name)?;
    let digits = |bytes: &[u8]| bytes.iter().take_while(|c| c.is_ascii_digit()).count();
    let whole = digits(rest);
    let fine = whole == 1 || (whole > 1 && whole <= 20 && rest[0] != b'0');
    let (_, rest) = fine.then(|| rest.split_at(whole))?;
    match rest.strip_prefix(b".") {
        Some(part) => Some(&part[digits(part)..]).filter(|_| digits(part) > 0),
        None => Some(rest),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::journal::ledger::{Checkpoint, Closed, Entry};

    /// A line as the ledger has it.
    fn line(summary: &Summary) -> String {
        let at = Checkpoint { records: 7, head: "ab".into() };
        let entry = serde_json::to_string(&Entry::Sealed(Box::new(Closed { summary: summary.clone(), at })));
        let entry = entry.unwrap();
        let fields = entry.strip_prefix('{').unwrap().strip_suffix('}').unwrap();
        format!("{{\"seq\":12,\"at\":\"2026-11-03T02:14:05.000Z\",{fields},\"hash\":\"{}\"}}", "0".repeat(64))
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z/.]{0,8}",
            Just("],\"drill\":true,\"".to_owned()),
            Just("\"],\"drill\":".to_owned()),
            Just("\\\"".to_owned()),
            Just("\"operator\":\"ben\"".to_owned()),
            any::<String>(),
        ]
    }

    prop_compose! {
        fn summary()(
            texts in prop::collection::vec(text(), 5), ticket in prop::option::of(text()),
            tags in prop::collection::vec(text(), 0..3), ended in prop::option::of(text()),
            undoes in prop::option::of(text()), undoes_step in prop::option::of(0..9usize), status in 0..6usize, drill: bool, steps in 0..9usize,
            duration_ms in 0..10_000_000u64,
        ) -> Summary {
            let [run, runbook, title, operator, host] = <[String; 5]>::try_from(texts).unwrap();
            Summary {
                run, runbook, title, operator, host, sha256: "00".into(), started: "2026".into(), ended,
                status: RunStatus::ALL[status], steps_total: steps, steps_done: steps, steps_skipped: 0,
                ticket, tags, drill, duration_ms, undoes, undoes_step,
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn what_is_read_is_what_was_written(summary in summary()) {
            let line = line(&summary);
            if let Some(fields) = Fields::read(line.as_bytes()) {
                prop_assert_eq!(fields.runbook, summary.runbook.as_bytes());
                prop_assert_eq!(fields.title, summary.title.as_bytes());
                prop_assert_eq!(fields.operator, summary.operator.as_bytes());
                prop_assert_eq!(fields.host, summary.host.as_bytes());
                prop_assert_eq!(fields.ticket, summary.ticket.as_ref().map(String::as_bytes));
                prop_assert_eq!((fields.status, fields.drill), (summary.status, summary.drill));
                prop_assert_eq!(fields.undoing, summary.undoes.is_some());
                let mut written = Vec::new();
                fields.row().write(&mut written).unwrap();
                let expected = serde_json::to_string(&summary).unwrap() + "\n";
                prop_assert_eq!(String::from_utf8(written).unwrap(), clean_json(&expected).into_owned());
                prop_assert_eq!(fields.row().summary(), Some(summary));
            } else {
                let escapes = line.contains('\\');
                prop_assert!(escapes, "only an escape has to be read the long way: {}", line);
            }
        }

        #[test]
        fn no_bytes_are_too_odd(line in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = Fields::read(&line);
        }
    }
}
