//! The data goes one way: no module uses one that stands after it.

use std::path::Path;

/// Each room with its floor; a module may use its own floor and those below.
const FLOORS: [(&str, usize); 19] = [
    ("memory", 0),
    ("source", 0),
    ("excerpt", 0),
    ("duration", 0),
    ("error", 0),
    ("shell", 1),
    ("danger", 2),
    ("runbook", 3),
    ("check", 4),
    ("plan", 5),
    ("lint", 5),
    ("event", 3),
    ("engine", 7),
    ("journal", 7),
    ("history", 8),
    ("terminal", 9),
    ("process", 9),
    ("report", 9),
    ("commands", 10),
];

/// What stands where it may be used from anywhere: harmless text is nobody's room.
const ANYWHERE: [&str; 1] = ["terminal::clean"];

fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().find(|(known, _)| *known == name).map(|(_, floor)| *floor)
}

fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("src").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_module_uses_one_that_stands_after_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&root, &mut found);
    let mut wrong = Vec::new();
    for path in found {
        let below = path.strip_prefix(&root).expect("below src").display().to_string();
        let room = below.split(['/', '.']).next().expect("a name").to_owned();
        let Some(own) = floor(&room) else { continue };
        let text = std::fs::read_to_string(&path).expect("a source file");
        // Tests may look from above.
        let text = text.split("#[cfg(test)]").next().unwrap_or("").to_owned();
        if below.contains("tests") {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.trim_start();
            if code.starts_with("//") {
                continue;
            }
            for used in code.split("crate::").skip(1) {
                let name: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let free = ANYWHERE.iter().any(|free| used.starts_with(free));
                if !free && floor(&name).is_some_and(|floor| floor > own) {
                    wrong.push(format!("src/{below}:{}: {room} uses {name}", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
