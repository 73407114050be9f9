use std::net::Ipv4Addr;

use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::Severity;
use crate::shell::{Simple, Word};

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
        let target = |word| Some((word, target(word)?));
        let process = || command.script().commands().iter().find_map(process);
        let Some((word, what)) = words.filter_map(target).next().or_else(process) else { continue };
        out.report(command.place(word.span), format!("{what} is written into this command"))
            .label("right on the day it was written")
            .help("use a name that stays, or a placeholder such as `<pod>`");
    }
}

/// `kill -9 4711`: that process is gone.
fn process(simple: &Simple) -> Option<(&Word, &'static str)> {
    if simple.program != "kill" {
        return None;
    }
    let number = |word: &&Word| word.text.len() > 2 && word.text.bytes().all(|byte| byte.is_ascii_digit());
    simple.args.iter().find(number).map(|word| (word, "the number of one process"))
}

fn target(word: &Word) -> Option<&'static str> {
    if word.text.len() > 200 {
        return None;
    }
    let parts = || word.text.split(['/', '@', ':', '=', ',', ' ']);
    if parts().any(is_pod) {
        return Some("the name of one pod");
    }
    if parts().any(is_instance) {
        return Some("the id of one machine");
    }
    // `10.0.0.0/8` is a network, and `--version=1.2.3.4` no address.
    let network = word.text.contains('/')
        && word.text.rsplit('/').next().is_some_and(|tail| tail.bytes().all(|b| b.is_ascii_digit()));
    (!network && !word.text.contains("ersion") && parts().any(is_address)).then_some("an IP address")
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
