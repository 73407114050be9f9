//! `midwatch run --dry-run`: the whole plan, values filled in. Runs and records nothing.

use std::io::Write;

use super::{Failure, columns, output_style};
use crate::duration;
use crate::engine::question::At;
use crate::plan::Plan;
use crate::runbook::{ActionKind, Danger};
use crate::terminal::clean::clean;
use crate::terminal::style::Role;

/// Prints the plan.
pub fn dry_run(plan: &Plan) -> Result<u8, Failure> {
    let style = output_style();
    let width = columns();
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(style.paint(Role::Strong, &clean(&plan.runbook.title)));
    line("  a dry run: nothing runs, nothing is recorded".into());
    for param in plan.params_used() {
        let value = match plan.values.known.get(&param.name) {
            Some(_) if param.secret => "given, secret".to_owned(),
            Some(value) => clean(value).into_owned(),
            None => "not given: it would be asked for".to_owned(),
        };
        line(format!("  {}={value}", param.name));
    }
    // What is secret stays the words that stand for it.
    let mut shown = plan.values.known.clone();
    shown.retain(|name, _| !plan.values.secret.contains(name));
    for &index in &plan.steps {
        let step = &plan.runbook.steps[index];
        line(String::new());
        line(style.paint(Role::Strong, &format!("Step {}  {}", step.number, clean(&step.title))));
        if step.manual() {
            line("  a person does this".into());
        }
        for (number, action) in step.actions.iter().enumerate() {
            let at = At { step: index, action: number };
            let proposal = plan.proposal(at, &shown, None);
            let open: Vec<&str> = plan
                .needs(at)
                .iter()
                .filter(|need| !plan.values.known.contains_key(&need.key))
                .map(|need| need.text.as_str())
                .collect();
            let hidden = plan
                .needs(at)
                .iter()
                .filter(|need| plan.values.known.contains_key(&need.key) && !shown.contains_key(&need.key));
            let hidden: Vec<&str> = hidden.map(|need| need.text.as_str()).collect();
            let head = match (action.kind, action.offered) {
                (ActionKind::Run, true) => "offered".to_owned(),
                (ActionKind::Run, false) => "run".to_owned(),
                (ActionKind::Check, _) => {
                    let until = plan.spec(at).map_or("exit == 0", |spec| spec.until_text());
                    let every = duration::format(action.attrs.every());
                    let limit = duration::format(action.attrs.check_timeout());
                    format!("wait until {}, every {every}, for at most {limit}", clean(until))
                }
                (ActionKind::Rollback, _) => "to undo".to_owned(),
                (ActionKind::Norun, _) => {
                    format!("shown only: {}", clean(action.belongs.as_deref().unwrap_or(&action.lang)))
                }
            };
            let danger = match &action.danger {
                Danger::None => String::new(),
                Danger::Detected { what } => format!("  DESTRUCTIVE: {}", clean(what)),
                Danger::Declared { word } => format!("  DANGER: type {}", clean(word)),
            };
            line(format!("  {head}{}", style.paint(Role::Bad, &danger)));
            for text in proposal.shown.lines() {
                line(format!("    {}", clean(text)));
            }
            if !hidden.is_empty() {
                line(style.paint(Role::Dim, &format!("    given, secret: {}", clean(&hidden.join(", ")))));
            }
            if !open.is_empty() {
                line(
                    style.paint(Role::Warn, &format!("    would be asked for: {}", clean(&open.join(", ")))),
                );
            }
        }
    }
    let _ = width;
    std::io::stdout().write_all(out.as_bytes())?;
    Ok(0)
}
