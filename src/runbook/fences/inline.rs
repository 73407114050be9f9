//! Commands in running text: what stands before them in their quotes, and where the line is broken.

use crate::runbook::prompts;

/// The code without the prompt it may begin with: `$ kubectl get pods`, `# df -h`. What looks like a
/// comment is left as it is, and so is a variable.
pub(in crate::runbook) fn without_prompt(code: &str) -> &str {
    let sign = code.trim_start();
    if !sign.starts_with(['$', '#']) {
        return code;
    }
    if let Some(command) = sign.strip_prefix("$ ") {
        return command.trim_start();
    }
    prompts::root(sign).map_or(code, |len| &sign[len..])
}

/// Whether the code begins with a prompt, so that what follows is a command, be it one word.
pub(in crate::runbook) fn has_prompt(code: &str) -> bool {
    without_prompt(code).len() < code.len()
}

/// The command that was broken over lines of running text, where Markdown says `text`: as long as it
/// stands in the file, so that every place in it is one there. None where the break may mean
/// something, or something else stands at the beginning of the line.
pub(in crate::runbook) fn unbroken(command: &str, text: &str) -> Option<String> {
    let mut open = command.match_indices('\n').map(|(at, _)| &command[..at]).filter(|before| {
        let odd = |quote: char| before.matches(quote).count() % 2 == 1;
        odd('\'') || odd('"') || before.contains(" #")
    });
    let same = command.split_whitespace().eq(without_prompt(text).split_whitespace());
    (same && open.next().is_none()).then(|| command.replace("\\\n", "  ").replace(['\n', '\r'], " "))
}
