use std::collections::HashSet;

use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::secrets;
use crate::lint::sink::Sink;
use crate::runbook::Severity;

/// A credential in the text.
pub static RULE: Rule = Rule {
    id: "MW305",
    name: "secret",
    severity: Severity::Error,
    summary: "a credential in the text",
    explanation: "\
Something here has the shape of a password, a token or a private key. Everybody who can read the \
repository can use it, and so can everybody who ever could: taking it out of the file does not take it \
out of the history.

Revoke it. Then declare a secret param (`token: { about: API token, secret: true, env: API_TOKEN }`): \
midwatch asks for it and masks it on screen and in the record.",
    bad: "\
## Call the API

```sh
curl -fsS -H 'X-Token: t' \"https://ops:«h7Kq2vX9pL4z»@api.internal/health\"
```
",
    good: "\
---
params:
  api_token: { about: Token of the health API, secret: true, env: API_TOKEN }
---

## Call the API

```sh
curl -fsS -u \"ops:$api_token\" https://api.internal/health
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    let mut found = secrets::find(page.source.text(), page.marks());
    for command in page.shell().filter(|command| secrets::may_be_told(command.text())) {
        let told = command.script().commands().iter().filter_map(secrets::told);
        found.extend(told.map(|(span, what)| (command.place(span), what)));
    }
    found.sort_by_key(|(span, _)| span.start);
    found.dedup_by(|later, earlier| later.0.start < earlier.0.end);
    // One finding a credential: where it stands again it is the same one.
    let mut told = HashSet::new();
    for (span, what) in found {
        // Of a key its first line is shown, and those are all alike.
        if what != secrets::PRIVATE_KEY && !told.insert(page.slice(span)) {
            continue;
        }
        out.report(span, format!("this looks like {what}"))
            .label("everybody who reads the repository can use it")
            .help("revoke it, and declare a param with `secret: true`: midwatch asks for it and masks it");
    }
}
