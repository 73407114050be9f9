//! A copied terminal: which lines are commands, which continue them, which are output.

use crate::shell;
use crate::source::{Source, Span, first_word, trim};

use super::fences::starts_with_command;
use super::pauses;
use super::prompts::{self, Place, Style};

/// Consecutive commands that belong to one place.
#[derive(Debug)]
pub(super) struct Group {
    pub place: Place,
    /// Where the lines stand, prompts left out.
    pub lines: Vec<Span>,
    /// Another way to do what stands before it, as a comment says, or what follows such a way.
    pub instead: bool,
    /// Stands above the first prompt.
    pub early: bool,
}

/// What a fence with at least one prompt holds.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    pub groups: Vec<Group>,
    /// Runs of lines that are output.
    pub output: Vec<Span>,
    /// Commands whose end is not in the fence.
    pub incomplete: Vec<Span>,
    /// A comment said that the next command is another way.
    parted: bool,
    /// How it did: whether an empty line stands above it, where the next comment ends that way.
    way: Option<bool>,
    /// Whether the comment stated a condition, so that one which counts ends it, too.
    case: bool,
    /// A comment said of the next command that it is none.
    ended: bool,
}

/// Longest command looked for over several lines; beyond it lies output with a stray quote.
const LONGEST: usize = 200;

/// Whether any line begins with a prompt.
pub(super) fn has_prompt(source: &Source, lines: &[Span], style: Style) -> bool {
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return false };
    let block = source.slice(Span::new(first.start, last.end));
    prompts::may_stand_in(block.as_bytes())
        && lines.iter().any(|&line| prompts::prompt(source.slice(line), style).is_some())
}

/// Reads the lines of a fence with prompts; `parts` says that comments may part two ways in it.
pub(super) fn read(source: &Source, lines: &[Span], style: Style, parts: bool) -> Transcript {
    let mut transcript = Transcript::default();
    let mut at = 0;
    // The last command of this machine, and whether it opened a session once that was asked.
    let mut last: (Span, Option<bool>) = (Span::default(), Some(false));
    while at < lines.len() {
        let line = source.slice(lines[at]);
        let Some(prompt) = prompts::prompt(line, style) else {
            if transcript.groups.is_empty() && goes_there(source, &lines[at..], style) {
                transcript.put(Place::Here, lines[at], false);
                at += 1;
                continue;
            }
            // In a block of commands one may stand above the first prompt: output has none to follow.
            if transcript.groups.last().is_none_or(|last| last.early)
                && style == Style::Shell
                && starts_with_command(line) == Some(true)
                && !is_printed(line, true)
            {
                let taken = transcript.command(source, lines[at], &lines[at + 1..], style);
                transcript.groups.iter_mut().for_each(|group| group.early = true);
                at += 1 + taken;
                continue;
            }
            // In the shell it opened `# ` is root's prompt and no comment.
            if let Some(len) = prompts::root(line)
                && *last.1.get_or_insert_with(|| shell::session(source.slice(last.0)).is_some())
            {
                let command = Span::new(lines[at].start + len, lines[at].end);
                transcript.put(Place::Elsewhere(String::new()), command, false);
            } else if transcript.is_in_psql()
                && line.ends_with(';')
                && !line.starts_with(' ')
                && super::language::is_sql(&line.to_ascii_uppercase())
            {
                // The prompt of a statement may be lost.
                transcript.keep(lines[at]);
            } else if is_call(line) && transcript.is_in_console() {
                // Nor is it there where a line was copied from an editor; nothing of it runs here.
                transcript.keep(lines[at]);
            } else if style == Style::Other
                && let Some(len) = prompts::root(line)
                && (line.contains(" -") || line.contains(" |"))
                && lines.get(at + 1).is_some_and(|&next| is_below_root(source.slice(next), style))
            {
                let command = Span::new(lines[at].start + len, lines[at].end);
                transcript.put(Place::Elsewhere("as root".to_owned()), command, false);
            } else {
                transcript.put_output(source, lines[at]);
                let above = at.checked_sub(1).map_or("", |above| source.slice(lines[above]));
                let here = transcript.groups.last().is_some_and(|group| group.place == Place::Here);
                let case = || pauses::asks_first(line) && !above.trim_start().starts_with('#');
                let or = parts && here && pauses::says_or(line, above);
                if or || parts && here && case() {
                    transcript.parted = true;
                    transcript.case = !or;
                    transcript.way = pauses::ends_with_next(line).then(|| above.trim().is_empty());
                } else if let Some(parted) = transcript.way
                    && !transcript.parted
                    && pauses::ends_way(line, above, parted)
                    && (transcript.case || !pauses::is_counted(line))
                {
                    (transcript.way, transcript.ended) = (None, true);
                }
            }
            at += 1;
            continue;
        };
        let command = Span::new(lines[at].start + prompt.len, lines[at].end);
        at += 1;
        match prompt.place {
            Place::Here => {
                last = (command, None);
                let taken = transcript.command(source, command, &lines[at..], style);
                at += taken;
            }
            // An arrow of the plan that psql prints, and no prompt of MySQL.
            Place::Elsewhere(place) if place.is_empty() && prompt.continues && transcript.is_in_psql() => {
                transcript.put_output(source, lines[at - 1]);
            }
            Place::Elsewhere(place) => {
                transcript.put(Place::Elsewhere(place), command, prompt.continues);
                at += match transcript.statement(source, command, &lines[at..], style) {
                    0 => transcript.rest(source, command, &lines[at..], style),
                    taken => taken,
                };
            }
        }
    }
    transcript
}

