//! What each code block is: runnable, a query, data; and the actions it makes.

mod broken;
mod inline;
mod known;
mod looks;
mod mistaken;
mod plain;
mod root;
mod told;
mod windows;

use crate::shell;
use crate::source::{Source, Span, first_word, is_blank, trim};

use super::blocks::{Block, Document, Kind};
use super::diagnose::Diagnose;
use super::info::{self, Info, nearest};
use super::language::{self, Language};
use super::prompts::{self, Style};
use super::transcript;
use super::words::Said;
use super::{ActionKind, Diagnostic, Topic, in_parts, words};
pub(super) use broken::is_inside_out;
use broken::nested_fence;
pub(super) use inline::{is_inline_command, may_be_command, unbroken, without_prompt};
use known::offer_known;
use looks::{
    are_calls, has_shell_prompt, holds_printed, is_chat, is_metric, is_mostly_commands, looks_called,
    task_list, unready, writes,
};
use mistaken::mistaken;
pub(super) use plain::{holds_plain_command, in_one_line, plain_commands, unescaped};
use root::{asks_as_root, becomes_another, is_all_root, prints_below_root, speaks_as_root};
use told::is_extra;
pub(super) use told::{are_two_ways, begins_alike};

/// What a code block is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Its lines run, or are said to belong elsewhere.
    Runnable,
    /// Shown after an instruction, never run.
    Query(&'static str),
    /// The author says that it is shown and never run.
    Shown,
    /// Data or output: a part of the prose.
    Data,
}

/// What a file is to hold: shown, with the sentence that tells to write it.
pub(super) const FILE_TEXT: &str = "text for a file";

/// What is known of one code block.
#[derive(Debug)]
pub(super) struct Facts {
    pub class: Class,
    pub style: Style,
    /// Whether a line begins with a prompt.
    pub prompted: bool,
    /// Whether the language alone makes it run.
    pub tagged: bool,
    /// Whether what would be a comment in a script was taken for root's prompt.
    pub rooted: bool,
    /// Whether it is not closed, and so holds what is not its own.
    pub broken: bool,
    /// Whether the text says not to run it yet.
    pub put_off: bool,
    /// The words after the language, where one is ours.
    pub info: Option<Box<Info>>,
    /// Where the language stands.
    pub lang: Span,
}

impl Facts {
    /// The kind of action the author gave it.
    pub fn kind(&self) -> Option<ActionKind> {
        self.info.as_ref().and_then(|info| info.kind)
    }
}

/// Looks at all code blocks of the document.
pub(super) fn read(source: &Source, doc: &Document, out: &mut Vec<Diagnostic>) -> Vec<Facts> {
    let code = |(block, about): (usize, &Block)| match about.kind {
        Kind::Code(index) => Some((block, index)),
        _ => None,
    };
    let mut blocks = Vec::with_capacity(doc.fences.len());
    blocks.extend(doc.blocks.iter().enumerate().filter_map(code));
    let part = |blocks: &[(usize, u32)]| {
        let mut notes = Vec::new();
        let facts: Vec<Facts> =
            blocks.iter().map(|&block| block_facts(source, doc, block, &mut notes)).collect();
        (facts, notes)
    };
    let mut parts = in_parts(&blocks, &part).into_iter();
    let (mut found, notes) = parts.next().unwrap_or_default();
    out.extend(notes);
    for (more, notes) in parts {
        found.extend(more);
        out.extend(notes);
    }
    offer_known(source, doc, &blocks, &mut found, out);
    found
}

