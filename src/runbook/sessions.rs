//! A shell that one step opens elsewhere, and the later steps of its section that are meant for it.
//!
//! "1. Log in: `ssh db1`. 2. Restart it: `systemctl restart app`": the second command is for the
//! other machine, as it is after "1. ssh to the database host", and must not run here only because it
//! stands in a block, or in inline code, of its own.

mod commands;
mod homes;
mod told;

use crate::shell;
use crate::source::first_word;

use super::actions::ends_session;
use super::elsewhere::{self, Names, Whereabouts};
use super::step::{clip, is_block};
use super::words;
use super::{Action, ActionKind, Danger, Section, Step};
use crate::source::Span;
use commands::{
    ANYWHERE, HERE, acts_on_machine, is_installed_script, is_meant_for, is_own_script, is_run_anywhere,
    local_script,
};
use homes::Homes;
pub(super) use told::goes_for_all;
use told::{going_and_doing, is_told_there};

/// More scripts than these are not looked for again.
const MOST_SCRIPTS: usize = 8;

/// The longest name of a place, in characters.
const LONGEST_PLACE: usize = 60;

/// Programs whose session is a shell, so that any command may be meant for it.
#[rustfmt::skip]
const SHELLS: &[&str] = &[
    "ash", "aws", "bash", "chroot", "crictl", "dash", "docker", "gcloud", "kubectl", "lxc", "machinectl",
    "mosh", "nerdctl", "nsenter", "oc", "podman", "runc", "sh", "ssh", "su", "tsh", "vagrant", "zsh",
];

/// An open shell.
struct Open {
    /// The program that opened it; none where the text tells the operator to go there.
    program: String,
    /// How it is called where a command belongs into it.
    place: String,
    section: Option<usize>,
    choice: Option<String>,
    branch: Option<usize>,
    /// The step whose commands were looked at when it was opened; none where they come after its words.
    step: Option<usize>,
    /// Shells that were opened within it and not left yet.
    inner: usize,
}