impl Transcript {
    /// Whether the last command was psql's.
    fn is_in_psql(&self) -> bool {
        let place = self.groups.last().map(|group| &group.place);
        place.is_some_and(|place| matches!(place, Place::Elsewhere(name) if name.starts_with("psql ")))
    }

    /// Whether the last command was one of a console whose language has names, calls and `=`.
    fn is_in_console(&self) -> bool {
        let place = self.groups.last().map(|group| &group.place);
        let is_one = |name: &str| ["irb", "pry", "python", "rails"].iter().any(|one| name.starts_with(one));
        place.is_some_and(|place| matches!(place, Place::Elsewhere(name) if is_one(name)))
    }

    /// Adds a line to the last group, or to a new one.
    fn put(&mut self, place: Place, line: Span, continues: bool) {
        if line.is_empty() {
            return;
        }
        let parted = std::mem::take(&mut self.parted);
        let ended = std::mem::take(&mut self.ended) && !parted;
        let instead = parted || !ended && self.groups.last().is_some_and(|last| last.instead);
        match self.groups.last_mut() {
            Some(last) if (last.place == place && !(parted || ended || last.early)) || continues => {
                last.lines.push(line)
            }
            _ => self.groups.push(Group { place, lines: vec![line], instead, early: false }),
        }
    }

    fn put_output(&mut self, source: &Source, line: Span) {
        if source.slice(line).trim().is_empty() {
            return;
        }
        match self.output.last_mut() {
            // Lines that follow each other, blank ones between them aside, are one piece.
            Some(last) if source.slice(Span::new(last.end, line.start)).trim().is_empty() => {
                last.end = line.end
            }
            _ => self.output.push(line),
        }
    }

    /// Adds the command at `first` with the lines that continue it; says how many those are.
    fn command(&mut self, source: &Source, first: Span, rest: &[Span], style: Style) -> usize {
        let text = source.slice(first);
        self.put(Place::Here, first, false);
        if !may_go_on(text) || shell::is_complete(text) {
            return 0;
        }
        let mut script = text.to_owned();
        let mut lines: Vec<Span> = Vec::new();
        let heredoc = text.contains("<<");
        for &line in rest.iter().take(if heredoc { rest.len() } else { LONGEST }) {
            let mut line = line;
            let slice = source.slice(line);
            if !heredoc && starts_anew(slice, style) {
                break;
            }
            // The shell's own continuation prompt, where it was copied too.
            if let Some(tail) =
                slice.strip_prefix("> ").or_else(|| slice.strip_prefix('>').filter(|tail| tail.is_empty()))
            {
                line.start = line.end - tail.len();
            }
            let slice = source.slice(line);
            script.push('\n');
            script.push_str(slice);
            lines.push(line);
            // In a heredoc only its end can complete the command; looking at each line would cost
            // the square of its length.
            let worth = !heredoc || text.contains(slice.trim()) && !slice.trim().is_empty();
            if worth && shell::is_complete(&script) {
                let taken = lines.len();
                for line in lines {
                    self.keep(line);
                }
                return taken;
            }
        }
        // A line that ends in a backslash takes the next one whatever the rest is.
        let taken = continued(source, first, rest);
        for &line in &rest[..taken] {
            self.keep(line);
        }
        let end = taken.checked_sub(1).map_or(first.end, |last| rest[last].end);
        self.incomplete.push(Span::new(first.start, end));
        taken
    }

    /// Adds a line that continues the last command, also if it is empty.
    fn keep(&mut self, line: Span) {
        if let Some(last) = self.groups.last_mut() {
            last.lines.push(line);
        }
    }

