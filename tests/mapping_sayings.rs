//! What the words around a block or a command say of it: that it is what a file is to hold, that
//! nobody should run it, or, by a prompt in the sentence, that it is a command.

mod mapping_support;

use mapping_support::{expect, parse};

#[test]
fn a_prompt_in_a_sentence_is_no_part_of_the_command() {
    expect(
        "## Look\n\nTurn it on:\n`# journalctl --rotate`\n`$ kubectl get pods -n web`\nThen read it, or try `$ ./probe.sh`.\n",
        &["Look: Look | offer: journalctl --rotate | offer: kubectl get pods -n web | offer: ./probe.sh"],
    );
    expect(
        "`$ kubectl get nodes`\n\n1. Look:\n\n   `# df -h`\n\n2. `$ uptime`\n",
        &["kubectl get nodes | run*: kubectl get nodes", "Look | run*: df -h", "uptime | run*: uptime"],
    );
    // A comment, a price, a variable and another program's prompt are no commands of this shell.
    expect(
        "## Look\n\nCheck `# find the large file`, `# of pods`, `$ 5`, `$host down` and `db> show tables`.\n",
        &["Look: Look"],
    );
    let runbook = parse("See `$  kubectl get pods`.\n");
    let place = runbook.steps[0].actions[0].lines[0];
    assert_eq!(runbook.source.slice(place), "kubectl get pods");
}
