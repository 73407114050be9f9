//! Reading English as far as a runbook needs it: sentences, and whether one tells somebody to do
//! something.

/// Verbs that begin an instruction and are hardly ever anything else there.
const VERBS: &[&str] = &[
    "abort", "acknowledge", "activate", "add", "adjust", "advise", "allocate", "allow", "analyse", "analyze", "announce",
    "append", "apply", "approve", "archive", "ask", "assess", "assign", "assume", "attach", "attempt", "authenticate",
    "authorize", "avoid", "await", "begin", "block", "boot", "bootstrap", "bring", "browse", "build", "bump", "call",
    "cancel", "capture", "cat", "chmod", "choose", "chown", "clean", "cleanup", "clear", "click", "clone", "close",
    "collect", "commit", "compare", "configure", "confirm", "connect", "consider", "consult", "continue", "convert",
    "coordinate", "copy", "cordon", "correct", "correlate", "create", "curl", "deactivate", "debug", "decide", "declare",
    "decommission", "decrease", "delegate", "delete", "demote", "deploy", "deprecate", "deregister", "describe", "destroy",
    "detach", "detect", "determine", "diagnose", "disable", "disconnect", "discuss", "dispatch", "do", "double-check",
    "download", "downgrade", "drain", "drop", "dump", "edit", "eliminate", "empty", "enable", "engage", "enqueue",
    "ensure", "enter", "escalate", "establish", "estimate", "evaluate", "evict", "examine", "exclude", "execute", "exec",
    "expand", "explore", "export", "expose", "extend", "extract", "fail", "fetch", "file", "fill", "filter", "find", "fix",
    "flush", "follow", "force", "generate", "get", "give", "go", "grab", "grant", "grep", "halt", "hit", "identify",
    "ignore", "implement", "import", "include", "increase", "inform", "initialize", "initiate", "inspect", "install",
    "instruct", "interrupt", "investigate", "invoke", "isolate", "join", "keep", "kill", "launch", "leave", "list", "locate",
    "lock", "login", "look", "lower", "make", "merge", "migrate", "minimize", "mitigate", "modify", "mount", "move",
    "navigate", "notify", "observe", "obtain", "open", "optimize", "override", "pause", "perform", "ping", "play", "point",
    "post", "prepare", "press", "prevent", "print", "proceed", "promote", "provide", "provision", "prune", "publish",
    "pull", "purge", "push", "put", "raise", "re-enable", "re-run", "read", "reapply", "reassign", "rebalance", "reboot",
    "rebuild", "recall", "reclaim", "reconcile", "reconfigure", "reconnect", "recover", "recreate", "redeploy", "redirect",
    "reduce", "refer", "refresh", "register", "reindex", "reinstall", "reload", "remove", "rename", "renew", "repair",
    "repeat", "replace", "replay", "replicate", "reproduce", "reroute", "rerun", "reschedule", "reset", "resize", "resolve",
    "restart", "restore", "restrict", "resume", "retain", "retrieve", "retry", "return", "revert", "revoke", "rewind",
    "roll", "rotate", "rsync", "run", "save", "scan", "scp", "search", "see", "select", "send", "separate", "set", "share",
    "shutdown", "skip", "snapshot", "specify", "spin", "ssh", "start", "stop", "submit", "subscribe", "substitute",
    "suspend", "switch", "sync", "synchronize", "tag", "tail", "taint", "take", "tell", "terminate", "throttle", "toggle",
    "trigger", "troubleshoot", "truncate", "try", "tune", "turn", "uncordon", "understand", "undo", "undrain", "uninstall",
    "unlock", "unmount", "unpause", "unset", "unsilence", "untaint", "update", "upgrade", "upload", "use", "utilize",
    "validate", "verify", "view", "visit", "wait", "watch", "wipe", "work", "write",
];

