//! Variables that a step reads without echo (`read -s`): whoever wrote that said that they are secret.

use std::collections::BTreeSet;

use crate::shell::Simple;

/// Options of `read` that take a value.
const WITH_VALUE: &str = "adinNptu";

/// The variables that `script` reads without echo.
pub fn read_silently(script: &str) -> BTreeSet<String> {
    if memchr::memmem::find(script.as_bytes(), b"read").is_none() {
        return BTreeSet::new();
    }
    let script = crate::shell::parse(script);
    let echo_off = script
        .commands()
        .iter()
        .any(|command| command.program == "stty" && command.args.iter().any(|word| word.text == "-echo"));
    let reads = script.commands().iter().filter(|command| command.program == "read");
    reads.flat_map(|read| names(read, echo_off)).collect()
}

/// The names a `read` sets, if it is silent.
fn names(read: &Simple, echo_off: bool) -> Vec<String> {
    let mut silent = echo_off;
    let mut found = Vec::new();
    let mut words = read.args.iter().map(|word| word.text.as_str());
    while let Some(word) = words.next() {
        let Some(options) = word.strip_prefix('-').filter(|options| !options.is_empty()) else {
            found.push(word.to_owned());
            continue;
        };
        let value = options.find(|letter| WITH_VALUE.contains(letter));
        silent |= options[..value.unwrap_or(options.len())].contains('s');
        // The value of the last letter is the next word, unless it follows at once.
        if let Some(at) = value {
            let given = Some(&options[at + 1..]).filter(|rest| !rest.is_empty()).or_else(|| words.next());
            if options[at..].starts_with('a') {
                found.extend(given.map(str::to_owned));
            }
        }
    }
    if !silent {
        return Vec::new();
    }
    if found.is_empty() {
        found.push("REPLY".to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::read_silently;

    #[test]
    fn what_is_read_without_echo_is_known() {
        for (script, names) in [
            ("read -s PASS", "PASS"),
            ("read -rsp 'Password: ' PASS", "PASS"),
            ("read -r -s -p 'Password: ' USER_PASS rest", "USER_PASS rest"),
            ("read -p 'Password: ' -s PASS; export PASS", "PASS"),
            ("IFS= read -rs -t 30 -u3 PASS", "PASS"),
            ("read -s", "REPLY"),
            ("read -sa words", "words"),
            ("if true; then read -s -a words; fi", "words"),
            ("stty -echo; read -r PASS; stty echo", "PASS"),
            ("read -r host; read -s PASS", "PASS"),
            ("read -p -s host", ""),
            ("read -ps host", ""),
            ("read -r host port", ""),
            ("echo 'read -s PASS'", ""),
            ("already -s PASS", ""),
        ] {
            let found: Vec<String> = read_silently(script).into_iter().collect();
            assert_eq!(found.join(" "), names, "{script}");
        }
    }
}
