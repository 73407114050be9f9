//! The prose of real runbooks as the walk shows it, in three widths: nothing is torn, no mark is left.

mod mapping_support;

use midwatch::terminal::markdown::render;
use midwatch::terminal::style::Style;

const COLOUR: Style = Style { colour: true, unicode: true };

/// Links of a text, as the Markdown parser sees them.
fn links(text: &str) -> Vec<String> {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_GFM;
    let links = Parser::new_ext(text, options).filter_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. }) => Some(dest_url.into_string()),
        _ => None,
    });
    links.filter(|url| url.contains("://") && url.is_ascii()).collect()
}

#[test]
fn nothing_is_torn_and_no_mark_is_left() {
    let Some(corpus) = mapping_support::corpus() else {
        println!("left out: the corpus is not here");
        return;
    };
    let mut wrong = Vec::new();
    let mut texts = 0;
    for path in mapping_support::markdown(&corpus) {
        let Ok(source) = midwatch::runbook::file::read_source(&path.display().to_string()) else { continue };
        for step in midwatch::runbook::parse(source).steps {
            texts += 1;
            let links = links(&step.text);
            for columns in [38, 78, 98, 198] {
                let lines = render(&step.text, columns, COLOUR);
                let mut say = |what: &str, line: &str| {
                    wrong.push(format!("{} step {}, {columns}: {what}: {line}", path.display(), step.number));
                };
                for line in &lines {
                    let bare = console::strip_ansi_codes(line).into_owned();
                    let words = bare.split_whitespace().filter(|word| word.len() > 3).count();
                    let code = bare.contains("    ") || bare.contains('`');
                    if console::measure_text_width(&bare) > columns && words > 1 && !code {
                        say("too wide", &bare);
                    }
                    if !code && bare.contains("**") && !step.text.contains("\\*") && !bare.contains("*** ") {
                        say("a mark is left", &bare);
                    }
                }
                let bare: Vec<String> =
                    lines.iter().map(|line| console::strip_ansi_codes(line).into_owned()).collect();
                for link in links.iter().filter(|link| !bare.iter().any(|line| line.contains(link.as_str())))
                {
                    say("a link is torn", link);
                }
            }
        }
    }
    assert!(texts > 500, "{texts} texts");
    let shown: Vec<String> = wrong.iter().take(20).cloned().collect();
    assert!(wrong.is_empty(), "{} of {texts} texts:\n{}", wrong.len(), shown.join("\n"));
}