/// Marks the commands that are meant for a shell which an earlier step of their section opened, or
/// told the operator to open, as shown, not run: blocks and inline code that is a step by itself. A
/// command within a sentence is started by a person, who sees where they are. Says whether there
/// were any. `carried_from` says of which steps the prose of an outer section, and of which, tells to go.
pub(super) fn keep(
    steps: &mut [Step],
    sections: &[Section],
    carried_from: &[(usize, Option<usize>)],
) -> bool {
    let own = steps.iter().map(|step| step.section);
    let homes = Homes::new(sections, own.chain(carried_from.iter().map(|&(_, section)| section)));
    let last = last_runs(steps, &homes);
    let mut carried_from = carried_from.iter().peekable();
    // Most prose has no command after it in its section: where it sends somebody changes nothing.
    let runs_in =
        |section, step: &Step, index: usize| last.get(room(homes.of(section))) >= Some(&(step.number, index));
    let mut open: Option<Open> = None;
    // The place the step before named, and its section.
    let mut carried: Option<(Option<usize>, Named)> = None;
    let mut changed = false;
    // Scripts that were called in a folder of another machine, with the section and the place.
    let mut scripts: Vec<(Option<usize>, String, String)> = Vec::new();
    for step in steps.iter_mut() {
        if open.as_ref().is_some_and(|shell| !shell.holds(step, &homes)) {
            open = None;
        }
        // "On your laptop": nobody is there any longer.
        if open.is_some()
            && let Some(section) = step.section.and_then(|section| sections.get(section))
            && elsewhere::after(&section.heading, true) == Whereabouts::Here
        {
            open = None;
        }
        // What is told for several sections holds in all of them.
        let above = carried_from.next_if(|(index, _)| index + 1 == step.number).map(|&(_, section)| section);
        let from = above.unwrap_or(step.section);
        let runs_after = |step: &Step, index: usize| runs_in(from, step, index);
        let was_open = open.is_some();
        if step.manual() {
            if !runs_after(step, step.actions.len()) {
                continue;
            }
            match elsewhere::after(&step.text, open.is_some()) {
                Whereabouts::Unsaid => open = open.or_else(|| Open::for_all(step, &step.text)),
                Whereabouts::Here => open = None,
                Whereabouts::There(place) => {
                    let place = clip(&elsewhere::unmarked(place), LONGEST_PLACE);
                    let place = format!("after step {}: {place}", step.number);
                    open = Some(Open::of(step, String::new(), place));
                }
            }
            // An example of how one goes there, and what may be done as well.
            if let Some(offered) = offered_session(step) {
                open = Some(offered);
            }
            widen(&mut open, above.filter(|_| !was_open));
            continue;
        }
        // "Then import it" is said of the machine that the step before named.
        let mut named = carried
            .take()
            .filter(|(section, _)| *section == step.section && goes_on(step))
            .filter(|_| elsewhere::named(step.lead(0)).is_none())
            .and_then(|(_, before)| step.actions.first().map(|first| Named { span: first.span, ..before }));
        // Whether the shell was opened by a command in the step's own words.
        let mut within = false;
        for index in 0..step.actions.len() {
            // "Log in to the master and list them": also what is else run where one sits.
            // Few leads say so, and nothing asks the shell about a command before.
            if let Some(place) = going_and_doing(step.lead(index))
                && is_told_there(&step.actions[index])
            {
                let place = format!("after: {}", clip(&elsewhere::unmarked(place), LONGEST_PLACE));
                send(&mut step.actions[index], &place);
                changed = true;
            }
            if !runs_after(step, index) {
                break;
            }
            match elsewhere::after(step.lead(index), open.is_some()) {
                Whereabouts::Unsaid => open = open.or_else(|| Open::for_all(step, step.lead(index))),
                Whereabouts::Here => open = None,
                // "To access it with a shell, run": the command is the way there.
                Whereabouts::There(_)
                    if step.lead(index).trim_start().starts_with("To ")
                        && step.actions[index].interactive
                        && opened(&step.actions[index]).is_some() => {}
                Whereabouts::There(place) => {
                    let place = format!("after: {}", clip(&elsewhere::unmarked(place), LONGEST_PLACE));
                    open = Some(Open { step: None, ..Open::of(step, String::new(), place) });
                }
            }
            if index == 0 {
                widen(&mut open, above.filter(|_| !was_open));
            }
            let action = &step.actions[index];
            if action.offered
                && action.interactive
                && let Some(program) = opened(action)
                && is_told(&step.text, &action.script)
            {
                let place = format!("in the {program} session of this step");
                open = Some(Open { step: None, ..Open::of(step, program, place) });
                within = true;
                continue;
            }
            if action.offered || action.kind != ActionKind::Run {
                if action.offered && action.interactive && open.is_none() {
                    open = offered_session(step);
                }
                continue;
            }
            let meant = open.as_mut().filter(|shell| {
                // What is in the same step was looked at before.
                shell.step != Some(step.number) && is_free(action) && is_meant_for(action, &shell.program)
            });
            let Some(shell) = meant else {
                named = Named::of(step, index, named);
                if action.interactive {
                    open = opened(action).map(|program| {
                        let place = format!("in the {program} session of step {}", step.number);
                        Open::of(step, program, place)
                    });
                }
                let script = local_script(&action.script).map(str::to_owned);
                if let Some(named) = &named
                    && named.holds(action)
                {
                    send(&mut step.actions[index], &named.place);
                    changed = true;
                    if let Some(script) = script.filter(|_| scripts.len() < MOST_SCRIPTS) {
                        scripts.push((step.section, script, named.place.clone()));
                    }
                } else if let Some(script) = script.filter(|_| !scripts.is_empty() && is_free(action))
                    && let Some((.., place)) =
                        scripts.iter().find(|(section, same, _)| *section == step.section && *same == script)
                {
                    // The script lies in a folder there.
                    send(&mut step.actions[index], place);
                    changed = true;
                }
                continue;
            };
            shell.inner += usize::from(action.interactive);
            let leaves = action.script.lines().any(|line| matches!(line.trim(), "exit" | "logout"));
            send(&mut step.actions[index], &shell.place);
            changed = true;
            if leaves {
                match shell.inner.checked_sub(1) {
                    Some(left) => shell.inner = left,
                    None => open = None,
                }
            }
        }
        // Nobody knows whether the operator did so, and what later steps are for.
        if within {
            open = None;
        }
        carried = named.filter(Named::is_told).map(|named| (step.section, named));
        if open.is_some()
            && runs_after(step, step.actions.len())
            && elsewhere::after(step.after(), true) == Whereabouts::Here
        {
            open = None;
        }
    }
    changed | keep_on_node(steps)
}

/// The shell is open in the section, too, which is an outer one.
fn widen(open: &mut Option<Open>, section: Option<Option<usize>>) {
    if let (Some(open), Some(section)) = (open, section) {
        (open.section, open.choice, open.branch) = (section, None, None);
    }
}

