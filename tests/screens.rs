//! Every screen as it is rendered, in three widths, coloured, without colour and plain: what must be
//! true of all of them whatever they say, and the words that make each what it is.

mod support;

use std::time::{Duration, Instant};

use support::{Place, Terminal};

/// How the screens are shown.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Mode {
    Colour,
    NoColour,
    Plain,
}

const MODES: [Mode; 3] = [Mode::Colour, Mode::NoColour, Mode::Plain];
const SIZES: [(u16, u16); 3] = [(80, 24), (40, 24), (200, 50)];

/// A walk in one size and mode, looked at after every key.
struct Looked {
    terminal: Terminal,
    mode: Mode,
    columns: u16,
    /// Raw bytes up to the last key.
    mark: usize,
    seen: Vec<String>,
}

impl Looked {
    fn start(place: &Place, (columns, rows): (u16, u16), mode: Mode, args: &[&str]) -> Self {
        let mut args = args.to_vec();
        if mode == Mode::Plain {
            args.push("--plain");
        }
        let no_colour = if mode == Mode::Colour { "" } else { "1" };
        let terminal = place.terminal_with(columns, rows, &args, &[("NO_COLOR", no_colour)]);
        Looked { terminal, mode, columns, mark: 0, seen: Vec::new() }
    }

    fn news(&self) -> String {
        let raw = self.terminal.raw();
        let raw = String::from_utf8_lossy(&raw[self.mark.min(raw.len())..]).into_owned();
        console::strip_ansi_codes(&raw).replace('\r', "")
    }