/// Verbs that are as often nouns: what follows decides.
const NOUNS_TOO: &[&str] = &[
    "access", "address", "alert", "alter", "back", "backup", "balance", "change", "check", "command", "contact", "control",
    "cut", "exit", "failover", "fork", "format", "gather", "handle", "host", "label", "limit", "link", "load", "log",
    "manage", "map", "mark", "match", "monitor", "mute", "note", "page", "pair", "pass", "patch", "pick", "pin", "plan",
    "process", "probe", "query", "queue", "quit", "reach", "record", "release", "report", "request", "review", "route",
    "scale", "schedule", "service", "ship", "shut", "sign", "silence", "sort", "split", "store", "support", "swap", "target",
    "tear", "test", "trace", "track", "transfer", "type", "up", "upscale",
];

/// What may stand between the start of a sentence and its verb.
const FILLERS: &[&str] = &[
    "additionally", "afterwards", "again", "also", "alternatively", "always", "and", "but", "carefully", "either",
    "finally", "first", "firstly", "gently", "immediately", "instead", "just", "lastly", "later", "manually", "next",
    "now", "occasionally", "optional", "optionally", "or", "otherwise", "please", "quickly", "second", "secondly",
    "similarly", "simply", "so", "temporarily", "then", "third", "thirdly", "thus",
];

/// Words that begin a clause which an instruction may follow, after a comma.
const OPENERS: &[&str] = &[
    "a", "after", "as", "at", "because", "before", "by", "depending", "due", "during", "e.g", "even", "for", "from", "given",
    "if", "in", "inside", "on", "once", "out", "over", "per", "since", "should", "that", "the", "this", "to", "under",
    "unless", "until", "using", "via", "when", "whenever", "where", "while", "with", "within", "without",
];

/// What follows a verb but hardly ever the noun that is spelled like it.
const OBJECTS: &[&str] = &[
    "a", "after", "again", "all", "an", "and", "any", "around", "at", "away", "back", "both", "by", "cluster", "current",
    "different", "down", "each", "every", "everything", "existing", "for", "from", "further", "how", "if", "in", "into",
    "it", "its", "manually", "more", "on", "or", "other", "our", "out", "over", "recent", "related", "relevant", "some",
    "that", "the", "their", "them", "these", "this", "those", "through", "to", "traffic", "up", "using", "via", "what",
    "whether", "which", "who", "why", "with", "your",
];

/// What follows a noun: the word before it is then no verb.
const AFTER_NOUN: &[&str] = &[
    "are", "can", "could", "did", "does", "had", "has", "is", "may", "might", "must", "of", "should", "was", "were", "will",
    "would",
];

/// Verbs after `you can` that tell what happens, not what to do.
const OUTCOMES: &[&str] = &["be", "expect", "experience", "find", "get", "have", "lose", "notice", "receive", "see"];

fn among(list: &[&str], word: &str) -> bool {
    list.binary_search(&word).is_ok()
}

/// The sentences of a text without markup, trimmed; none is empty.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (sentence, tail) = rest.split_at(sentence_end(rest));
        rest = tail.trim_start();
        Some(sentence.trim())
    })
}

/// The first sentence, without its full stop or colon.
pub(super) fn first_sentence(text: &str) -> &str {
    let text = text.trim();
    let sentence = &text[..sentence_end(text)];
    sentence.trim_end().trim_end_matches(['.', ':', ';', ',', ' '])
}

/// The last sentence.
pub(super) fn last_sentence(text: &str) -> &str {
    sentences(text).last().unwrap_or("")
}

/// Where the first sentence ends: after `.`, `!` or `?` before white space and no small letter,
/// unless it is an abbreviation or the number of a list.
fn sentence_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(found) = bytes[from..].iter().position(|byte| matches!(byte, b'.' | b'!' | b'?')) {
        let at = from + found;
        from = at + 1;
        let closing = bytes[from..].iter().take_while(|byte| matches!(byte, b')' | b'"' | b'\'')).count();
        let Some(tail) = text.get(from + closing..) else { continue };
        if !tail.starts_with([' ', '\t', '\n']) {
            continue;
        }
        let small = tail.trim_start().starts_with(|c: char| c.is_ascii_lowercase());
        let word_start = text[..at].rfind([' ', '(']).map_or(0, |space| space + 1);
        let word = &text[word_start..at];
        let abbreviation = ["e.g", "i.e", "etc", "vs", "cf", "approx", "resp", "no", "e.g.", "Dr", "ex"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known));
        let number = word_start == 0 && word.bytes().all(|byte| byte.is_ascii_digit());
        if !(small && bytes[at] == b'.') && !abbreviation && !number {
            return from + closing;
        }
    }
    text.len()
}

