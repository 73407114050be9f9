//! Which variables the shell's own commands set.

use super::model::{Facts, Named, Word};
use super::scan::is_name;
use super::word::assignment_name;
use crate::source::Span;

/// Adds what the command at `index` sets.
pub(super) fn sets(index: usize, facts: &mut Facts) {
    let command = &mut facts.commands[index];
    let program = &command.head;
    if program.quoted || !program.literal {
        return;
    }
    let (program, span) = (program.text.clone(), program.span);
    let args = std::mem::take(&mut command.args);
    match program.as_str() {
        "export" | "readonly" => declare(&args, true, facts),
        "declare" | "local" | "typeset" => declare(&args, false, facts),
        "read" => read(&args, facts),
        "mapfile" | "readarray" => {
            match operands(&args, &["-d", "-n", "-O", "-s", "-u", "-C", "-c"]).last() {
                Some(word) => name(word, facts),
                None => implied("MAPFILE", span, facts),
            }
        }
        "printf" => {
            if let Some(at) = args.iter().position(|a| a.text == "-v")
                && let Some(word) = args.get(at + 1)
            {
                name(word, facts);
            }
        }
        "getopts" => {
            if let Some(word) = args.get(1) {
                name(word, facts);
            }
            implied("OPTARG", span, facts);
            implied("OPTIND", span, facts);
        }
        "let" => {
            facts.arithmetic = true;
            args.iter().for_each(|word| assigned(word, facts));
        }
        _ => {}
    }
    facts.commands[index].args = args;
}

fn declare(args: &[Word], needs_value: bool, facts: &mut Facts) {
    for word in args.iter().filter(|word| !word.text.starts_with('-')) {
        if assignment_name(word.text.as_bytes()).is_some() {
            assigned(word, facts);
        } else if !needs_value {
            name(word, facts);
        }
    }
}

fn read(args: &[Word], facts: &mut Facts) {
    let names = operands(args, &["-d", "-i", "-n", "-N", "-p", "-t", "-u"]);
    if names.is_empty() {
        if let Some(last) = args.last() {
            implied("REPLY", last.span, facts);
        }
        return;
    }
    names.iter().for_each(|word| name(word, facts));
}

/// The words that are no flags and no values of `valued` flags.
fn operands<'a>(args: &'a [Word], valued: &[&str]) -> Vec<&'a Word> {
    let mut found = Vec::new();
    let mut words = args.iter();
    while let Some(word) = words.next() {
        let flag = word.text.starts_with('-') && !word.quoted;
        if !flag {
            found.push(word);
        } else if valued.contains(&word.text.as_str()) || ends_in_valued(&word.text, valued) {
            words.next();
        }
    }
    found
}

/// `-rp`: a cluster whose last letter takes the next word.
fn ends_in_valued(flag: &str, valued: &[&str]) -> bool {
    let letters = flag.trim_start_matches('-');
    let last = letters.chars().last().map(|last| format!("-{last}"));
    letters.len() > 1 && last.is_some_and(|last| valued.contains(&last.as_str()))
}

fn assigned(word: &Word, facts: &mut Facts) {
    if let Some(len) = assignment_name(word.text.as_bytes()) {
        let start = word.source(0);
        facts.sets.push(Named { name: word.text[..len].into(), span: Span::new(start, start + len) });
    }
}

fn name(word: &Word, facts: &mut Facts) {
    let bytes = word.text.as_bytes();
    let len = bytes.iter().position(|&b| b == b'[').unwrap_or(bytes.len());
    if is_name(&bytes[..len]) {
        let start = word.source(0);
        facts.sets.push(Named { name: word.text[..len].into(), span: Span::new(start, start + len) });
    }
}

fn implied(name: &str, span: Span, facts: &mut Facts) {
    facts.sets.push(Named { name: name.into(), span });
}
