//! Where a block of commands stops for a person: a comment says to wait before the next command, or
//! the next command wants a value that one before it prints. There the block is two actions, so that
//! the second is not started, nor its value asked for, before the first has shown what it shows. So
//! it does where a comment says that what follows is done only in some case, and then offers it.
//! A comment that begins with "or" parts two ways to do the same: the second is only offered.

mod comments;

use crate::shell::{self, Reading};

use super::{fences, placeholder};
pub(super) use comments::{asks_first, ends_way, ends_with_next, is_counted, is_or, says_or};
use comments::{
    asks_to_wait, comments_on_systems, count, is_for_some, is_platform, may_vary, names_place, of_system,
    option, says_if, waits_itself,
};

/// More pauses than this are no runbook's.
const MOST: usize = 32;

/// Two ways to do the same are written one below the other where both are short.
const LONGEST_WAYS: usize = 400;

/// And no way to do something has more lines.
const LONGEST_WAY: usize = 60;

/// A line of a script, counted from 0, at which another action begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pause {
    pub line: usize,
    /// What begins here is another way to do what stands before it: it never runs by itself.
    pub instead: bool,
    /// What begins here is done whichever way was taken: the author counts on.
    pub again: bool,
}

/// Where other actions begin in `script`; nowhere in most. `reading` is what the
/// shell makes of it.
pub(super) fn of(script: &str, reading: &Reading) -> Vec<Pause> {
    if memchr::memchr(b'\n', script.as_bytes()).is_none() {
        return Vec::new();
    }
    let (mut waits, mut parts) = (false, false);
    let commented = if memchr::memchr(b'#', script.as_bytes()).is_some() { script } else { "" };
    let comments = commented.lines().map(str::trim_start).filter(|line| line.starts_with('#'));
    for line in comments {
        let holds = |letters: &str| holds(line.as_bytes(), letters.as_bytes());
        waits =
            waits || holds("ait") || holds("atch") || says_if(line) || names_place(line) || may_vary(line);
        parts |= ["or", "Or", "OR", "therwise", "ternatively"].into_iter().any(holds)
            || says_or(line, "")
            || is_platform(line)
            || is_for_some(line);
    }
    // So end the lines that are nothing but an "or", and few others.
    let ends_so = |end: usize| {
        matches!(
            script.as_bytes().get(end.wrapping_sub(2)..end),
            Some(b"or" | b"OR" | b"Or" | b"r)" | b"R)" | b"r:" | b"R:" | b" -" | b"--")
        )
    };
    parts |= script.len() < LONGEST_WAYS
        && memchr::memchr_iter(b'\n', script.as_bytes()).any(ends_so)
        && script.lines().any(is_or);
    let systems = comments_on_systems(script);
    parts |= systems;
    let asks = ["<", "{{", "YOUR"].iter().any(|sign| script.contains(sign));
    if !(waits || asks || parts) || !script.trim().contains('\n') {
        return Vec::new();
    }
    let lines = Lines::of(script);
    let mut wanted: Vec<usize> = Vec::new();
    let (mut instead, mut again): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    if parts {
        instead
            .extend((1..lines.starts.len()).filter(|&line| says_or(lines.line(line), lines.line(line - 1))));
        wanted.extend(&instead);
        again = lines.counted_on(instead.first().copied());
        // What a comment says of the next command ends the other way.
        let ways = instead.iter().filter(|&&line| ends_with_next(lines.line(line)));
        let ends = ways.filter_map(|&line| lines.end_of(line));
        again.extend(ends.filter(|&line| !is_counted(lines.line(line))));
        again.sort_unstable();
        wanted.extend(&again);
        // "# Debian" and "# RHEL" are alternatives as well.
        let mut platforms = (0..lines.starts.len()).filter(|&line| is_platform(lines.line(line)));
        if let (Some(first), Some(second)) = (platforms.next(), platforms.next()) {
            instead.extend(platforms.chain([second]));
            instead.sort_unstable();
            wanted.extend(instead.iter().copied().chain([first].into_iter().filter(|&line| line > 0)));
        }
        // So are "# For Docker" and "# For a cluster".
        let cases = (0..lines.starts.len()).filter(|&line| is_for_some(lines.line(line)));
        instead.extend(cases.skip(1));
        instead.sort_unstable();
        instead.dedup();
        wanted.extend(&instead);
        if systems {
            lines.by_system(&mut instead, &mut again);
            wanted.extend(instead.iter().chain(&again));
        }
        // What prepares all of them is no part of the first.
        let first = |&line: &usize| option(lines.line(line)) == Some(1);
        wanted.extend((1..lines.starts.len()).filter(first).filter(|_| !instead.is_empty()));
    }
    if waits {
        let asks = |&line: &usize| lines.says_wait(line) || lines.parts_here(line);
        wanted.extend((1..lines.starts.len()).filter(asks));
        let cases = (0..lines.starts.len()).filter(|&line| says_if(lines.line(line)));
        wanted.extend(cases.filter_map(|line| lines.end_of(line)).take(MOST));
        // What is done only in some case, or in another way, a person starts.
        let own = |&line: &usize| lines.is_offered_case(line) || lines.varies(line);
        let own: Vec<usize> = (1..lines.starts.len()).filter(own).take(MOST).collect();
        let ends = own.iter().filter_map(|&line| lines.end_of(line));
        again.extend(ends.filter(|&line| !lines.is_offered_case(line)));
        again.sort_unstable();
        instead.extend(&own);
        instead.sort_unstable();
        wanted.extend(again.iter().chain(&own));
    }
    if asks {
        wanted.extend(lines.first_uses(reading));
    }
    wanted.sort_unstable();
    wanted.dedup();
    wanted.truncate(4 * MOST);
    // What stands between two comments is no part of its own: the second one says what follows.
    wanted.retain(|&line| {
        let next = instead.get(instead.partition_point(|&other| other <= line));
        instead.binary_search(&line).is_ok()
            || next.is_none_or(|&next| (line..next).any(|line| lines.is_command(line)))
    });
    let kept = lines.whole_parts(wanted).into_iter();
    kept.map(|line| Pause {
        line,
        instead: instead.binary_search(&line).is_ok(),
        again: again.binary_search(&line).is_ok() && instead.binary_search(&line).is_err(),
    })
    .collect()
}

