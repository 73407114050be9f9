//! What commands print is recorded byte for byte: exactly between pipes, as the terminal delivered it
//! on one. 10,000 random outputs each under `tests/run --full`, a sample else.

mod process_kit;
mod support;

use midwatch::engine::ports::Connection;
use process_kit::Kit;
use support::Place;

fn many(sample: usize) -> usize {
    let full = std::env::var("MIDWATCH_TEST_FULL").is_ok_and(|full| !full.is_empty());
    if full { 10_000 } else { sample }
}

/// Bytes anyone might print, many of them unusual: escapes, NULs, half characters, no last newline.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn bytes(&mut self) -> Vec<u8> {
        // Mostly short, now and then longer than any buffer between here and there.
        let most = match self.next() % 32 {
            0 => 200_000,
            1..=4 => 5_000,
            5..=12 => 3,
            _ => 100,
        };
        let length = self.next() as usize % most;
        let odd: [u8; 8] = [0, b'\n', b'\r', 0x1b, 4, 0x80, 0xff, b'\t'];
        (0..length)
            .map(|_| match self.next() % 4 {
                0 => odd[self.next() as usize % odd.len()],
                _ => self.next() as u8,
            })
            .collect()
    }
}

#[test]
fn between_pipes_every_byte_is_recorded() {
    let (count, a_run) = (many(200), 100);
    let mut random = Random(0x6d69_6477_6174_6368);
    for from in (0..count).step_by(a_run) {
        let place = Place::new();
        let mut text = String::from("# Outputs\n\n");
        let printed: Vec<Vec<u8>> = (0..a_run).map(|_| random.bytes()).collect();
        for (n, bytes) in printed.iter().enumerate() {
            place.file(&format!("out-{n}"), bytes);
            // Standard error is part of what is printed.
            let to = if n % 3 == 0 { " >&2" } else { "" };
            text.push_str(&format!("{}. Step {n}\n\n   ```sh\n   cat out-{n}{to}\n   ```\n\n", n + 1));
        }
        place.file("a.md", text);
        let ended = place.midwatch(&["run", "a.md", "--yes"]);
        assert_eq!(ended.code, 0, "from {from}: {}", ended.stderr);
        let folder = place.runs().pop().expect("a run").join("output");
        let shown = place.show();
        for (n, bytes) in printed.iter().enumerate() {
            let attempt = &shown["steps"][n]["attempts"][0];
            assert_eq!(attempt["output_bytes"], bytes.len(), "output {}", from + n);
            let recorded = attempt["output"].as_str().map(|name| std::fs::read(folder.join(name)));
            let recorded = recorded.map_or(Vec::new(), |file| file.expect("recorded"));
            assert!(recorded == *bytes, "output {} of {} bytes differs", from + n, bytes.len());
        }
        assert_eq!(place.midwatch(&["verify"]).code, 0);
    }
}

#[test]
fn on_a_terminal_every_byte_is_passed_on_as_the_terminal_delivers_it() {
    let mut random = Random(0x0dd_ba11);
    let mut kit = Kit::new();
    for n in 0..many(200) {
        let bytes = random.bytes();
        std::fs::write(kit.work().join("out"), &bytes).expect("written");
        let job = midwatch::engine::ports::Job { connection: Connection::Pty, ..kit.job("cat out") };
        assert_eq!(kit.run_job(&job).exit, Some(0));
        let mut expected = Vec::with_capacity(bytes.len());
        for byte in bytes {
            // All that a terminal's output processing does.
            if byte == b'\n' {
                expected.push(b'\r');
            }
            expected.push(byte);
        }
        assert!(
            kit.output == expected,
            "output {n}: {} bytes, {} passed on",
            expected.len(),
            kit.output.len()
        );
    }
}

#[test]
fn a_walk_on_a_terminal_records_what_the_terminal_delivered() {
    let place = Place::new();
    let mut random = Random(77);
    let mut bytes = random.bytes();
    while bytes.len() < 50 {
        bytes = random.bytes();
    }
    place.file("out", &bytes);
    place.file("a.md", "# T\n\n1. Print\n\n   ```sh\n   cat out\n   ```\n");
    let mut terminal = place.terminal(80, 24, &["run", "a.md"]);
    terminal.press("start", "\r");
    terminal.press("[Enter] run", "\r");
    let began = std::time::Instant::now();
    while !place.kinds().contains(&"exited".to_owned()) {
        assert!(began.elapsed() < std::time::Duration::from_secs(30), "{}", terminal.screen());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let name = place.show()["steps"][0]["attempts"][0]["output"].as_str().expect("a name").to_owned();
    let recorded = std::fs::read(place.runs()[0].join("output").join(name)).expect("recorded");
    let delivered = bytes.iter().flat_map(|&byte| if byte == b'\n' { vec![b'\r', byte] } else { vec![byte] });
    assert!(recorded == delivered.collect::<Vec<u8>>());
}
