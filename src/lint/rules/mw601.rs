use std::cell::LazyCell;
use std::path::Path;

use crate::lint::files::{self, There};
use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::blocks::Link;
use crate::runbook::{self, Severity};
use crate::source::Span;

/// A link that leads nowhere.
pub static RULE: Rule = Rule {
    id: "MW601",
    name: "broken-link",
    severity: Severity::Error,
    summary: "a missing file, image or anchor, case-sensitive, offline",
    explanation: "\
The link leads to a file that is not there, or to a heading that does not exist. File names are compared \
letter by letter, capitals included: what a laptop forgives, the forge does not.

Only links inside the repository are looked at; nothing is fetched.",
    bad: "\
# Queue is full

See [what to do](«#mitigaton»).

## Mitigation

Scale the workers.
",
    good: "\
# Queue is full

See [what to do](#mitigation).

## Mitigation

Scale the workers.
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    let root = LazyCell::new(|| page.world.path.and_then(files::root_of));
    for link in page.links() {
        let (path, anchor) = match link.to.split_once('#') {
            Some((path, anchor)) => (path, Some(anchor)),
            None => (link.to.as_str(), None),
        };
        let path = path.split('?').next().unwrap_or("");
        if link.to.is_empty() {
            nowhere(page, link, out);
            continue;
        }
        if path.is_empty() {
            let missing = |anchor: &&str| {
                // The first heading with a name has its anchor, whatever others are called.
                !page.runbook.sections.iter().any(|section| runbook::has_anchor(&section.heading, anchor))
                    && !files::has_anchor(page.source, page.anchored(), anchor)
                    && !files::has_labels(page.source.text())
            };
            if let Some(anchor) = anchor.filter(missing) {
                let near = crate::lint::suggest(
                    &anchor.to_lowercase(),
                    page.anchored().iter().map(|s| s.anchor.as_str()),
                );
                let report =
                    out.report(place(page, link), format!("no heading here has the anchor `#{anchor}`"));
                if let Some(near) = near {
                    report.help(format!("did you mean `#{near}`?"));
                }
            }
            continue;
        }
        // `$URL`, `<%= url %>`, `@/page.md`: put in or looked up by somebody else.
        if path.starts_with(['$', '%', '@']) {
            continue;
        }
        let Some(file) = page.world.path else { continue };
        let Some(target) = files::resolve(file, root.as_deref(), &files::decoded(path)) else { continue };
        let what = if link.image { "image" } else { "file" };
        match files::there(&target) {
            There::Yes => {
                if let Some(anchor) = anchor {
                    other_anchor(page, link, (path, &target), anchor, out);
                }
            }
            There::OtherCase(name) => {
                out.report(place(page, link), format!("the {what} `{path}` is called `{name}`"))
                    .help("write it as it is called: forges tell capitals from small letters");
            }
            // A word alone may be the label of a heading in any file.
            There::No(_) if may_be_label(path) && files::has_labels(page.source.text()) => {}
            There::No(near) => {
                let report = out.report(place(page, link), format!("the {what} `{path}` does not exist"));
                if let Some(near) = near {
                    report.help(format!("did you mean `{near}`?"));
                }
            }
        }
    }
}

/// `[text]()`: somebody meant to put the address in later.
fn nowhere(page: &Page<'_>, link: &Link, out: &mut Sink<'_>) {
    // `[](<>)` and what stands in HTML may well be meant.
    if page.slice(link.span).ends_with("]()") {
        let what = if link.image { "image" } else { "link" };
        out.report(link.span, format!("this {what} leads nowhere"))
            .help("put the address in, or take the brackets out");
    }
}

/// Whether a link leads to something with neither a folder nor the ending of a file.
fn may_be_label(path: &str) -> bool {
    let is_ending =
        |ending: &str| ending.len() <= 5 && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    !path.contains('/') && !path.rsplit_once('.').is_some_and(|(_, ending)| is_ending(ending))
}

/// Looks for the anchor in the file that the link calls `path`, and that is at `target`.
fn other_anchor(
    page: &Page<'_>,
    link: &Link,
    (path, target): (&str, &Path),
    anchor: &str,
    out: &mut Sink<'_>,
) {
    if anchor.is_empty() || files::is_anchor_of(target, anchor) != Some(false) {
        return;
    }
    // Many files are called `README.md`: said as written, it is known which.
    out.report(place(page, link), format!("no heading of `{path}` has the anchor `#{anchor}`"))
        .help("look up the heading that is meant in that file, and link to its anchor");
}

/// The address in the link, if it stands there as it is meant; else the link.
fn place(page: &Page<'_>, link: &Link) -> Span {
    let slice = page.slice(link.span);
    // `[text](address)`, as nearly all links are written.
    let usual = || {
        let before = slice.strip_suffix(')').filter(|_| !slice.ends_with(&link.to))?;
        before.strip_suffix(&link.to).map(str::len)
    };
    match usual().or_else(|| slice.rfind(&link.to)) {
        Some(at) => Span::new(link.span.start + at, link.span.start + at + link.to.len()),
        None => {
            let line = page.source.line_span(page.source.line(link.span.start));
            Span::new(link.span.start, link.span.end.min(line.end))
        }
    }
}
