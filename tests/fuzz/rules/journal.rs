//! The reader of journals: whole ones are read whole, changed ones are told from torn ones.

use midwatch::event::fold::Run;
use midwatch::journal::reader::{self, End, Tail};
use midwatch::journal::{Domain, Link};

const RUN: &str = "0199aaaa-0000-7000-8000-000000000001";

const OPENED: &str = r#"{"seq":1,"at":"2026-01-01T00:00:00.000Z","mono_ms":1,"event":"opened","format":1,"run":"0199aaaa-0000-7000-8000-000000000001","version":"0","runbook":{"path":"a.md","file":"/a.md","title":"A","sha256":"00"},"operator":{"user":"a","host":"b","pid":1}"#;

/// `CHOICE PLACE PLACE BYTE text`: the lines of the text become events of a journal, and then
/// something happens to it.
pub fn journal(bytes: &[u8]) {
    // As it is: most likely no journal at all.
    read(bytes, &mut Vec::new());
    let Some((&[choice, high, low, byte], text)) = bytes.split_first_chunk() else { return };
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut link = Link::first(Domain::Journal, RUN);
    let texts = text.split(|&byte| byte == b'\n').filter(|line| !line.contains(&0));
    for (index, line) in std::iter::once(&b""[..]).chain(texts).enumerate() {
        let body = if index == 0 {
            OPENED.as_bytes().to_vec()
        } else {
            let head = format!(
                "{{\"seq\":{},\"at\":\"2026-01-01T00:00:00.000Z\",\"mono_ms\":7,\"event\":",
                index + 1
            );
            [head.as_bytes(), line].concat()
        };
        link = link.next(Domain::Journal, &body);
        lines.push([&body[..], b",\"hash\":\"", link.as_str().as_bytes(), b"\"}\n"].concat());
    }
    let good = lines.concat();
    let mut ends = Vec::new();
    let before = read(&good, &mut ends);
    // What is no event of ours or seals it early may end it; else it is whole.
    let upto = before.bytes as usize;
    assert_eq!(ends.last().copied().unwrap_or(0), before.bytes);
    let place = (usize::from(high) << 8 | usize::from(low)) % (good.len() + 1);
    let mut changed = good.clone();
    match choice % 6 {
        0 => changed.truncate(place),
        1 if place < changed.len() && changed[place] != byte => changed[place] = byte,
        2 => changed.insert(place, byte),
        3 if place < changed.len() => _ = changed.remove(place),
        4 => {
            let line = place % lines.len();
            lines.remove(line);
            changed = lines.concat();
        }
        5 => {
            let (one, other) = (place % lines.len(), usize::from(byte) % lines.len());
            lines.swap(one, other);
            changed = lines.concat();
        }
        _ => return,
    }
    let after = read(&changed, &mut Vec::new());
    let same = good.iter().zip(&changed).take_while(|(left, right)| left == right).count();
    if good == changed || same >= upto {
        return;
    }
    // Whatever was changed counts no more, and what stands before it still does.
    let kept = ends.iter().copied().filter(|&end| end <= same as u64).max().unwrap_or(0);
    assert_eq!(after.bytes, kept, "{after:?}");
    match after.tail {
        Tail::Whole => assert!(changed.len() as u64 == after.bytes, "{after:?}"),
        Tail::Torn { at, bytes } => assert_eq!(at + bytes, changed.len() as u64),
        Tail::Bad { line, .. } => assert_eq!(line, after.head.records + 1),
    }
    // A cut is an accident, and no other change passes as whole unless lines at the end are gone.
    if choice % 6 == 0 {
        assert!(!matches!(after.tail, Tail::Bad { .. }), "{after:?}");
    } else if after.tail == Tail::Whole {
        assert!(good.starts_with(&changed), "a change was not seen");
    }
}

/// Reads it at once and record by record; both say the same. `ends` are the places after each.
fn read(bytes: &[u8], ends: &mut Vec<u64>) -> End {
    let mut run = Run::new();
    let mut at = 0;
    let end = reader::read(bytes, RUN, &mut |record| {
        run.apply(&record.stamped());
        at += record.body.len() as u64 + 76;
        ends.push(at);
    })
    .expect("memory can be read");
    let mut so_far = End::before(RUN);
    for &part in ends.iter() {
        let piece = &bytes[so_far.bytes as usize..part as usize];
        so_far = reader::read_on(piece, RUN, so_far, &mut |_| {}).expect("memory can be read");
    }
    let rest = &bytes[so_far.bytes as usize..];
    assert_eq!(reader::read_on(rest, RUN, so_far, &mut |_| {}).expect("memory can be read"), end);
    end
}