/// Whether the sentence tells somebody to do something.
pub(super) fn is_imperative(sentence: &str) -> bool {
    let mut clause = Some(sentence);
    let mut first = true;
    // An instruction may follow a condition ("If it is down, restart it"); a few commas suffice.
    for _ in 0..6 {
        let Some(text) = clause else { return false };
        if begins_with_verb(text) || asks_you(text) {
            return true;
        }
        if first && !opens_clause(text) {
            return after_label(text).is_some_and(begins_with_verb);
        }
        first = false;
        clause = text.find([',', ':', ';']).map(|at| &text[at + 1..]);
        if clause.is_none() {
            clause = text.find(" then ").map(|at| &text[at + 6..]);
        }
    }
    false
}

/// Whether any sentence of the text is an instruction.
pub(super) fn has_imperative(text: &str) -> bool {
    sentences(text).any(is_imperative)
}

/// `Solution: restart it`, `Linux - run this`: what stands behind a short label.
fn after_label(text: &str) -> Option<&str> {
    let at = text.find([':', '–', '—']).or_else(|| text.find(" - "))?;
    let label = &text[..at];
    if label.len() > 60 || label.split_whitespace().count() > 6 {
        return None;
    }
    let tail = &text[at..];
    Some(tail.trim_start_matches([':', '–', '—', '-', ' ']))
}

/// Whether the text begins with the base form of a verb, fillers and bullets aside.
pub(super) fn begins_with_verb(text: &str) -> bool {
    let mut words = Words { rest: text };
    for _ in 0..6 {
        let Some(word) = words.next() else { return false };
        let lower = word.text.to_ascii_lowercase();
        let lower = lower.as_str();
        if matches!(lower, "don't" | "never" | "don’t") {
            return true;
        }
        if lower == "let" || lower == "let's" || lower == "let’s" {
            return true;
        }
        if among(VERBS, lower) {
            let next = Words { rest: words.rest }.next();
            let next = next.map(|next| next.text.to_ascii_lowercase()).unwrap_or_default();
            // "Failover is done", "Start of the run", "Run: 12" are no instructions.
            return !among(AFTER_NOUN, &next) && !(word.colon && !words.rest.trim().is_empty() && next.is_empty());
        }
        if among(NOUNS_TOO, lower) {
            return !word.colon && takes_object(words.rest);
        }
        if let Some(("re" | "double" | "hard" | "force" | "soft" | "cross", verb)) = lower.split_once('-') {
            return among(VERBS, verb) || among(NOUNS_TOO, verb);
        }
        let number = lower.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b')');
        if !(among(FILLERS, lower) || number || (lower == "step" && !word.colon)) {
            return false;
        }
    }
    false
}

/// Whether what follows a word that may be a noun shows that it is a verb.
fn takes_object(rest: &str) -> bool {
    let rest = rest.trim_start();
    let Some(next) = (Words { rest }).next() else { return false };
    let lower = next.text.to_ascii_lowercase();
    if among(AFTER_NOUN, &lower) {
        return false;
    }
    among(OBJECTS, &lower)
        || next.text.starts_with(|c: char| !c.is_ascii_lowercase())
        || lower.ends_with("ly")
        || (lower.ends_with('s') && !lower.ends_with("ss"))
        || Words { rest }.nth(1).is_some_and(|third| {
            let third = third.text.to_ascii_lowercase();
            !among(AFTER_NOUN, &third) && (among(OBJECTS, &third) || third.ends_with('s') || third.len() > 3)
        })
}

