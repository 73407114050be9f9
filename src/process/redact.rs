//! Masks declared secret values in what streams by.
//!
//! Every byte that belongs to an occurrence of a secret (or of a way a shell or JSON writes it) is
//! masked; neighbouring ones become one [`MASK`]. Because that is a property of the bytes, it does
//! not matter how they are cut into reads. Nothing is held back but a tail that begins a secret,
//! so a prompt appears at once. Nothing is guessed: what was not declared stays.

use std::collections::BTreeSet;
use std::sync::Arc;

/// Stands for a secret.
pub const MASK: &str = "[secret]";

/// The secrets, as an automaton that finds all of them in one pass (Aho and Corasick).
#[derive(Debug, Clone, Default)]
pub struct Masker {
    patterns: BTreeSet<Vec<u8>>,
    nodes: Arc<Vec<Node>>,
}

#[derive(Debug, Clone, Default)]
struct Node {
    /// Next nodes, sorted by byte.
    next: Vec<(u8, u32)>,
    /// The longest proper suffix that also begins a pattern.
    fallback: u32,
    /// Length of what was read since the root.
    depth: usize,
    /// Length of the longest pattern that ends here; 0 if none does.
    ends: usize,
}

impl Masker {
    /// Masks nothing yet.
    pub fn new() -> Self {
        Masker::default()
    }

    /// Masks `secret` from now on, in all its forms. A blank one is none; the newline a file ends
    /// with is no part of it.
    pub fn add(&mut self, secret: &str) {
        let before = self.patterns.len();
        let value = secret.trim_end_matches(['\n', '\r']);
        if !value.trim().is_empty() {
            self.patterns.extend(forms(value));
        }
        if self.patterns.len() > before {
            self.nodes = Arc::new(automaton(&self.patterns));
        }
    }

    /// Whether nothing is masked.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// `text` with every secret masked.
    pub fn mask(&self, text: &str) -> String {
        if self.is_empty() {
            return text.to_owned();
        }
        String::from_utf8_lossy(&self.mask_bytes(text.as_bytes())).into_owned()
    }

    /// `bytes` with every secret masked.
    pub fn mask_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len());
        let mut stream = self.stream();
        stream.push(bytes, &mut |part| out.extend_from_slice(part));
        stream.finish(&mut |part| out.extend_from_slice(part));
        out
    }

    /// Begins to mask something that comes in parts.
    pub fn stream(&self) -> Stream {
        let mut begins = [false; 256];
        for &(byte, _) in self.nodes.first().map_or(&[][..], |root| &root.next) {
            begins[byte as usize] = true;
        }
        Stream {
            nodes: Arc::clone(&self.nodes),
            begins,
            state: 0,
            held: Vec::new(),
            covered: Vec::new(),
            masking: false,
            out: Vec::new(),
        }
    }
}

/// Something that is masked as it comes.
#[derive(Debug)]
pub struct Stream {
    nodes: Arc<Vec<Node>>,
    /// Bytes that begin a secret.
    begins: [bool; 256],
    state: u32,
    /// What came and was not passed on: it may be the beginning of a secret.
    held: Vec<u8>,
    /// Which parts of it belong to a secret: sorted, apart from each other, as start and end.
    covered: Vec<(usize, usize)>,
    /// Whether what was passed on last is a mask.
    masking: bool,
    out: Vec<u8>,
}

impl Stream {
    /// Takes `bytes` and passes on to `sink` all that can be.
    pub fn push(&mut self, bytes: &[u8], sink: &mut dyn FnMut(&[u8])) {
        if self.nodes.is_empty() {
            if !bytes.is_empty() {
                sink(bytes);
            }
            return;
        }
        let mut at = 0;
        while at < bytes.len() {
            if self.state == 0 {
                // What begins no secret needs no looking at.
                let plain = bytes[at..].iter().position(|&byte| self.begins[byte as usize]);
                let plain = plain.unwrap_or(bytes.len() - at);
                self.held.extend_from_slice(&bytes[at..at + plain]);
                at += plain;
                if at == bytes.len() {
                    break;
                }
            }
            let byte = bytes[at];
            at += 1;
            self.held.push(byte);
            self.state = step(&self.nodes, self.state, byte);
            let ends = self.nodes[self.state as usize].ends;
            if ends > 0 {
                self.cover(self.held.len().saturating_sub(ends));
            }
        }
        let pending = self.nodes[self.state as usize].depth;
        self.release(self.held.len().saturating_sub(pending), sink);
    }

    /// Passes on what is held; nothing more will come.
    pub fn finish(&mut self, sink: &mut dyn FnMut(&[u8])) {
        self.release(self.held.len(), sink);
        self.state = 0;
        self.masking = false;
    }

    /// All from `start` to the end of what is held belongs to a secret.
    fn cover(&mut self, mut start: usize) {
        while let Some(&(from, to)) = self.covered.last() {
            if to < start {
                break;
            }
            start = start.min(from);
            self.covered.pop();
        }
        self.covered.push((start, self.held.len()));
    }

