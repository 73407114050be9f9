//! What the keys of each screen do.

/// A screen with keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Screen {
    /// Before the first step.
    Begin,
    /// A command.
    Command,
    /// A command that destroys something.
    Danger,
    /// An undo.
    Undo,
    /// An undo that failed.
    UndoFailed,
    /// A step the operator does.
    Manual,
    /// A check that waits.
    Wait,
    /// A command that failed.
    Failed,
    /// A check that will not become true.
    Broken,
    /// A command with a line that failed.
    Lines,
    /// A command nobody saw end.
    InDoubt,
    /// Alternatives.
    Choice,
    /// A condition that cannot be told.
    Condition,
    /// A value that is missing.
    Value,
    /// Steps that were passed over.
    Open,
}

/// A key and what it does.
type Line = (&'static str, &'static str);

const SKIP: Line = ("s", "skip the whole step; asks for the reason");
const EDIT: Line = ("e", "change the command; both texts are recorded");
const OUTPUT: Line = ("o", "the last output once more");
const SHELL: Line = ("!", "a shell of your own in the steps' state, recorded; sees exported variables");
const NOTE: Line = ("n", "write a note into the record");
const MOVE: [Line; 4] = [
    ("l", "list the steps and how they ended"),
    ("g", "go to a step by its number"),
    ("b", "back to the step before; nothing is undone by it"),
    ("f", "finish here: it is solved, the rest is not needed; asks why"),
];
const WHO: [Line; 2] = [("c", "whom to call"), ("w", "what changed lately, logs and dashboards")];
const LEAVE: [Line; 2] = [
    ("p", "pause: everything is kept, midwatch resume goes on here"),
    ("a", "abort with a reason; asks first whether to undo"),
];

impl Screen {
    /// The keys of the screen, those of its own first.
    pub(super) fn help(self) -> Vec<Line> {
        let mut lines: Vec<Line> = match self {
            Screen::Begin => {
                return vec![
                    ("Enter", "begin with the first step; nothing runs before you say so there"),
                    ("l", "list the steps"),
                    ("q", "leave; nothing is recorded"),
                ];
            }
            Screen::Command => vec![("Enter", "run the command (r does so, too)"), EDIT, VALUES, SKIP, KEEP],
            Screen::Danger => {
                vec![("r", "run the command; Enter does nothing here"), EDIT, VALUES, SKIP, KEEP]
            }
            Screen::Undo => vec![
                ("r", "run this undo; Enter does nothing here"),
                EDIT,
                VALUES,
                ("s", "skip this undo, what it would undo stays; asks for the reason"),
            ],
            Screen::UndoFailed => vec![
                ("r", "run the same undo again; Enter does nothing here"),
                EDIT,
                VALUES,
                ("s", "leave it and go on; asks for the reason"),
            ],
            Screen::Manual => vec![
                ("d", "it is done; Enter does nothing here"),
                ("v", "it is done, and this is what I saw"),
                ("1-9", "run a command the text names"),
                SKIP,
                KEEP,
            ],
            Screen::Wait => vec![
                ("Space", "look now, do not wait for the next time"),
                ("t", "as much time again"),
                ("s", "go on without it; asks for the reason"),
            ],
            Screen::Failed => vec![
                ("r", "run the same command again; Enter does nothing here"),
                EDIT,
                VALUES,
                ("u", "show the undo plan, then go through it if you say so"),
                SKIP,
            ],
            Screen::Broken => vec![
                ("r", "wait once more, with a new time limit; Enter does nothing here"),
                ("R", "run the step again from its first command"),
                ("u", "show the undo plan, then go through it if you say so"),
                SKIP,
            ],
            Screen::Lines => vec![
                ("y", "it is fine as it is; Enter does nothing here"),
                ("r", "run the whole block again"),
                EDIT,
                ("u", "show the undo plan, then go through it if you say so"),
                SKIP,
            ],
            Screen::InDoubt => vec![
                ("k", "run the step's check first, where it has one"),
                ("y", "it did finish: I looked"),
                ("r", "run it again; it is shown once more before that"),
                ("u", "show the undo plan, then go through it if you say so"),
                SKIP,
            ],
            Screen::Choice => {
                vec![("1-9", "this is the case; the others do not apply"), ("s", "none of them")]
            }
            Screen::Condition => vec![
                ("y", "the condition holds: go on with the command"),
                ("x", "it does not: the step is left out"),
            ],
            Screen::Value => {
                vec![("v", "type the value"), ("Enter", "the value it had before, where it has one"), SKIP]
            }
            Screen::Open => vec![("y", "go through them now, from the first")],
        };
        if !matches!(self, Screen::Choice | Screen::Condition | Screen::Open) {
            lines.extend([OUTPUT, SHELL]);
        }
        lines.push(NOTE);
        lines.extend(WHO);
        let undo = matches!(self, Screen::Undo | Screen::UndoFailed);
        lines.extend(MOVE.iter().filter(|(key, _)| !undo || *key == "l"));
        lines.extend(LEAVE.iter().filter(|(key, _)| self != Screen::UndoFailed || *key != "a"));
        lines
    }
}

const VALUES: Line = ("v", "change the values that were filled in");
const KEEP: Line = ("k", "came back to it by mistake: leave it as it was");