/// The session that a block of the step opens which is only offered: whether somebody opened it nobody knows,
/// and what follows may be meant for it.
fn offered_session(step: &Step) -> Option<Open> {
    let opens = |action: &&Action| action.offered && action.interactive && is_block(action);
    let program = opened(step.actions.iter().find(opens)?)?;
    let ends = |action: &Action| {
        action.kind == ActionKind::Norun && action.script.lines().next_back().is_some_and(ends_session)
    };
    if step.actions.iter().any(ends) {
        return None;
    }
    let place = format!("in the {program} session of step {}", step.number);
    Some(Open::of(step, program, place))
}

/// Whether the step begins as what goes on: "Then import it", "Session 2:".
fn goes_on(step: &Step) -> bool {
    step.text.starts_with("Then ")
        || step.text.starts_with("And then ")
        || step.first_block().is_some_and(|first| elsewhere::are_labels(step.lead(first)))
}

/// Whether the text tells to run the command, and not only in some case: "Run `x` to enter the pod".
fn is_told(text: &str, script: &str) -> bool {
    let Some((before, after)) = text.split_once(script) else { return false };
    let before = before.trim_end_matches('`');
    words::tells_to_run(before, after.trim_start_matches('`'))
        && !words::begins_with_if(words::last_sentence(before).trim_start())
}

/// Programs that ask for the services of the machine they run on.
const SERVICES: &[&str] = &["chronyc", "crictl", "journalctl", "service", "systemctl"];

/// Marks blocks for the services of a machine in a runbook for a cluster: whoever looked into a node
/// in one section is meant to do so in the next. Says whether there were any. Where anything else is
/// run on the machine one sits at, its services may be meant as well.
fn keep_on_node(steps: &mut [Step]) -> bool {
    let program = |action: &Action| {
        let lines = action.script.lines().map(str::trim).filter(|line| !line.starts_with('#'));
        let mut words = lines.flat_map(str::split_ascii_whitespace);
        let word = words.find(|word| *word != "sudo" && !super::prompts::is_assignment(word));
        word.unwrap_or("").to_owned()
    };
    let runs = |action: &Action| action.kind == ActionKind::Run && !action.offered && is_free(action);
    let is_service = |action: &Action| SERVICES.binary_search(&program(action).as_str()).is_ok();
    let entered = |action: &Action| {
        action.interactive && (action.script.contains(" debug node/") || action.script.starts_with("ssh "))
    };
    let Some(from) = steps.iter().position(|step| step.actions.iter().any(entered)) else { return false };
    let here = |action: &Action| {
        HERE.binary_search(&program(action).as_str()).is_ok() || is_service(action) || action.interactive
    };
    let mut all = steps.iter().flat_map(|step| &step.actions).filter(|action| runs(action));
    let cluster = all.clone().any(|action| matches!(program(action).as_str(), "kubectl" | "oc"));
    if !(cluster && all.all(here)) {
        return false;
    }
    let place = format!("on the node, as in step {}", steps[from].number);
    let later = steps[from..].iter_mut().flat_map(|step| &mut step.actions);
    let mut changed = false;
    for action in later.filter(|action| runs(action) && is_service(action)) {
        send(action, &place);
        changed = true;
    }
    changed
}

/// For each [`room`] the step and the index of the last command in it that may be meant for a shell.
fn last_runs(steps: &[Step], homes: &Homes<'_>) -> Vec<(usize, usize)> {
    let mut last = vec![(0, 0); homes.sections.len() + 1];
    for step in steps {
        // One that begins with a program of [`HERE`] is none ([`is_meant_for`]).
        let elsewhere = |script: &str| {
            let program = first_word(script).0;
            HERE.binary_search(&program).is_err() || ANYWHERE.binary_search(&program).is_ok()
        };
        let runs =
            |action: &Action| action.kind == ActionKind::Run && !action.offered && elsewhere(&action.script);
        if let Some(index) = step.actions.iter().rposition(runs) {
            homes.above(step.section).for_each(|section| last[room(section)] = (step.number, index));
        }
    }
    last
}

/// One for each section, the text before the first heading being the first.
fn room(section: Option<usize>) -> usize {
    section.map_or(0, |section| section + 1)
}

/// Where the sentence before a block, or the comment it begins with, says that it is to be run.
struct Named {
    place: String,
    span: Span,
    /// How it is said.
    by: By,
    /// Whether the sentence tells to go to a folder there.
    goes: bool,
}

/// What names a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// A sentence that begins with it: "On the primary, run".
    Leading,
    Sentence,
    Comment,
    /// A sentence that names all machines of a kind, which a tool may well do from here.
    All,
}

