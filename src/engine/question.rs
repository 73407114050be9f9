//! What the engine asks a person, and what a person can answer.

pub use crate::plan::{At, Proposal};
use crate::runbook::Param;

/// Why a step stands still.
#[derive(Debug, Clone, PartialEq)]
pub enum Trouble {
    /// The command failed.
    Failed {
        /// Exit status, if it had one.
        exit: Option<i32>,
        /// The signal that ended it.
        signal: Option<i32>,
        /// What midwatch has to say: a timeout, a capture that was empty, a program not found.
        why: Option<String>,
    },
    /// The command succeeded but lines inside it failed.
    Lines {
        /// The sentence: `line 2 failed (1): cp a b`.
        what: String,
    },
    /// The command was started before midwatch stopped, and nobody saw it end.
    InDoubt,
    /// A check will not become true by waiting.
    Broken {
        /// In a sentence.
        why: String,
    },
}

impl Trouble {
    /// Whether the command ended by Ctrl-C (POSIX shells say 130): what only shows something until it
    /// is stopped has done what it should. What it was in the middle of, nobody here can tell.
    pub fn is_stopped(&self) -> bool {
        matches!(self, Trouble::Failed { exit, signal, why } if is_stopped(*exit, *signal, why.as_deref()))
    }
}

/// [`Trouble::is_stopped`], by how a command ended.
pub fn is_stopped(exit: Option<i32>, signal: Option<i32>, why: Option<&str>) -> bool {
    (exit == Some(130) || signal == Some(2)) && why.is_none()
}

/// A question for the operator. What is asked is decided here; how it looks is the screen's.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// Start at all? Asked with the preflight, before there is a record.
    Begin,
    /// Which alternative?
    Choice {
        /// Indices of the steps to choose from.
        steps: Vec<usize>,
    },
    /// Run this command?
    Command(Proposal),
    /// Type the word of a declared danger.
    Confirm {
        /// The command.
        proposal: Proposal,
        /// What must be typed.
        word: String,
    },
    /// Did you do it?
    Manual {
        /// Index of the step.
        step: usize,
    },
    /// Something went wrong; what now?
    Failure {
        /// Which action.
        at: At,
        /// What happened.
        trouble: Trouble,
    },
    /// An `if=` that cannot be evaluated: does it apply?
    Condition {
        /// Which action.
        at: At,
        /// The expression.
        expression: String,
        /// Why it cannot be evaluated.
        why: String,
    },
    /// A value is missing.
    Value(Wanted),
    /// A check waits, and a key was pressed that is about more than the wait.
    Wait {
        /// The check.
        at: At,
    },
    /// The last step is settled and earlier ones are not: they were passed over.
    Open {
        /// Their indices.
        steps: Vec<usize>,
    },
    /// All done: what would have helped?
    Helped,
    /// In a drill: what is expected before, what surprised after.
    Reflect(Reflection),
}

/// A question of a drill; its answer goes into the record as a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reflection {
    /// What stands before the answer in the record.
    pub label: &'static str,
    /// What is asked.
    pub prompt: &'static str,
}

/// Asked before a drill.
pub const BEFORE_DRILL: [Reflection; 2] = [
    Reflection { label: "expected", prompt: "What do you expect to happen?" },
    Reflection { label: "confidence before (1-5)", prompt: "How sure are you, 1 to 5?" },
];

/// Asked after a drill.
pub const AFTER_DRILL: [Reflection; 2] = [
    Reflection { label: "confidence after (1-5)", prompt: "How sure are you now, 1 to 5?" },
    Reflection { label: "surprised by", prompt: "What surprised you?" },
];

/// A value that a command needs and nobody has given.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// Which action needs it; none for a parameter, settled before the first step.
    pub at: Option<At>,
    /// What `--set` calls it.
    pub key: String,
    /// As the runbook writes it.
    pub text: String,
    /// The sentence that explains it.
    pub about: Option<String>,
    /// The value given last, offered again.
    pub last: Option<String>,
    /// The declaration, where it is a parameter: its pattern and choices hold.
    pub param: Option<Param>,
    /// Only `[A-Za-z0-9._:/@-]*`: another interpreter reads the text around it.
    pub strict: bool,
}

impl Wanted {
    /// Not echoed, not recorded.
    pub fn secret(&self) -> bool {
        self.param.as_ref().is_some_and(|param| param.secret)
    }

    /// Why `value` cannot be taken; none if it can.
    pub fn refusal(&self, value: &str) -> Option<String> {
        if value.is_empty() {
            return Some("nothing was given; the command does not run without it".into());
        }
        if self.strict && !crate::plan::is_plain(value) {
            return Some(
                "another program reads the text around it, so only letters, digits and . _ : / @ - are taken"
                    .into(),
            );
        }
        self.param.as_ref().and_then(|param| crate::plan::params::mismatch(param, value))
    }
}

/// What the front matter has a command for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// `changes:` what changed lately.
    Changes,
    /// `logs:`
    Logs,
}

impl Look {
    /// The key of the front matter, and what the record calls it.
    pub fn name(self) -> &'static str {
        match self {
            Look::Changes => "changes",
            Look::Logs => "logs",
        }
    }
}

/// What a person said.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Go on: start, run, retry the command or sample again.
    Go,
    /// Run the step again from its first command.
    Again,
    /// It is fine as it is.
    Accept,
    /// A manual step is done, with a value read back if one was given.
    Done(Option<String>),
    /// Leave the step out, with a reason.
    Skip(Option<String>),
    /// Run this text instead.
    Edit(String),
    /// The step was settled before the operator came back to it: leave it at that.
    Keep,
    /// Ask for the values of the command again.
    Values,
    /// Run a command of the front matter that shows something.
    Look(Look),
    /// To the step before.
    Back,
    /// To the step with this index.
    GoTo(usize),
    /// The alternative with this index.
    Take(usize),
    /// Write something into the record.
    Note(String),
    /// A shell of one's own, in the steps' state.
    Shell,
    /// Run an offered command of the step, by index of the action.
    Offered(usize),
    /// The rollbacks of what ran, newest first.
    Undo,
    /// Typed text: a word, a value, what would have helped.
    Text(String),
    /// No to a condition; nothing would have helped.
    No,
    /// Stop here, to be resumed.
    Pause,
    /// What is left is not needed, for this reason: the run is complete.
    Finish(String),
    /// Give up, with a reason.
    Abort(String),
    /// Go through the rollbacks first, then give up with a reason.
    UndoThenAbort(String),
    /// The terminal is gone or the input ended.
    Gone,
    /// No answer: a signal came, and the loop has to look at it.
    Nothing,
}
