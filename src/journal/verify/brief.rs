//! A run on one line, made of the bytes of its journal: the same that [`Run::summary`] makes of its
//! events, without the events.
//!
//! Only what every ordinary run consists of is understood, and only in the form that this version
//! writes. At anything else it gives up, and the run is read the long way.
//!
//! [`Run::summary`]: crate::event::fold::Run::summary

use super::raw::Raw;
use crate::event::StepStatus;
use crate::journal::reader::Record;

/// What the events of a run have come to so far.
#[derive(Debug, Default)]
pub(super) struct Brief<'a> {
    pub opened: Option<Opened<'a>>,
    /// When it began: by both clocks.
    began: (&'a str, u64),
    /// How it ended, and when.
    pub sealed: Option<(&'a [u8], &'a str, u64)>,
    /// Files of outputs with what they hash to.
    pub outputs: Vec<(&'a [u8], &'a [u8])>,
    /// Steps by number, and how each stands.
    steps: Vec<(usize, Option<StepStatus>)>,
}

/// What the first event says; strings as they are written.
#[derive(Debug)]
pub(super) struct Opened<'a> {
    run: &'a [u8],
    path: &'a [u8],
    file: &'a [u8],
    anchor: Option<&'a [u8]>,
    title: &'a [u8],
    pub sha256: &'a [u8],
    person: &'a [u8],
    host: &'a [u8],
    live: bool,
    ticket: Option<&'a [u8]>,
    tags: &'a [u8],
    steps_total: usize,
}

/// Longer than any run, and short enough for every millisecond to have a number of its own.
const LONGEST: u64 = 1 << 48;

impl<'a> Brief<'a> {
    /// Takes one more record in; none if it is not so simple.
    pub fn take(&mut self, record: &Record<'a>) -> Option<()> {
        let said = Raw(record.said());
        match record.kind {
            "opened" if record.seq == 1 => {
                self.opened = Some(opened(said)?);
                self.began = (record.at, record.mono_ms);
                Some(())
            }
            // The first one opens it, and no other one does.
            "opened" | "paused" | "resumed" => None,
            _ if record.seq == 1 => None,
            "intent" => self.intent(said),
            "exited" => self.exited(said),
            "step_ended" => self.step_ended(said),
            "sealed" => {
                self.sealed = Some((sealed(said)?, record.at, record.mono_ms));
                Some(())
            }
            // These change nothing in a summary.
            _ => Some(()),
        }
    }

    fn intent(&mut self, mut said: Raw<'a>) -> Option<()> {
        let step = said.counted(b"\"event\":\"intent\",\"step\":")?;
        said.named(b",\"action\":\"")?;
        let kind = said.named(b",\"kind\":\"")?;
        said.counted::<u32>(b",\"attempt\":")?;
        said.named(b",\"command\":\"")?;
        said.maybe(b",\"original\":\"")?;
        if kind.contains(&b'\\') {
            return None;
        }
        // Whose command runs once more has not done the step.
        if kind == b"run" {
            self.settle(step, None);
        }
        said.end()
    }

    fn exited(&mut self, mut said: Raw<'a>) -> Option<()> {
        said.counted::<usize>(b"\"event\":\"exited\",\"step\":")?;
        said.named(b",\"action\":\"")?;
        said.counted::<u32>(b",\"attempt\":")?;
        said.past(b",\"exit\":")?;
        if !said.has(b"null") {
            said.number::<i32>()?;
        }
        if said.has(b",\"signal\":") {
            said.number::<i32>()?;
        }
        said.past(b",\"ok\":")?;
        said.truth()?;
        said.counted::<u64>(b",\"duration_ms\":")?;
        said.counted::<u64>(b",\"output_bytes\":")?;
        let file = said.maybe(b",\"output\":\"")?;
        let sha256 = said.maybe(b",\"output_sha256\":\"")?;
        said.has(b",\"timed_out\":true");
        if said.has(b",\"failed_lines\":[") {
            loop {
                said.counted::<usize>(b"{\"line\":")?;
                said.counted::<i32>(b",\"status\":")?;
                said.named(b",\"command\":\"")?;
                said.past(b"}")?;
                if said.has(b"]") {
                    break;
                }
                said.past(b",")?;
            }
        }
        said.maybe(b",\"changed\":\"")?;
        said.maybe(b",\"trouble\":\"")?;
        self.outputs.extend(file.zip(sha256));
        said.end()
    }

    fn step_ended(&mut self, mut said: Raw<'a>) -> Option<()> {
        let step = said.counted(b"\"event\":\"step_ended\",\"step\":")?;
        let status = match said.named(b",\"status\":\"")? {
            b"done" => StepStatus::Done,
            b"skipped" => StepStatus::Skipped,
            b"not_applicable" => StepStatus::NotApplicable,
            b"condition_false" => StepStatus::ConditionFalse,
            b"failed" => StepStatus::Failed,
            _ => return None,
        };
        said.maybe(b",\"reason\":\"")?;
        self.settle(step, Some(status));
        said.end()
    }

    fn settle(&mut self, step: usize, status: Option<StepStatus>) {
        match self.steps.binary_search_by_key(&step, |(number, _)| *number) {
            Ok(at) => self.steps[at].1 = status,
            Err(at) => self.steps.insert(at, (step, status)),
        }
    }

