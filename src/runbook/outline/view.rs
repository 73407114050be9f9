//! What the mapping looks at: the blocks, what their fences are, and questions about both.

use std::sync::{Arc, OnceLock};

use crate::runbook::blocks::{Code, Document, Kind};
use crate::runbook::fences::{self, Class};
use crate::runbook::step::Fuller;
use crate::source::{Source, Span, is_blank, trim};

/// How far names are looked for in a list, in items.
const MOST_NAMES: usize = 8;

/// What the mapping looks at.
pub(in crate::runbook) struct View {
    pub source: Arc<Source>,
    pub doc: Document,
    /// Of each fence of the document.
    pub fences: Vec<fences::Facts>,
    /// The blocks that are runnable fences, in order.
    pub runnable: Vec<usize>,
    /// What the commands of the document begin with, once somebody asked.
    fuller: OnceLock<Fuller>,
}

impl View {
    /// Of a document that is not read yet.
    pub fn new(source: Arc<Source>) -> View {
        View {
            source,
            doc: Document::default(),
            fences: Vec::new(),
            runnable: Vec::new(),
            fuller: OnceLock::new(),
        }
    }

    /// What the commands of the document begin with.
    pub fn fuller(&self) -> &Fuller {
        self.fuller.get_or_init(|| Fuller::of_document(self))
    }

    /// Whether the subtree of `block` holds a runnable fence.
    pub fn has_runnable(&self, block: usize) -> bool {
        let first = self.runnable.partition_point(|&found| found < block);
        self.runnable.get(first).is_some_and(|&found| found < self.doc.blocks[block].end as usize)
    }

    /// Whether the block is set apart from the text around it: a quote, or the notes of a site generator,
    /// which read as a list.
    #[inline]
    pub fn is_boxed(&self, block: usize) -> bool {
        let found = &self.doc.blocks[block];
        match found.kind {
            Kind::Quote => true,
            Kind::List(None) => self.source.text()[found.span.start..].starts_with(['!', '?']),
            _ => false,
        }
    }

    /// The class of a code block; data for anything else.
    pub fn class(&self, block: usize) -> Class {
        match self.doc.blocks[block].kind {
            Kind::Code(fence) => self.fences[fence as usize].class,
            _ => Class::Data,
        }
    }

    /// Whether the paragraph is nothing but one inline command, which makes it an untagged fence.
    pub fn is_only_command(&self, block: usize) -> bool {
        if self.doc.blocks[block].kind != Kind::Para {
            return false;
        }
        let [code] = self.doc.codes(block) else { return false };
        let text = self.doc.text(block);
        let before = (code.at.0 - self.doc.text_start(block)) as usize;
        if !is_blank(&text[..before]) {
            return false;
        }
        let text = trim(text);
        if text.trim_end_matches([':', '.', ';', ' ']) != self.doc.text_at(code.at).trim() {
            return false;
        }
        let code = trim(self.source.slice(code.inner));
        let script = fences::without_prompt(code);
        // One word is often the name of something: "`report.sh`:" or "`status`:" stand for a file.
        let named = || {
            text.ends_with(':')
                || !(crate::shell::known_command(script) || is_own_script(script))
                || self.is_among_names(block)
        };
        if !code.contains(' ') && named() {
            return false;
        }
        fences::starts_with_command(script) == Some(true)
    }

    /// Whether the paragraph is one of several names: an item of a list of bullets, or of one within
    /// another, beside which, or beside other lone words, stands a lone word that is no command.
    fn is_among_names(&self, block: usize) -> bool {
        let blocks = &self.doc.blocks;
        let is_item = |at: usize| blocks.get(at).is_some_and(|found| matches!(found.kind, Kind::Item(_)));
        let Some(item) = block.checked_sub(1).filter(|&item| is_item(item)) else { return false };
        let start = blocks[item].span.start;
        let line = self.source.text()[..start].rfind('\n').map_or(0, |at| at + 1);
        if start - line < 2 && self.source.text()[start..].starts_with(|c: char| c.is_ascii_digit()) {
            return false;
        }
        // Items of one paragraph stand two blocks apart.
        let before =
            (1..MOST_NAMES).map_while(|step| item.checked_sub(2 * step)).take_while(|&at| is_item(at));
        let after = (1..MOST_NAMES).map(|step| item + 2 * step).take_while(|&at| is_item(at));
        self.names_one(before) || self.names_one(after)
    }

