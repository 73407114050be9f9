//! The events a journal is full of, read without the detour that an enum with its tag among its fields
//! takes: there all fields are kept aside until the tag is found, and here it is known before.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::event::{Ending, Event, FailedLine, Mode, Operator, Revision, StepStatus, Verdict};

/// Reads an object as one kind of event: its fields, then those that may be left out.
macro_rules! read {
    ($object:expr, $kind:ident { $($field:ident: $type:ty),* $(; $($left_out:ident: $default:ty),*)? }) => {{
        #[derive(Deserialize)]
        struct Fields {
            $($field: $type,)*
            $($(#[serde(default)] $left_out: $default,)*)?
        }
        let fields: Fields = serde_json::from_slice($object).ok()?;
        Some(Event::$kind { $($field: fields.$field,)* $($($left_out: fields.$left_out,)*)? })
    }};
}

/// The event, if it is of one of these kinds and in the form this version writes. None says only that
/// it has to be read the long way.
pub(super) fn event(kind: &str, object: &[u8]) -> Option<Event> {
    match kind {
        "step_entered" => read!(object, StepEntered { step: usize, id: String, title: String }),
        "intent" => read!(object, Intent {
            step: usize, action: String, kind: String, attempt: u32, command: String, original: Option<String>
        }),
        "exited" => read!(object, Exited {
            step: usize, action: String, attempt: u32, exit: Option<i32>, signal: Option<i32>, ok: bool,
            duration_ms: u64, output_bytes: u64, output: Option<String>, output_sha256: Option<String>,
            changed: Option<String>, trouble: Option<String>;
            timed_out: bool, failed_lines: Vec<FailedLine>
        }),
        "sample" => read!(object, Sample {
            step: usize, action: String, n: u32, t_ms: u64, value: Option<String>, verdict: Verdict,
            unknown: Option<String>, exit: Option<i32>, stderr: Option<String>
        }),
        "waited" => read!(
            object,
            Waited {
                step: usize,
                action: String,
                verdict: Verdict,
                why: String,
                samples: u32,
                duration_ms: u64
            }
        ),
        "step_ended" => read!(object, StepEnded { step: usize, status: StepStatus, reason: Option<String> }),
        "opened" => read!(
            object,
            Opened {
                format: u32, run: String, version: String, runbook: Revision, operator: Operator,
                ticket: Option<String>, steps_total: usize, from: Option<usize>, cwd: String,
                undoes: Option<String>;
                mode: Mode, unattended: bool, params: BTreeMap<String, String>, secrets: Vec<String>,
                tags: Vec<String>
            }
        ),
        "sealed" => {
            read!(object, Sealed { status: Ending, reason: Option<String>, helped: Option<String> })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line with what the long way makes of it.
    #[test]
    fn it_is_what_the_long_way_gives() {
        let full = [
            r#"{"event":"step_entered","step":1,"id":"a","title":"A \"b\" \u00e9"}"#,
            r#"{"event":"intent","step":1,"action":"a","kind":"run","attempt":1,"command":"x\ny"}"#,
            r#"{"event":"intent","step":1,"action":"a","kind":"run","attempt":1,"command":"x","original":"y"}"#,
            r#"{"event":"exited","step":1,"action":"a","attempt":1,"exit":null,"signal":9,"ok":false,"duration_ms":5,"output_bytes":7}"#,
            r#"{"event":"exited","step":1,"action":"a","attempt":1,"exit":0,"ok":true,"duration_ms":5,"output_bytes":7,"output":"f","output_sha256":"00","timed_out":true,"failed_lines":[{"line":2,"status":1,"command":"false"}],"changed":"c","trouble":"t"}"#,
            r#"{"event":"sample","step":1,"action":"a","n":1,"t_ms":3,"value":null,"verdict":"waiting","unknown":"u","exit":0,"stderr":"e"}"#,
            r#"{"event":"waited","step":1,"action":"a","verdict":"pass","why":"w","samples":3,"duration_ms":9}"#,
            r#"{"event":"step_ended","step":1,"status":"skipped","reason":"r"}"#,
            r#"{"event":"opened","format":1,"run":"r","version":"0.1.0","runbook":{"path":"p","file":"f","title":"t","sha256":"00","dirty":true},"operator":{"user":"u","host":"h","pid":3},"mode":"drill","unattended":true,"params":{"a":"b"},"secrets":["s"],"ticket":"T","tags":["x"],"steps_total":3,"from":2,"cwd":"/","undoes":"q"}"#,
            r#"{"event":"opened","format":2,"run":"r","version":"0.1.0","runbook":{"path":"p","file":"f","title":"t","sha256":"00"},"operator":{"user":"u","host":"h","pid":3},"steps_total":3,"cwd":"/"}"#,
            r#"{"event":"sealed","status":"aborted","reason":"r","helped":null}"#,
            r#"{"event":"step_ended","step":1,"status":"done","by":{"another":"version"}}"#,
        ];
        for line in full {
            let long: Event = serde_json::from_str(line).unwrap();
            let kind = serde_json::from_str::<serde_json::Value>(line).unwrap()["event"]
                .as_str()
                .unwrap()
                .to_owned();
            assert_eq!(event(&kind, line.as_bytes()), Some(long), "{line}");
        }
        for line in [
            r#"{"event":"step_ended","step":1,"status":"postponed"}"#,
            r#"{"event":"step_ended","status":"done"}"#,
            r#"{"event":"intent","step":"one","action":"a","kind":"run","attempt":1,"command":"x"}"#,
            r#"{"event":"waited","step":1,"action":"a","verdict":"maybe","why":"w","samples":3,"duration_ms":9}"#,
        ] {
            assert!(serde_json::from_str::<Event>(line).is_err(), "{line}");
            for kind in
                ["step_ended", "intent", "waited", "exited", "sample", "step_entered", "opened", "sealed"]
            {
                assert_eq!(event(kind, line.as_bytes()), None, "{kind}: {line}");
            }
        }
    }
}