    /// Whether it is run `id` that its first record opens.
    pub fn names(&self, id: &str) -> bool {
        self.opened.as_ref().is_some_and(|opened| opened.run == id.as_bytes())
    }

    /// Writes the summary as the ledger has it, without the braces; none if it cannot be told.
    pub fn write(&self, out: &mut Vec<u8>) -> Option<()> {
        let opened = self.opened.as_ref()?;
        let (status, ended, until) = self.sealed?;
        let duration_ms = until.saturating_sub(self.began.1);
        if duration_ms > LONGEST {
            return None;
        }
        let count = |wanted: &[StepStatus]| {
            self.steps
                .iter()
                .filter(|(_, status)| status.is_some_and(|status| wanted.contains(&status)))
                .count()
        };
        let passed_over = [StepStatus::Skipped, StepStatus::NotApplicable, StepStatus::ConditionFalse];
        let mut put = |parts: &[&[u8]]| parts.iter().for_each(|part| out.extend_from_slice(part));
        let file = if opened.file.is_empty() { opened.path } else { opened.file };
        put(&[b"\"run\":\"", opened.run, b"\",\"runbook\":\"", file]);
        if let Some(anchor) = opened.anchor {
            put(&[b"#", anchor]);
        }
        put(&[b"\",\"title\":\"", opened.title, b"\",\"sha256\":\"", opened.sha256]);
        put(&[b"\",\"operator\":\"", opened.person, b"\",\"host\":\"", opened.host]);
        put(&[b"\",\"started\":\"", self.began.0.as_bytes(), b"\",\"ended\":\"", ended.as_bytes()]);
        put(&[b"\",\"status\":\"", status, b"\""]);
        let steps: [(&[u8], usize); 3] = [
            (b",\"steps_total\":", opened.steps_total),
            (b",\"steps_done\":", count(&[StepStatus::Done])),
            (b",\"steps_skipped\":", count(&passed_over)),
        ];
        for (name, number) in steps {
            put(&[name]);
            serde_json::to_writer(Writer(&mut put), &number).ok()?;
        }
        match opened.ticket {
            Some(ticket) => put(&[b",\"ticket\":\"", ticket, b"\""]),
            None => put(&[b",\"ticket\":null"]),
        }
        put(&[b",\"tags\":[", opened.tags, b"],\"drill\":", if opened.live { b"false" } else { b"true" }]);
        put(&[b",\"duration_s\":"]);
        serde_json::to_writer(Writer(&mut put), &(duration_ms as f64 / 1000.0)).ok()
    }
}

/// Writes through a closure.
struct Writer<F>(F);

impl<F: FnMut(&[&[u8]])> std::io::Write for Writer<F> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        (self.0)(&[bytes]);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn opened(mut said: Raw<'_>) -> Option<Opened<'_>> {
    said.counted::<u32>(b"\"event\":\"opened\",\"format\":")?;
    let run = said.named(b",\"run\":\"")?;
    said.named(b",\"version\":\"")?;
    let path = said.named(b",\"runbook\":{\"path\":\"")?;
    let file = said.named(b",\"file\":\"")?;
    let anchor = said.maybe(b",\"anchor\":\"")?;
    let title = said.named(b",\"title\":\"")?;
    let sha256 = said.named(b",\"sha256\":\"")?;
    said.maybe(b",\"commit\":\"")?;
    said.past(b",\"dirty\":")?;
    said.truth()?;
    let user = said.named(b"},\"operator\":{\"user\":\"")?;
    said.maybe(b",\"effective\":\"")?;
    let sudo_user = said.maybe(b",\"sudo_user\":\"")?;
    let host = said.named(b",\"host\":\"")?;
    said.maybe(b",\"boot\":\"")?;
    said.counted::<u32>(b",\"pid\":")?;
    said.maybe(b",\"tty\":\"")?;
    said.maybe(b",\"ssh\":\"")?;
    let live = match said.named(b"},\"mode\":\"")? {
        b"live" => true,
        b"drill" | b"tabletop" => false,
        _ => return None,
    };
    said.past(b",\"unattended\":")?;
    said.truth()?;
    said.past(b",\"params\":{")?;
    said.strings(b"}", true)?;
    said.past(b",\"secrets\":[")?;
    said.strings(b"]", false)?;
    let ticket = said.maybe(b",\"ticket\":\"")?;
    said.past(b",\"tags\":[")?;
    let tags = said.strings(b"]", false)?;
    let steps_total = said.counted(b",\"steps_total\":")?;
    if said.has(b",\"from\":") {
        said.number::<usize>()?;
    }
    said.named(b",\"cwd\":\"")?;
    // A run that undoes another one counts otherwise.
    said.end()?;
    let person = sudo_user.unwrap_or(user);
    Some(Opened { run, path, file, anchor, title, sha256, person, host, live, ticket, tags, steps_total })
}

/// How it ended.
fn sealed(mut said: Raw<'_>) -> Option<&[u8]> {
    let status = said.named(b"\"event\":\"sealed\",\"status\":\"")?;
    said.maybe(b",\"reason\":\"")?;
    said.maybe(b",\"helped\":\"")?;
    said.end()?;
    matches!(status, b"completed" | b"failed" | b"aborted").then_some(status)
}
