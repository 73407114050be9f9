//! The embedded word lists: how an instruction in English begins. Sorted, for binary search.

/// Verbs that begin an instruction and are hardly ever anything else there.
#[rustfmt::skip]
pub(super) const VERBS: &[&str] = &[
    "abort", "acknowledge", "activate", "add", "adjust", "advise", "allocate", "allow", "analyse",
    "analyze", "announce", "append", "apply", "approve", "archive", "ask", "assess", "assign",
    "assume", "attach", "attempt", "authenticate", "authorize", "avoid", "await", "begin", "block",
    "boot", "bootstrap", "bring", "browse", "build", "bump", "call", "cancel", "capture", "cat",
    "chmod", "choose", "chown", "clean", "cleanup", "clear", "click", "clone", "close", "collect",
    "commit", "compare", "configure", "confirm", "connect", "consider", "consult", "continue",
    "convert", "coordinate", "copy", "cordon", "correct", "correlate", "create", "curl",
    "deactivate", "debug", "decide", "declare", "decommission", "decrease", "delegate", "delete",
    "demote", "deploy", "deprecate", "deregister", "describe", "destroy", "detach", "detect",
    "determine", "diagnose", "disable", "disconnect", "discuss", "dispatch", "do", "double-check",
    "downgrade", "download", "drain", "drop", "dump", "edit", "eliminate", "empty", "enable",
    "engage", "enqueue", "ensure", "enter", "escalate", "establish", "estimate", "evaluate",
    "evict", "examine", "exclude", "exec", "execute", "expand", "explore", "export", "expose",
    "extend", "extract", "fail", "fetch", "file", "fill", "filter", "find", "fix", "flush",
    "follow", "force", "generate", "get", "give", "go", "grab", "grant", "grep", "halt", "hit",
    "identify", "ignore", "implement", "import", "include", "increase", "inform", "initialize",
    "initiate", "inspect", "install", "instruct", "interrupt", "investigate", "invoke", "isolate",
    "join", "keep", "kill", "launch", "leave", "list", "locate", "lock", "login", "look", "lower",
    "make", "merge", "migrate", "minimize", "mitigate", "modify", "mount", "move", "navigate",
    "notify", "observe", "obtain", "open", "optimize", "override", "pause", "perform", "ping",
    "play", "point", "post", "prepare", "press", "prevent", "print", "proceed", "promote",
    "provide", "provision", "prune", "publish", "pull", "purge", "push", "put", "raise",
    "re-enable", "re-run", "read", "reapply", "reassign", "rebalance", "reboot", "rebuild",
    "recall", "reclaim", "reconcile", "reconfigure", "reconnect", "recover", "recreate", "redeploy",
    "redirect", "reduce", "refer", "refresh", "register", "reindex", "reinstall", "reload",
    "remove", "rename", "renew", "repair", "repeat", "replace", "replay", "replicate", "reproduce",
    "reroute", "rerun", "reschedule", "reset", "resize", "resolve", "restart", "restore",
    "restrict", "resume", "retain", "retrieve", "retry", "return", "revert", "revoke", "rewind",
    "roll", "rotate", "rsync", "run", "save", "scan", "scp", "search", "see", "select", "send",
    "separate", "set", "share", "shutdown", "skip", "snapshot", "specify", "spin", "ssh", "start",
    "stop", "submit", "subscribe", "substitute", "suspend", "switch", "sync", "synchronize", "tag",
    "tail", "taint", "take", "tell", "terminate", "throttle", "toggle", "trigger", "troubleshoot",
    "truncate", "try", "tune", "turn", "uncordon", "understand", "undo", "undrain", "uninstall",
    "unlock", "unmount", "unpause", "unset", "unsilence", "untaint", "update", "upgrade", "upload",
    "use", "utilize", "validate", "verify", "view", "visit", "wait", "watch", "wipe", "work",
    "write",
];

/// Verbs that are as often nouns: what follows decides.
#[rustfmt::skip]
pub(super) const NOUNS_TOO: &[&str] = &[
    "access", "address", "alert", "alter", "back", "backup", "balance", "change", "check",
    "command", "contact", "control", "cut", "exit", "failover", "fork", "format", "gather",
    "handle", "host", "label", "limit", "link", "load", "log", "manage", "map", "mark", "match",
    "monitor", "mute", "note", "page", "pair", "pass", "patch", "pick", "pin", "plan", "probe",
    "process", "query", "queue", "quit", "reach", "record", "release", "report", "request",
    "review", "route", "scale", "schedule", "service", "ship", "shut", "sign", "silence", "sort",
    "split", "store", "support", "swap", "target", "tear", "test", "trace", "track", "transfer",
    "type", "up", "upscale",
];

/// What may stand between the start of a sentence and its verb.
#[rustfmt::skip]
pub(super) const FILLERS: &[&str] = &[
    "additionally", "afterwards", "again", "also", "alternatively", "always", "and", "but",
    "carefully", "either", "finally", "first", "firstly", "gently", "immediately", "instead",
    "just", "lastly", "later", "manually", "next", "now", "occasionally", "optional", "optionally",
    "or", "otherwise", "please", "quickly", "second", "secondly", "similarly", "simply", "so",
    "temporarily", "then", "third", "thirdly", "thus",
];

/// Words that begin a clause which an instruction may follow, after a comma.
#[rustfmt::skip]
pub(super) const OPENERS: &[&str] = &[
    "a", "after", "as", "at", "because", "before", "by", "depending", "due", "during", "e.g",
    "even", "for", "from", "given", "if", "in", "inside", "on", "once", "out", "over", "per",
    "should", "since", "that", "the", "this", "to", "under", "unless", "until", "using", "via",
    "when", "whenever", "where", "while", "with", "within", "without",
];

/// What follows a verb but hardly ever the noun that is spelled like it.
#[rustfmt::skip]
pub(super) const OBJECTS: &[&str] = &[
    "a", "after", "again", "all", "an", "and", "any", "around", "at", "away", "back", "both", "by",
    "cluster", "current", "different", "down", "each", "every", "everything", "existing", "for",
    "from", "further", "how", "if", "in", "into", "it", "its", "manually", "more", "on", "or",
    "other", "our", "out", "over", "recent", "related", "relevant", "some", "that", "the", "their",
    "them", "these", "this", "those", "through", "to", "traffic", "up", "using", "via", "what",
    "whether", "which", "who", "why", "with", "your",
];

/// What follows a noun: the word before it is then no verb.
#[rustfmt::skip]
pub(super) const AFTER_NOUN: &[&str] = &[
    "are", "can", "could", "did", "does", "had", "has", "is", "may", "might", "must", "of",
    "should", "was", "were", "will", "would",
];

/// Verbs after `you can` that tell what happens, not what to do.
#[rustfmt::skip]
pub(super) const OUTCOMES: &[&str] = &[
    "be", "expect", "experience", "find", "get", "have", "lose", "notice", "receive", "see",
];

/// Who is told to do something, where a sentence says who.
pub(super) const SUBJECTS: &[&str] =
    &["admin", "admins", "it", "it's", "one", "operator", "operators", "sre", "sres", "we", "you"];
