use crate::lint::observe::observes;
use crate::lint::page::{Command, Page};
use crate::lint::prose::{self, contains_ignoring_case, sentences, verifies};
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::lint::verified;
use crate::runbook::blocks::Kind;
use crate::runbook::{ActionKind, Severity, Topic, heading_asks};
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
        let runs = command.action.kind == ActionKind::Run || command.action.away;
        if command.offered() || !runs || !command.is_dangerous() {
            continue;
        }
        let section = room(page, command);
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

fn report<'p>(page: &Page<'p>, section: Option<usize>, command: &Command<'p>, out: &mut Sink<'_>) {
    let action = command.action;
    let end = section.map_or(page.source.text().len(), |index| page.runbook.sections[index].span.end);
    let rest = Span::new(action.span.end, end.max(action.span.end));
    let later = page.commands.partition_point(|other| other.step.number < command.step.number);
    let mut later = page.commands[later..].iter();
    // A block may be taken apart: what stands further down in it comes after the command, too.
    later.by_ref().find(|other| std::ptr::eq(*other, command));
    let looked = |other: &Command<'_>| {
        (other.action.span.start >= action.span.end || other.action.span == action.span)
            && (observes(other) || looks_last(other))
    };
    let mut inside = later.clone().take_while(|other| other.action.span.start < end);
    // The same block may look itself, after it destroyed.
    if looks_itself(command) || cleans_up(command) || inside.any(looked) || verifies(page.slice(rest)) {
        return;
    }
    let inside = later.take_while(|other| other.action.span.start < end);
    let own = section == command.step.section;
    if own && section.is_some_and(|section| verified::by_next_section(page, section)) {
        return;
    }
    if ends_in_comment(command)
        || is_taken_back(command, inside)
        || is_shown_below(page, action.span.end)
        || prints_below(page, command)
        || says_what_happens(page, action.span.end)
        || was_temporary(command)
    {
        return;
    }
    let place = command.dangers().last().map_or(Span::new(0, action.script.len()), |found| found.span);
    let what = command.dangers().last().map(|found| format!("it {}", found.what));
    out.report(command.place(place), "nothing after this command shows that it worked")
        .label(what.unwrap_or_else(|| "declared dangerous".into()))
        .help("put a check after it, or say what must be seen");
}

/// The section whose rest may show that the command worked. Counted headings that name troubles are no steps
/// of one procedure: what is looked at in the next is another trouble.
fn room(page: &Page<'_>, command: &Command<'_>) -> Option<usize> {
    let section = command.step.section;
    let sections = &page.runbook.sections;
    let own = page.section_at(command.action.span.start).map(|(at, _)| at).filter(|at| Some(*at) != section);
    let separate = own.filter(|&at| {
        let next = sections.partition_point(|next| next.heading_span.start < sections[at].span.end);
        names_trouble(&sections[at].heading)
            && sections
                .get(next)
                .is_some_and(|next| next.parent == sections[at].parent && names_trouble(&next.heading))
    });
    separate.or(section)
}

/// "2. Disk full", "3. Workers keep crashing": whether a heading says what is wrong.
fn names_trouble(heading: &str) -> bool {
    const TROUBLES: &str = "broken corrupt corrupted corruption crash crashed crashes crashing crashloop degraded down drift \
                            errors exhausted expired fails failed failing failure failures full gap hang hanging hangs hung \
                            leak lost mismatch missing oom oomkilled outage outdated panic panicking panics slow stale stuck \
                            timeout timeouts unavailable unhealthy unreachable unresponsive wrong";
    let lower = prose::lower(heading);
    let found = prose::words(&lower).any(|word| has(TROUBLES, word));
    found && !heading_asks(heading)
}

/// Whether what a command of its block printed stands below the last destructive one.
fn prints_below(page: &Page<'_>, command: &Command<'_>) -> bool {
    let last =
        command.dangers().last().map_or(command.action.span.start, |last| command.place(last.span).end);
    let notes = &page.runbook.diagnostics;
    let below = notes.partition_point(|note| note.span.start < last);
    let mut inside = notes[below..].iter().take_while(|note| note.span.start < command.action.span.end);
    inside.any(|note| note.topic == Topic::Output && page.slice(note.span).lines().any(is_no_comment))
}

fn is_no_comment(line: &str) -> bool {
    !line.trim().is_empty() && !line.trim_start().starts_with('#')
}

