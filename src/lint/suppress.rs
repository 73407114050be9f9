//! `<!-- midwatch: ignore MW201 reason -->`: the author knows better, here, and says why.
//!
//! The comment silences the next block (a list is one block, a heading is one). In front matter
//! `# midwatch: ignore MW603 reason` silences the front matter.

use crate::runbook::blocks;
use crate::source::Span;

use super::diagnostic::{Edit, Finding};
use super::marks::Kind;
use super::page::Page;
use super::registry::{self, Rule};
use super::sink::Sink;

const MARK: &str = "midwatch:";

/// One comment.
#[derive(Debug)]
pub(super) struct Ignore {
    /// The comment.
    span: Span,
    /// What is silenced.
    block: Span,
    /// The rules it names, and whether each silenced something.
    pub rules: Vec<(&'static Rule, bool)>,
    /// Words that look like a rule and are none, and where.
    unknown: Vec<(String, Span)>,
    /// The word after the mark.
    word: String,
    has_reason: bool,
}

/// The comments of the file, in order.
pub(super) fn read(page: &Page<'_>) -> Vec<Ignore> {
    let text = page.source.text();
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let front = page.runbook.front.span;
    for at in page.marks_of(Kind::Ignore) {
        let before = text[..at].trim_end();
        let (start, end, block) = if before.ends_with("<!--") && at >= front.end {
            let Some(len) = memchr::memmem::find(&bytes[at..], b"-->") else { continue };
            let span = Span::new(before.len() - 4, at + len + 3);
            let Some(block) = next_block(page, span) else { continue };
            (span.start, span.end, block)
        } else if before.ends_with('#') && front.contains(Span::new(at, at)) {
            let end = memchr::memchr(b'\n', &bytes[at..]).map_or(text.len(), |len| at + len);
            (before.len() - 1, end, front)
        } else {
            continue;
        };
        let inner_end = if text[..end].ends_with("-->") { end - 3 } else { end };
        found.push(parse(text, at + MARK.len(), inner_end, Span::new(start, end), block));
    }
    found
}

/// The block after the comment at `span`; none if it is no comment (in a fence, say).
fn next_block(page: &Page<'_>, span: Span) -> Option<Span> {
    let blocks = &page.doc.blocks;
    let home = page.block_at(span.start)?;
    let code = page.doc.codes(home).iter().any(|code| code.span.contains(span));
    if code || matches!(blocks[home].kind, blocks::Kind::Code(_)) {
        return None;
    }
    let text = page.source.text();
    let mut next = blocks[home].end as usize;
    // Comments pile up: all of them are about the first block that is none.
    while let Some(block) = blocks.get(next)
        && block.kind == blocks::Kind::Html
        && text[block.span.range()]
            .trim_start()
            .strip_prefix("<!--")
            .is_some_and(|c| c.trim_start().starts_with(MARK))
    {
        next = block.end as usize;
    }
    Some(blocks.get(next).map_or(Span::new(span.end, span.end), |block| block.span))
}

fn parse(text: &str, start: usize, end: usize, span: Span, block: Span) -> Ignore {
    let mut ignore = Ignore {
        span,
        block,
        rules: Vec::new(),
        unknown: Vec::new(),
        word: String::new(),
        has_reason: false,
    };
    let mut at = start;
    let mut words = std::iter::from_fn(|| {
        let rest = &text[at.min(end)..end];
        let lead = rest.len() - rest.trim_start().len();
        let word = rest[lead..].split(|c: char| c.is_whitespace() || c == ',').next().unwrap_or("");
        if rest[lead..].is_empty() {
            return None;
        }
        let from = at + lead;
        at = from + word.len() + usize::from(text[from + word.len()..end].starts_with(','));
        Some((word, Span::new(from, from + word.len())))
    });
    ignore.word = words.next().map(|(word, _)| word.to_owned()).unwrap_or_default();
    for (word, place) in words {
        let name = word.trim_end_matches([':', ';', '.']);
        if name.is_empty() {
            continue;
        }
        if let Some(rule) = registry::find(name) {
            ignore.rules.push((rule, false));
        } else if is_id(name) {
            ignore.unknown.push((name.to_owned(), Span::new(place.start, place.start + name.len())));
        } else if word.chars().any(char::is_alphanumeric) {
            ignore.has_reason = true;
            break;
        }
    }
    ignore
}

fn is_id(word: &str) -> bool {
    let digits = word.get(2..).unwrap_or("");
    word.get(..2).is_some_and(|head| head.eq_ignore_ascii_case("mw"))
        && !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Takes the silenced findings out.
pub(super) fn apply(ignores: &mut [Ignore], findings: &mut Vec<Finding>) {
    if ignores.is_empty() {
        return;
    }
    findings.retain(|finding| {
        let mut silenced = false;
        for ignore in ignores.iter_mut().filter(|ignore| ignore.has_reason) {
            let here = ignore.block.start <= finding.span.start && finding.span.start < ignore.block.end;
            for (rule, used) in &mut ignore.rules {
                if here && *rule == finding.rule {
                    *used = true;
                    silenced = true;
                }
            }
        }
        !silenced
    });
}

/// Says which comments have no reason, name nothing, or silenced nothing; `ran` tells whether a
/// rule looked at this file at all.
pub(super) fn report(page: &Page<'_>, ignores: &[Ignore], ran: impl Fn(&Rule) -> bool, out: &mut Sink<'_>) {
    for ignore in ignores {
        let span = ignore.span;
        if ignore.word != "ignore" {
            let message = format!("`{}` is nothing midwatch can be told in a comment", ignore.word);
            out.report(span, message).help("write `<!-- midwatch: ignore MW201 reason -->`");
            continue;
        }
        for (word, place) in &ignore.unknown {
            let report = out.report(*place, format!("there is no rule `{word}`"));
            match registry::nearest(word) {
                Some(near) => report.help(format!("did you mean `{near}`?")),
                None => report.help("`midwatch rules` lists them"),
            };
        }
        if ignore.rules.is_empty() {
            if ignore.unknown.is_empty() {
                out.report(span, "this comment names no rule").help("write `midwatch: ignore MW201 reason`");
            }
            continue;
        }
        if !ignore.has_reason {
            out.report(span, "an ignore needs a reason, and without one it silences nothing")
                .help("say after the rule why the finding is wrong or can be lived with");
            continue;
        }
        for (rule, used) in &ignore.rules {
            if !used && ran(rule) {
                let edit = Edit::delete(whole_line(page, span));
                let report =
                    out.report(span, format!("{} finds nothing in the block after this comment", rule.id));
                let report = report.help("remove the ignore: what it silenced is gone");
                if ignore.rules.len() == 1 {
                    report.suggestion("Remove the comment", vec![edit]);
                }
            }
        }
    }
}

/// The comment with its line, if it stands alone on it.
fn whole_line(page: &Page<'_>, span: Span) -> Span {
    let (first, last) = (page.source.line(span.start), page.source.line(span.end));
    let whole = Span::new(page.source.line_span(first).start, page.source.line_span(last).end);
    if page.slice(whole).trim() != page.slice(span) {
        return span;
    }
    let next = page.source.line_span(last + 1).start;
    Span::new(whole.start, next.max(whole.end))
}