    /// The lines up to the end of a loop, or of a command that goes on in the next line, in a shell of
    /// another machine.
    fn rest(&mut self, source: &Source, first: Span, rest: &[Span], style: Style) -> usize {
        let text = source.slice(first).trim_end();
        let opens = text.ends_with(['\\', '|']) || [" do", " then"].iter().any(|end| text.ends_with(end));
        if !opens || shell::is_complete(text) {
            return 0;
        }
        let mut script = text.to_owned();
        for (at, &line) in rest.iter().enumerate().take(30) {
            let slice = source.slice(line);
            if prompts::prompt(slice, style).is_some() || slice.trim().is_empty() {
                return 0;
            }
            script.push('\n');
            script.push_str(slice);
            if shell::is_complete(&script) {
                for &line in &rest[..=at] {
                    self.keep(line);
                }
                return at + 1;
            }
        }
        0
    }

    /// Lines of another program's statement that has no `;` yet, where one follows soon.
    fn statement(&mut self, source: &Source, first: Span, rest: &[Span], style: Style) -> usize {
        let text = source.slice(first).trim();
        let sql = super::language::is_sql(text);
        if !sql || text.ends_with(';') || text.contains("\\G") {
            return 0;
        }
        for (at, &line) in rest.iter().enumerate().take(30) {
            let slice = source.slice(line);
            if prompts::prompt(slice, style).is_some() || slice.trim().is_empty() {
                return 0;
            }
            if slice.trim_end().ends_with([';', 'G']) && (slice.contains(';') || slice.contains("\\G")) {
                for &line in &rest[..=at] {
                    self.keep(line);
                }
                return at + 1;
            }
        }
        0
    }
}

/// Whether a line is plainly printed and no command: `WARNING: x`, `[ERR] x`, `* x`, `{"x":`,
/// `2020-07-14 06:29:40 x`, `(28 rows)`, a ruler, a number, a sentence (with its full stop where the
/// block is `tagged` as shell).
pub(super) fn is_printed(line: &str, tagged: bool) -> bool {
    let line = trim(line);
    let (first, rest) = first_word(line);
    let done = line.ends_with("ed") && is_done(first, rest);
    let odd = first.ends_with([':', ',']) || is_mode(first) || done;
    if first.starts_with(|c: char| c.is_ascii_lowercase()) && !odd {
        return false; // nearly every command
    }
    let ruler = first.len() > 2 && first.bytes().all(|byte| matches!(byte, b'-' | b'=' | b'+' | b'|'));
    let label = first.len() > 2
        && first
            .strip_suffix(':')
            .is_some_and(|label| label.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let bracket =
        first.starts_with('[') && first.ends_with(']') && first.len() > 2 && !first.starts_with("[[");
    let digits = first.bytes().take_while(u8::is_ascii_digit).count();
    let time = digits > 1 && matches!(first.as_bytes().get(digits), Some(b'-' | b':' | b'/'));
    let number = digits > 0 && digits == first.len() && digits < line.len();
    // "Script to check the state of": no program is called so.
    let word = |word: &str| word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let sentence = first.starts_with(|c: char| c.is_ascii_uppercase())
        && first.bytes().skip(1).all(|byte| byte.is_ascii_lowercase())
        && first.len() > 1
        && (!tagged || line.ends_with('.'))
        && line.split_whitespace().skip(1).take(4).filter(|found| word(found)).count() > 3;
    // "Apply complete! 3 added", "No resources found in the x namespace."
    let named = first.len() > 1 && first.bytes().all(|byte| byte.is_ascii_alphabetic());
    let said = named && first.starts_with(|c: char| c.is_ascii_uppercase()) && {
        let second = first_word(rest).0;
        let told = second.strip_suffix(['!', ',']).is_some_and(word);
        told || line.ends_with('.')
            && rest.split_whitespace().filter(|found| word(found)).count() > 2
            && !rest.contains(['/', '=', '$', '|'])
    };
    // "Success! Data is gone": no program is called so.
    let glad = first.len() > 3
        && first.strip_suffix('!').is_some_and(word)
        && rest.trim_start().starts_with(|c: char| c.is_ascii_uppercase())
        && rest.split_ascii_whitespace().nth(2).is_some();
    let rows = line.starts_with('(') && (line.ends_with(" rows)") || line == "(1 row)");
    let bullet = matches!(first, "*" | "-" | "•") && line.len() > 2;
    ruler
        || label
        || bracket
        || time
        || number
        || is_mode(first)
        || sentence
        || said
        || glad
        || rows
        || bullet
        || line.starts_with("{\"")
        // A line of what lies between the braces.
        || first.starts_with('"') && first.len() > 3 && first.ends_with("\":")
        // No program is called so; or the first letter of what was done is a capital.
        || first.len() > 1 && first.ends_with(',') && first.starts_with(|c: char| c.is_ascii_alphanumeric())
        || done
}

/// `cluster_name: shop`, `listen-address: 0.0.0.0`: a line of a file, whose name no program has.
pub(super) fn is_setting(line: &str) -> bool {
    let (first, rest) = first_word(trim(line));
    let part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let name = first.strip_suffix(':').filter(|name| name.len() > 2);
    !rest.is_empty()
        && name
            .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(part))
}

