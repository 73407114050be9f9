//! What a text looks like that is said to be shell and is not.

use super::known_command;
use crate::source::{Span, first_word};

/// The first line that is a sentence around a command: "Start it. Command: `systemctl start db`". The shell
/// runs what stands between the backquotes, and takes the rest for a command too.
pub fn sentence_in(script: &str) -> Option<Span> {
    let bytes = script.as_bytes();
    let is_word =
        |word: &str| word.trim_end_matches(['.', ',', ':']).bytes().all(|b| b.is_ascii_alphabetic());
    let mut from = 0;
    // What follows the first backquote of a line is no plain word any more.
    while let Some(at) = memchr::memchr(b'`', &bytes[from..]).map(|length| from + length) {
        let start = memchr::memrchr(b'\n', &bytes[from..at]).map_or(from, |end| from + end + 1);
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(script.len(), |length| at + length);
        let before = script[start..at].trim();
        let mut words = before.split_ascii_whitespace();
        if before.starts_with(|c: char| c.is_ascii_uppercase())
            && (before.ends_with(':') || before.contains(". "))
            && words.clone().nth(1).is_some()
            && words.all(is_word)
        {
            return Some(Span::new(at - script[start..at].trim_start().len(), end));
        }
        from = end;
    }
    None
}

/// What a text is, in words, and the tag for it.
pub type NotShell = (&'static str, &'static str);

/// What `script` is instead of shell, with the tag it should have; none if it may be shell.
///
/// Only sure signs count: the first words of the text, and what most of its lines look like.
pub fn not_shell(script: &str) -> Option<NotShell> {
    let has_two_meanings = |word: &str| {
        matches!(
            word,
            "[" | "{" | "set" | "sum" | "time" | "count" | "min" | "max" | "select" | "delta" | "rate"
        )
    };
    let is_program = |word: &str| known_command(word) && !has_two_meanings(word);
    // Nearly all of them: a text that begins with a program that is no word of another language.
    let (word, _) = first_word(script);
    if word == "diff" && script.trim_start().starts_with("diff --git a/") {
        return Some(("a diff", "diff"));
    }
    if !word.starts_with('#') && is_program(word) || word == "$" {
        return None;
    }
    let lines = || script.lines().map(str::trim_end).filter(|line| !line.trim().is_empty()).take(60);
    let first = lines().map(str::trim).find(|line| !line.starts_with('#'))?;
    let word = first.split_whitespace().next().unwrap_or("");
    if let Some(head) = script.trim_start().lines().next().and_then(|line| line.strip_prefix('#'))
        && is_table_head(head.trim())
        && first.contains("  ")
    {
        return Some(("a table", "text"));
    }
    if is_program(word) {
        return None;
    }
    let lines: Vec<&str> = lines().collect();
    if is_log_line(first) && lines.iter().filter(|line| is_log_line(line.trim())).count() * 2 >= lines.len() {
        return Some(("a log", "log"));
    }
    if is_json(first, &lines) {
        return Some(("JSON", "json"));
    }
    if is_promql(first) {
        return Some(("PromQL", "promql"));
    }
    if is_yaml(&lines) {
        return Some(("YAML", "yaml"));
    }
    if is_sql(first) {
        return Some(("SQL", "sql"));
    }
    // No program has such a name: it is the mark of a list.
    if matches!(word, "-" | "*" | "•" | "–") {
        return Some(("a list", "text"));
    }
    let event = matches!(word, "Warning" | "Normal") && first[word.len()..].starts_with("  ");
    if event || !known_command(word) && is_table_head(first) && lines.len() > 1 {
        return Some(("printed output", "text"));
    }
    // A sentence in quotes is what something said.
    let said = first.starts_with('"')
        && first.split_whitespace().count() > 4
        && !word.contains(['/', '$'])
        && !word.ends_with('"')
        && !calls_on_windows(first);
    if said {
        return Some(("printed output", "text"));
    }
    if (word.starts_with("http://") || word.starts_with("https://")) && first.split_whitespace().count() == 1
    {
        return Some(("an address", "text"));
    }
    let runs = |line: &&str| is_program(line.split_whitespace().next().unwrap_or(""));
    is_file_or_request(word, first, &lines, runs).or_else(|| is_report(word, first, &lines, runs))
}

/// Whether the line begins with the path of a program on Windows, in quotes.
pub fn calls_on_windows(line: &str) -> bool {
    let Some(path) = line.strip_prefix('"').and_then(|rest| rest.split('"').next()) else { return false };
    path.starts_with(|c: char| c.is_ascii_alphabetic()) && path[1..].starts_with(":\\")
}

/// `</name>`
fn has_closing_tag(line: &str) -> bool {
    memchr::memmem::find_iter(line.as_bytes(), b"</").any(|at| {
        let name = &line[at + 2..];
        let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == ':')).unwrap_or(0);
        end > 0 && name[end..].starts_with('>')
    })
}

