//! What holds for any text at all.

use super::*;
use proptest::prelude::*;

#[test]
fn hostile_text_neither_crashes_nor_hangs() {
    for unit in [
        "(",
        "$(",
        "`",
        "${",
        "((",
        "{",
        "\"$(",
        "<(",
        "<<E\n",
        "if ",
        "case x in ",
        "a=(",
        "\\",
        "[[ ",
        "$((",
        "'",
        "sh -c \"",
        "\0",
        "<a ",
        "}",
        "find -exec ",
        "sudo ",
        "ssh h '",
        "echo | sh ",
    ] {
        let text = unit.repeat(10_000);
        let script = parse(&text);
        let _ = (script.commands().len(), script.uses().len(), script.is_complete(), script.keeps_state());
        let _ = (session(&text), neutral(&text), script.context(text.len() / 2));
    }
    let long = "x".repeat(1_000_000);
    assert_eq!(parse(&long).commands().len(), 1);
}

#[test]
fn a_text_is_as_complete_as_what_is_read_of_it() {
    let parts = [
        "a",
        " ",
        "b=1",
        "b=(c",
        "(",
        ")",
        "() ",
        "{ ",
        "}",
        "[[ ",
        "]] ",
        "'",
        "\"",
        "$",
        "${b",
        "$((",
        "`",
        "|",
        "&&",
        ";",
        "\n",
        "<<E",
        "E\n",
        "> c",
        "\\",
        "#",
        "if ",
        "then ",
        "fi",
        "for b in ",
        "do ",
        "done",
        "case b in ",
        "esac",
        "function b",
        "1",
    ];
    for first in parts {
        for second in parts {
            for third in parts {
                for text in [format!("{first}{second}{third}"), format!("a {first}{second}{third} a")] {
                    assert_eq!(is_complete(&text), parse(&text).is_complete(), "{text:?}");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_panics_and_spans_stay_inside(text in "([a-z $(){}'\"`|&;<>\\\\\n#=\\[\\]*!0-9]|if |do |done|case |ssh h |sudo |<<E\n|é){0,60}") {
        let script = parse(&text);
        prop_assert_eq!(script.is_complete(), is_complete(&text));
        for command in script.commands() {
            prop_assert!(command.span.start <= command.span.end && command.span.end <= text.len());
            prop_assert!(text.get(command.span.range()).is_some(), "{:?}", command);
            for word in &command.args {
                prop_assert!(text.get(word.span.range()).is_some(), "{:?}", word);
            }
            if let Input::Pipe(from) = command.input {
                prop_assert!(from < script.commands().len());
            }
        }
        for one in script.uses() {
            prop_assert!(text.get(one.span.range()).is_some_and(|t| t.contains(one.name.as_str())));
        }
        for at in 0..=text.len() {
            script.context(at);
        }
        let _ = (script.errors(), script.sets(), session(&text));
        prop_assert_eq!(neutral(&text).len(), text.len());
    }

    #[test]
    fn closing_an_open_quote_or_adding_a_comment_keeps_complete_text_complete(text in "[a-z0-9 |&;'\"$()-]{0,30}") {
        if parse(&text).is_complete() {
            let longer = format!("{text} # it's (a comment");
            prop_assert!(parse(&longer).is_complete(), "{}", longer);
        }
    }
}
