//! Whether the scan and bash itself agree on what is valid (`bash -n`, which runs nothing).

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use super::{neutral, parse};

/// What `bash -n` says; `None` if there is no bash to ask.
fn bash_accepts(text: &str) -> Option<bool> {
    let output = Command::new("bash").args(["-n", "-c", text]).env_clear().output().ok()?;
    // An unclosed heredoc is only a warning.
    Some(output.status.success() && output.stderr.is_empty())
}

fn assert_agreement<'t>(texts: impl IntoIterator<Item = &'t str>) {
    let mut wrong = Vec::new();
    for text in texts {
        let Some(accepted) = bash_accepts(text) else {
            println!("no bash to compare with");
            return;
        };
        let errors = parse(text).errors();
        if accepted != errors.is_empty() {
            wrong.push(format!("bash {accepted}, errors {errors:?}:\n{text}"));
        }
    }
    assert!(wrong.is_empty(), "{} disagreements\n{}", wrong.len(), wrong.join("\n---\n"));
}

#[test]
fn bash_agrees_on_what_is_valid() {
    assert_agreement([
        "a; b && c || d | e & f",
        "if a; then b; elif c; then d; else e; fi",
        "for i in a b; do c; done",
        "for ((i=0; i<3; i++)); do a; done",
        "while a; do b; done < c",
        "until a; do b; done | c",
        "case $x in a|b) c ;; (d) e ;& *) f;; esac",
        "case x in\na)\n b\nesac",
        "f() { a; }",
        "f () (a)",
        "function f { a; }",
        "function f() { a; }",
        "f()\n{\n a\n}",
        "{ a; } 2>&1",
        "(a; b) > c",
        "! a",
        "time a",
        "time { a; }",
        "x=1 y=$z a",
        "x=(a b $(c))",
        "x+=(a)",
        "x[1]=2",
        "declare -A m=([a]=1)",
        "local x=(1)",
        "echo $((1 + (2 * 3)))",
        "((x++))",
        "[[ -f x && ( a == b* || c =~ ^d ) ]]",
        "[[ a < b ]]\nc",
        "cat <<E\n$(a \"b\")\nE",
        "cat <<-E\n\ta\n\tE\n",
        "cat <<'E' | b\n$(\nE\nc",
        "cat <<A; cat <<B\na\nA\nb\nB",
        "a <<< \"b\" > c 2>&1",
        "a &> b",
        "a |& b",
        "a >| b",
        "diff <(a) <(b)",
        "a > >(b)",
        "echo \"$(a \"$(b 'c')\")\"",
        "echo `a \\`b\\``",
        "echo \"`a \"b\"`\"",
        "echo ${x:-\"$y\"} ${x//\\//-} ${x#'}'} \"${x:-'it}s'}\"",
        "echo $'it\\'s' $\"a\"",
        "a \\\n  b",
        "a # it's (",
        "echo a#b 'c'\"d\"e",
        "select x in a; do b; done",
        "coproc a",
        "a;\n\n\nb",
        "if a\nthen\nb\nfi",
        "a &&\n  b |\n  c",
        "echo {a,b}{1..3}",
        "find . -exec a {} \\; -o -name '*(x)'",
        "awk '{print $1}' | sed 's/(a)/b/'",
        "a=b",
        "> x",
        "a 3<&- 4>&1",
        "a >&1<b",
        "echo }",
        "echo if then fi",
        "trap 'a' EXIT",
        "exec 3<>x",
        "echo $",
        "echo \"$\"",
        "[ \"$a\" = \"b\" ] && c",
        "a\r\nb\r\n",
        "ssh h 'a; b'",
        "",
        "#!/bin/sh\n# x\na",
        "echo \\\\",
        "a 2>/dev/null || true",
        "wait $! ; echo $? $$ $# $@ $*",
        "x=$(cat <<E\na\nE\n)",
        "y=$(case x in a) b;; esac)",
    ]);
}

#[test]
fn bash_agrees_on_what_is_not() {
    assert_agreement([
        "if a; then b",
        "if a; fi",
        "fi",
        "done",
        "for i in a; do b",
        "while a; done",
        "case x in a) b",
        "esac",
        "f() {",
        "f() a",
        "{ a",
        "}",
        "(a",
        "a)",
        "( a ))",
        "echo 'a",
        "echo \"a",
        "echo `a",
        "echo $(a",
        "echo ${a",
        "echo $((1",
        "a | | b",
        "a && && b",
        "&& a",
        "| a",
        "; a",
        "a ;; b",
        "a | ; b",
        "cat <<E\na",
        "a >",
        "a > > b",
        "a <",
        "echo (a)",
        "a (b)",
        "x=(a",
        "[[ a",
        "]]",
        "then a",
        "do a; done",
        "if then fi",
        "a &&",
        "a |",
        "in a",
        "a &; b",
        "a > 2>b",
        "[[ -f x ] && a",
        "if [ a ]; then; b; fi",
        "for i in a do b done",
        "else",
        "}} a",
    ]);
}

/// Blocks of real runbooks that hold more than words.
fn blocks() -> BTreeSet<String> {
    use pulldown_cmark::{Event, Parser, Tag, TagEnd};
    let folder = std::env::var_os("MIDWATCH_CORPUS")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    let mut blocks = BTreeSet::new();
    for entry in
        ignore::Walk::new(folder).flatten().filter(|e| e.path().extension().is_some_and(|e| e == "md"))
    {
        let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
        let mut block: Option<String> = None;
        for event in Parser::new(&text) {
            match event {
                Event::Start(Tag::CodeBlock(_)) => block = Some(String::new()),
                Event::Text(text) => block.iter_mut().for_each(|block| block.push_str(&text)),
                Event::End(TagEnd::CodeBlock) => blocks.extend(block.take()),
                _ => {}
            }
        }
    }
    let telling = |b: &String| {
        b.len() < 4000 && !b.starts_with('-') && b.contains(['\'', '"', '(', '`', '|', '&', '<', '>', ';'])
    };
    blocks.into_iter().filter(telling).collect()
}

#[test]
fn bash_agrees_on_blocks_of_real_runbooks() {
    let blocks = blocks();
    if blocks.is_empty() {
        println!("no corpus to compare with");
        return;
    }
    // Every third: starting bash is what takes the time. The rest was compared once.
    let texts: Vec<String> =
        blocks.iter().step_by(3).map(|block| neutral(block).trim_end().to_owned()).collect();
    assert_agreement(texts.iter().map(String::as_str));
}
