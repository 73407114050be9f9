//! The embedded list of commands. Never the PATH of this machine: a runbook means the same everywhere.

/// One command a line, sorted by bytes.
const COMMANDS: &str = include_str!("commands.txt");

/// Where in [`COMMANDS`] the names with each first byte begin; a byte's end where the next begins.
static FIRST: [u32; 129] = {
    let list = COMMANDS.as_bytes();
    let mut first = [u32::MAX; 129];
    first[128] = list.len() as u32;
    let mut at = 0;
    while at < list.len() {
        let begins = at == 0 || list[at - 1] == b'\n';
        if begins && first[list[at] as usize] == u32::MAX {
            first[list[at] as usize] = at as u32;
        }
        at += 1;
    }
    let mut byte = 128;
    while byte > 0 {
        byte -= 1;
        if first[byte] == u32::MAX {
            first[byte] = first[byte + 1];
        }
    }
    first
};

/// Whether `word` is the name of a command operators use (with or without its path).
///
/// Decides whether an untagged fence is runnable. The list is searched in place: no set is built.
pub fn known_command(word: &str) -> bool {
    let name = super::scan::basename(word);
    let Some(&byte) = name.as_bytes().first() else { return false };
    if !byte.is_ascii() || memchr::memchr(b'\n', name.as_bytes()).is_some() {
        return false;
    }
    let list = COMMANDS.as_bytes();
    let range = FIRST[usize::from(byte)]..FIRST[usize::from(byte) + 1];
    let (mut low, mut high) = (range.start as usize, range.end as usize);
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
