//! Commands in running text: what stands before them in their quotes.

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
