//! What is no credential: what stands for one, and what somebody made up.

/// Words that show that a value is made up or stands for one, anywhere in it.
#[rustfmt::skip]
const MADE_UP: &[&str] = &[
    "example", "sample", "dummy", "fake", "foobar", "changeme", "change_me", "change-me", "your", "placeholder",
    "redacted", "xxxx", "****", "....", "somevalue", "insert", "replace", "${", "$(", "{{", "process.env", "vault",
    "1password", "op:", "lookup", "secretkeyref",
    // "user", "admin:" and "Aladdin" as base64 has them.
    "dxnlc", "ywrtaw46", "qwxhzgrpbj",
];

/// Values that are these words, digits and signs aside, are made up, too.
#[rustfmt::skip]
const PLAIN: &[&str] = &[
    "password", "passwd", "pass", "secret", "token", "test", "testing", "mypassword", "mysecret", "mytoken", "default",
    "none", "null", "true", "false", "admin", "root", "user", "username", "abcdef", "abcdefgh", "abc", "abcd", "secure", "api",
    "guest", "mypass", "demo",
];

/// Whether the value is put in by somebody else: a variable, a placeholder, a template, a path.
pub(super) fn stands_for_one(value: &str) -> bool {
    const ELSEWHERE: &[&str] = &["ENC[", "arn:", "env:", "file:", "__"];
    ELSEWHERE.iter().any(|start| value.starts_with(start))
        || value.starts_with(['$', '<', '{', '*', '[', '(', '/', '.', '#', '%', '@', '`', '-'])
        || value.contains("://")
        || value.contains('<')
        || value.contains('(')
        || value.contains("${")
        || value.contains("/")
        || value.contains("...")
}

/// Whether somebody made the value up: it says so, is one of the words that are written there, such
/// a word with figures for letters (`p4ssw0rd`), or a word with one figure behind it.
pub(super) fn made_up(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let letters: String = lower.chars().filter(char::is_ascii_alphabetic).collect();
    let meant: String = lower.chars().map(letter).collect();
    let word = value.trim_end_matches(|c: char| c.is_ascii_digit());
    MADE_UP.iter().any(|word| lower.contains(word))
        || PLAIN.contains(&letters.as_str())
        || lower.starts_with("my-")
        || lower.starts_with("my_")
        || meant.contains("password")
        || value.len() == word.len() + 1 && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The letter a figure or a sign is written for.
fn letter(c: char) -> char {
    match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        c => c,
    }
}

/// `web-tls-2024`, `app-db-v2`: words with hyphens, as things are called.
pub(super) fn is_name(value: &str) -> bool {
    let part = |part: &str| {
        let word = part.trim_end_matches(|c: char| c.is_ascii_digit());
        !part.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    value.contains('-') && value.split('-').all(part)
}

/// Letters and digits both: a word of prose is no credential.
pub(super) fn mixed(value: &str) -> bool {
    value.bytes().any(|b| b.is_ascii_digit()) && value.bytes().any(|b| b.is_ascii_alphabetic())
}

/// Whether the letters vary as those of a random string do: at least 3 bits each.
pub(super) fn varied(value: &str) -> bool {
    let mut counts = [0u32; 256];
    value.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let length = value.len() as f64;
    let bits: f64 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f64::from(*count) / length)
        .map(|p| -p * p.log2())
        .sum();
    bits >= 2.7
}