/// What a word or a sign that no shell has at this place says: a query, a request, a file.
fn is_file_or_request(
    word: &str,
    first: &str,
    lines: &[&str],
    runs: impl Fn(&&str) -> bool,
) -> Option<NotShell> {
    let rest = first[word.len()..].trim_start();
    if let Some(label) = first.strip_prefix('{') {
        let end = label.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(label.len());
        let matches = ["=\"", "=~\"", "!=\"", "!~\""].iter().any(|sign| label[end..].starts_with(sign));
        return (end > 0 && matches).then_some(("LogQL", "logql"));
    }
    // The programs of these names are given whole addresses.
    if matches!(word, "GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "HEAD")
        && rest.starts_with(['/', '_'])
        && !lines.iter().any(&runs)
    {
        return Some(("an HTTP request", "http"));
    }
    // Tags around all of it, or sections of capitalised settings; not what a program is given.
    let markup = first.starts_with('<') && lines.last().is_some_and(|line| line.trim_end().ends_with('>'));
    let sections = first.starts_with(|c: char| c.is_ascii_uppercase())
        && lines.iter().any(|line| line.trim_start().starts_with("</"));
    if (markup || sections)
        && lines.iter().any(|line| has_closing_tag(line))
        && !lines.iter().any(|line| line.contains("<<"))
        && !lines.iter().any(&runs)
    {
        return Some(if markup { ("markup", "xml") } else { ("a configuration file", "text") });
    }
    if let Some(name) = word.strip_prefix('[').and_then(|word| word.strip_suffix(']'))
        && name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
    {
        const LEVELS: &[&str] =
            &["ERROR", "WARN", "WARNING", "INFO", "DEBUG", "NOTICE", "FATAL", "CRITICAL", "TRACE"];
        let level = LEVELS.iter().any(|level| level.eq_ignore_ascii_case(name));
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        return match rest.is_empty() {
            true => (plain && !lines.iter().any(&runs)).then_some(("a configuration file", "ini")),
            false => level.then_some(("a log", "log")),
        };
    }
    let settings = || lines.iter().any(|line| line.ends_with(';'));
    let opens = first.strip_suffix('{').is_some_and(|head| {
        !head.trim().is_empty()
            && !head.contains(['(', '|', ';', '&', '<', '>', '=', '{'])
            && (!head.contains('$') || settings())
    });
    let block = opens && !matches!(word, "function" | "{") && lines.iter().any(|line| line.trim() == "}");
    block.then_some(("a configuration file", "text"))
}

/// `Error: no route to host`, a form to fill in, settings: nothing in it begins with a program.
fn is_report(word: &str, first: &str, lines: &[&str], runs: impl Fn(&&str) -> bool) -> Option<NotShell> {
    // `key = value`: no program is told to set itself.
    let set = |line: &&&str| line.split_whitespace().nth(1) == Some("=");
    // `Name of the host:`, `Version: 1.2`
    let label = |line: &&&str| {
        line.trim_start().split_once(':').is_some_and(|(label, rest)| {
            label.starts_with(|c: char| c.is_ascii_uppercase())
                && label.chars().all(|c| c.is_alphanumeric() || " -_()".contains(c))
                && (rest.is_empty() || rest.starts_with(' '))
        })
    };
    let most = |count: usize| count * 3 >= lines.len() * 2;
    let what = if word.len() > 1 && word.ends_with(':') || word == "Traceback" {
        ("printed output", "text")
    } else if set(&&first) && most(lines.iter().filter(set).count()) {
        ("a configuration file", "ini")
    } else if label(&&first) && most(lines.iter().filter(label).count()) {
        ("plain text", "text")
    } else {
        return None;
    };
    (!lines.iter().any(runs)).then_some(what)
}

fn is_json(first: &str, lines: &[&str]) -> bool {
    let rest = first.trim_start_matches(['{', '[']).trim_start();
    let opens = first.starts_with('{') && (rest.is_empty() || rest.starts_with('"') && rest.contains("\":"))
        || first.starts_with('[') && (rest.is_empty() || rest.starts_with(['{', '"']));
    let keys = lines.iter().filter(|line| line.trim_start().starts_with('"') && line.contains("\":")).count();
    opens && (keys > 0 || rest.contains("\":"))
}

/// `key: value` and `- item` on most lines, and none that begins with a program.
fn is_yaml(lines: &[&str]) -> bool {
    let key = |line: &str| {
        let mut line = line.trim_start();
        while let Some(item) = line.strip_prefix("- ") {
            line = item;
        }
        let line = line.trim_start();
        let part = |byte: u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b'"' | b'\'')
        };
        let end = line.bytes().position(|byte| !part(byte)).unwrap_or(line.len());
        let tail = &line.as_bytes()[end..];
        end > 0 && (tail == b":" || tail.starts_with(b": "))
    };
    let code = || lines.iter().filter(|line| !line.trim_start().starts_with('#'));
    // The first tells nearly all that is none.
    if !code().next().is_some_and(|line| key(line) || line.trim() == "---") {
        return false;
    }
    let code: Vec<&&str> = code().collect();
    let keys = code.iter().filter(|line| key(line)).count();
    let items =
        code.iter().filter(|line| line.trim_start().starts_with("- ") || line.trim() == "---").count();
    code.len() > 1 && (keys + items) * 3 >= code.len() * 2
}