/// `deployment.apps/web patched`, `pod "web-0" deleted`: what was done, as the clients of a cluster say it.
fn is_done(first: &str, rest: &str) -> bool {
    let mut words = rest.split_ascii_whitespace();
    let (second, third) = (words.next().unwrap_or(""), words.next());
    let done = match third {
        None if first.contains('/') && first.starts_with(|c: char| c.is_ascii_alphanumeric()) => second,
        Some(third) if second.starts_with('"') && second.ends_with('"') && second.len() > 2 => third,
        _ => return false,
    };
    let known = matches!(
        done,
        "annotated"
            | "applied"
            | "autoscaled"
            | "configured"
            | "cordoned"
            | "created"
            | "deleted"
            | "drained"
            | "edited"
            | "evicted"
            | "exposed"
            | "labeled"
            | "patched"
            | "paused"
            | "replaced"
            | "restarted"
            | "resumed"
            | "scaled"
            | "tainted"
            | "unchanged"
            | "uncordoned"
            | "updated"
    );
    known && words.next().is_none()
}

/// `-rw-r--r--  1 root`: a listing.
fn is_mode(first: &str) -> bool {
    first.len() > 8 && first.bytes().all(|byte| b"-dlrwxsStT.+@".contains(&byte)) && first.contains('r')
}

/// Whether a line is fields in columns: three of them, two spaces or more between, or four between
/// tabs, which nobody types into a shell and so do where the block is `tagged`, too.
pub(super) fn is_columns(line: &str, tagged: bool) -> bool {
    if memchr::memchr_iter(b'\t', line.trim().as_bytes()).count() > 2 {
        return true;
    }
    if tagged {
        return false;
    }
    let mut fields = line.trim().split("  ").filter(|field| !field.trim().is_empty());
    !line.trim_end().ends_with('\\') && fields.nth(2).is_some()
}

/// Whether the first line is a command that opens a shell elsewhere, though no prompt stands before it:
/// the prompt of that shell does on the next one.
fn goes_there(source: &Source, lines: &[Span], style: Style) -> bool {
    let [first, second, ..] = lines else { return false };
    let there = prompts::prompt(source.slice(*second), style)
        .is_some_and(|prompt| matches!(prompt.place, Place::Elsewhere(_)));
    let line = source.slice(*first);
    there && starts_with_command(line) == Some(true) && shell::session(line).is_some()
}

/// Whether a line may be what the command above it printed.
fn is_below_root(line: &str, style: Style) -> bool {
    !(line.trim().is_empty() || line.starts_with('#')) && prompts::prompt(line, style).is_none()
}

/// Whether a line begins with a prompt that cannot be the shell's continuation prompt.
fn starts_anew(line: &str, style: Style) -> bool {
    !line.starts_with('>') && prompts::prompt(line, style).is_some()
}

/// How many lines follow because the one before ends in a backslash.
fn continued(source: &Source, first: Span, rest: &[Span]) -> usize {
    let mut last = source.slice(first);
    let mut taken = 0;
    while last.trim_end_matches(['\r', ' ']).ends_with('\\') && taken < rest.len() {
        last = source.slice(rest[taken]);
        taken += 1;
    }
    taken
}

/// Whether the line sets a name or calls something, as in Ruby and Python: `user = User.find(1)`, `user.save`.
fn is_call(line: &str) -> bool {
    let inside =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'@' | b':' | b'!' | b'?');
    let (name, rest) = line.split_at(line.bytes().take_while(|byte| inside(byte)).count());
    let begins = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '@');
    let dotted =
        name.split_once('.').is_some_and(|(_, called)| called.starts_with(|c: char| c.is_ascii_lowercase()));
    begins
        && match rest.trim_end() {
            "" => dotted && !name.ends_with(['.', ':']),
            call if call.starts_with('(') => call.ends_with(')'),
            set => set.starts_with(" = "),
        }
}

/// A look at the bytes: whether the line can need another one at all.
fn may_go_on(line: &str) -> bool {
    let bytes = line.trim_end().as_bytes();
    let Some(&last) = bytes.last() else { return false };
    matches!(last, b'\\' | b'|' | b'&')
        || bytes.iter().any(|byte| matches!(byte, b'"' | b'\'' | b'`' | b'(' | b'{'))
        || line.contains("<<")
        || line.as_bytes().split(|byte| !byte.is_ascii_alphanumeric()).any(|word| {
            matches!(
                word,
                b"if" | b"for" | b"while" | b"until" | b"case" | b"select" | b"do" | b"then" | b"else"
            )
        })
}
