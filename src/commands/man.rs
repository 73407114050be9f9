//! The manual page: one for the whole program, a section for every subcommand, so that one file is
//! enough wherever it is put.

use std::io::Write;

use clap_mangen::Man;

const ENDING: &str = r".SH EXIT STATUS
.TP
0
done
.TP
1
failed, broken or aborted; findings; tampered or missing
.TP
2
nothing ran: usage, an unreadable file, a bad annotation, a missing program
.TP
3
paused: a person is needed; the run can be resumed
.TP
128+N
ended by signal N; the run can be resumed
.SH ENVIRONMENT
.TP
MIDWATCH_STATE_DIR
the folder of the record
.TP
NO_COLOR
no colours
.TP
CLICOLOR_FORCE
colours also where the output is no terminal
.TP
VISUAL, EDITOR
what edits a command of several lines
.SH FILES
.TP
~/.local/state/midwatch
the record, unless MIDWATCH_STATE_DIR or XDG_STATE_HOME say otherwise
.TP
midwatch.toml
policy, shipping and the linter's settings, looked for upwards from the runbook
";

/// The page in roff, for `man -l -`.
///
/// # Errors
/// Where it cannot be written to memory, which does not happen.
pub fn page(mut command: clap::Command) -> std::io::Result<Vec<u8>> {
    command.build();
    let mut page = Vec::new();
    let whole = Man::new(command.clone().max_term_width(0)).manual("midwatch");
    whole.render_title(&mut page)?;
    whole.render_name_section(&mut page)?;
    writeln!(page, ".SH SYNOPSIS\n\\fBmidwatch\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR]")?;
    whole.render_description_section(&mut page)?;
    writeln!(page, ".SH COMMANDS")?;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help") {
        one(sub, &mut page)?;
    }
    examples(&mut page, command.get_after_help(), ".SH EXAMPLES")?;
    page.extend_from_slice(ENDING.as_bytes());
    Ok(page)
}

/// One subcommand below a heading of its own.
fn one(command: &clap::Command, page: &mut Vec<u8>) -> std::io::Result<()> {
    writeln!(page, ".SS midwatch {}", command.get_name())?;
    let man = Man::new(command.clone());
    for part in [Man::render_description_section, Man::render_synopsis_section, Man::render_options_section] {
        let mut text = Vec::new();
        part(&man, &mut text)?;
        let text = String::from_utf8_lossy(&text).into_owned();
        // Its headings would end the section of the commands.
        for line in text.lines().filter(|line| !line.starts_with(".ie") && !line.starts_with(".el")) {
            match line.strip_prefix(".SH ") {
                Some("DESCRIPTION") => {}
                Some(_) => writeln!(page, ".PP")?,
                None => writeln!(page, "{line}")?,
            }
        }
    }
    examples(page, command.get_after_help(), ".PP")
}

/// Lines to copy, as they stand.
fn examples(
    page: &mut Vec<u8>,
    text: Option<&clap::builder::StyledStr>,
    heading: &str,
) -> std::io::Result<()> {
    let Some(text) = text else { return Ok(()) };
    writeln!(page, "{heading}\n.nf")?;
    for line in text.to_string().lines() {
        let line = line.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq");
        let guard = if line.starts_with('.') { "\\&" } else { "" };
        writeln!(page, "{guard}{line}")?;
    }
    writeln!(page, ".fi")
}