/// `metric{label="x"}`, `sum by (x) (rate(y[5m]))`, `(a_total / b_total) * 100`.
fn is_promql(first: &str) -> bool {
    const WORDS: &[&str] = &[
        "absent",
        "and",
        "avg",
        "bool",
        "bottomk",
        "by",
        "count",
        "delta",
        "group_left",
        "group_right",
        "histogram_quantile",
        "ignoring",
        "increase",
        "irate",
        "label_replace",
        "max",
        "min",
        "offset",
        "on",
        "or",
        "predict_linear",
        "rate",
        "sort_desc",
        "sum",
        "time",
        "topk",
        "unless",
        "without",
    ];
    let trimmed = first.trim_start_matches(['(', ' ']);
    let end =
        trimmed.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':')).unwrap_or(trimmed.len());
    let (name, rest) = trimmed.split_at(end);
    if name.is_empty() || first.contains('$') {
        return false;
    }
    let selector = rest.starts_with('{') && ["=\"", "=~", "!=", "='"].iter().any(|sign| rest.contains(sign));
    let is_function = WORDS.contains(&name) || name.ends_with("_over_time");
    let call = is_function
        && (rest.starts_with('(') || [" by", " without", " ("].iter().any(|word| rest.starts_with(word)));
    if selector || call && first.contains('(') {
        return true;
    }
    let mut words = first.split_whitespace().skip(1);
    let compared = matches!(words.next(), Some("==" | "!=" | ">=" | "<="));
    if compared && words.next().is_some_and(|word| word.parse::<f64>().is_ok()) {
        return true;
    }
    // Arithmetic over metrics: nothing but their names, numbers, operators and the words above.
    let is_sign = |c: char| c.is_whitespace() || "()*/+-<>=!,%^".contains(c);
    let is_metric = |word: &str| {
        word.contains('_')
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b':')
    };
    let mut words = first.split(is_sign).filter(|word| !word.is_empty()).peekable();
    let signs = first.contains(['*', '/', '>', '<', '+', '(']) && first.contains(' ');
    // Labels stand in the brackets of these.
    let labels = [" on ", " by ", "group_left", "group_right", " ignoring ", " without "]
        .iter()
        .any(|word| first.contains(word));
    let is_label = |word: &str| labels && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let known = |word: &str| {
        is_metric(word) || WORDS.contains(&word) || is_label(word) || word.parse::<f64>().is_ok()
    };
    signs && is_metric(name) && words.all(known)
}

fn is_sql(first: &str) -> bool {
    let mut words = first.split_whitespace();
    let (Some(verb), Some(_)) = (words.next(), words.next()) else { return false };
    // `set lock_timeout to '5s'`, `set x = 1`; the shell's has neither.
    let sets = matches!(words.next(), Some("to" | "TO" | "=")) && verb.eq_ignore_ascii_case("set");
    sets || matches!(
        verb,
        "SELECT"
            | "UPDATE"
            | "INSERT"
            | "DELETE"
            | "ALTER"
            | "CREATE"
            | "DROP"
            | "EXPLAIN"
            | "GRANT"
            | "SHOW"
    ) || (matches!(verb, "select") && first.to_ascii_lowercase().contains(" from "))
}

/// `NAME  READY  STATUS`: three words in capitals, two spaces between some.
pub fn is_table_head(first: &str) -> bool {
    // Most lines are told by their first letter, and by this.
    if first.bytes().any(|byte| byte.is_ascii_lowercase())
        || memchr::memmem::find(first.as_bytes(), b"  ").is_none()
    {
        return false;
    }
    let words: Vec<&str> = first.split_whitespace().collect();
    let capital = |word: &&str| {
        word.chars().any(|c| c.is_ascii_uppercase())
            && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || "-_%()/:".contains(c))
    };
    words.len() >= 3 && words.iter().all(capital)
}

