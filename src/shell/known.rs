//! The embedded list of commands. Never the PATH of this machine: a runbook means the same everywhere.

/// One command a line, sorted by bytes.
const COMMANDS: &str = include_str!("commands.txt");

/// How many commands there are.
const COUNT: usize = {
    let (mut count, mut at) = (0, 0);
    while at < COMMANDS.len() {
        count += (COMMANDS.as_bytes()[at] == b'\n') as usize;
        at += 1;
    }
    count
};

/// Where each line begins, and where one after the last would: built with the program.
const LINES: [u16; COUNT + 1] = {
    assert!(COMMANDS.len() < u16::MAX as usize && COMMANDS.as_bytes()[COMMANDS.len() - 1] == b'\n');
    let mut lines = [0; COUNT + 1];
    let (mut line, mut at) = (0, 0);
    while at < COMMANDS.len() {
        if COMMANDS.as_bytes()[at] == b'\n' {
            line += 1;
            lines[line] = at as u16 + 1;
        }
        at += 1;
    }
    lines
};

/// The first line whose command begins with this byte or a greater one.
const FIRST: [u16; 257] = {
    let mut first = [COUNT as u16; 257];
    let mut line = COUNT;
    let mut byte = 256;
    while byte > 0 {
        byte -= 1;
        while line > 0 && COMMANDS.as_bytes()[LINES[line - 1] as usize] as usize >= byte {
            line -= 1;
        }
        first[byte] = line as u16;
    }
    first
};

/// Whether `word` is the name of a command operators use (with or without its path).
///
/// Decides whether an untagged fence is runnable. The list is searched in place: no set is built.
pub fn known_command(word: &str) -> bool {
    let name = super::scan::basename(word);
    if name.is_empty() {
        return false;
    }
    let command = |line: usize| {
        let (start, next) = (usize::from(LINES[line]), usize::from(LINES[line + 1]));
        &COMMANDS.as_bytes()[start..next - 1]
    };
    let letter = usize::from(name.as_bytes()[0]);
    let (mut low, mut high) = (usize::from(FIRST[letter]), usize::from(FIRST[letter + 1]));
    while low < high {
        let middle = low + (high - low) / 2;
        match command(middle).cmp(name.as_bytes()) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    // Families of programs with an ending each.
    name.starts_with("mkfs.") || name.starts_with("fsck.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_every_entry_is_found() {
        let lines: Vec<&str> = COMMANDS.lines().collect();
        assert!(lines.len() > 500, "several hundred commands: {}", lines.len());
        for pair in lines.windows(2) {
            assert!(pair[0].as_bytes() < pair[1].as_bytes(), "{} stands before {}", pair[0], pair[1]);
        }
        for line in lines {
            assert!(known_command(line), "{line}");
        }
    }

    #[test]
    fn paths_and_families_are_known_and_prose_is_not() {
        for word in ["/usr/bin/kubectl", "mkfs.ext4", "./gitlab-rails", "["] {
            assert!(known_command(word), "{word}");
        }
        for word in ["", "The", "Kubectl", "ERROR", "apiVersion:", "SELECT", "{", "zzz", "/", "a\nb"] {
            assert!(!known_command(word), "{word}");
        }
    }
}
