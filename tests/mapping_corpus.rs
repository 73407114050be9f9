//! Real runbooks: what each amounts to, so that every change of the mapping shows in a review, and
//! how many that hold a procedure give no step.
//!
//! The files are not part of the project; without them the tests say so and pass. After a change
//! of the mapping, `UPDATE=1 cargo test --test mapping_corpus` writes the new numbers.

mod mapping_support;

use std::collections::BTreeMap;
use std::path::Path;

use midwatch::runbook::{self, ActionKind, Runbook, Severity};
use midwatch::source::Source;

fn runbooks() -> Option<BTreeMap<String, Runbook>> {
    let corpus = mapping_support::corpus()?;
    let mut found = BTreeMap::new();
    for path in mapping_support::markdown(&corpus) {
        let name = path.strip_prefix(&corpus).expect("below the corpus").to_string_lossy().into_owned();
        // Its own description is no runbook.
        if name.contains('/') {
            let text = std::fs::read_to_string(&path).expect("UTF-8");
            found.insert(name.clone(), runbook::parse(Source::new(name, text)));
        }
    }
    Some(found)
}

/// `steps manual choices | runs untagged offered checks rollbacks shown sessions dangers |
/// placeholders | errors warnings notes`
fn numbers(runbook: &Runbook) -> String {
    let steps = &runbook.steps;
    let actions: Vec<_> = steps.iter().flat_map(|step| &step.actions).collect();
    let kind = |kind| actions.iter().filter(|action| action.kind == kind && !action.offered).count();
    let said = |severity| runbook.diagnostics.iter().filter(|note| note.severity == severity).count();
    format!(
        "{} {} {} | {} {} {} {} {} {} {} {} | {} | {} {} {}",
        steps.len(),
        steps.iter().filter(|step| step.manual()).count(),
        steps.iter().filter(|step| step.choice.is_some()).count(),
        kind(ActionKind::Run),
        actions
            .iter()
            .filter(|action| action.kind == ActionKind::Run && !action.tagged && !action.offered)
            .count(),
        actions.iter().filter(|action| action.offered).count(),
        kind(ActionKind::Check),
        kind(ActionKind::Rollback),
        kind(ActionKind::Norun),
        actions.iter().filter(|action| action.interactive).count(),
        actions.iter().filter(|action| action.danger.name() != "none").count(),
        runbook.placeholders.len(),
        said(Severity::Error),
        said(Severity::Warning),
        said(Severity::Info),
    )
}

