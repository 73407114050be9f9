//! What went wrong, where, and what to do: rendered once, here, with the exit code it means.

use std::fmt;
use std::process::ExitCode;
use std::sync::Arc;

use crate::source::{Source, Span};

/// What an error means to the caller of the program (the specification's exit codes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 1: a run failed, broke or was aborted; findings; a record that does not verify.
    Failed,
    /// 2: nothing ran: usage, an unreadable file, a bad annotation, a missing program.
    Refused,
    /// 3: a person is needed; the run can be resumed.
    Paused,
    /// 128+N: ended by signal N; the run can be resumed.
    Signal(i32),
}

impl Kind {
    /// The exit status of the process.
    pub fn code(self) -> u8 {
        match self {
            Kind::Failed => 1,
            Kind::Refused => 2,
            Kind::Paused => 3,
            Kind::Signal(number) => 128u8.wrapping_add(number as u8),
        }
    }
}

/// An error with everything a person needs: a sentence, the place with its source, what to do.
#[derive(Debug)]
pub struct Error {
    /// Decides the exit code.
    pub kind: Kind,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where, if it is somewhere.
    pub place: Option<(Arc<Source>, Span)>,
    /// What to do.
    pub help: Vec<String>,
}

impl Error {
    /// An error of `kind` that says `message`.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Error { kind, message: message.into(), place: None, help: Vec::new() }
    }

    /// Nothing ran, because of `message`.
    pub fn refused(message: impl Into<String>) -> Self {
        Error::new(Kind::Refused, message)
    }

    /// Points at a place in a file.
    #[must_use]
    pub fn at(mut self, source: &Arc<Source>, span: Span) -> Self {
        self.place = Some((Arc::clone(source), span));
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some((source, span)) => {
                write!(f, "{}:{}: {}", source.name(), source.position(span.start), self.message)
            }
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Error {}

/// The exit code an error chain means: that of the first [`Error`] in it, else 2.
pub fn exit_code(error: &anyhow::Error) -> ExitCode {
    let kind = error.downcast_ref::<Error>().map_or(Kind::Refused, |error| error.kind);
    ExitCode::from(kind.code())
}
