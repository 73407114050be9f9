use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::blocks::Kind;
use crate::runbook::{Severity, Topic, unclosed};
use crate::source::Span;

/// A fence that is not closed, or nested, so that it swallows what follows.
pub static RULE: Rule = Rule {
    id: "MW504",
    name: "broken-fence",
    severity: Severity::Error,
    summary: "an unclosed or nested fence that swallows what follows",
    explanation: "\
A fence that is not closed, or one that begins inside another, turns what follows into code: headings, \
steps and commands vanish, and what was code becomes text. Forges show it, but nobody looks.

A fence that holds nothing but the sentence which leads to the next block was meant to end the one above: \
another end or beginning is missing there.

Where nothing but its own text follows up to the end of the file, it is only a warning. In a list item or a \
quote the fence ends with that, and swallows no more than the rest of it.

Close the fence before the next one begins. To show a fence inside a fence, give the outer one more \
backticks. A whole procedure in one fence is swallowed as well: nothing of it is a step.",
    bad: "\
## Restart it

```text
systemctl restart shop

## Look at it

«```sh»
systemctl status shop
```
",
    good: "\
## Restart it

```text
systemctl restart shop
```

## Look at it

```sh
systemctl status shop
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    let mut broken = false;
    let inside_out = page.runbook.diagnostics.iter().find(|found| found.topic == Topic::InsideOut);
    for (at, block) in page.doc.blocks.iter().enumerate() {
        let Kind::Code(index) = block.kind else { continue };
        let fence = &page.doc.fences[index as usize];
        if !page.is_fenced(block.span) {
            continue;
        }
        let text = page.slice(block.span);
        let sign = text.chars().next().unwrap_or('`');
        let width = text.len() - text.trim_start_matches(sign).len();
        let opener = Span::new(block.span.start, block.span.start + width);
        let lines = page.doc.lines(index);
        // Most blocks hold the sign nowhere, and no line needs to be looked at.
        let holds = match lines {
            [first, .., last] | [first @ last] => {
                let inner = page.slice(Span::new(first.start, last.end));
                memchr::memchr(text.as_bytes()[0], inner.as_bytes()).is_some()
            }
            [] => false,
        };
        let inner = lines.iter().filter(|_| holds).find_map(|line| opens(page, *line, sign, width));
        if let Some(inner) = inner {
            // All that follows is inside out: one finding says it.
            if !broken {
                let report = out
                    .report(inner, "a fence begins inside another that is still open")
                    .label("does not open a fence here: it is text")
                    .related(opener, "opened here and not closed before")
                    .help("close the outer fence first, or give it more backticks than the inner one has");
                let before = lines.partition_point(|line| line.start < inner.start);
                let above = &lines[..before.saturating_sub(1)];
                if let Some((line, why)) = unclosed::failed(page.source, above, sign, width) {
                    report.related(line, why);
                }
            }
            broken = true;
        } else if let Some(found) = inside_out.filter(|found| found.span == block.span && !broken) {
            let report = out.report(opener, found.message.clone()).label("meant to end the block above");
            let _ = report.help(found.help.clone().unwrap_or_default());
            broken = true;
        } else if !fence.closed && !broken {
            let unclosed = unclosed::look(page.source, page.doc, at, index);
            let mut report = out.report(opener, unclosed.message).help(unclosed.help);
            if unclosed.harmless {
                report = report.severity(Severity::Warning);
            }
            if let Some((line, why)) = unclosed.failed {
                report = report.related(line, why);
            }
            if let Some(heading) = unclosed.heading {
                report.related(heading, "the first heading that is swallowed");
            }
            broken = true;
        }
    }
    // The whole procedure stands in one fence, and what is walked is empty.
    for lost in page.runbook.diagnostics.iter().filter(|found| found.topic == Topic::Lost && !broken) {
        out.report(lost.span, "this command is only shown, and nothing in this file is a step")
            .label("in a block that has no language and begins with no command")
            .help("take the block's text out of it, and put each command into one of its own, tagged `sh`")
            .severity(Severity::Warning);
    }
    // What the parser found beside, of fences that are still to be told of: those hidden in HTML.
    for diagnostic in page.runbook.diagnostics.iter().filter(|found| found.topic == Topic::BrokenFence) {
        let in_code = page
            .block_at(diagnostic.span.start)
            .is_some_and(|block| matches!(page.doc.blocks[block].kind, Kind::Code(_)));
        if !in_code {
            let report = out.report(diagnostic.span, diagnostic.message.clone());
            if let Some(help) = &diagnostic.help {
                report.help(help.clone());
            }
        }
    }
}

/// The fence that `line` would open if it were not inside one: the same sign, as many, and a language.
fn opens(page: &Page<'_>, line: Span, sign: char, width: usize) -> Option<Span> {
    let text = page.slice(line);
    let lead = text.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    // Nearly no line does.
    if !text[lead..].starts_with(sign) {
        return None;
    }
    let trimmed = &text[lead..];
    let here = trimmed.len() - trimmed.trim_start_matches(sign).len();
    let info = &trimmed[here..];
    let language = info.trim_end().chars().all(|c| c.is_ascii_alphanumeric() || "-_+#. {}=:\"".contains(c));
    let named = info.starts_with(|c: char| c.is_ascii_alphabetic() || c == '{');
    if here < width.max(3) || !named || !language || info.contains('`') {
        return None;
    }
    let start = line.start + text.len() - trimmed.len();
    Some(Span::new(start, start + trimmed.trim_end().len()))
}
