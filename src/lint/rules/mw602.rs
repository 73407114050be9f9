use jiff::ToSpan;
use jiff::civil::Date;

use crate::lint::page::Page;
use crate::lint::registry::Rule;
use crate::lint::sink::Sink;
use crate::runbook::Severity;

/// The date of the next review is past.
pub static RULE: Rule = Rule {
    id: "MW602",
    name: "review-overdue",
    severity: Severity::Warning,
    summary: "`reviewed` + `review_in` is past",
    explanation: "\
The front matter says when the runbook was last looked through and how long that holds, and that time is \
over. Host names, flags and people change; nobody knows whether what stands here is still so.

Go through it, best as a drill (`midwatch run --drill`), and write the new date.",
    bad: "\
---
owner: team-shop
reviewed: «2024-01-15»
review_in: 6 months
---

## Restart it

Call the team.
",
    good: "\
---
owner: team-shop
reviewed: 2026-10-01
review_in: 6 months
---

## Restart it

Call the team.
",
    fixable: false,
    check,
};

fn check(page: &Page<'_>, out: &mut Sink<'_>) {
    let front = &page.runbook.front;
    let (Some(reviewed), Some(review_in)) = (&front.reviewed, &front.review_in) else { return };
    let at = |key: &str, value: &str| page.front_value(key, value);
    let place = at("reviewed", reviewed).or_else(|| at("last_reviewed_on", reviewed)).unwrap_or(front.span);
    let Some(date) = reviewed.get(..10).and_then(|date| date.parse::<Date>().ok()) else {
        out.report(place, format!("`{reviewed}` is not a date")).help("write it as 2026-10-01");
        return;
    };
    let due = match span(review_in).and_then(|span| date.checked_add(span).ok()) {
        Some(due) => due,
        None => {
            let place = at("review_in", review_in).unwrap_or(front.span);
            out.report(place, format!("`{review_in}` is no time")).help("write for instance `6 months`");
            return;
        }
    };
    if due < page.world.today {
        out.report(place, format!("the review was due on {due}"))
            .label(format!("holds for {review_in}"))
            .help("go through the runbook, best as a drill, and write the new date");
    }
}

/// `6 months`, `90d`, `1 year`.
fn span(text: &str) -> Option<jiff::Span> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: i64 = if digits == 0 { 1 } else { text[..digits].parse().ok()? };
    if number > 100_000 {
        return None;
    }
    let unit = text[digits..].trim().trim_start_matches("a ").to_ascii_lowercase();
    Some(match unit.as_str() {
        "d" | "day" | "days" => number.days(),
        "w" | "week" | "weeks" => number.weeks(),
        "m" | "mo" | "month" | "months" => number.months(),
        "q" | "quarter" | "quarters" => (number * 3).months(),
        "y" | "yr" | "year" | "years" => i64::min(number, 1000).years(),
        _ => return None,
    })
}
