//! `midwatch follow RUN`: the screen of a run from another terminal, live and read-only.
//!
//! It reads what is appended to the journal, holding each record against the chain, and what is
//! appended to the output of the command that runs. It takes no lock for longer than a look and
//! writes nothing.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::time::{Duration, Instant};

use crate::error::{Error, Kind};
use crate::event::clock::Clock as _;
use crate::event::{Event, Stamped};
use crate::history::past;
use crate::journal::reader::{self, End, Tail};
use crate::journal::{Presence, RunDir, Store, SystemClock, this_host, verify};
use crate::process::signals;
use crate::report::screen::Screen;
use crate::runbook;
use crate::source::Source;
use crate::terminal::cards::Page;
use crate::terminal::clean::clean_output;
use crate::terminal::keys::{Key, Keyboard};
use crate::terminal::style::Role;

/// Which run, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// The run, by a part of its id.
    pub run: String,
    /// Whether a wait's line can be redrawn; else each sample is a line.
    pub live: bool,
    /// Width and colours.
    pub page: Page,
}

/// How often the record is looked at.
const LOOK: Duration = Duration::from_millis(150);
/// How often it is asked whether the run's process is still there.
const ALIVE: Duration = Duration::from_secs(2);

/// Shows the run from its beginning to its end on `out`, or until `q` is pressed. A pause is shown,
/// and waited through: somebody may resume.
///
/// # Errors
/// If there is no such run, its record cannot be read or was tampered with, or `out` not be written.
pub fn run(
    store: &Store,
    options: &Options,
    mut keys: Option<&mut dyn Keyboard>,
    out: &mut dyn Write,
) -> anyhow::Result<Option<Kind>> {
    let past = past(store, &options.run)?;
    let text = past.folder.runbook().ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let book = text.map(|text| runbook::parse(Source::new(past.run.revision.path.clone(), text)));
    let mut watch = Watch {
        end: End::before(past.folder.id()),
        screen: Screen::new(options.page, book),
        folder: past.folder,
        printing: None,
        live: options.live,
        drawn: false,
    };
    if keys.is_some() {
        let said = format!(
            "  Following run {}, read-only: q leaves, which the run does not notice.",
            super::history::tail(watch.folder.id())
        );
        writeln!(out, "{}", options.page.style.paint(Role::Dim, &said))?;
    }
    let mut asked = Instant::now();
    let mut doubted = false;
    loop {
        let moved = watch.look(out)?;
        if let Tail::Bad { line, why } = &watch.end.tail {
            let message = format!("line {line} of its record {why}; nothing from there on is shown");
            return Err(Error::new(Kind::Failed, message)
                .help(format!("midwatch verify {}", watch.folder.id()))
                .into());
        }
        if watch.end.sealed {
            return Ok(None);
        }
        watch.draw(out)?;
        out.flush()?;
        if moved {
            doubted = false;
        } else if asked.elapsed() > ALIVE {
            asked = Instant::now();
            // Nobody holds it, on this machine: it may go on elsewhere, or it is not what it was.
            if !doubted && watch.folder.presence() == Presence::Free {
                doubted = true;
                watch.is_sound(store)?;
            }
            if watch.folder.is_dead(watch.screen.run(), &this_host()) {
                watch.take_down(out)?;
                let short = super::history::tail(watch.folder.id());
                writeln!(out, "\n  The process of this run is gone. Go on with: midwatch resume {short}")?;
                out.flush()?;
                return Ok(Some(Kind::Paused));
            }
        }
        match &mut keys {
            None => std::thread::sleep(LOOK),
            Some(keys) => {
                // What else is typed is for nobody, and not shown in the middle of the run's screen.
                let left = matches!(keys.key_within(LOOK), Some(Key::Char('q') | Key::Interrupt | Key::Gone));
                let signal = signals::take();
                if left || signal.is_some() {
                    watch.take_down(out)?;
                    return Ok(signal.filter(|_| !left).map(Kind::Signal));
                }
            }
        }
    }
}

/// What has been read and shown so far.
struct Watch {
    folder: RunDir,
    end: End,
    screen: Screen,
    printing: Option<Printing>,
    live: bool,
    /// Whether a line is drawn that is to be redrawn.
    drawn: bool,
}

/// The output of the command that runs.
struct Printing {
    name: String,
    at: u64,
    /// An unfinished line: a sequence or a character may be cut in it.
    rest: Vec<u8>,
}

