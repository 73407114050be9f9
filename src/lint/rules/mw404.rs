use std::net::Ipv4Addr;

use crate::lint::page::{Command, Page};
use crate::lint::prose::{self, contains_ignoring_case};
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::Severity;
use crate::runbook::blocks::Kind;
use crate::shell::{Simple, Word};
use crate::source::Span;

/// A pod hash, an IP address.
pub static RULE: Rule = Rule {
    id: "MW404",
    name: "hard-coded-target",
    severity: Severity::Info,
    summary: "a pod hash, an IP address",
    explanation: "\
The command names one pod, one address, one machine or one process, which was the right one on the day it \
was written. The next pod has another name, and the address belongs to somebody else one day.

Use a name that stays (`deployment/web`, a label, a host name), or a placeholder.",
    bad: "\
## Look at the log

```sh
kubectl logs «web-7d4b9c6f5d-x2x9q»
```
",
    good: "\
## Look at the log

```sh
kubectl logs deployment/web
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    for command in page.shell().filter(|command| !command.offered()) {
        // No digit, no target.
        if !command.text().bytes().any(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let words = command.script().commands().iter().flat_map(|simple| &simple.args);
        let target = |word| target(word).map(|(part, what)| (word, part, what));
        let process = || command.script().commands().iter().find_map(process);
        let mut targets = words.filter_map(target).chain(process());
        let Some((word, _, what)) = targets.find(|(word, part, _)| !is_shown(page, command, word, part))
        else {
            continue;
        };
        out.report(command.place(word.span), format!("{what} is written into this command"))
            .label("right on the day it was written")
            .help("use a name that stays, or a placeholder such as `<pod>`");
    }
}

/// `kill -9 4711`: that process is gone.
fn process(simple: &Simple) -> Option<(&Word, &str, &'static str)> {
    if simple.program != "kill" {
        return None;
    }
    let number = |word: &&Word| word.text.len() > 2 && word.text.bytes().all(|byte| byte.is_ascii_digit());
    simple.args.iter().find(number).map(|word| (word, word.text.as_str(), "the number of one process"))
}

/// More lines than this are no example, and cost.
const MANY: usize = 200;

/// Whether the block is a transcript that is only shown: as an example of what may be printed, or because a
/// command above printed the very `target`.
fn is_shown(page: &Page<'_>, command: &Command<'_>, word: &Word, target: &str) -> bool {
    let block = command.action.span;
    let Some(Kind::Code(fence)) = page.block_at(block.start).map(|at| page.doc.blocks[at].kind) else {
        return false;
    };
    let lines = page.doc.lines(fence);
    if lines.len() > MANY {
        return false;
    }
    let first = page.commands.partition_point(|other| other.action.span.start < block.start);
    let own = page.commands[first..].iter().take_while(|other| other.action.span == block);
    let typed: Vec<usize> = own.flat_map(|own| &own.action.lines).map(|line| line.start).collect();
    let is_printed = |line: &&Span| {
        let next = typed.partition_point(|start| *start < line.start);
        typed.get(next).is_none_or(|start| *start > line.end) && !page.slice(**line).trim().is_empty()
    };
    let place = command.place(word.span);
    let mut printed = lines.iter().filter(is_printed).peekable();
    if printed.peek().is_none() {
        return false;
    }
    printed.take_while(|line| line.start < place.start).any(|line| names(page.slice(*line), target))
        || is_example(page, block)
}

/// Whether the line holds `target` as a word of its own.
fn names(line: &str, target: &str) -> bool {
    let ends = |at: Option<usize>| {
        let byte = at.and_then(|at| line.as_bytes().get(at));
        byte.is_none_or(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')))
    };
    memchr::memmem::find_iter(line.as_bytes(), target)
        .any(|at| ends(at.checked_sub(1)) && ends(Some(at + target.len())))
}

/// Whether the paragraph above ends with a sentence that calls the block an example of what is seen.
fn is_example(page: &Page<'_>, block: Span) -> bool {
    let before = page.doc.blocks.partition_point(|other| other.span.start < block.start);
    let lead = before.checked_sub(1).map(|at| page.doc.blocks[at]).filter(|lead| lead.kind == Kind::Para);
    lead.and_then(|lead| prose::sentences(page.source.text(), lead.span).pop()).is_some_and(|last| {
        let last = page.slice(last);
        ["e.g.", "example", "looks like", "look like", "similar to"]
            .iter()
            .any(|words| contains_ignoring_case(last, words))
    })
}

/// The part of the word that names one thing of that day, and what it is.
fn target(word: &Word) -> Option<(&str, &'static str)> {
    if word.text.len() > 200 {
        return None;
    }
    let parts = || word.text.split(['/', '@', ':', '=', ',', ' ']);
    if let Some(part) = parts().find(|part| is_pod(part)) {
        return Some((part, "the name of one pod"));
    }
    if let Some(part) = parts().find(|part| is_instance(part)) {
        return Some((part, "the id of one machine"));
    }
    // `10.0.0.0/8` is a network, and `--version=1.2.3.4` no address.
    let network = word.text.contains('/')
        && word.text.rsplit('/').next().is_some_and(|tail| tail.bytes().all(|b| b.is_ascii_digit()));
    let part = parts().find(|part| is_address(part))?;
    (!network && !word.text.contains("ersion")).then_some((part, "an IP address"))
}

/// `web-7d4b9c6f5d-x2x9q`: the hash of a template and five random letters, as Kubernetes adds them.
fn is_pod(text: &str) -> bool {
    let mut parts = text.rsplit('-');
    let (Some(random), Some(hash), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let small = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let hex = hash.bytes().all(|byte| b"bcdfghjklmnpqrstvwxz0123456789aef".contains(&byte));
    let mixed = hash.bytes().any(|b| b.is_ascii_digit()) && hash.bytes().any(|b| b.is_ascii_alphabetic());
    let random = random.len() == 5 && random.bytes().all(small);
    random && (8..=10).contains(&hash.len()) && hex && mixed && !name.is_empty()
}

/// `i-0a1b2c3d4e5f67890`, as AWS calls a machine.
fn is_instance(text: &str) -> bool {
    let hex = |id: &str| id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    // Figures in their order are an example.
    let counted = |id: &str| ["1234567", "abcdef0", "7654321"].iter().any(|row| id.contains(row));
    text.strip_prefix("i-").is_some_and(|id| matches!(id.len(), 8 | 17) && hex(id) && !counted(id))
}

fn is_address(text: &str) -> bool {
    let Ok(address) = text.parse::<Ipv4Addr>() else { return false };
    // Addresses that mean the same everywhere.
    let known = ["8.8.8.8", "8.8.4.4", "1.1.1.1", "9.9.9.9", "169.254.169.254"];
    !(address.is_loopback()
        || address.is_unspecified()
        || address.is_broadcast()
        || address.is_documentation()
        || known.contains(&text))
        && address.octets()[0] != 255
}