/// Whether the letters stand in the line.
fn holds(line: &[u8], letters: &[u8]) -> bool {
    memchr::memchr_iter(letters[0], line).any(|at| line[at..].starts_with(letters))
}

struct Lines<'s> {
    script: &'s str,
    starts: Vec<usize>,
}

impl<'s> Lines<'s> {
    fn of(script: &'s str) -> Self {
        let after = memchr::memchr_iter(b'\n', script.as_bytes()).map(|at| at + 1);
        Lines { script, starts: std::iter::once(0).chain(after).collect() }
    }

    /// The text from one line up to another.
    fn part(&self, from: usize, upto: usize) -> &'s str {
        let start = self.starts.get(from).copied().unwrap_or(self.script.len());
        let end = self.starts.get(upto).copied().unwrap_or(self.script.len());
        &self.script[start..end.max(start)]
    }

    fn line(&self, line: usize) -> &'s str {
        self.part(line, line + 1).trim()
    }

    /// The comments that count on behind an alternative to what the count before it began: "# 1. Go
    /// there", "# or", "# 2. Look". One that counts anew is a part of the alternative.
    fn counted_on(&self, alternative: Option<usize>) -> Vec<usize> {
        let Some(or) = alternative else { return Vec::new() };
        let counted = || (0..self.starts.len()).filter_map(|line| Some((line, count(self.line(line))?)));
        let before = counted().take_while(|&(line, _)| line < or).last();
        let mut after = counted().skip_while(|&(line, _)| line <= or).peekable();
        let goes_on =
            matches!((before, after.peek()), (Some((_, last)), Some(&(_, next))) if last + 1 == next);
        after.filter(|_| goes_on).map(|(line, _)| line).collect()
    }

    /// Commands right below each other that each name their system ("brew install x  # macOS"), the first
    /// aside, and what is done on all of them again.
    fn by_system(&self, instead: &mut Vec<usize>, again: &mut Vec<usize>) {
        let named = |line: usize| of_system(self.line(line));
        for line in 1..self.starts.len() {
            if named(line - 1) {
                match named(line) {
                    true => instead.push(line),
                    false if instead.last() == Some(&(line - 1)) => again.push(line),
                    false => {}
                }
            }
        }
        instead.sort_unstable();
        again.sort_unstable();
    }

    /// Where what the comment at the line says ends: at the next comment behind a command, which is set
    /// off as much.
    fn end_of(&self, line: usize) -> Option<usize> {
        let parted = line > 0 && self.line(line - 1).is_empty();
        let last = self.starts.len().min(line + LONGEST_WAY);
        let command = (line + 1..last).find(|&next| self.is_command(next))?;
        let above = |next: usize| self.line(next - 1);
        (command + 1..last).find(|&next| ends_way(self.line(next), above(next), parted))
    }

    fn is_comment(&self, line: usize) -> bool {
        self.line(line).starts_with('#')
    }

    /// Whether a comment at the line states a condition, or names the machine for what follows.
    fn parts_here(&self, line: usize) -> bool {
        self.is_comment(line)
            && !self.is_comment(line - 1)
            && (says_if(self.line(line)) || names_place(self.line(line)))
    }

    /// Whether a comment at the line states a condition for what follows alone.
    fn is_offered_case(&self, line: usize) -> bool {
        self.parts_here(line) && asks_first(self.line(line))
    }

    /// Whether a comment at the line begins another way to do what a command above it did.
    fn varies(&self, line: usize) -> bool {
        if !may_vary(self.line(line)) || self.is_comment(line - 1) {
            return false;
        }
        let last = self.starts.len().min(line + LONGEST_WAY);
        let Some(next) = (line + 1..last).find(|&next| self.is_command(next)) else { return false };
        let command = self.line(next);
        let forces = || command.split_whitespace().any(|word| word == "-f" || word.contains("-force"));
        let first = line.saturating_sub(LONGEST_WAY);
        let alike = |above| self.is_command(above) && fences::begins_alike(self.line(above), command);
        (is_for_some(self.line(line)) || forces()) && (first..line).any(alike)
    }

    fn is_command(&self, line: usize) -> bool {
        let line = self.line(line);
        !(line.is_empty() || line.starts_with('#'))
    }

    /// Whether the line is a comment that asks to wait, and the command after it does not do that.
    fn says_wait(&self, line: usize) -> bool {
        let Some(comment) = self.line(line).strip_prefix('#') else { return false };
        if !asks_to_wait(comment.trim_start_matches(['#', ' '])) {
            return false;
        }
        let next = (line + 1..self.starts.len()).find(|&next| self.is_command(next));
        next.is_some_and(|next| !waits_itself(self.line(next)))
    }

    /// The lines of the commands that are the first to use a placeholder, after a command that
    /// prints a list.
    fn first_uses(&self, reading: &Reading) -> Vec<usize> {
        let parsed = reading.script(self.script);
        let outer = || parsed.commands().iter().filter(|command| command.via.is_empty());
        // Most scripts list nothing.
        if !outer().any(lists) {
            return Vec::new();
        }
        let marks = placeholder::marks(self.script, reading);
        let mut seen: Vec<&str> = Vec::new();
        let mut found = Vec::new();
        let line_of = |at: usize| self.starts.partition_point(|&start| start <= at) - 1;
        for mark in marks.iter().take(MOST) {
            let text = self.script.get(mark.range()).unwrap_or("");
            if seen.contains(&text) {
                continue;
            }
            seen.push(text);
            let Some(user) = outer().find(|command| command.span.contains(*mark)) else { continue };
            let line = line_of(user.span.start);
            let from = found.last().copied().unwrap_or(0);
            let before = outer().filter(|command| (from..line).contains(&line_of(command.span.start)));
            if before.into_iter().any(lists) {
                found.push(self.with_comments(line, from));
            }
        }
        found
    }

    /// The line, or that of the comment right above it.
    fn with_comments(&self, line: usize, from: usize) -> usize {
        let mut first = line;
        while first > from + 1 && !self.is_command(first - 1) {
            first -= 1;
        }
        first
    }

    /// Those of the lines that part whole commands from whole commands.
    fn whole_parts(&self, wanted: Vec<usize>) -> Vec<usize> {
        let whole = |from: usize, upto: usize| {
            (from..upto).any(|line| self.is_command(line)) && {
                let part = shell::neutral(self.part(from, upto));
                let parsed = shell::parse(&part);
                parsed.is_complete() && parsed.errors().is_empty()
            }
        };
        let mut kept = Vec::new();
        let mut from = 0;
        for line in wanted.into_iter().take(MOST) {
            if whole(from, line) {
                kept.push(line);
                from = line;
            }
        }
        while let Some(&last) = kept.last()
            && !whole(last, self.starts.len())
        {
            kept.pop();
        }
        kept
    }
}

/// Whether a command prints what there is to choose from.
fn lists(command: &shell::Simple) -> bool {
    let program = matches!(command.program.as_str(), "ls" | "ps" | "find" | "lsblk" | "df" | "who" | "last");
    let words = command.args.iter().map(|word| word.text.as_str()).filter(|word| !word.starts_with('-'));
    program
        || words.take(4).any(|word| {
            matches!(word, "get" | "list" | "ls" | "ps" | "show" | "search" | "top" | "describe" | "status")
                || ["list-", "describe-", "get-"].iter().any(|verb| word.starts_with(verb))
        })
}
