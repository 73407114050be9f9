//! The embedded list of commands. Never the PATH of this machine: a runbook means the same everywhere.

/// One command a line, sorted by bytes.
const COMMANDS: &str = include_str!("commands.txt");

/// Whether `word` is the name of a command operators use (with or without its path).
///
/// Decides whether an untagged fence is runnable. The list is searched in place: no set is built.
pub fn known_command(word: &str) -> bool {
    let name = super::scan::basename(word);
    if name.is_empty() || name.bytes().any(|b| b == b'\n') {
        return false;
    }
    let list = COMMANDS.as_bytes();
    let (mut low, mut high) = (0, list.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = memchr::memrchr(b'\n', &list[low..middle]).map_or(low, |at| low + at + 1);
        let end = memchr::memchr(b'\n', &list[start..]).map_or(list.len(), |at| start + at);
        match list[start..end].cmp(name.as_bytes()) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    // Families of programs with an ending each.
    name.split_once('.').is_some_and(|(stem, _)| matches!(stem, "mkfs" | "fsck"))
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
