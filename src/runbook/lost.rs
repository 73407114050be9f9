//! What looks like a command and became none: said, so that nobody takes a runbook for an empty one.

use super::blocks::Kind;
use super::diagnose::Diagnose;
use super::fences::{self, Class};
use super::outline::View;
use super::{Diagnostic, Section, Step, Topic};

/// Says it of headings that root's prompt made, and, where a document has no step at all, of blocks.
pub(super) fn tell(view: &View, sections: &[Section], steps: &[Step], out: &mut Vec<Diagnostic>) {
    // A document has one title; `# cp a b` outside a block is another one.
    for section in sections.iter().skip(1).filter(|section| section.level == 1) {
        if fences::holds_plain_command(&section.heading) {
            let message = "a heading that reads like a command at root's prompt is only shown";
            let help = Some("put it into a block of code".to_owned());
            out.warning(Topic::Placement, section.heading_span, message, help);
        }
    }
    if !steps.is_empty() {
        return;
    }
    for block in &view.doc.blocks {
        let Kind::Code(fence) = block.kind else { continue };
        let facts = &view.fences[fence as usize];
        if facts.class != Class::Data || !facts.lang.is_empty() {
            continue;
        }
        let mut lines = view.doc.lines(fence).iter();
        if let Some(&line) = lines.find(|&&line| fences::holds_plain_command(view.source.slice(line).trim()))
        {
            let message = "a command in a block that begins with none: shown, not run";
            let help = Some("tag the block `sh`, or write `$ ` before each command".to_owned());
            out.warning(Topic::Lost, line, message, help);
        }
    }
}
