//! Whether text is valid shell: asked of tree-sitter-bash.

use std::cell::RefCell;
use std::ops::ControlFlow;

use tree_sitter::{Node, ParseOptions, Parser};

use super::model::Facts;
use crate::source::Span;

/// How often the grammar may report progress for each byte (and how often at least) before the
/// text counts as too broken to be read. Its error recovery is not linear on hostile input; a
/// count, unlike a clock, gives the same answer everywhere.
const STEPS_PER_BYTE: usize = 2;
const STEPS_AT_LEAST: usize = 2_000;

thread_local! {
    static PARSER: RefCell<Option<Parser>> = const { RefCell::new(None) };
}

pub(super) fn errors(text: &str, facts: &Facts) -> Vec<Span> {
    if is_plain(text) {
        return facts.errors.clone();
    }
    let mut found = facts.errors.clone();
    found.extend(grammar_errors(text));
    if let Some(open) = facts.open {
        found.push(open);
    }
    found.sort();
    found.dedup();
    found
}

/// Text without a byte that means something to the shell, and without reserved words, has no
/// syntax that could be wrong.
fn is_plain(text: &str) -> bool {
    let ordinary = |b: u8| b.is_ascii_alphanumeric() || b" \n\t_./:=@,%+~-".contains(&b);
    const RESERVED: [&str; 15] = [
        "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "select",
        "function", "coproc",
    ];
    text.bytes().all(ordinary)
        && !text
            .lines()
            .any(|line| line.split_ascii_whitespace().next().is_some_and(|w| RESERVED.contains(&w)))
}

/// The places where the grammar had to guess.
fn grammar_errors(text: &str) -> Vec<Span> {
    PARSER.with_borrow_mut(|slot| {
        let parser = slot.get_or_insert_with(|| {
            let mut parser = Parser::new();
            // Only fails if grammar and library are of incompatible versions, which a test shows.
            let _ = parser.set_language(&tree_sitter_bash::LANGUAGE.into());
            parser
        });
        let bytes = text.as_bytes();
        let limit = STEPS_AT_LEAST + text.len() * STEPS_PER_BYTE;
        let mut steps = 0;
        let mut progress = |_: &tree_sitter::ParseState| {
            steps += 1;
            if steps > limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = ParseOptions::new().progress_callback(&mut progress);
        let tree = parser.parse_with_options(&mut |at, _| &bytes[at.min(bytes.len())..], None, Some(options));
        parser.reset();
        match tree {
            Some(tree) => collect(tree.root_node()),
            None => vec![Span::new(0, text.len())],
        }
    })
}

/// The outermost errors, without recursion: trees of hostile text are deep.
fn collect(root: Node<'_>) -> Vec<Span> {
    let mut found = Vec::new();
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        let wrong = node.is_error() || node.is_missing();
        if wrong {
            found.push(Span::new(node.start_byte(), node.end_byte()));
        }
        if !wrong && node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}