/// What a code block is, by its words, its lines, and the sentence before it.
fn block_facts(
    source: &Source,
    doc: &Document,
    (block, index): (usize, u32),
    out: &mut Vec<Diagnostic>,
) -> Facts {
    let (mut facts, begins) = facts(source, doc, index as usize, out);
    // "The output is:" before a block that is no command, whatever its tag says.
    let intro = block.checked_sub(1).filter(|&before| doc.blocks[before].kind == Kind::Para);
    let announced = intro.and_then(|before| words::announcement(doc.text(before)));
    // Of an untagged block its look alone says that it is a query.
    let guessed = facts.lang.is_empty() && facts.info.is_none() && matches!(facts.class, Class::Query(_));
    if guessed && announced.is_some_and(words::announces_output) {
        facts.class = Class::Data;
    } else if facts.class == Class::Runnable
        && facts.lang.is_empty()
        && facts.info.is_none()
        && !facts.prompted
        && (announced.is_some_and(words::announces_text)
            || intro.is_some_and(|before| words::expects(doc.text(before))))
        && let lines = doc.lines(index)
        && !looks_called(source, lines)
        && let (Some(first), Some(last)) = (lines.first(), lines.last())
    {
        facts.class = Class::Data;
        let place = Span::new(first.start, last.end);
        out.info(Topic::Output, place, "text to look for, as the sentence before it says: shown, not run");
    } else if facts.class == Class::Runnable
        && facts.lang.is_empty()
        && facts.info.is_none()
        && !facts.prompted
        && announced.is_some_and(|said| words::announces_output(said) && words::leads_to_output_alone(said))
        && let lines = doc.lines(index)
        && let (Some(first), Some(last)) = (lines.first(), lines.last())
    {
        let place = Span::new(first.start, last.end);
        // The call may stand above what it printed; without any of that it may be a call alone.
        let message = match holds_printed(source, lines) {
            true => {
                facts.class = Class::Data;
                "printed output, as the sentence before it says: shown, not run"
            }
            false => {
                facts.put_off = true;
                "the text calls it output: offered, not run by itself"
            }
        };
        out.info(Topic::Output, place, message);
    } else if facts.class == Class::Data
        && facts.lang.is_empty()
        && announced.is_some_and(words::announces_command)
        && are_calls(source, doc.lines(index))
    {
        facts.class = Class::Runnable;
    } else if facts.class == Class::Data
        && facts.lang.is_empty()
        && matches!(begins, Some(b'/' | b'#'))
        && let lines = doc.lines(index)
        && let (Some(first), Some(last)) = (lines.first(), lines.last())
    {
        let place = Span::new(first.start, last.end);
        if is_chat(source, lines) {
            facts.class = Class::Query("in the chat");
            out.info(Topic::Placement, place, "a command for a chat, as it seems: shown, not run");
        } else if let Some(line) = asks_as_root(source, lines) {
            out.info(Topic::Placement, line, "perhaps a command at root's prompt: shown, not run");
        }
    } else if facts.tagged
        && !facts.prompted
        && facts.info.is_none()
        && facts.class == Class::Runnable
        && let lines = doc.lines(index)
        && let (Some(first), Some(last)) = (lines.first(), lines.last())
        && let place = Span::new(first.start, last.end)
        && let Some(mistaken) =
            mistaken(source, place, lines, begins, announced, || intro.map_or("", |before| doc.text(before)))
    {
        facts.class = mistaken.class;
        let what = mistaken.what;
        out.info(mistaken.topic, place, format!("{what}, though it is tagged as shell: shown, not run"));
    }
    if facts.class == Class::Runnable
        && facts.info.is_none()
        && let Some(said) = announced
            .or_else(|| intro.and_then(|before| words::unfinished(doc.text(before))))
            .and_then(words::of_block)
    {
        heed(source, doc.lines(index), said, &mut facts, out);
    }
    if facts.class == Class::Runnable
        && facts.info.is_none()
        && !facts.put_off
        && announced.is_some_and(words::leads_to_example)
        && let lines = doc.lines(index)
        && let (Some(first), Some(last)) = (lines.first(), lines.last())
    {
        facts.put_off = true;
        let place = Span::new(first.start, last.end);
        out.info(Topic::Placement, place, "an example, as the text says: offered, not run by itself");
    }
    if facts.class == Class::Runnable
        && facts.info.is_none()
        && !facts.put_off
        && let Some(intro) = intro
        && is_extra(source, doc, intro)
    {
        facts.put_off = true;
        let place = doc.blocks[block].span;
        out.info(Topic::Placement, place, "not needed, as the text says: offered, not run by itself");
    }
    let style = facts.prompted.then_some(facts.style);
    if facts.class == Class::Runnable
        && facts.info.is_none()
        && let Some((place, why)) = unready(source, doc.lines(index), begins, style)
    {
        facts.put_off = true;
        out.info(Topic::Placement, place, format!("{why}: offered, not run by itself"));
    }
    facts
}

/// Takes a block of commands for what the sentence before it says.
fn heed(source: &Source, lines: &[Span], said: Said<'_>, facts: &mut Facts, out: &mut Vec<Diagnostic>) {
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return };
    let message = match said {
        Said::Forbidden => {
            facts.class = Class::Data;
            "the text says not to run it: shown, not run"
        }
        Said::FileText(file) if !facts.prompted && !writes(source, lines, file) => {
            facts.class = Class::Query(FILE_TEXT);
            "what a file is to hold: shown, not run"
        }
        Said::FileText(_) => return,
        Said::Named if !facts.prompted => {
            facts.put_off = true;
            "the text of a file, as it seems: offered, not run by itself"
        }
        Said::Named => return,
        Said::PutOff => {
            facts.put_off = true;
            "the text says not to run it yet: offered, not run by itself"
        }
        Said::Changed => {
            facts.put_off = true;
            "the text says to change it first: offered, not run by itself"
        }
    };
    out.info(Topic::Placement, Span::new(first.start, last.end), message);
}

