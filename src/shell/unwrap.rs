//! Looks into wrappers: `sudo rm x`, `ssh db1 'rm x'`, `sh -c "rm x"`, `... | xargs rm` all run `rm`.

use super::interpret;
use super::model::{Facts, Input, Simple, Word};
use super::scan::{basename, scan};
use super::word::assignment_name;
use super::words::has as has_word;
use super::wrappers::{Kind, Wrapper, interpreter, is_shell, ways, wrappers};
use crate::source::Span;

/// Wrappers within wrappers beyond this are left alone.
const MAX_LEVEL: usize = 8;

/// Text put together from words, and where each of them stands.
#[derive(Default)]
pub(super) struct Joined {
    pub text: String,
    parts: Vec<(usize, Word)>,
}

impl Joined {
    pub fn of<'w>(words: impl IntoIterator<Item = &'w Word>) -> Self {
        let mut joined = Joined::default();
        for word in words {
            if !joined.text.is_empty() {
                joined.text.push(' ');
            }
            joined.parts.push((joined.text.len(), word.clone()));
            joined.text.push_str(&word.text);
        }
        joined
    }

    /// Text that stands in the script as it is.
    pub fn verbatim(text: &str, span: Span) -> Self {
        let start = span.start as u32;
        let word = Word { span, literal: true, start, ..Word::default() };
        Joined { text: text.to_owned(), parts: vec![(0, word)] }
    }

    fn source(&self, offset: usize) -> usize {
        let part = self.parts.partition_point(|&(start, _)| start <= offset).saturating_sub(1);
        self.parts.get(part).map_or(0, |(start, word)| word.source(offset.saturating_sub(*start)))
    }

    fn span(&self, span: Span) -> Span {
        let start = self.source(span.start);
        let end = if span.is_empty() { start } else { self.source(span.end - 1) + 1 };
        Span::new(start, end.max(start))
    }
}

/// Adds what wrappers run right after them, and notes what other interpreters read.
pub(super) fn unwrap(facts: &mut Facts, level: usize) {
    // Most scripts have nothing to open.
    let Some(first) = facts.commands.iter().position(|command| may_open(&command.program)) else { return };
    let mut out = std::mem::take(&mut facts.commands);
    // Nothing moves for a command alone, as most are.
    let rest = out.split_off(first + 1);
    if matches!(out[first].input, Input::Pipe(from) if from >= first) {
        out[first].input = Input::Inherited;
    }
    open(&mut out, facts, level);
    let mut moved: Vec<usize> = if rest.is_empty() { Vec::new() } else { (0..=first).collect() };
    for mut command in rest {
        if let Input::Pipe(from) = command.input {
            command.input = moved.get(from).map_or(Input::Inherited, |&index| Input::Pipe(index));
        }
        moved.push(out.len());
        out.push(command);
        open(&mut out, facts, level);
    }
    facts.commands = out;
}

/// Whether [`open`] may do anything for a command of this program.
fn may_open(program: &str) -> bool {
    program == "find" || wrappers(program).next().is_some() || interpreter(program).is_some()
}

/// Opens the last command of `out`.
fn open(out: &mut Vec<Simple>, facts: &mut Facts, level: usize) {
    let Some(command) = out.last() else { return };
    if level >= MAX_LEVEL || command.program.is_empty() {
        return;
    }
    interpret::note(out, facts);
    let command = &out[out.len() - 1];
    if command.program == "find" {
        return find(out, facts, level);
    }
    let found = ways(command).find_map(|wrapper| inner(wrapper, command));
    match found {
        Some(Inner::Words(label, start)) => {
            let outer = out.len() - 1;
            let end = out[outer].args.len();
            words(out, facts, level, outer, label, start..end);
        }
        Some(Inner::Text(label, joined)) => text(out, facts, level, label, &joined),
        None => {
            let reads_input = is_shell(&command.program) && !command.args.iter().any(is_operand)
                || command.program == "ssh" && command.args.iter().any(is_operand);
            if reads_input && let Some(joined) = input_text(out, out.len() - 1) {
                let label = String::from(command.program.as_str());
                text(out, facts, level, label, &joined);
            }
        }
    }
}

/// Takes `cost` from what may still be spent; false if that is not enough.
fn spend(facts: &mut Facts, cost: usize) -> bool {
    let left = facts.budget.checked_sub(cost);
    facts.budget = left.unwrap_or(0);
    left.is_some()
}