    /// Waits until what came since the last key holds `words`, then looks at the screen.
    fn sees(&mut self, name: &str, words: &[&str]) -> String {
        let began = Instant::now();
        loop {
            let news = self.news();
            // Where a line was broken a space stood.
            let flat = news.split_whitespace().collect::<Vec<_>>().join(" ");
            let missing = words.iter().find(|words| !flat.contains(**words));
            let Some(missing) = missing else {
                std::thread::sleep(Duration::from_millis(60));
                self.look(name);
                self.seen.push(name.to_owned());
                return flat;
            };
            let what = format!("{name} ({:?}, {} columns)", self.mode, self.columns);
            assert!(began.elapsed() < Duration::from_secs(30), "{what}: no {missing:?} in\n{news}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Presses a key, or types a line.
    fn press(&mut self, keys: &str) {
        if self.mode != Mode::Plain {
            std::thread::sleep(Duration::from_millis(400));
        }
        self.mark = self.terminal.raw().len();
        let enter = self.mode == Mode::Plain && !keys.ends_with('\r');
        let keys = if keys == "\u{1b}" && enter { String::new() } else { keys.to_owned() };
        self.terminal.send(&format!("{keys}{}", if enter { "\r" } else { "" }));
    }

    /// What must be true of every screen.
    fn look(&self, name: &str) {
        let what = format!("{name} ({:?}, {} columns)", self.mode, self.columns);
        assert!(!self.terminal.cursor_hidden(), "{what}: the cursor is hidden");
        self.terminal.with_screen(|screen| {
            let rows = screen.size().0.get();
            let text = |row: u16| screen.contents_between(row, 0, row, self.columns);
            let mut row = 0;
            while row < rows {
                let first = text(row);
                let from = row;
                while row + 1 < rows && screen.row_wrapped(row) {
                    row += 1;
                }
                row += 1;
                let torn = row - from > 1;
                // Commands are shown as they stand, so that they can be copied.
                let as_it_is = first.starts_with("    ") || first.trim().contains("://");
                assert!(
                    !torn || as_it_is,
                    "{what}: a line is broken by the terminal: {first:?}\n{}",
                    screen.contents()
                );
            }
            assert!(!screen.contents().contains("**"), "{what}: marks are shown\n{}", screen.contents());
            assert!(
                !screen.contents().contains('\u{fffd}'),
                "{what}: broken characters\n{}",
                screen.contents()
            );
        });
        let raw = self.terminal.raw();
        let raw = String::from_utf8_lossy(&raw);
        let coloured = raw.match_indices("\u{1b}[").any(|(at, _)| {
            let rest = raw[at + 2..].trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
            rest.starts_with('m')
        });
        match self.mode {
            Mode::Colour => assert!(coloured, "{what}: no colour"),
            Mode::NoColour => assert!(!coloured, "{what}: colours without being asked for"),
            Mode::Plain => {
                assert!(!raw.contains('\u{1b}'), "{what}: plain is plain: {raw:?}");
                let bad = raw.chars().find(|c| !c.is_ascii());
                assert!(bad.is_none(), "{what}: {bad:?} is not for every terminal");
            }
        }
    }
}

fn everywhere(walk: impl Fn((u16, u16), Mode) + Sync) {
    std::thread::scope(|scope| {
        for size in SIZES {
            for mode in MODES {
                let walk = &walk;
                scope.spawn(move || walk(size, mode));
            }
        }
    });
}

const ORDERS: &str = "---
escalation: \"db-oncall, +1 555 0100, or #orders-incident in the chat\"
changes: git log --since=2.days --oneline deploy/orders
---
# Fail over the orders primary to its replica in the other zone

The primary takes all writes; this moves them. It says `read_only` until the last step is done,
see <https://wiki.example.org/runbooks/orders/failover?zone=b>.

1. **Pause the batch writers.** The replica cannot catch up while they write, see
   [the page of the batch jobs](https://wiki.example.org/runbooks/batch).

   ```sh touches=\"orders/batch only, no customer sees it\"
   echo deployment.apps/batch scaled; batch=0
   ```

   ```sh rollback
   echo kubectl -n orders scale deploy/batch --replicas=4
   ```

2. Remove what the old primary left behind in its folder of temporary files.

   ```sh
   rm -rf ./left-behind-by-the-old-primary
   ```

3. **Promote the replica.** Writes stop for about ten seconds, this cannot be undone.

   ```sh danger=ORDERS
   echo promoted
   ```

4. Read the number of writes per second from the dashboard, it should be near zero.

5. Wait until the replication lag is gone.

   ```sh check until=\"value == 0\" every=1s timeout=10m
   cat lag 2>/dev/null || echo 37
   ```

6. Restart the pod `<pod>`, its name is what the scheduler gave it.

   ```sh
   echo restart <pod>; test -e ok
   ```
";

#[test]
fn the_screens_of_a_walk() {
    everywhere(|size, mode| {
        let place = Place::new();
        place.file("orders.md", ORDERS);
        let mut walk = Looked::start(&place, size, mode, &["run", "orders.md"]);
        walk.sees("preflight", &["Fail over the orders", "6 steps: 4 commands, 1 wait, 1 manual", "[q]uit"]);
        walk.press("l");
        walk.sees("steps", &["Pause the batch", "[q]uit"]);
        walk.press("\r");
        let words = ["Step 1/6", "Touches", "Undo", "echo deployment.apps/batch scaled", "[Enter] run"];
        walk.sees("command", &words);
        walk.press("?");
        walk.sees("help", &["[Enter] run"]);
        walk.press("c");
        walk.sees("call", &["+1 555 0100", "[Enter] run"]);
        walk.press("w");
        walk.sees("what changed", &["git log", "[1]", "any other key"]);
        walk.press("x");
        walk.sees("back at the keys", &["[Enter] run"]);
        walk.press("n");
        walk.sees("note", &["note:"]);
        // Without a line editor the terminal breaks what is typed.
        let long = mode != Mode::Plain || size.0 >= 80;
        let early = if long { "the batch jobs were paused by somebody already, and " } else { "" };
        walk.press(&format!("{early}nobody says who\r"));
        walk.sees("noted", &["noted", "[Enter] run"]);
        if mode != Mode::Plain {
            walk.press("e");
            walk.sees("edit", &["command:"]);
            walk.press("\u{1b}");
            walk.sees("edit given up", &["[Enter] run"]);
        }
        walk.press("g");
        walk.sees("go to", &["number"]);
        walk.press("99\r");
        walk.sees("no such step", &["99", "[Enter] run"]);
        walk.press("s");
        walk.sees("skip reason", &["already done", "not applicable"]);
        walk.press("x");
        walk.sees("not skipped", &["[Enter] run"]);
        walk.press("a");
        walk.sees("abort reason", &["give up"]);
        walk.press(if mode == Mode::Plain { "\r" } else { "\u{1b}" });
        walk.sees("not aborted", &["[Enter] run"]);
        walk.press("\r");
        walk.sees("detected danger", &["done step 1, exit 0", "Step 2/6", "DESTRUCTIVE", "[r]un"]);
        walk.press("b");
        walk.sees("back", &["Step 1/6", "[r]un", "Enter does nothing"]);
        walk.press("r");
        walk.sees("done again", &["Step 2/6", "[r]un"]);
        walk.press("g");
        walk.sees("go to", &["number"]);
        walk.press("2\r");
        walk.sees("gone to", &["Step 2/6", "[r]un"]);
        walk.press("r");
        walk.sees("declared danger", &["Step 3/6", "ORDERS", "[r]un"]);
        walk.press("r");
        walk.sees("the word", &["type ORDERS"]);
        walk.press("ORDERS\r");
        walk.sees("manual", &["Step 4/6", "[d]one"]);
        walk.press("v");
        walk.sees("value", &[":"]);
        walk.press("3 writes a second\r");
        walk.sees("wait", &["3 writes a second", "Step 5/6", "37"]);
        if mode != Mode::Plain {
            walk.sees("wait", &["[Space]", "[t]", "of 10m"]);
            walk.press("n");
            walk.sees("note in a wait", &["note:"]);
            walk.press("\u{3}");
            walk.sees("wait goes on", &["[Space]"]);
        } else {
            walk.sees("wait", &["[Enter] check now", "[t]"]);
            walk.press("t");
            walk.sees("more time", &["as long again"]);
        }
        place.file("lag", "0");
        walk.sees("placeholder", &["Step 6/6", "<pod>", "what the scheduler gave it"]);
        walk.press("\r");
        walk.sees("typed value", &["pod (empty: back):"]);
        walk.press("orders-7f9c\r");
        walk.sees("filled in", &["echo restart orders-7f9c", "[Enter] run"]);
        walk.press("\r");
        walk.sees("failure", &["FAILED step 6, exit 1", "[r]etry", "[u]ndo", "[a]bort"]);
        walk.press("o");
        walk.sees("output", &["restart orders-7f9c", "[r]etry"]);
        walk.press("u");
        walk.sees("undo plan", &["Pause the batch writers", "--replicas=4", "[u]ndo"]);
        walk.press("u");
        walk.sees("undo", &["UNDO", "--replicas=4", "[r]un"]);
        walk.press("s");
        walk.sees("skip reason", &["already done"]);
        walk.press("n");
        walk.sees("failure", &["[r]etry"]);
        place.file("ok", "");
        walk.press("r");
        let words = ["done step 6", "COMPLETE", "6 of 6 done", "midwatch show", "helped?"];
        walk.sees("summary", &words);
        walk.press("a wait before step 2\r");
        assert_eq!(walk.terminal.end(), 0);
        walk.terminal.assert_sane("at the end");
    });
}

#[test]
fn the_screens_of_a_rehearsal() {
    everywhere(|size, mode| {
        let place = Place::new();
        place.file(
            "a.md",
            "# A small step for the rehearsal of what is done at night\n\n```sh\necho one\n```\n",
        );
        let mut walk = Looked::start(&place, size, mode, &["run", "a.md", "--drill"]);
        walk.sees("drill", &["DRILL", "start"]);
        walk.press("\r");
        walk.sees("expectation", &["expect"]);
        walk.press("it prints one word\r");
        walk.sees("confidence", &["1 to 5"]);
        walk.press("4\r");
        walk.sees("drilled command", &["echo one", "[Enter] run"]);
        walk.press("\r");
        walk.sees("confidence after", &["done step 1", "1 to 5"]);
        walk.press("5\r");
        walk.sees("surprise", &["surprised"]);
        walk.press("\r");
        walk.sees("summary", &["COMPLETE", "helped?"]);
        walk.press("\r");
        assert_eq!(walk.terminal.end(), 0);
        let mut walk = Looked::start(&place, size, mode, &["run", "a.md", "--tabletop"]);
        walk.sees("tabletop", &["TABLETOP", "start"]);
        walk.press("\r");
        walk.sees("tabletop step", &["echo one", "[d]one"]);
        walk.press("p");
        walk.sees("paused", &["PAUSED", "midwatch resume"]);
        assert_eq!(walk.terminal.end(), 3);
    });
}

#[test]
fn the_screens_of_choices_and_sections() {
    everywhere(|size, mode| {
        let place = Place::new();
        place.file("two.md", "# Queues\n\n## Queue is growing and nobody takes anything out of it\n\n```sh\necho grow\n```\n\n## Queue is stuck\n\n```sh\necho stuck\n```\n");
        let mut walk = Looked::start(&place, size, mode, &["run", "two.md"]);
        walk.sees("sections", &["Queue is growing", "Queue is stuck", "number"]);
        walk.press("7\r");
        walk.sees("no such section", &["2"]);
        walk.press("2\r");
        walk.sees("preflight of a section", &["start"]);
        walk.press("q");
        walk.terminal.end();
        place.file("choice.md", "# Choose\n\nDo one of the following:\n\n- Restart it with `systemctl restart orders` if nobody is logged in at the moment\n- Fail over with `echo failover` otherwise\n\n");
        let mut walk = Looked::start(&place, size, mode, &["run", "choice.md"]);
        walk.sees("preflight", &["start"]);
        walk.press("\r");
        walk.sees("choice", &["Which one", "[1]", "[2]"]);
        walk.press("2");
        walk.sees("chosen", &["[p]ause"]);
        walk.press("p");
        assert_eq!(walk.terminal.end(), 3);
    });
}

#[test]
fn the_screens_of_a_run_that_goes_on() {
    everywhere(|size, mode| {
        let place = Place::new();
        place.file("a.md", "# Long\n\n1. A step that takes its time, and nobody knows how long it will be\n\n   ```sh\n   touch begun; test -e quick || sleep 600\n   ```\n\n   ```sh check\n   test -e begun\n   ```\n");
        let mut walk = Looked::start(&place, size, mode, &["run", "a.md"]);
        walk.sees("preflight", &["start"]);
        walk.press("\r");
        walk.sees("command", &["[Enter] run"]);
        walk.press("\r");
        let began = Instant::now();
        while !place.path().join("begun").exists() {
            assert!(began.elapsed() < Duration::from_secs(30));
            std::thread::sleep(Duration::from_millis(20));
        }
        let pid = rustix::process::Pid::from_raw(walk.terminal.process_id() as i32).expect("a pid");
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("killed");
        walk.terminal.end();
        std::thread::sleep(Duration::from_millis(300));
        let run = place.last_run();
        let mut walk = Looked::start(&place, size, mode, &["resume", &run]);
        walk.sees("in doubt", &["IN DOUBT", "[k] check first", "[p]ause"]);
        walk.press("\r");
        std::thread::sleep(Duration::from_millis(400));
        assert!(!place.kinds().contains(&"exited".to_owned()), "Enter does nothing");
        walk.press("p");
        walk.sees("paused", &["PAUSED"]);
        assert_eq!(walk.terminal.end(), 3);
        place.file("quick", "");
        let mut walk = Looked::start(&place, size, mode, &["resume", &run]);
        walk.sees("resume", &["Long", "[y]"]);
        walk.press("y");
        walk.sees("resumed", &["COMPLETE", "helped?"]);
        walk.press("\r");
        assert_eq!(walk.terminal.end(), 0);
    });
}

/// Colour says nothing that the words do not say.
#[test]
fn with_and_without_colour_the_words_are_the_same() {
    let shown = [Mode::Colour, Mode::NoColour].map(|mode| {
        let place = Place::new();
        place.file("orders.md", ORDERS);
        let mut walk = Looked::start(&place, (80, 60), mode, &["run", "orders.md"]);
        let mut texts = vec![walk.sees("preflight", &["[q]uit"])];
        for (key, words) in [("\r", "[Enter] run"), ("\r", "[r]un"), ("r", "[r]un"), ("p", "PAUSED")] {
            walk.press(key);
            texts.push(walk.sees("a screen", &[words]));
        }
        let same = |word: &&str| !word.contains(':') && !word.starts_with('+') && !word.ends_with('s');
        texts
            .iter()
            .map(|text| text.split(' ').filter(same).collect::<Vec<_>>().join(" "))
            .collect::<Vec<_>>()
    });
    for (colour, bare) in shown[0].iter().zip(&shown[1]) {
        let ids = |text: &str| text.split(' ').filter(|word| word.len() != 8).collect::<Vec<_>>().join(" ");
        assert_eq!(ids(colour), ids(bare));
    }
}

#[test]
fn every_key_that_is_named_is_answered() {
    const WALK: &str = "---\nescalation: somebody\n---\n# K\n\n1. One\n\n   ```sh\n   echo one\n   ```\n\n   ```sh rollback\n   echo undone\n   ```\n\n2. Two\n\n   ```sh\n   rm -rf ./two\n   ```\n\n3. Three\n\n4. Four\n\n   ```sh\n   false\n   ```\n";
    const CHOICE: &str = "# C\n\nDo one of the following:\n\n- Use `echo a` now\n- Use `echo b` now\n";
    let walks = [
        ("preflight", WALK, ""),
        ("command", WALK, "\n"),
        ("skip reason", WALK, "\ns\n"),
        ("danger", WALK, "\n\n"),
        ("manual", WALK, "\n\nr\n"),
        ("failure", WALK, "\n\nr\nd\n\n"),
        ("choice", CHOICE, "\n"),
    ];
    for (name, runbook, input) in walks {
        let at = |keys: &str| {
            let place = Place::new();
            place.file("a.md", runbook);
            place.midwatch_with(&["run", "a.md", "--plain"], &format!("{input}{keys}"))
        };
        let shown = at("").stdout;
        let before = shown.rfind("\n\n= PAUSED").or(shown.rfind("nothing ran")).unwrap_or(shown.len());
        let before = &shown[..before];
        let lines: Vec<&str> = before.lines().collect();
        let last = lines.iter().rposition(|line| line.starts_with("  [")).expect("a menu");
        let from = lines[..last].iter().rposition(|line| !line.starts_with("  [")).map_or(0, |at| at + 1);
        let menu = lines[from..].join("\n");
        // A small question stands right below the keys it belongs to.
        let below = menu.rsplit_once("[?]\n").map(|(_, below)| below).filter(|below| below.contains('['));
        let menu = below.unwrap_or(&menu);
        let keys: Vec<&str> =
            menu.split('[').skip(1).filter_map(|part| part.split_once(']').map(|(key, _)| key)).collect();
        assert!(keys.len() >= 2, "{name}: which keys?\n{shown}");
        for key in keys {
            let pressed = if key == "Enter" { "" } else { key };
            let ended = at(&format!("{pressed}\n"));
            let answer: Vec<&str> = ended.stdout.lines().skip(lines.len()).collect();
            let news = answer.iter().any(|line| {
                !line.trim().is_empty()
                    && !menu.contains(line.trim_end())
                    && *line != "= PAUSED"
                    && !line.contains("the terminal is gone")
                    && !line.contains("midwatch resume")
            });
            assert!(news || ended.code != 3, "{name}: [{key}] is not answered:\n{}", ended.stdout);
        }
    }
}

#[test]
fn an_unanswered_question_has_no_side_effect() {
    const WALK: &str = "---\nparams:\n  host: { about: Which }\n---\n# K\n\n1. One\n\n   ```sh\n   touch made-1\n   ```\n\n2. Two\n\n   ```sh danger=TWO\n   touch made-2\n   ```\n\n3. Three\n\n4. Four\n\n   ```sh\n   touch made-4 $host; false\n   ```\n";
    // What was typed, and how many commands were asked for by then.
    for (name, input, intents) in [
        ("value", "\n", 0),
        ("typed value", "\n\n", 0),
        ("command", "\n\nh\n", 0),
        ("skip reason", "\n\nh\ns\n", 0),
        ("abort reason", "\n\nh\na\n", 0),
        ("note", "\n\nh\nn\n", 0),
        ("danger", "\n\nh\n\n", 1),
        ("word", "\n\nh\n\nr\n", 1),
        ("wrong word", "\n\nh\n\nr\ntwo\n", 1),
        ("manual", "\n\nh\n\nr\nTWO\n", 2),
        ("manual value", "\n\nh\n\nr\nTWO\nv\n", 2),
        ("failure", "\n\nh\n\nr\nTWO\nd\n\n", 3),
        ("undo plan", "\n\nh\n\nr\nTWO\nd\n\nu\n", 3),
    ] {
        let place = Place::new();
        place.file("a.md", WALK);
        let ended = place.midwatch_with(&["run", "a.md", "--plain"], input);
        assert_eq!(ended.code, 3, "{name}: {ended:?}");
        let kinds = place.kinds();
        let count = |kind: &str| kinds.iter().filter(|known| *known == kind).count();
        assert_eq!(count("intent"), intents, "{name}: {kinds:?}");
        assert_eq!((count("note"), count("sealed")), (0, 0), "{name}: {kinds:?}");
        assert_eq!(kinds.last().map(String::as_str), Some("paused"), "{name}: {kinds:?}");
        let made = (1..=4).filter(|n| place.path().join(format!("made-{n}")).exists()).count();
        assert_eq!(made, intents, "{name}");
        let skipped = place.events().iter().any(|event| event["status"] == "skipped");
        assert!(!skipped, "{name}: {kinds:?}");
    }
}
