//! Runbooks, the words after a fence's language, shell text.

use midwatch::commands::steps;
use midwatch::runbook::{self, Runbook};
use midwatch::source::Source;
use midwatch::{danger, shell};
use unicode_width::UnicodeWidthStr;

use super::properties::{all_hold, it_is_whole};

fn parse(text: &str) -> Runbook {
    runbook::parse(Source::new("doc.md", text))
}

/// A runbook: every action's bytes are in the file, no command is lost, nothing is said twice, and
/// both listings can be made of it.
pub fn mapping(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let runbook = parse(&text);
    if let Err(what) = all_hold(&runbook) {
        panic!("{what}");
    }
    for section in std::iter::once(None).chain((0..runbook.sections.len()).take(3).map(Some)) {
        let page = steps::text(&runbook, section, 60, false);
        assert!(page.lines().all(|line| line.width() <= 60), "{page}");
        assert!(!page.chars().any(|c| c.is_control() && c != '\n'), "{page:?}");
        let listing = steps::json(&runbook, section);
        serde_json::from_str::<serde_json::Value>(&listing).expect("JSON");
    }
    runbook.procedures();
}

/// The words after a fence's language, after `sh `: places are inside the file; what is quoted
/// comes back as it was.
pub fn info(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).replace(['\n', '\r', '`'], " ");
    for head in ["~~~", "~~~sh "] {
        let runbook = parse(&format!("Do it:\n\n{head}{text}\nls -l\n~~~\n"));
        if let Err(what) = it_is_whole(&runbook) {
            panic!("{what}");
        }
        for action in runbook.steps.iter().flat_map(|step| &step.actions) {
            let attrs = &action.attrs;
            for said in [&attrs.until, &attrs.fail, &attrs.show, &attrs.condition, &attrs.exec] {
                // Read from the file: never a place outside of it, or within a character.
                said.iter().for_each(|said| _ = runbook.source.slice(said.span));
            }
        }
        steps::json(&runbook, None);
    }
    let value = text.trim();
    if !value.is_empty() && !value.contains('\0') {
        let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
        let runbook = parse(&format!("Do it:\n\n~~~sh touches=\"{quoted}\"\nls -l\n~~~\n"));
        let touches = &runbook.steps[0].actions[0].attrs.touches;
        assert_eq!(touches.as_deref(), Some(value), "{:?}", runbook.diagnostics);
    }
}

/// Shell text: places are inside of it and at characters, whoever asks.
pub fn script(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let parsed = shell::parse(&text);
    let inside = |span: midwatch::source::Span| {
        assert!(text.get(span.range()).is_some(), "{span:?} is not in {text:?}");
    };
    parsed.commands().iter().for_each(|command| inside(command.span));
    parsed.errors().into_iter().for_each(inside);
    parsed.open().into_iter().for_each(inside);
    for used in parsed.uses() {
        inside(used.span);
        parsed.context(used.span.start);
    }
    for index in 0..parsed.commands().len().min(50) {
        parsed.told(index);
        parsed.input(index);
    }
    parsed.keeps_state();
    if let Some(session) = shell::session(&text) {
        inside(session.span);
        assert!(session.line <= text.matches('\n').count(), "{session:?}");
    }
    danger::all(&text).iter().for_each(|found| inside(found.span));
    assert_eq!(danger::detect(&text), danger::all(&text).into_iter().next());
    if danger::is_plain(&text, &shell::Reading::default()) {
        assert_eq!(
            (danger::detect(&text), shell::session(&text)),
            (None, None),
            "a look at the words misled"
        );
    }
    shell::angle_placeholders(&text).into_iter().for_each(inside);
    assert_eq!(shell::neutral(&text).len(), text.len());
}