enum Inner {
    Words(String, usize),
    Text(String, Joined),
}

fn inner(wrapper: &Wrapper, command: &Simple) -> Option<Inner> {
    let args = &command.args;
    let start = wrapper.after_sub(args)?;
    // `command -v rm` only asks where it is; `sudo -l rm` whether one may.
    let asks = matches!(command.program.as_str(), "command" | "sudo" | "doas");
    if asks && args.first().is_some_and(|flag| matches!(flag.text.as_str(), "-v" | "-V" | "-l" | "-ll")) {
        return None;
    }
    let label = || match wrapper.sub {
        "" => String::from(command.program.as_str()),
        sub => [command.program.as_str(), sub].join(" "),
    };
    match wrapper.kind {
        Kind::After(skip) => {
            let at = after(wrapper, args, start, skip)?;
            Some(Inner::Words(label(), at))
        }
        Kind::Dashes(skip) => {
            let dashes = args.iter().skip(start).position(|word| word.text == "--");
            let at = match dashes {
                Some(dashes) => start + dashes + 1,
                None => after(wrapper, args, start, skip)?,
            };
            args.get(at)?;
            Some(Inner::Words(label(), at))
        }
        Kind::Shell(skip) => {
            let at = after(wrapper, args, start, skip)?;
            let mut label = label();
            if skip == 1
                && let Some(host) = wrapper.operand(args, start)
            {
                label = [label.as_str(), args[host].text.as_str()].join(" ");
            }
            let end = if command.program == "trap" { at + 1 } else { args.len() };
            Some(Inner::Text(label, Joined::of(&args[at..end])))
        }
        Kind::Flag(flags) => {
            let at =
                start + args[start..].iter().position(|word| carries(&command.program, &word.text, flags))?;
            if let Some((name, value)) = args[at].text.split_once('=') {
                let mut word = args[at].clone();
                let cut = name.len() + 1;
                let start = word.source(cut);
                word.span = Span::new(start, word.span.end);
                word.start = start as u32;
                word.text = value.into();
                word.pieces = word
                    .pieces
                    .iter()
                    .filter(|p| p.0 as usize >= cut)
                    .map(|p| (p.0 - cut as u32, p.1))
                    .collect();
                return Some(Inner::Text(label(), Joined::of([&word])));
            }
            Some(Inner::Text(label(), Joined::of([args.get(at + 1)?])))
        }
    }
}

/// Whether `word` is one of `flags`, in a cluster (`-lc`) if it is a shell's.
fn carries(program: &str, word: &str, flags: &str) -> bool {
    let name = word.split_once('=').map_or(word, |(name, _)| name);
    let cluster = is_shell(program)
        && word.len() < 8
        && word
            .strip_prefix('-')
            .is_some_and(|l| l.ends_with('c') && l.bytes().all(|b| b.is_ascii_alphabetic()));
    cluster || name.starts_with('-') && has_word(flags, name)
}

/// The index of the word after flags, `skip` operands, and assignments.
fn after(wrapper: &Wrapper, args: &[Word], start: usize, skip: usize) -> Option<usize> {
    let mut at = wrapper.operand(args, start)?;
    for _ in 0..skip {
        at = wrapper.operand(args, at + 1)?;
    }
    let assigns =
        matches!(wrapper.names, "sudo" | "env" | "doas") || wrapper.names.starts_with("systemd-run");
    while assigns && args.get(at).is_some_and(|word| assignment_name(word.text.as_bytes()).is_some()) {
        at = wrapper.operand(args, at + 1)?;
    }
    args.get(at).map(|_| at)
}

/// Adds the command that the `range` of the words of the command at `outer` is.
fn words(
    out: &mut Vec<Simple>,
    facts: &mut Facts,
    level: usize,
    outer: usize,
    label: String,
    range: std::ops::Range<usize>,
) {
    let outer = &out[outer];
    let Some((program, args)) = outer.args.get(range).and_then(<[Word]>::split_first) else { return };
    let last = args.last().unwrap_or(program).span.end;
    if !spend(facts, last.saturating_sub(program.span.start) + 16 * args.len()) {
        return;
    }
    let input = if outer.program == "xargs" { Input::Inherited } else { outer.input.clone() };
    let via = outer.via.iter().cloned().chain([label]).collect();
    let command = Simple {
        program: basename(&program.text).into(),
        head: program.clone(),
        args: args.to_vec(),
        span: Span::new(program.span.start, last.max(program.span.start)),
        via,
        input,
        redirects: Vec::new(),
        assigns: Vec::new(),
        background: outer.background,
        piped: outer.piped,
    };
    out.push(command);
    open(out, facts, level + 1);
}