#[test]
fn every_change_of_the_mapping_shows() {
    let Some(runbooks) = runbooks() else { return };
    let lines: Vec<String> =
        runbooks.iter().map(|(name, runbook)| format!("{name}: {}", numbers(runbook))).collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mapping_corpus.txt");
    let head = "# steps manual choices | runs untagged offered checks rollbacks shown sessions dangers | placeholders | errors warnings notes\n";
    let found = format!("{head}{}\n", lines.join("\n"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &found).expect("tests/mapping_corpus.txt");
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    let known: Vec<&str> = known.lines().collect();
    let changed: Vec<&str> = found.lines().filter(|line| !known.contains(line)).collect();
    assert!(
        changed.is_empty() && known.len() == found.lines().count(),
        "{} files are understood otherwise than tests/mapping_corpus.txt says:\n{}\nlook at them, then run with UPDATE=1",
        changed.len(),
        changed.join("\n")
    );
}

/// Files without a step that hold no procedure, and why.
const NO_PROCEDURE: &[(&str, &str)] = &[
    ("/_index.md", "a page that lists its folder"),
    ("gitlab/elastic/exercises/elastic_ebay_exercise.md", "questions for trainees"),
    ("gitlab-2020/elastic/exercises/elastic_ebay_exercise.md", "questions for trainees"),
    ("gitlab/elastic/troubleshooting/elk_mapper_parsing_exception.md", "explains an error"),
    ("gitlab-2020/elastic/troubleshooting/elk_mapper_parsing_exception.md", "explains an error"),
    ("gitlab/kube/README.md", "a list of links"),
    ("gitlab/patroni/README.md", "a list of links"),
    ("gitlab-2020/patroni/README.md", "a list of links"),
    ("gitlab-2020/monitoring/README.md", "a list of links"),
    ("gitlab/monitoring/thanos-rule.md", "explains a component"),
    ("gitlab-2020/monitoring/thanos-rule.md", "explains a component"),
    ("gitlab/monitoring/thanos-store.md", "explains a component"),
    ("gitlab-2020/monitoring/thanos-store.md", "explains a component"),
    ("gitlab/uncategorized/canary.md", "has moved"),
    ("gitlab/uncategorized/create-do-vm-for-service-engineer.md", "has moved"),
    ("gitlab/uncategorized/expanding-a-disk-in-gcp.md", "empty"),
    ("gitlab/uncategorized/creating-bucket-for-release-artifacts.md", "describes a change of code"),
    ("gitlab/uncategorized/alert-for-ssl-certificate-expiration.md", "has moved"),
    ("gitlab/patroni/using-wale-gpg.md", "has moved"),
    ("gitlab-2020/patroni/using-wale-gpg.md", "has moved"),
    ("gitlab/patroni/gitlab-com-wale-backups.md", "has moved"),
    ("gitlab-2020/patroni/gitlab-com-wale-backups.md", "has moved"),
    ("gitlab/patroni/gitlab-com-walg-backups.md", "has moved"),
    ("gitlab-2020/patroni/gitlab-com-walg-backups.md", "has moved"),
    ("gitlab/patroni/postgres-backups-verification-failures.md", "has moved"),
    ("gitlab-2020/patroni/postgres-backups-verification-failures.md", "has moved"),
    ("openshift/cluster-monitoring-operator/KubeAPIDown.md", "has moved"),
    ("openshift/cluster-monitoring-operator/KubeAggregatedAPIErrors.md", "has moved"),
    (
        "openshift/openshift-virtualization-operator/KubeVirtComponentExceedsRequestedCPU.md",
        "an alert that is no more",
    ),
    (
        "openshift/openshift-virtualization-operator/KubeVirtComponentExceedsRequestedMemory.md",
        "an alert that is no more",
    ),
    ("openshift/openshift-virtualization-operator/VirtualMachineCRCErrors.md", "an alert that is no more"),
    ("prometheus-operator/general/InfoInhibitor.md", "an alert nobody acts on"),
    ("prometheus-operator/kubernetes/KubeletPlegDurationHigh.md", "a stub"),
    ("prometheus-operator/prometheus/PrometheusNotIngestingSamples.md", "a stub"),
    ("prometheus-operator/prometheus/PrometheusOutOfOrderTimestamps.md", "a link"),
];

#[test]
fn files_with_a_procedure_give_steps() {
    let Some(runbooks) = runbooks() else { return };
    let without = |house: &str| -> Vec<&str> {
        let none = runbooks
            .iter()
            .filter(|(name, runbook)| name.starts_with(&format!("{house}/")) && runbook.steps.is_empty());
        let none = none.map(|(name, _)| name.as_str());
        none.filter(|name| !NO_PROCEDURE.iter().any(|(known, _)| name.ends_with(known))).collect()
    };
    for (house, limit) in
        [("prometheus-operator", 2), ("openshift", 5), ("gitlab", 20), ("gitlab-2020", 20), ("aws", 0)]
    {
        let found = without(house);
        assert!(found.len() <= limit, "{house}: {} of at most {limit}: {found:?}", found.len());
        println!("{house}: {} files with a procedure give no step {found:?}", found.len());
    }
}

#[test]
fn no_real_runbook_is_refused() {
    let Some(runbooks) = runbooks() else { return };
    let refused: Vec<_> = runbooks
        .iter()
        .flat_map(|(name, runbook)| {
            runbook
                .diagnostics
                .iter()
                .filter(|note| note.severity == Severity::Error)
                .map(move |note| format!("{name}: {}", note.message))
        })
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}
