//! Alternatives that are counted: "Option A", "Method 2", "Scenario 1: the primary is down".

use crate::source::trim_start;

/// What alternatives are called, in lower case, where a number or a letter follows.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "alternative", "approach", "case", "method", "möglichkeit", "opción", "option", "scenario", "szenario",
    "variant", "variante",
    "シナリオ", "ケース", "オプション", "场景", "情况", "方式", "方案", "方法", "选项", "방법", "시나리오", "옵션",
];

/// The longest of [`NAMES`], in bytes.
const LONGEST: usize = 15;

/// Which of several counted alternatives the text begins with, from 1 on.
pub(in crate::runbook) fn option_number(text: &str) -> Option<usize> {
    let mut text = trim_start(text);
    // A picture may stand before it.
    if matches!(text.as_bytes().first(), Some(0xf0 | 0xe2)) {
        text = text.trim_start_matches(|sign: char| !sign.is_ascii() && !sign.is_alphanumeric()).trim_start();
    }
    let &[first, second, ..] = text.as_bytes() else { return None };
    // Few texts begin with the first letters of a name.
    let may_be = match [first | 0x20, second | 0x20] {
        _ if !first.is_ascii() => matches!(first, 0xe3..=0xe9 | 0xeb | 0xec),
        [b'm', _] if !second.is_ascii() => true,
        two => matches!(&two, b"al" | b"ap" | b"ca" | b"me" | b"op" | b"sc" | b"sz" | b"va"),
    };
    if !may_be {
        return None;
    }
    NAMES.iter().filter_map(|name| after(text, name)).find_map(|rest| number(rest, !first.is_ascii()))
}

/// The same of a label that may say of what it is an option: "Recovery Method 1: from a copy".
pub(in crate::runbook) fn labelled_option(text: &str) -> Option<usize> {
    option_number(text).or_else(|| {
        let (first, rest) = text.trim_start().split_once(' ')?;
        let named = first.len() > 2 && first.bytes().all(|byte| byte.is_ascii_alphabetic());
        let kinds = super::Lower::of(first).kinds();
        let number = option_number(rest).filter(|_| named && !kinds.opener() && !kinds.filler())?;
        // "Use option 1 for it" is no label.
        rest.trim_start().starts_with(|c: char| !c.is_lowercase()).then_some(number)
    })
}

/// The number that the label behind a name stands for; `close` says that it may stand at once behind it.
fn number(rest: &str, close: bool) -> Option<usize> {
    let label = rest.trim_start_matches([' ', '#', '-']);
    let mut chars = label.chars();
    let sign = chars.next()?;
    let next = chars.next();
    // "Option to restart", "Method abc", "Case 12" are no labels.
    if next.is_some_and(char::is_alphanumeric)
        && !next.is_some_and(|next| !next.is_ascii() && !sign.is_ascii())
    {
        return None;
    }
    let spaced = label.len() < rest.len() || close;
    match sign {
        '1'..='9' if spaced => sign.to_digit(10).map(|number| number as usize),
        'A'..='H' if spaced => Some(sign as usize - 'A' as usize + 1),
        'a'..='h' if spaced && matches!(next, Some(':' | ')' | '.')) => {
            Some(sign as usize - 'a' as usize + 1)
        }
        _ => "一二三四五六".chars().position(|number| number == sign).map(|at| at + 1),
    }
}

/// What stands behind the name, if the text begins with it in whatever case.
fn after<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    debug_assert!(name.len() <= LONGEST);
    let head = text.get(..name.len())?;
    let same = head.eq_ignore_ascii_case(name)
        || !head.is_ascii() && head.chars().flat_map(char::to_lowercase).eq(name.chars());
    same.then(|| &text[name.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_alternatives_are_told_from_other_headings() {
        for (text, number) in [
            ("Option A: restart it", 1),
            ("OPTION 2 (preferred)", 2),
            ("Method #3", 3),
            ("Approach b) by hand", 2),
            ("Scenario 1", 1),
            ("Variante C", 3),
            ("方式 2：应用新的", 2),
            ("方法二：重启", 2),
            ("シナリオ1", 1),
            ("옵션 B", 2),
        ] {
            assert_eq!(option_number(text), Some(number), "{text}");
        }
        for text in [
            "",
            "Option",
            "Options",
            "Option to restart",
            "Option a good one",
            "Method abc",
            "Case 12",
            "Cases 1",
            "Scenarios",
            "An option 1",
            "Optional: A",
            "Caseload",
            "方法",
            "方法论 1",
            "A",
            "option1",
        ] {
            assert_eq!(option_number(text), None, "{text}");
        }
    }
}