/// A time, or a level after a time, at the start of a line.
fn is_log_line(line: &str) -> bool {
    let bytes = line.trim_start_matches(['[', '(', '"']).as_bytes();
    let like = |pattern: &[u8]| {
        bytes.len() >= pattern.len()
            && bytes.iter().zip(pattern).all(|(byte, sign)| match sign {
                b'0' => byte.is_ascii_digit(),
                b'A' => byte.is_ascii_uppercase(),
                b'a' => byte.is_ascii_lowercase(),
                b'T' => matches!(byte, b'T' | b' '),
                b'/' => matches!(byte, b'/' | b'-'),
                sign => byte == sign,
            })
    };
    [
        &b"0000/00/00T00:00:00"[..],
        b"Aaa 00 00:00:00",
        b"Aaa  0 00:00:00",
        b"A0000 00:00:00",
        b"00:00:00.000",
        b"00/Aaa/0000:00:00:00",
        b"level=",
        b"ts=0000",
        b"time=\"0000",
    ]
    .iter()
    .any(|pattern| like(pattern))
}

#[cfg(test)]
mod tests {
    use super::not_shell;

    #[test]
    fn other_languages_are_told_from_shell() {
        for (text, what) in [
            ("2024-01-02T10:00:00Z ERROR x\n2024-01-02T10:00:01Z INFO y", "a log"),
            ("I0102 10:00:00.000 x.go:1] y", "a log"),
            ("{\n  \"a\": 1\n}", "JSON"),
            ("apiVersion: v1\nkind: Pod\nmetadata:\n  name: x", "YAML"),
            ("# c\nsum by (job) (rate(http_requests_total[5m]))", "PromQL"),
            ("(etcd_a_bytes / etcd_b_bytes) * 100", "PromQL"),
            ("min_over_time(x_y[5m])", "PromQL"),
            ("sum by(a) (rate(b{c!~\"d\"}[5m]))", "PromQL"),
            ("a_info * on (b_c) group_left() d_e", "PromQL"),
            ("Warning  FailedScheduling  3m  default", "printed output"),
            ("up == 0", "PromQL"),
            ("up{job=\"x\"} == 0", "PromQL"),
            ("SELECT 1 FROM x;", "SQL"),
            ("set lock_timeout to '5s';", "SQL"),
            ("# KIND  HOST  METHOD\nhost    all   trust", "a table"),
            ("NAME    READY   STATUS\nweb-1   1/1     Running", "printed output"),
            ("https://example.org/x", "an address"),
            (" - alertname = X\n - namespace = y", "a list"),
            ("About the host:\n\nName of it:\nVersion: <from\n   `uname -r`>\nIts owner:\n", "plain text"),
            ("Error: no route to host", "printed output"),
            ("panic: nil map\n\ngoroutine 1 [running]:", "printed output"),
            ("[ERROR] 12 rows are gone", "a log"),
            ("[Unit]\nDescription=Shop", "a configuration file"),
            ("server {\n  listen 80;\n}", "a configuration file"),
            ("# c\nmap $a $b {\n  default c;\n}", "a configuration file"),
            ("Listen 80\n<Host a:80>\n  Name a\n</Host>", "a configuration file"),
            ("max_conn = 100\nshared = 4GB", "a configuration file"),
            ("{app=\"shop\"} |= \"error\"", "LogQL"),
            ("GET /health HTTP/1.1\nHost: shop", "an HTTP request"),
            ("<config>\n  <port>80</port>\n</config>", "markup"),
        ] {
            assert_eq!(not_shell(text).map(|found| found.0), Some(what), "{text}");
        }
        for text in [
            "kubectl get pods",
            "time ls",
            "{ echo a; echo b; }",
            "[ -f x ] && echo y",
            "sum=0\necho $sum",
            "case $x in\n a) echo ;;\nesac",
            "NAME=x READY=y STATUS=z env",
            "count=$(ls | wc -l)",
            "sort -n x",
            "set -euo pipefail",
            "set a b to",
            "# LIST THE PODS\nkubectl get pods",
            "(cd x_y && ls)",
            "my_tool < in_put > out_put_1 a",
            "pg_dump > x_y.sql",
            "curl https://example.org",
            "On the host:\nsystemctl stop shop",
            "SHOP = 1\nkubectl get pods",
            "restart_all() {\n  systemctl restart shop\n}",
            "GET https://example.org/health",
            "<binary> --drain",
            "<binary> </etc/shop",
            "SHOP=a\nkubectl apply -f - <<EOF\n<a></a>\nEOF",
            "GET /health\ncurl localhost/health",
            "our-tool --text '<a>b</a>'",
            "<our-tool> --text '<a>b</a>'",
            "our-tool - <<EOF\n<a>\n</a>\nEOF",
            "SHOP=a\nour-tool - <<EOF\n<a>\n</a>\nEOF",
            "[sudo] systemctl restart shop",
            "[primary]\nsystemctl restart shop",
            "{ date; }",
            "Xvfb :1 &",
            "",
        ] {
            assert_eq!(not_shell(text), None, "{text}");
        }
    }
}
