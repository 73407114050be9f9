//! Masking and cleaning: what streams by and what is shown.

use midwatch::process::{MASK, Masker};
use midwatch::terminal::clean::{clean as visible, clean_line, clean_output};

/// `LENGTH secret LENGTH secret … 0 text`: however the text is cut, the same is masked, and of a
/// secret of letters and digits nothing is left.
pub fn mask(bytes: &[u8]) {
    let mut masker = Masker::new();
    let mut secrets: Vec<&[u8]> = Vec::new();
    let mut rest = bytes;
    let mut plain = true;
    while let Some((&length, after)) = rest.split_first() {
        let (secret, after) = after.split_at(usize::from(length & 15).min(after.len()));
        rest = after;
        if secret.is_empty() || secrets.len() > 4 {
            break;
        }
        let Ok(secret) = std::str::from_utf8(secret) else { continue };
        masker.add(secret);
        plain &= secret.bytes().all(|byte| byte.is_ascii_alphanumeric());
        secrets.push(secret.as_bytes());
    }
    let whole = masker.mask_bytes(rest);
    for size in [1, 2, 3, 7] {
        let (mut stream, mut shown, mut passed) = (masker.stream(), Vec::new(), 0);
        for part in rest.chunks(size) {
            stream.push(part, &mut |bytes| shown.extend_from_slice(bytes));
            passed += part.len();
            // Only what may begin a secret is held back.
            let longest = secrets.iter().map(|secret| secret.len()).max().unwrap_or(0);
            if plain && !contains_any(&rest[..passed], &secrets) {
                assert!(passed - shown.len() < longest.max(1), "{} of {passed} shown", shown.len());
            }
        }
        stream.finish(&mut |bytes| shown.extend_from_slice(bytes));
        assert_eq!(shown, whole, "{} bytes at a time", size);
    }
    if plain {
        assert_eq!(whole, slowly(rest, &secrets));
    }
}

fn contains_any(text: &[u8], secrets: &[&[u8]]) -> bool {
    secrets.iter().any(|secret| text.windows(secret.len()).any(|window| window == *secret))
}

/// What masking is, said again in the plainest way.
fn slowly(text: &[u8], secrets: &[&[u8]]) -> Vec<u8> {
    let mut covered = vec![false; text.len()];
    for secret in secrets {
        for at in 0..text.len() {
            if text[at..].starts_with(secret) {
                covered[at..at + secret.len()].fill(true);
            }
        }
    }
    let mut out = Vec::new();
    for at in 0..text.len() {
        match covered[at] {
            false => out.push(text[at]),
            true if at == 0 || !covered[at - 1] => out.extend_from_slice(MASK.as_bytes()),
            true => {}
        }
    }
    out
}

/// Nothing is left that a terminal obeys; text that is harmless stays as it is.
pub fn clean(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let obeyed = |c: char| {
        c != '\n'
            && c != '\t'
            && (c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
    };
    let shown = visible(&text);
    assert!(!shown.contains(obeyed), "{shown:?}");
    assert_eq!(visible(&shown), shown, "cleaning twice changes nothing");
    assert_eq!(shown.lines().count(), text.lines().count(), "no line comes or goes");
    let line = clean_line(&text);
    assert!(!line.contains(|c| obeyed(c) || c == '\n' || c == '\t'), "{line:?}");
    let output = clean_output(bytes);
    assert!(!output.contains(obeyed), "{output:?}");
    assert_eq!(clean_output(output.as_bytes()), output, "cleaning twice changes nothing");
    if !text.contains(|c: char| !(' '..='~').contains(&c) && c != '\n') {
        assert_eq!((&*shown, &*output), (&*text, &*text));
    }
}
