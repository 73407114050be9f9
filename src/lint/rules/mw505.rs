use crate::lint::page::Page;
use crate::lint::prose::verifies;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::{self, ActionKind, Severity, Step};

/// More than ten steps without a check or a heading.
pub static RULE: Rule = Rule {
    id: "MW505",
    name: "long-section",
    severity: Severity::Info,
    summary: "more than ten steps without a check or a heading",
    explanation: "\
More than ten steps follow each other without a heading or a check between them. Who is interrupted loses \
the place, and nothing on the way says whether all is well so far.

Divide the section, or put a check where one would stop anyway to look.",
    bad: "\
## «Upgrade»

1. Stop one.
2. Stop two.
3. Stop three.
4. Stop four.
5. Stop five.
6. Stop six.
7. Start one.
8. Start two.
9. Start three.
10. Start four.
11. Start five.
12. Start six.
",
    good: "\
## Stop

1. Stop one.
2. Stop two.
3. Stop three.
4. Stop four.
5. Stop five.
6. Stop six.

## Start

1. Start one.
2. Start two.
3. Start three.
4. Start four.
5. Start five.
6. Start six.
",
    fixable: false,
    check,
};

const MOST: usize = 10;

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    let steps = &page.runbook.steps;
    let mut first = 0;
    while first < steps.len() {
        let same = |step: &&Step| step.section == steps[first].section && step.choice.is_none();
        // A step that tells somebody to look is a place to stop, too.
        let checks = |step: &Step| {
            step.actions.iter().any(|action| action.kind == ActionKind::Check) || verifies(&step.title)
        };
        let run: Vec<&Step> = steps[first..].iter().take_while(same).collect();
        let mut longest = 0;
        let mut current = 0;
        for step in &run {
            if checks(step) {
                current = 0;
            } else if !step.actions.is_empty() || runbook::is_instruction(&step.title) {
                // A link in a list is numbered like a step and is none.
                current += 1;
            }
            longest = longest.max(current);
        }
        if longest > MOST {
            let span = match steps[first].section {
                Some(index) => {
                    let section = &page.runbook.sections[index];
                    heading_text(page, section.heading_span)
                }
                None => page.source.line_span(page.source.line(steps[first].span.start)),
            };
            out.report(span, format!("{longest} steps follow each other without a check or a heading"))
                .help("divide the section, or put a check where one would stop to look");
        }
        first += run.len().max(1);
    }
}

/// The heading without its marks.
fn heading_text(page: &Page<'_>, span: crate::source::Span) -> crate::source::Span {
    let text = page.slice(span);
    let line = text.lines().next().unwrap_or("");
    let lead = line.len() - line.trim_start_matches(['#', ' ', '\t']).len();
    let end = line.trim_end().len();
    crate::source::Span::new(span.start + lead.min(end), span.start + end)
}