    /// Whether one of the items, up to the first that is more than a lone word, is none of a command.
    fn names_one(&self, items: impl Iterator<Item = usize>) -> bool {
        let lone = items.map_while(|item| {
            let [code] = self.doc.codes_within(item) else { return None };
            let word = self.source.slice(code.inner).trim();
            let alone = self.doc.blocks.get(item + 1).is_some_and(|_| self.doc.text(item + 1).trim() == word);
            (alone && !word.contains(' ')).then_some(word)
        });
        lone.into_iter().any(|word| !crate::shell::known_command(word))
    }

    /// Whether the block is a paragraph with a line that is a command without any mark.
    pub fn has_plain_command(&self, block: usize) -> bool {
        self.may_have_plain_command(block)
            && fences::holds_plain_command(self.source.slice(self.doc.blocks[block].span))
    }

    /// A look at both ends of a paragraph: most begin with a capital letter, or end as sentences do.
    #[inline]
    pub fn may_have_plain_command(&self, block: usize) -> bool {
        let found = &self.doc.blocks[block];
        let text = self.doc.text(block).as_bytes();
        found.kind == Kind::Para
            && (found.broken || matches!(text.first(), Some(b'a'..=b'z' | b'.' | b'$')))
            && !matches!(text.last(), None | Some(b'.' | b':' | b'!' | b'?' | b')' | b','))
            && self.doc.codes(block).is_empty()
    }

    /// Whether a part of the subtree is an inline command of two words or more.
    pub fn has_inline_command(&self, block: usize) -> bool {
        self.doc.codes_within(block).iter().any(|code| self.is_inline_command(code))
    }

    /// Whether inline code is a command of two words or more, and not the text of a reference that a
    /// site generator makes: {ref}`install the package <install>`.
    pub fn is_inline_command(&self, code: &Code) -> bool {
        fences::is_inline_command(self.source.slice(code.inner))
            && !self.is_reference(code)
            && !self.names_several(code)
    }

    /// Whether inline code stands for several commands: "`app start/stop/kill` commands", or an item that
    /// begins with "`app get` commands".
    fn names_several(&self, code: &Code) -> bool {
        let text = self.source.text();
        // Few are followed so.
        if !text.get(code.span.end..).is_some_and(|after| after.starts_with(" commands")) {
            return false;
        }
        let line = text[..code.span.start].rfind('\n').map_or(0, |at| at + 1);
        let begins =
            text[line..code.span.start].bytes().all(|byte| matches!(byte, b' ' | b'-' | b'*' | b'+'));
        let verbs = self.source.slice(code.inner).split(' ').nth(1).unwrap_or("");
        let several =
            verbs.contains('/') && verbs.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'/');
        several || begins && line < code.span.start
    }

    /// Whether a role stands right before the code, and is none that names commands.
    pub fn is_reference(&self, code: &Code) -> bool {
        let before = &self.source.text()[..code.span.start];
        let Some(role) = before.strip_suffix('}').and_then(|before| before.rsplit_once('{')) else {
            return false;
        };
        !matches!(role.1, "command" | "code" | "kbd" | "program" | "samp")
            && !role.1.is_empty()
            && role.1.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_'))
    }

    /// What the block has written: a fence its lines, a paragraph its first inline code.
    pub fn script(&self, block: usize) -> &str {
        let inner = match self.doc.blocks[block].kind {
            Kind::Code(fence) => match self.doc.lines(fence) {
                [first, .., last] => Span::new(first.start, last.end),
                [line] => *line,
                [] => return "",
            },
            _ => self.doc.codes(block).first().map_or(Span::default(), |code| code.inner),
        };
        self.source.slice(inner)
    }

    /// Whether the block acts: a fence that is no data, or a paragraph that is one command.
    pub fn acts(&self, block: usize) -> bool {
        match self.doc.blocks[block].kind {
            Kind::Code(_) => self.class(block) != Class::Data,
            Kind::Para => self.is_only_command(block),
            _ => false,
        }
    }
}

/// Whether one word is how a program of this folder is called: `./restart.sh`, `./gradlew`, and not
/// `./values.yaml`.
fn is_own_script(word: &str) -> bool {
    let Some(path) = word.strip_prefix("./") else { return false };
    let name = path.rsplit('/').next().unwrap_or(path);
    !name.is_empty()
        && name.rsplit_once('.').is_none_or(|(_, ending)| matches!(ending, "sh" | "py" | "rb" | "pl"))
}
