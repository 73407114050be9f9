use crate::lint::observe::observes;
use crate::lint::page::{Command, Page};
use crate::lint::prose::verifies;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::{ActionKind, Severity};
use crate::shell::has_word as has;
use crate::shell::{Simple, Word};
use crate::source::Span;

/// A destructive command with no verification after it.
pub static RULE: Rule = Rule {
    id: "MW202",
    name: "danger-without-check",
    severity: Severity::Warning,
    summary: "a destructive command with no check or verification after it in its section",
    explanation: "\
The command deletes or stops something, and the section ends without a word on how to see that it \
worked, and that nothing else went with it. The next section is then begun on a guess.

Put a check after it, a command that shows the new state, or at least a sentence that says what must \
be seen.",
    bad: "\
## Remove the node

```sh
«kubectl delete node worker-3»
```
",
    good: "\
## Remove the node

```sh
kubectl delete node worker-3
```

The other nodes are ready:

```sh check until=\"lines == 2\"
kubectl get nodes --no-headers
```
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    let mut last: Option<(Option<usize>, &Command<'_>)> = None;
    for command in page.shell() {
        if command.offered() || command.action.kind != ActionKind::Run || !command.is_dangerous() {
            continue;
        }
        let section = command.step.section;
        // One finding a section: after its last destructive command nothing is seen.
        if let Some((before, dangerous)) = last
            && before != section
        {
            report(page, before, dangerous, out);
        }
        last = Some((section, command));
    }
    if let Some((section, dangerous)) = last {
        report(page, section, dangerous, out);
    }
}

fn report(page: &Page<'_>, section: Option<usize>, command: &Command<'_>, out: &mut Sink<'_>) {
    let action = command.action;
    let end = section.map_or(page.source.text().len(), |index| page.runbook.sections[index].span.end);
    let rest = Span::new(action.span.end, end.max(action.span.end));
    let later = page.commands.partition_point(|other| other.step.number < command.step.number);
    let later = &page.commands[later..];
    let looked = |other: &Command<'_>| other.action.span.start >= action.span.end && observes(other);
    let mut inside = later.iter().take_while(|other| other.action.span.start < end);
    // The same block may look itself, after it destroyed.
    if looks_itself(command) || cleans_up(command) || inside.any(looked) || verifies(page.slice(rest)) {
        return;
    }
    let place = command.dangers().last().map_or(Span::new(0, action.script.len()), |found| found.span);
    let what = command.dangers().last().map(|found| format!("it {}", found.what));
    out.report(command.place(place), "nothing after this command shows that it worked")
        .label(what.unwrap_or_else(|| "declared dangerous".into()))
        .help("put a check after it, or say what must be seen");
}

/// Whether a command that only looks stands after the last destructive one of the script.
fn looks_itself(command: &Command<'_>) -> bool {
    let Some(last) = command.dangers().last() else { return false };
    command.script().commands().iter().any(|simple| {
        simple.span.start > last.span.end && simple.via.is_empty() && crate::lint::observe::looks(simple)
    })
}

/// Whether all it destroys are files that the script itself made: what it leaves behind is what was.
fn cleans_up(command: &Command<'_>) -> bool {
    let commands = command.script().commands();
    command.dangers().iter().all(|danger| {
        let Some(at) = commands.iter().position(|simple| simple.span == danger.span) else { return false };
        let files = commands[at].args.iter().filter(|word| !word.text.starts_with('-'));
        danger.program == "rm"
            && files.clone().count() > 0
            && files.clone().all(|file| made(&commands[..at], &file.text))
    })
}

/// Whether one of `commands` writes the file called `path`: `> x`, `-o x`, `--filename=x`, `cp y x`.
fn made(commands: &[Simple], path: &str) -> bool {
    const WRITERS: &str = "touch mkdir cp mv scp tee ln mktemp";
    const FLAGS: &str = "-o -O --output --output-document --out -out";
    let same = |word: &str| word.trim_start_matches("./") == path.trim_start_matches("./");
    commands.iter().any(|simple| {
        let value = |word: &&Word| word.text.split_once('=').is_some_and(|(_, value)| same(value));
        let after = |pair: &[Word]| has(FLAGS, &pair[0].text) && same(&pair[1].text);
        simple.redirects.iter().any(|redirect| redirect.op.contains('>') && same(&redirect.target.text))
            || simple.args.iter().any(|word| value(&word))
            || simple.args.windows(2).any(after)
            || has(WRITERS, &simple.program)
                && simple.args.iter().skip(usize::from(simple.args.len() > 1)).any(|word| same(&word.text))
    })
}
