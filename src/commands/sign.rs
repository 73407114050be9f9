//! `midwatch sign`: a signature over a run's last record, by `ssh-keygen -Y`, and its verification.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::error::{Error, Kind};
use crate::journal::reader::{self, Tail};
use crate::journal::{RunDir, Store};

/// Keeps signatures of other things from passing for one of a run.
const NAMESPACE: &str = "midwatch";

/// What to sign with, or how to verify.
#[derive(Debug, Clone)]
pub struct Options {
    /// The run, by a part of its id.
    pub run: String,
    /// Private key, or public key whose private one an agent holds.
    pub key: Option<PathBuf>,
    /// Verify the signatures there are instead, against this file (`man ssh-keygen`, ALLOWED SIGNERS).
    pub signers: Option<PathBuf>,
}

/// Signs a sealed run, or verifies its signatures. [`Kind::Failed`] if one does not verify or there
/// is none.
///
/// # Errors
/// If the run is not sealed or does not verify, or `ssh-keygen` cannot be run or refuses.
pub fn run(
    store: &Store,
    options: &Options,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Option<Kind>> {
    let folder = store.find(&options.run)?;
    let statement = statement(&folder)?;
    match (&options.signers, &options.key) {
        (Some(signers), _) => verify(&folder, &statement, signers, out, err),
        (None, Some(key)) => sign(&folder, &statement, key, err).map(|()| None),
        (None, None) => Err(Error::refused("say with which key: --key ~/.ssh/id_ed25519")
            .help("or --signers FILE, to verify the signatures there are")
            .into()),
    }
}

/// What is signed. The last record's hash stands for all of them, and for the runbook and the
/// outputs, whose hashes they hold.
fn statement(folder: &RunDir) -> Result<String, Error> {
    let end = reader::load(folder)?.end;
    if end.tail != Tail::Whole {
        return Err(Error::new(Kind::Failed, format!("run {} does not verify", folder.id())));
    }
    if !end.sealed {
        return Err(Error::refused(format!(
            "run {} is not over: only what is sealed is signed",
            folder.id()
        )));
    }
    let (records, head) = (end.head.records, end.head.link.as_str());
    Ok(format!("midwatch-run-v1\nrun {}\nrecords {records}\nhead {head}\n", folder.id()))
}

fn sign(folder: &RunDir, statement: &str, key: &Path, err: &mut dyn Write) -> anyhow::Result<()> {
    let work = tempfile::tempdir()?;
    let path = work.path().join("statement");
    std::fs::write(&path, statement)?;
    let made = duct::cmd!("ssh-keygen", "-Y", "sign", "-n", NAMESPACE, "-f", key, &path).unchecked().run();
    let made = made.context("cannot run ssh-keygen")?;
    if !made.status.success() {
        return Err(Error::refused("ssh-keygen did not sign").into());
    }
    let signature = std::fs::read(path.with_extension("sig"))?;
    let name = folder.add_signature(&signature)?;
    writeln!(err, "signed: {}", folder.path().join(name).display())?;
    Ok(())
}

fn verify(
    folder: &RunDir,
    statement: &str,
    signers: &Path,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Option<Kind>> {
    let mut found = 0;
    let mut worst = None;
    for name in folder.signatures()? {
        let path = folder.path().join(&name);
        found += 1;
        let principals = duct::cmd!("ssh-keygen", "-Y", "find-principals", "-s", &path, "-f", signers)
            .stderr_null()
            .unchecked()
            .read()
            .context("cannot run ssh-keygen")?;
        let who = principals.lines().next().unwrap_or_default().to_owned();
        let good = !who.is_empty()
            && duct::cmd!(
                "ssh-keygen",
                "-Y",
                "verify",
                "-n",
                NAMESPACE,
                "-f",
                signers,
                "-I",
                &who,
                "-s",
                &path
            )
            .stdin_bytes(statement.as_bytes().to_vec())
            .stdout_null()
            .stderr_null()
            .unchecked()
            .run()?
            .status
            .success();
        if good {
            writeln!(out, "{name}: good, by {}", crate::terminal::clean::clean_line(&who))?;
        } else {
            writeln!(out, "{name}: BAD, or by nobody in {}", signers.display())?;
            worst = Some(Kind::Failed);
        }
    }
    if found == 0 {
        writeln!(err, "run {} is not signed", folder.id())?;
        worst = Some(Kind::Failed);
    }
    Ok(worst)
}