/// What a code block is by its own words and lines, and the first byte that is written in it, white space
/// aside.
fn facts(source: &Source, doc: &Document, index: usize, out: &mut Vec<Diagnostic>) -> (Facts, Option<u8>) {
    let fence = doc.fences[index];
    let lines = doc.lines(index as u32);
    let text = source.slice(fence.info);
    // A language alone needs no reading.
    let info = if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && !is_lone_word(text)
    {
        None
    } else {
        Some(Box::new(info::read(source, fence.info, out)))
    };
    let lang = lang_span(fence.info, text, info.as_deref());
    let lower;
    let name = match source.slice(lang) {
        name if name.bytes().any(|byte| byte.is_ascii_uppercase()) => {
            lower = name.to_ascii_lowercase();
            lower.as_str()
        }
        name => name,
    };
    let language = language::language(name);
    let info = info.filter(|info| info.annotated);
    let mut written = lines.iter().map(|&line| source.slice(line).trim_start());
    let begins = written.find_map(|line| line.bytes().next());
    let rooted = info.is_none()
        && begins == Some(b'#')
        && match language {
            Language::Shell => speaks_as_root(source, lines),
            Language::None => {
                is_all_root(source, lines)
                    || (speaks_as_root(source, lines) || prints_below_root(source, lines))
                        && matches!(first_command(source, lines), First::Other)
            }
            _ => false,
        };
    let style = match language {
        _ if rooted => Style::Console,
        Language::Shell => Style::Shell,
        Language::Console => Style::Console,
        _ => Style::Other,
    };
    let mut facts = Facts {
        class: Class::Data,
        style,
        prompted: false,
        tagged: false,
        rooted,
        broken: false,
        put_off: false,
        info,
        lang,
    };
    if begins.is_none() {
        return (facts, begins);
    }
    // What a broken fence swallowed never runs by itself.
    let swallows = nested_fence(source, lines);
    if let Some(line) = swallows {
        let help = Some("close the fence above it, or give that one more backticks".to_owned());
        out.warning(Topic::BrokenFence, line, "a fence inside a fence: the one above is not closed", help);
    }
    facts.broken = swallows.is_some() || !fence.closed;
    facts.tagged = matches!(language, Language::Shell | Language::Console);
    let exec = facts.info.as_ref().is_some_and(|info| info.attrs.exec.is_some());
    facts.prompted = !exec && transcript::has_prompt(source, lines, style);
    if facts.prompted && !rooted && facts.info.is_none() && becomes_another(source, lines) {
        (facts.style, facts.rooted) = (Style::Console, true);
    }
    facts.class = class(source, lines, language, &facts, exec);
    if language == Language::Unknown && facts.class == Class::Runnable && !facts.prompted && !exec {
        let message =
            format!("`{}` is no language midwatch knows; read as an untagged block", source.slice(lang));
        let help =
            nearest(name, language::SHELLS.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        out.warning(Topic::Placement, lang, message, help);
    }
    if language == Language::None
        && facts.class == Class::Data
        && let Some(first) = task_list(source, lines)
    {
        let help = Some("take it out of the block: as Markdown its items are steps".to_owned());
        out.warning(Topic::Placement, first, "a task list inside a code block is only shown", help);
    }
    if let (Some(info), Language::Query(named)) = (&facts.info, language)
        && !exec
        && facts.kind() != Some(ActionKind::Norun)
        && (info.kind.is_some() || info.attrs.timeout.is_some() || info.attrs.capture.is_some())
    {
        let help = Some(format!("add exec=COMMAND, which reads the {named} on its standard input"));
        out.error_with(Topic::Annotation, fence.info, format!("{named} does not run by itself"), help);
    }
    (facts, begins)
}

/// Whether a one-word info string is one of our words instead of a language.
fn is_lone_word(text: &str) -> bool {
    matches!(text, "check" | "rollback" | "norun" | "danger")
}

fn lang_span(info: Span, text: &str, read: Option<&Info>) -> Span {
    match read {
        None => info,
        Some(read) if read.lang.is_empty() => Span::new(info.start, info.start),
        Some(read) => {
            let start = info.start + usize::from(text.starts_with('.'));
            Span::new(start, (start + read.lang.len()).min(info.end))
        }
    }
}

fn class(source: &Source, lines: &[Span], language: Language, facts: &Facts, exec: bool) -> Class {
    if facts.kind() == Some(ActionKind::Norun) {
        return Class::Shown;
    }
    if let Language::Query(name) = language
        && facts.prompted
        && !exec
        && !has_shell_prompt(source, lines, facts.style)
    {
        return Class::Query(name);
    }
    if facts.tagged && !facts.prompted && !exec && is_metric(source, lines) {
        return Class::Query("PromQL");
    }
    if exec || facts.tagged || facts.prompted {
        return Class::Runnable;
    }
    match language {
        Language::Query(name) => Class::Query(name),
        Language::Data => Class::Data,
        _ if facts.info.is_some() => Class::Runnable,
        _ => match first_command(source, lines) {
            First::Command => Class::Runnable,
            First::Sql => Class::Query("SQL"),
            First::Other => Class::Data,
        },
    }
}

enum First {
    Command,
    Sql,
    Other,
}

/// Whether an untagged block begins with a command.
fn first_command(source: &Source, lines: &[Span]) -> First {
    // "# lsof -p 1" may be what root typed, and then its output follows.
    let mut typed = false;
    for &line in lines {
        let line = trim(source.slice(line));
        if line.is_empty() || line.starts_with('#') {
            typed |= prompts::root(line).is_some();
            continue;
        }
        if language::is_sql(line) {
            return First::Sql;
        }
        if is_set_from_command(line) {
            return First::Command;
        }
        return match starts_with_command(line) {
            Some(true) if typed && transcript::is_columns(line, false) => First::Other,
            Some(true) => First::Command,
            Some(false) if is_mostly_commands(source, lines, line) => First::Command,
            Some(false) => First::Other,
            // Assignments alone: the next line decides.
            None => continue,
        };
    }
    First::Other
}

/// The line without the assignments it begins with.
fn unassigned(line: &str) -> &str {
    let mut left = line;
    loop {
        let (word, rest) = first_word(left);
        if word.is_empty() || !prompts::is_assignment(word) {
            return left;
        }
        left = rest;
    }
}

/// Whether the line sets a variable to what a known command prints: `POD=$(kubectl get pods -o name)`.
fn is_set_from_command(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace().take_while(|word| prompts::is_assignment(word));
    words.any(|word| substituted(word).is_some_and(shell::known_command))
}

/// The first word of a command in whose output an assignment finds its value, where more words follow.
fn substituted(assignment: &str) -> Option<&str> {
    let value = &assignment[memchr::memchr(b'=', assignment.as_bytes())? + 1..];
    let value = value.strip_prefix('"').unwrap_or(value);
    let command = value.strip_prefix("$(").or_else(|| value.strip_prefix('`'))?;
    (!command.is_empty() && !command.contains([')', '`', '('])).then_some(command)
}

/// Whether the line begins with a known command; none if it only sets variables.
pub(super) fn starts_with_command(line: &str) -> Option<bool> {
    let left = unassigned(line);
    (!is_blank(left)).then(|| begins_with_command(line, left))
}

/// Whether what is `left` of the line, [`unassigned`], begins with a known command.
fn begins_with_command(line: &str, left: &str) -> bool {
    let (first, rest) = first_word(left);
    let first = first.trim_start_matches('(').trim_end_matches(';');
    let (second, _) = first_word(rest);
    // What a command prints often begins with its name: "top - 10:00:01 up", "curl: (7)".
    let told = matches!(second, "-" | "=" | ":" | "=>" | "is" | "are" | "was");
    // "su - postgres" makes it a login shell, "cat - x" reads what is typed.
    let takes = second == "-" && matches!(first, "su" | "cd" | "cat" | "bash" | "sh");
    if told && first != "[" && !takes {
        return false;
    }
    // What it printed, as somebody else may put it in.
    if second == "--git" && first == "diff" {
        return false;
    }
    // A path of another system, where another shell reads it.
    if second.as_bytes().get(1..3) == Some(b":\\") {
        return false;
    }
    // A line of pg_hba.conf; the program asks about one name.
    if first == "host" && !line.contains(" -") && line.split_whitespace().count() > 3 {
        return false;
    }
    let path =
        (first.starts_with("./") || first.starts_with("../") || first.ends_with(".sh")) && first.len() > 3;
    if first.starts_with('/') {
        return first.contains("/bin/")
            || first.contains("/sbin/")
            || shell::known_command(first) && !second.is_empty();
    }
    path || (shell::known_command(first) && !first.starts_with('-'))
}
