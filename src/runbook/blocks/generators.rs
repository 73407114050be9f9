//! What site generators read otherwise than CommonMark: tabs and notes whose text is indented by four
//! columns, and tabs that are fences. In CommonMark all of it is code, with the fences of commands in
//! it a part of its text.
//!
//! Such a file is read a second time with the signs changed, byte for byte, for signs that mean the same
//! in CommonMark: every place in it stays what it was.

/// Whether the line begins a tab or a note whose text is indented: `=== "Linux"`, `!!! note`, `??? tip`.
pub(super) fn begins_indented(line: &[u8]) -> bool {
    sign(line).is_some()
}

/// Whether what stands behind the marker of a fence makes it a tab, or a set of them.
pub(super) fn is_tab(info: &str) -> bool {
    let name = info.strip_prefix('{').and_then(|name| name.split_once('}')).map(|(name, _)| name);
    matches!(name, Some("tab" | "tabs" | "tab-set" | "tab-item" | "group-tab"))
}

/// Where the language stands behind the marker of a fence that is a directive for code: behind
/// `{code-block} `.
pub(super) fn code_argument(info: &str) -> Option<usize> {
    let (name, argument) = info.strip_prefix('{')?.split_once('}')?;
    let is_code = matches!(name, "code-block" | "code" | "sourcecode" | "prompt");
    is_code.then(|| info.len() - argument.trim_start().len())
}

/// Whether a line of a directive is one of its options: `:caption: Look`, `:linenos:`.
pub(super) fn is_option(line: &str) -> bool {
    let name = line.strip_prefix(':').and_then(|rest| rest.split_once(':')).map_or("", |(name, _)| name);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

/// How long the sign at the beginning of the line is, and the marker of a list that stands for it:
/// tabs and notes are never one list.
fn sign(line: &[u8]) -> Option<(usize, u8)> {
    let (len, marker) = match line {
        [b'=', b'=', b'=', b' ', b'"', ..] => (3, b'+'),
        [b'=', b'=', b'=', b'!' | b'+', b' ', b'"', ..] => (4, b'+'),
        [b'!', b'!', b'!', b' ', name, ..] if name.is_ascii_lowercase() => (3, b'*'),
        [b'?', b'?', b'?', b' ', name, ..] if name.is_ascii_lowercase() => (3, b'*'),
        [b'?', b'?', b'?', b'+', b' ', name, ..] if name.is_ascii_lowercase() => (4, b'*'),
        _ => return None,
    };
    Some((len, marker))
}

/// An open fence.
struct Open {
    /// How many backticks it has.
    width: usize,
    /// It is a tab: what stands in it is Markdown.
    tab: bool,
    /// It is a set of tabs.
    set: bool,
}

/// The text from `start` on with the signs changed; as long as it was.
pub(super) fn plain(text: &str, start: usize) -> String {
    let mut bytes = text.as_bytes()[start..].to_vec();
    let mut open: Vec<Open> = Vec::new();
    // The columns of the last sign that nothing follows yet, and where it stands.
    let mut waiting: Option<(usize, usize)> = None;
    let mut at = 0;
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
        let columns = bytes[at..end].iter().take_while(|&&byte| byte == b' ').count();
        let line = at + columns..end;
        at = end + 1;
        if bytes[line.clone()].iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        // Only where its text is indented it is one, and nobody who shouts.
        if let Some((sign, place)) = waiting.take()
            && columns >= sign + 4
        {
            change_sign(&mut bytes[place..]);
        }
        let inside_code = open.last().is_some_and(|open| !(open.tab || open.set));
        if !inside_code && sign(&bytes[line.clone()]).is_some() {
            waiting = Some((columns, line.start));
        }
        fence(&mut bytes, line, at, &mut open);
    }
    // Only ASCII was put in place of ASCII.
    String::from_utf8(bytes).unwrap_or_else(|_| text[start..].to_owned())
}

fn change_sign(line: &mut [u8]) {
    if let Some((len, marker)) = sign(line) {
        line[..len].fill(b' ');
        line[0] = marker;
        let end = memchr::memchr2(b'\n', b'\r', line).unwrap_or(line.len());
        // A name goes without its quotes, and begins where the text below it does.
        let quoted = line[len + 1] == b'"' && line[..end].ends_with(b"\"") && end > len + 3;
        if quoted && !line[..end].contains(&b'`') {
            let name = len + 2..end - 1;
            let moved = 4..4 + name.len();
            line.copy_within(name, 4);
            line[moved.end..end].fill(b' ');
        } else if len > 3 {
            line[4] = b':';
        }
    }
}

/// Changes the marker of a fence that is a tab; `next` is where the line after it begins.
fn fence(bytes: &mut [u8], line: std::ops::Range<usize>, next: usize, open: &mut Vec<Open>) {
    let width = bytes[line.clone()].iter().take_while(|&&byte| byte == b'`').count();
    if width < 3 {
        return;
    }
    let info = std::str::from_utf8(&bytes[line.start + width..line.end]).unwrap_or("").trim();
    let marker = line.start..line.start + width;
    if info.is_empty() && open.last().is_some_and(|open| width >= open.width) {
        let Some(closed) = open.pop() else { return };
        if closed.set || closed.tab && !(in_set(open) || tab_follows(bytes, next)) {
            bytes[marker].fill(b':');
            // Three colons close a tab, four of them the set.
            if width == 3 && line.end == line.start + width {
                bytes[line.start..line.end].fill(b' ');
            }
        } else if closed.tab {
            bytes[marker].fill(b' ');
        }
        return;
    }
    if open.last().is_some_and(|open| !(open.tab || open.set)) {
        return;
    }
    let set = info.starts_with("{tabs}") || info.starts_with("{tab-set}");
    let tab = !set && is_tab(info);
    if tab || set {
        bytes[marker].fill(b':');
    }
    open.push(Open { width, tab, set });
}

fn in_set(open: &[Open]) -> bool {
    open.last().is_some_and(|open| open.set)
}

/// Whether the next line that is not blank begins another tab.
fn tab_follows(bytes: &[u8], next: usize) -> bool {
    let rest = bytes.get(next..).unwrap_or(&[]);
    let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let rest = &rest[blank..];
    let width = rest.iter().take_while(|&&byte| byte == b'`').count();
    width > 2 && rest[width..].starts_with(b"{tab}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_changed_in_place() {
        for (text, plain_text) in [
            ("=== \"A\"\n\n    x\n\n===! \"B\"\n\n    y\n", "+   A  \n\n    x\n\n+   B   \n\n    y\n"),
            ("!!! note \"A\"\n    x\n", "*   note \"A\"\n    x\n"),
            ("   ??? tip\n       x\n", "   *   tip\n       x\n"),
            // Somebody shouts, or speaks of a program.
            ("!!! never do it\nx\n", "!!! never do it\nx\n"),
            ("=== \"A\"\nx\n", "=== \"A\"\nx\n"),
            ("```\n!!! note\n    x\n```\n", "```\n!!! note\n    x\n```\n"),
            (
                "````{tab} A\n```sh\nx\n```\n````\n````{tab} B\ny\n````\nz\n",
                "::::{tab} A\n```sh\nx\n```\n    \n::::{tab} B\ny\n::::\nz\n",
            ),
            (
                "`````{tab-set}\n````{tab-item} A\nx\n````\n`````\n",
                ":::::{tab-set}\n::::{tab-item} A\nx\n    \n:::::\n",
            ),
        ] {
            assert_eq!(plain(text, 0), plain_text);
        }
    }
}