    /// Passes on what stands before `until`, and beyond it what is known to be secret.
    fn release(&mut self, mut until: usize, sink: &mut dyn FnMut(&[u8])) {
        if let Some(&(_, to)) = self.covered.iter().find(|&&(from, to)| from <= until && until < to) {
            until = to;
        }
        self.out.clear();
        let mut at = 0;
        for &(from, to) in self.covered.iter().take_while(|&&(_, to)| to <= until) {
            if from > at {
                self.out.extend_from_slice(&self.held[at..from]);
                self.masking = false;
            }
            if !self.masking {
                self.out.extend_from_slice(MASK.as_bytes());
                self.masking = true;
            }
            at = to;
        }
        if until > at {
            self.out.extend_from_slice(&self.held[at..until]);
            self.masking = false;
        }
        self.held.drain(..until);
        self.covered.retain(|&(_, to)| to > until);
        for (from, to) in &mut self.covered {
            *from -= until;
            *to -= until;
        }
        if !self.out.is_empty() {
            sink(&self.out);
        }
    }
}

fn step(nodes: &[Node], mut state: u32, byte: u8) -> u32 {
    loop {
        let node = &nodes[state as usize];
        if let Ok(found) = node.next.binary_search_by_key(&byte, |&(byte, _)| byte) {
            return node.next[found].1;
        }
        if state == 0 {
            return 0;
        }
        state = node.fallback;
    }
}

fn automaton(patterns: &BTreeSet<Vec<u8>>) -> Vec<Node> {
    let mut nodes = vec![Node::default()];
    for pattern in patterns {
        let mut state = 0;
        for (index, &byte) in pattern.iter().enumerate() {
            let position = nodes[state].next.binary_search_by_key(&byte, |&(byte, _)| byte);
            state = match position {
                Ok(found) => nodes[state].next[found].1 as usize,
                Err(place) => {
                    let new = nodes.len();
                    nodes.push(Node { depth: index + 1, ..Node::default() });
                    nodes[state].next.insert(place, (byte, new as u32));
                    new
                }
            };
        }
        nodes[state].ends = pattern.len();
    }
    let mut queue: std::collections::VecDeque<u32> = nodes[0].next.iter().map(|&(_, next)| next).collect();
    while let Some(state) = queue.pop_front() {
        let node = nodes[state as usize].clone();
        for (byte, next) in node.next {
            let fallback = step(&nodes, node.fallback, byte);
            nodes[next as usize].fallback = fallback;
            if nodes[next as usize].ends == 0 {
                nodes[next as usize].ends = nodes[fallback as usize].ends;
            }
            queue.push_back(next);
        }
    }
    nodes
}

/// How `value` is written by what repeats it: itself, in a shell's single and double quotes, with
/// backslashes (`printf %q`), in bash's `$'…'`, in JSON, and on a terminal that ends lines with
/// CR LF.
fn forms(value: &str) -> Vec<Vec<u8>> {
    let escaped = |special: &str| {
        let mut out = String::new();
        for c in value.chars() {
            if special.contains(c) {
                out.push('\\');
            }
            out.push(c);
        }
        out.into_bytes()
    };
    let json = serde_json::to_string(value).unwrap_or_default();
    let json = json.trim_start_matches('"');
    let json = json.strip_suffix('"').unwrap_or(json);
    let single = value.replace('\'', r"'\''");
    let mut forms = vec![
        value.as_bytes().to_vec(),
        single.clone().into_bytes(),
        // dash's way, and that of Python's shlex.
        value.replace('\'', "'\"'\"'").into_bytes(),
        escaped("\\\"$`"),
        escaped(" !\"#$&'()*,;<>?[\\]^`{|}"),
        escaped(" !\"#$&'()*,;<>?[\\]^`{|}~"),
        json.as_bytes().to_vec(),
        ascii_json(json),
        ansi(value),
    ];
    if value.contains('\n') {
        forms.push(value.replace('\n', "\r\n").into_bytes());
        forms.push(single.replace('\n', "\r\n").into_bytes());
    }
    forms
}

/// JSON text with everything beyond ASCII as `\uXXXX`.
fn ascii_json(json: &str) -> Vec<u8> {
    let mut out = String::new();
    for c in json.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out.into_bytes()
}

/// The inside of bash's `$'…'`.
fn ansi(value: &str) -> Vec<u8> {
    let mut out = String::new();
    for c in value.chars() {
        match c {
            '\\' | '\'' => out.extend(['\\', c]),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x1b' => out.push_str("\\E"),
            '\x0c' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x0b' => out.push_str("\\v"),
            c if c.is_ascii_control() => out.push_str(&format!("\\{:03o}", c as u32)),
            c => out.push(c),
        }
    }
    out.into_bytes()
}

#[cfg(test)]
#[path = "redact/tests.rs"]
mod tests;
