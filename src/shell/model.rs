//! What the scan finds.

use compact_str::CompactString;

use crate::source::Span;

/// One command with its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Simple {
    /// The last part of the program's path (`/bin/rm` is `rm`); empty for a bare assignment or
    /// redirection.
    pub program: CompactString,
    /// The program's word as written, path included.
    pub head: Word,
    /// The words after the program, redirections left out.
    pub args: Vec<Word>,
    /// From its first word (assignments included) to the end of its last word or redirection.
    pub span: Span,
    /// What runs it, outermost first: `["sudo", "xargs"]`, `["ssh db1"]`.
    pub via: Vec<String>,
    /// Where standard input comes from.
    pub input: Input,
    /// Files it opens, without heredocs and here-strings.
    pub redirects: Vec<Redirect>,
    /// The variables assigned in front of it.
    pub assigns: Vec<Named>,
    /// Runs in the background (`&`).
    pub background: bool,
    /// Its standard output goes to the next command of a pipe.
    pub piped: bool,
}

/// Where a command's standard input comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Input {
    /// From wherever the shell's comes.
    #[default]
    Inherited,
    /// From the command with this index in [`super::Script::commands`].
    Pipe(usize),
    /// A heredoc's body or a here-string, as written, and where it stands.
    Text(String, Span),
    /// A file or descriptor.
    File,
}

/// One word of a command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Word {
    /// Quotes removed, expansions kept as written.
    pub text: CompactString,
    /// Quotes included.
    pub span: Span,
    /// Without expansions: the program sees exactly `text` (globs aside).
    pub literal: bool,
    /// Whether any of it is quoted.
    pub quoted: bool,
    /// Where in the script `text` begins.
    pub(super) start: u32,
    /// Where `text` and the script run apart after that: (offset in `text`, offset in the script).
    pub(super) pieces: Vec<(u32, u32)>,
}

impl Word {
    /// Where in the script the byte at `offset` of `text` stands.
    pub(super) fn source(&self, offset: usize) -> usize {
        let piece = self.pieces.partition_point(|&(text, _)| text as usize <= offset);
        match piece.checked_sub(1).and_then(|at| self.pieces.get(at)) {
            Some(&(text, source)) => source as usize + (offset - text as usize),
            None => self.start as usize + offset,
        }
    }
}

/// A file that a command opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// `>`, `>>`, `<`, `>|`, `&>`, ...
    pub op: &'static str,
    /// The file or descriptor.
    pub target: Word,
}

/// A name and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The variable or function.
    pub name: String,
    /// The name alone.
    pub span: Span,
}

/// One expansion of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The variable.
    pub name: CompactString,
    /// The whole expansion, `$` and braces included.
    pub span: Span,
    /// Written with a default, an alternative or an error (`:-`, `:=`, `:+`, `:?`): it may be unset.
    pub guarded: bool,
    /// Where it stands.
    pub context: Context,
}

/// How the shell reads a place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Context {
    /// Unquoted.
    Bare,
    /// In double quotes.
    Double,
    /// In single quotes.
    Single,
    /// In a heredoc that expands variables.
    Heredoc,
    /// In a heredoc whose delimiter is quoted: nothing is expanded.
    QuotedHeredoc,
    /// In a comment.
    Comment,
    /// In text that another interpreter reads after the shell: the argument of `sh -c`, SQL, awk...
    Inner(String),
}

/// [`Context`] as the scan sees it, before it is known who reads the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quote {
    Bare,
    Double,
    Single,
    /// `$'...'`
    Ansi,
    Heredoc,
    QuotedHeredoc,
    Comment,
    Arithmetic,
}

impl Quote {
    pub(super) fn context(self) -> Context {
        match self {
            Quote::Bare => Context::Bare,
            Quote::Double => Context::Double,
            Quote::Single | Quote::Ansi => Context::Single,
            Quote::Heredoc => Context::Heredoc,
            Quote::QuotedHeredoc => Context::QuotedHeredoc,
            Quote::Comment => Context::Comment,
            Quote::Arithmetic => Context::Inner("arithmetic".into()),
        }
    }
}

/// A stretch of text with one way of quoting. Regions nest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Region {
    pub span: Span,
    pub quote: Quote,
    pub parent: Option<u32>,
}

/// Everything one scan found.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub commands: Vec<Simple>,
    pub uses: Vec<Use>,
    pub sets: Vec<Named>,
    pub functions: Vec<Named>,
    /// In order of their start.
    pub regions: Vec<Region>,
    /// What other interpreters read, and which; after [`Facts::sort_inner`] in order and apart.
    pub inner: Vec<(Span, CompactString)>,
    /// Where the thing began that the text ends inside of.
    pub open: Option<Span>,
    /// What the scan itself could not place.
    pub errors: Vec<Span>,
    /// What looking into wrappers may still cost, in bytes: wrappers within wrappers are read once
    /// for each level, which hostile text must not make many.
    pub budget: usize,
    /// `((...))`, `$((...))`, `let`: may assign.
    pub arithmetic: bool,
}

impl Facts {
    /// Puts what other interpreters read in order; of what lies within another the outer one stays.
    pub fn sort_inner(&mut self) {
        self.inner.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
        let mut end = 0;
        self.inner.retain_mut(|(span, _)| {
            span.start = span.start.max(end);
            let keep = span.start < span.end;
            end = end.max(span.end);
            keep
        });
    }

    /// The innermost quoting at `at`.
    pub fn quote(&self, at: usize) -> Quote {
        let mut index = self.regions.partition_point(|region| region.span.start <= at).checked_sub(1);
        while let Some(region) = index.and_then(|index| self.regions.get(index)) {
            if at < region.span.end {
                return region.quote;
            }
            index = region.parent.map(|parent| parent as usize);
        }
        Quote::Bare
    }
}