impl Watch {
    /// Fails if its record is not what the ledger says, or begins with nothing that can be read: there is
    /// nothing to wait for then.
    fn is_sound(&self, store: &Store) -> Result<(), Error> {
        let id = self.folder.id();
        let bad =
            |message: String| Err(Error::new(Kind::Failed, message).help(format!("midwatch verify {id}")));
        match verify::alone(store, id)? {
            Some(checked) if !checked.status.is_sound() => {
                bad("its record does not verify: nothing more is shown".into())
            }
            _ if self.end.head.records == 0 => {
                bad("its record has no whole line yet, and nobody writes it".into())
            }
            _ => Ok(()),
        }
    }

    /// Shows everything new; whether there was any.
    fn look(&mut self, out: &mut dyn Write) -> anyhow::Result<bool> {
        let mut journal = self.folder.journal()?;
        let mut events: Vec<Stamped> = Vec::new();
        if journal.metadata()?.len() > self.end.bytes {
            journal.seek(SeekFrom::Start(self.end.bytes))?;
            let input = BufReader::new(journal);
            let end = std::mem::replace(&mut self.end, End::before(self.folder.id()));
            self.end =
                reader::read_on(input, self.folder.id(), end, &mut |record| events.push(record.stamped()))?;
        }
        for stamped in &events {
            self.event(stamped, out)?;
        }
        Ok(self.print(false, out)? || !events.is_empty())
    }

    fn event(&mut self, stamped: &Stamped, out: &mut dyn Write) -> anyhow::Result<()> {
        match &stamped.event {
            Event::Intent { step, action, attempt, kind, .. } if kind != "check" => {
                let name = crate::journal::output_name(*step, action, *attempt);
                self.printing = Some(Printing { name, at: 0, rest: Vec::new() });
            }
            Event::Exited { output, .. } => {
                if let (Some(printing), Some(name)) = (&mut self.printing, output)
                    && printing.name != *name
                {
                    *printing = Printing { name: name.clone(), at: 0, rest: Vec::new() };
                }
                while self.print(true, out)? {}
                self.printing = None;
            }
            _ => {}
        }
        let mut lines = Vec::new();
        if !self.live {
            lines.extend(self.screen.sample(&stamped.event));
        }
        lines.extend(self.screen.event(stamped));
        if !lines.is_empty() {
            self.take_down(out)?;
        }
        for line in lines {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }

    /// Shows what the command printed since the last look: whole lines, at its end all of it.
    fn print(&mut self, last: bool, out: &mut dyn Write) -> anyhow::Result<bool> {
        let Some(printing) = &mut self.printing else { return Ok(false) };
        let Ok(mut file) = self.folder.open_output(&printing.name) else { return Ok(false) };
        let before = printing.rest.len();
        printing.at += read_from(&mut file, printing.at, &mut printing.rest)?;
        let moved = printing.rest.len() > before;
        let whole = if last {
            printing.rest.len()
        } else {
            printing.rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)
        };
        let lines: Vec<u8> = printing.rest.drain(..whole).collect();
        let text = clean_output(&lines);
        if !text.is_empty() {
            self.take_down(out)?;
            out.write_all(text.as_bytes())?;
            if !text.ends_with('\n') {
                out.write_all(b"\n")?;
            }
        }
        Ok(moved)
    }

    /// Redraws the line of the wait that goes on.
    fn draw(&mut self, out: &mut dyn Write) -> std::io::Result<()> {
        if !self.live {
            return Ok(());
        }
        // The clock of the events is that of the machine the run is on.
        let here = this_host() == self.screen.run().current_operator.host;
        let last = self.screen.run().last.as_ref().map_or(0, |when| when.mono_ms);
        let now = if here { SystemClock.mono_ms() } else { last };
        match self.screen.waiting(now) {
            Some(line) => {
                self.drawn = true;
                write!(out, "\r\x1b[K{line}")
            }
            None => self.take_down(out),
        }
    }

    fn take_down(&mut self, out: &mut dyn Write) -> std::io::Result<()> {
        if std::mem::take(&mut self.drawn) { write!(out, "\r\x1b[K") } else { Ok(()) }
    }
}

/// At most so much is read in one look.
const CHUNK: u64 = 1 << 20;

fn read_from(file: &mut File, at: u64, into: &mut Vec<u8>) -> std::io::Result<u64> {
    file.seek(SeekFrom::Start(at))?;
    Ok(file.take(CHUNK).read_to_end(into)? as u64)
}