/// Whether the last that a script of several commands does is a look: `pvcreate x; vgextend y x; df -h`.
fn looks_last(command: &Command<'_>) -> bool {
    let runs = command.is_shell() && !command.is_dangerous();
    runs && command.script().commands().last().is_some_and(|last| {
        !matches!(last.program.as_str(), "echo" | "printf") && crate::lint::observe::looks(last)
    })
}

/// Whether a command that only looks stands after the last destructive one of the script.
fn looks_itself(command: &Command<'_>) -> bool {
    let Some(last) = command.dangers().last() else { return false };
    command.script().commands().iter().any(|simple| {
        let within = simple
            .via
            .iter()
            .all(|via| has("kubectl oc k docker podman nerdctl watch", via.split(' ').next().unwrap_or("")));
        simple.span.start > last.span.end && within && crate::lint::observe::looks(simple)
    })
}

/// `# deleted` below the last command: what is to be seen.
fn ends_in_comment(command: &Command<'_>) -> bool {
    let last = command.dangers().last().map_or(0, |last| last.span.end);
    let mut rest = command.text()[last..].lines().skip(1).filter(|line| !line.trim().is_empty());
    rest.next().is_some_and(|line| line.trim_start().starts_with('#')) && rest.next().is_none()
}

/// Whether what was stopped is started again: nothing is gone, and the start is what is looked after.
fn is_taken_back<'c, 'p: 'c>(command: &Command<'_>, later: impl Iterator<Item = &'c Command<'p>>) -> bool {
    const BACK: &[(&str, &str)] = &[
        ("stop", "start restart"),
        ("disable", "enable"),
        ("cordon drain", "uncordon"),
        ("mask", "unmask"),
        ("pause", "unpause resume"),
    ];
    let commands = command.script().commands();
    let last = command.dangers().last();
    let Some(stop) = commands.iter().find(|simple| last.is_some_and(|last| simple.span == last.span)) else {
        return false;
    };
    let told = |simple: &Simple, words: &str| simple.args.iter().any(|word| has(words, &word.text));
    let Some((_, back)) = BACK.iter().find(|(away, _)| told(stop, away)) else { return false };
    let starts = |simple: &Simple| simple.program == stop.program && told(simple, back);
    commands.iter().any(|simple| simple.span.start > stop.span.start && starts(simple))
        || later
            .filter(|other| other.action.span.start >= command.action.span.end && other.is_shell())
            .any(|other| other.script().commands().iter().any(starts))
}

/// Whether a block of printed text follows at once.
fn is_shown_below(page: &Page<'_>, end: usize) -> bool {
    const PRINTED: &[&str] = &["", "text", "txt", "plain", "plaintext", "output", "json", "log", "none"];
    let blocks = &page.doc.blocks;
    let Some(next) = blocks.get(blocks.partition_point(|block| block.span.start < end)) else { return false };
    let Kind::Code(fence) = next.kind else { return false };
    let lang = page.slice(page.doc.fences[fence as usize].info).trim();
    PRINTED.iter().any(|printed| lang.eq_ignore_ascii_case(printed))
        && !page.commands.iter().any(|command| command.action.span == next.span)
}

/// "A new one spins up at once": whether the sentence right after the block says what is then seen.
fn says_what_happens(page: &Page<'_>, end: usize) -> bool {
    const NEW: &[&str] = &["A new ", "A fresh ", "Another ", "New ", "The new "];
    const HAPPENS: &[&str] = &[" appear", " come", " is created", " are created", " spin", " start", " take"];
    let blocks = &page.doc.blocks;
    let next = blocks.get(blocks.partition_point(|block| block.span.start < end));
    let Some(next) = next.filter(|next| next.kind == Kind::Para) else { return false };
    let text = page.slice(next.span);
    NEW.iter().any(|begin| text.starts_with(begin))
        && sentences(text, Span::new(0, text.len()))
            .first()
            .is_some_and(|first| HAPPENS.iter().any(|does| text[first.range()].contains(does)))
}

/// Whether all that goes is one file, which the text calls temporary.
fn was_temporary(command: &Command<'_>) -> bool {
    let [danger] = command.dangers() else { return false };
    let commands = command.script().commands();
    let Some(simple) = commands.iter().find(|simple| simple.span == danger.span && simple.program == "rm")
    else {
        return false;
    };
    let [file] = simple.args.as_slice() else { return false };
    file.literal
        && !file.text.contains(['*', '?', '['])
        && !file.text.ends_with('/')
        && contains_ignoring_case(&command.step.text, "temporary")
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
