use crate::lint::page::{Command, Page};
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::Severity;
use crate::runbook::blocks::Kind;
use crate::shell::{Context, known_command, sentence_in};
use crate::source::Span;

/// A command that does not parse.
pub static RULE: Rule = Rule {
    id: "MW101",
    name: "shell-syntax",
    severity: Severity::Error,
    summary: "a command that does not parse",
    explanation: "\
The shell cannot read this block: a quote, a bracket or a keyword is missing, or there is one too \
many. Whoever pastes it gets the continuation prompt `>` and does not know what the shell is waiting \
for, or half of the commands run and the other half do not.

An address without quotes is cut the same way at an `&`: what stands before it runs in the background, \
without the rest.

Placeholders such as `<pod-name>` and lines of dots are understood and are no errors.",
    bad: "\
## Restart the workers

```sh
for host in web-1 web-2; do
  ssh \"$host\" «'»systemctl restart worker
done
```
",
    good: "\
## Restart the workers

```sh
for host in web-1 web-2; do
  ssh \"$host\" 'systemctl restart worker'
done
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    for command in page.shell() {
        for at in cut_addresses(command) {
            out.report(command.place(at), "the `&` ends this command in the middle of an address")
                .label("runs in the background, without the rest")
                .help("put the address between quotes");
        }
        let told = sentence_in(command.text()).filter(|_| command.action.tagged);
        if let Some(sentence) = told.filter(|told| command.script().context(told.start) == Context::Bare) {
            out.report(command.place(sentence), "the shell takes this sentence for a command")
                .label("the shell runs what stands between the backquotes")
                .help("put it before the block, and the command into a line of its own");
            continue;
        }
        // What does not parse is never more than offered; in running text much is no shell at all.
        if command.offered() && !is_block(page, command) || command.errors().is_empty() {
            continue;
        }
        let (at, open) = first(command);
        let is_command = begins_with_command(line_at(command.text(), at.start));
        // Nobody said that an untagged block is shell: only a line that begins like a command counts.
        if !command.action.tagged && !is_command {
            continue;
        }
        let span = command.place(at);
        let (message, label) = if open {
            ("the shell waits for the end of what begins here", "not closed")
        } else {
            ("the shell cannot read this command", "not expected here")
        };
        let help = match is_command || open {
            true => "paste it into `bash -n` to see what the shell says",
            false => "if a command prints this, put it into a block of its own, tagged `text`",
        };
        out.report(span, message).label(label).help(help);
    }
}

/// The `&` of addresses without quotes: `curl https://a/b?c=d&e=f | jq`.
fn cut_addresses(command: &Command<'_>) -> Vec<Span> {
    let bytes = command.action.script.as_bytes();
    let sign = |at: &usize| at.checked_sub(1).is_some_and(|before| !bytes[before].is_ascii_whitespace());
    // Few scripts hold such a sign behind a letter, and fewer an address.
    let mut signs = memchr::memchr_iter(b'&', bytes).filter(sign).peekable();
    if signs.peek().is_none() || memchr::memmem::find(bytes, b"://").is_none() {
        return Vec::new();
    }
    let names_value = |at: usize| {
        let rest = &bytes[at + 1..];
        let name =
            rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
        let name = name.count();
        name > 0 && rest.get(name) == Some(&b'=')
    };
    let script = command.script();
    let commands =
        script.commands().iter().filter(|simple| simple.background && known_command(&simple.program));
    let cut = commands.filter(|simple| {
        let last = simple.args.last().filter(|word| word.span.end == simple.span.end);
        last.is_some_and(|word| word.text.contains("://") && word.text.contains('?'))
            && bytes.get(simple.span.end) == Some(&b'&')
            && names_value(simple.span.end)
    });
    cut.map(|simple| Span::new(simple.span.end, simple.span.end + 1)).collect()
}

/// Whether it is surely no command in running text.
fn is_block(page: &Page<'_>, command: &Command<'_>) -> bool {
    let action = command.action;
    let fenced = || page.block_at(action.span.start).map(|at| page.doc.blocks[at].kind);
    action.tagged || action.lines.len() > 1 || fenced().is_some_and(|kind| matches!(kind, Kind::Code(_)))
}

/// The line of `text` that holds the byte at `offset`.
fn line_at(text: &str, offset: usize) -> &str {
    let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let end = text[offset..].find('\n').map_or(text.len(), |at| offset + at);
    &text[start..end]
}

fn begins_with_command(line: &str) -> bool {
    let mut words = line.split_whitespace().skip_while(|word| word.contains('=') && !word.starts_with('-'));
    words.next().is_some_and(|word| {
        known_command(word)
            || matches!(word, "for" | "while" | "if" | "until" | "case" | "do" | "then" | "done" | "fi")
    })
}

/// The place to point at, and whether something is open there that never ends.
fn first(command: &Command<'_>) -> (Span, bool) {
    let text = command.text();
    if let Some(open) = command.script().open() {
        let first = open.start..(open.start + 1).min(text.len());
        return (Span::from(first), true);
    }
    let error = command.errors()[0];
    let line = text[error.start..].find('\n').map_or(text.len(), |at| error.start + at);
    let end = error.end.min(line).max((error.start + 1).min(text.len()));
    (Span::new(error.start, end), false)
}