impl Named {
    /// The place of the action at `index`, which is that of the one `before` where no words stand
    /// between the two.
    fn of(step: &Step, index: usize, before: Option<Named>) -> Option<Named> {
        let action = &step.actions[index];
        let lead = step.lead(index);
        let mut comments = action.script.lines().take_while(|line| line.starts_with('#'));
        let first = comments.next();
        // A count or a title may stand above the comment that names the place.
        let label =
            first.and_then(|first| std::iter::once(first).chain(comments).find_map(elsewhere::comment_label));
        if let Some(before) = before
            && label.is_none()
            && (before.span == action.span || (before.by != By::Comment && lead.trim().is_empty()))
        {
            return Some(before);
        }
        let (place, by) = match label.or_else(|| first.and_then(elsewhere::commented)) {
            Some(place) => (place, By::Comment),
            None => {
                let (place, names) = elsewhere::named(lead)?;
                let by = match names {
                    Names::Leading => By::Leading,
                    Names::Trailing => By::Sentence,
                    Names::All => By::All,
                };
                (place, by)
            }
        };
        let place = elsewhere::in_running_text(clip(&elsewhere::unmarked(place), LONGEST_PLACE));
        let goes = by == By::Leading && words::last_sentence(lead).contains(", go to ");
        Some(Named { place, span: action.span, by, goes })
    }

    /// Whether a sentence names the very place.
    fn is_told(&self) -> bool {
        matches!(self.by, By::Leading | By::Sentence)
    }

    /// Whether the action is to be run there.
    fn holds(&self, action: &Action) -> bool {
        // A script of one's own is run where one sits, unless a comment in its block says where; one
        // that is installed is where the sentence says.
        let told = self.is_told();
        let meant = is_meant_for(action, "")
            || matches!(self.by, By::Comment | By::Leading) && is_own_script(&action.script)
            || self.by == By::Leading && self.goes && local_script(&action.script).is_some()
            || told && is_installed_script(&action.script)
            || told && is_run_anywhere(action);
        is_free(action) && meant && (self.by != By::All || acts_on_machine(&action.script))
    }
}

impl Open {
    fn of(step: &Step, program: String, place: String) -> Open {
        let (section, choice, branch) = (step.section, step.choice.clone(), step.branch);
        Open { program, place, section, choice, branch, step: Some(step.number), inner: 0 }
    }

    /// Where the text says that all steps are done: "We follow these steps on the primary."
    fn for_all(step: &Step, text: &str) -> Option<Open> {
        let named = |place| elsewhere::in_running_text(clip(&elsewhere::unmarked(place), LONGEST_PLACE));
        let place = match elsewhere::for_all(text) {
            Some(place) => named(place),
            None => format!("after {}", named(elsewhere::required(text)?)),
        };
        Some(Open { step: None, ..Open::of(step, String::new(), place) })
    }

    /// Whether the step can be in the same shell: alternatives are not walked one after the other.
    fn holds(&self, step: &Step, homes: &Homes<'_>) -> bool {
        let home = homes.of(self.section);
        homes.above(step.section).any(|section| section == home)
            && self.choice == step.choice
            && self.branch == step.branch
            && (step.choice.is_none() || step.branch.is_some())
    }
}

/// The program whose shell the command opens and leaves open; none for a tunnel or another program's
/// console.
fn opened(action: &Action) -> Option<String> {
    let session = shell::session_of(&action.script, &action.reading)?;
    let tunnel = action.script.split_whitespace().any(|word| {
        matches!(word, "-N" | "-D" | "-L" | "-R") || (word.starts_with("-L") && word.contains(':'))
    });
    (!tunnel && SHELLS.binary_search(&session.program.as_str()).is_ok()).then_some(session.program)
}

/// Shows the action as one that is to be run at `place`.
pub(super) fn send(action: &mut Action, place: &str) {
    action.belongs = Some(place.to_owned());
    action.kind = ActionKind::Norun;
    action.away = true;
    action.interactive = false;
    action.danger = Danger::None;
}

/// Whether the action is taken for one of another machine where the text says so.
pub(super) fn is_for_another(action: &Action) -> bool {
    is_free(action) && is_meant_for(action, "")
}

fn is_free(action: &Action) -> bool {
    action.attrs.are_none() && !matches!(action.danger, Danger::Declared { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_for_the_search() {
        for list in [SHELLS, SERVICES] {
            assert!(list.windows(2).all(|pair| pair[0] < pair[1]), "{list:?}");
        }
    }
}