/// Adds the commands of text that a shell reads.
fn text(out: &mut Vec<Simple>, facts: &mut Facts, level: usize, label: String, joined: &Joined) {
    let outer = &out[out.len() - 1];
    for (_, word) in &joined.parts {
        facts.inner.push((word.span, outer.program.clone()));
    }
    if !spend(facts, joined.text.len()) {
        return;
    }
    let via: Vec<String> = outer.via.iter().cloned().chain([label]).collect();
    let input = outer.input.clone();
    let mut found = scan(&joined.text);
    found.budget = facts.budget;
    unwrap(&mut found, level + 1);
    facts.budget = found.budget;
    let base = out.len();
    for mut command in found.commands {
        command.span = joined.span(command.span);
        let inner = std::mem::replace(&mut command.via, via.clone());
        command.via.extend(inner);
        let words = std::iter::once(&mut command.head).chain(&mut command.args);
        for word in words.chain(command.redirects.iter_mut().map(|r| &mut r.target)) {
            word.span = joined.span(word.span);
            word.start = word.span.start as u32;
            word.pieces.clear();
        }
        for named in &mut command.assigns {
            named.span = joined.span(named.span);
        }
        command.input = match command.input {
            Input::Pipe(from) => Input::Pipe(base + from),
            Input::Text(text, span) => Input::Text(text, joined.span(span)),
            Input::Inherited => input.clone(),
            Input::File => Input::File,
        };
        out.push(command);
    }
    facts.inner.extend(found.inner.into_iter().map(|(span, program)| (joined.span(span), program)));
}

/// `find ... -exec COMMAND ;`
fn find(out: &mut Vec<Simple>, facts: &mut Facts, level: usize) {
    let outer = out.len() - 1;
    let count = out[outer].args.len();
    if !spend(facts, count) {
        return;
    }
    let execs = |word: &Word| matches!(word.text.as_str(), "-exec" | "-execdir" | "-ok" | "-okdir");
    for start in 1..=count {
        let args = &out[outer].args;
        if !execs(&args[start - 1]) {
            continue;
        }
        if facts.budget == 0 {
            return;
        }
        let len = args[start..].iter().position(|w| w.text == ";" || w.text == "+").unwrap_or(count - start);
        words(out, facts, level, outer, "find".to_owned(), start..start + len);
    }
}

/// The text that the command at `index` reads from a heredoc, a here-string or an `echo`.
pub(super) fn input_text(out: &[Simple], index: usize) -> Option<Joined> {
    match &out.get(index)?.input {
        Input::Text(text, span) => Some(Joined::verbatim(text, *span)),
        Input::Pipe(from) => {
            let source = out.get(*from)?;
            match source.program.as_str() {
                "echo" | "printf" => Some(Joined::of(source.args.iter().filter(|a| !is_short_flag(a)))),
                "cat" => match &source.input {
                    Input::Text(text, span) => Some(Joined::verbatim(text, *span)),
                    _ => None,
                },
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether `command` is a wrapper with a command to run.
pub(super) fn runs_another(command: &Simple) -> bool {
    ways(command).any(|wrapper| inner(wrapper, command).is_some())
}

/// The host, pod or container that a wrapper names: its first operand after the subcommand.
pub(super) fn named_target(command: &Simple) -> Option<&Word> {
    let wrapper = ways(command)
        .filter(|w| !matches!(w.kind, Kind::Flag(_)))
        .find(|w| w.after_sub(&command.args).is_some())?;
    let start = wrapper.after_sub(&command.args)?;
    wrapper.operand(&command.args, start).and_then(|at| command.args.get(at))
}

fn is_short_flag(word: &Word) -> bool {
    matches!(word.text.as_str(), "-n" | "-e" | "-E" | "-ne" | "-en" | "--")
}

pub(super) fn is_operand(word: &Word) -> bool {
    !word.text.starts_with('-')
}