/// "You should restart it", "we need to drain it", "make sure", "it is recommended to".
fn asks_you(text: &str) -> bool {
    let mut words = Words { rest: text };
    let mut subject = words.next().map(|word| word.text.to_ascii_lowercase());
    while subject.as_deref().is_some_and(|word| among(FILLERS, word)) {
        subject = words.next().map(|word| word.text.to_ascii_lowercase());
    }
    match subject.as_deref() {
        Some("you" | "we" | "operators" | "operator" | "sre" | "sres" | "admin" | "admins" | "one" | "it" | "it's") => {}
        _ => return false,
    }
    let impersonal = matches!(subject.as_deref(), Some("it" | "it's"));
    let mut modal = false;
    for _ in 0..7 {
        let Some(word) = words.next() else { return false };
        let lower = word.text.to_ascii_lowercase();
        match lower.as_str() {
            "can" | "could" | "should" | "must" | "need" | "needs" | "have" | "may" | "might" | "will" | "shall"
            | "want" | "recommended" | "advised" | "suggested" | "necessary" | "required" | "best" | "possible"
            | "important" | "able" => {
                modal = true;
            }
            "to" | "also" | "now" | "then" | "is" | "be" | "first" | "only" | "probably" | "simply" | "just" | "always"
            | "usually" | "not" | "either" | "manually" | "temporarily" | "are" | "might_" => {}
            verb => {
                let known = among(VERBS, verb) || among(NOUNS_TOO, verb);
                let outcome = among(OUTCOMES, verb) || impersonal && !text.contains(" to ");
                return modal && known && !outcome;
            }
        }
    }
    false
}

/// Whether the sentence begins with a clause that an instruction may follow.
fn opens_clause(text: &str) -> bool {
    let mut words = Words { rest: text };
    for _ in 0..4 {
        let Some(word) = words.next() else { return false };
        let lower = word.text.to_ascii_lowercase();
        if among(OPENERS, &lower) || lower.ends_with("ly") && text.contains(',') {
            return true;
        }
        if !among(FILLERS, &lower) {
            return false;
        }
    }
    false
}

/// Whether the text begins with `if`, fillers aside ("Otherwise, if").
pub(super) fn begins_with_if(text: &str) -> bool {
    let mut words = Words { rest: text };
    while let Some(word) = words.next() {
        let lower = word.text.to_ascii_lowercase();
        if lower == "if" {
            return true;
        }
        if !among(FILLERS, &lower) {
            return false;
        }
    }
    false
}

/// Whether an `if` looks back at what was just tried, so that it is the next try and no
/// alternative: "if that does not help", "if it still fails".
pub(super) fn looks_back(text: &str) -> bool {
    let mut words = Words { rest: text }.map(|word| word.text.to_ascii_lowercase());
    if !words.by_ref().any(|word| word == "if") {
        return false;
    }
    let head: Vec<String> = words.take(8).collect();
    let first = head.first().map(String::as_str).unwrap_or("");
    matches!(first, "that" | "this" | "these" | "those" | "so" | "not" | "still" | "none" | "nothing" | "yes" | "no")
        || head.iter().any(|word| matches!(word.as_str(), "still" | "above" | "persists" | "persist" | "remains" | "previous"))
}

/// Whether the sentence introduces a list of which one is to be picked.
pub(super) fn introduces_choice(text: &str) -> bool {
    let sentence = last_sentence(text).to_ascii_lowercase();
    let sentence = sentence.as_str();
    let has = |word: &str| Words { rest: sentence }.any(|found| found.text == word);
    has("depends") || has("depending") || has("depend") || has("either") || sentence.contains("one of") || has("alternatives")
        || has("options")
}

/// A word with what it ends in.
pub(super) struct Word<'t> {
    pub text: &'t str,
    /// Followed by a colon.
    pub colon: bool,
}

/// The words of a text: letters, digits, and what stands inside a word.
pub(super) struct Words<'t> {
    pub rest: &'t str,
}

impl<'t> Iterator for Words<'t> {
    type Item = Word<'t>;

    fn next(&mut self) -> Option<Word<'t>> {
        let start = self.rest.find(|c: char| c.is_alphanumeric())?;
        let tail = &self.rest[start..];
        let end = tail
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '-' | '_' | '.')))
            .unwrap_or(tail.len());
        let text = tail[..end].trim_end_matches(['.', '-', '\'', '’']);
        self.rest = &tail[end..];
        Some(Word { text, colon: self.rest.starts_with(':') })
    }
}

#[cfg(test)]
#[path = "words/tests.rs"]
mod tests;
