//! What lies where a link leads: names letter by letter, anchors of headings.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use crate::runbook::{self, Section};
use crate::source::Source;

/// Whether a path is there.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum There {
    /// Yes, or a site generator would find it.
    Yes,
    /// Only with other capitals.
    OtherCase(String),
    /// No; perhaps something nearly of its name.
    No(Option<String>),
}

/// The names in a folder, read once for all links into it.
type Names = Arc<Vec<OsString>>;

/// Where the link `to` of `file` (absolute), which lies in the repository at `root`, leads; none where
/// only the forge can know.
pub(super) fn resolve(file: &Path, root: Option<&Path>, to: &str) -> Option<PathBuf> {
    let folder = file.parent()?;
    let path = match to.strip_prefix('/') {
        // Absolute links are the forge's or the site's: relative to the repository.
        Some(rest) => super::walk::joined(root?, rest),
        None => super::walk::joined(folder, to),
    };
    // `../../issues` leads out of the repository, to the forge's own pages.
    if root.is_some_and(|root| !path.starts_with(root)) { None } else { Some(path) }
}

/// The root of the repository that holds `file`.
pub(super) fn root_of(file: &Path) -> Option<PathBuf> {
    root_above(file.parent()?)
}

/// The root of the repository that holds `folder`; asked once for each folder on the way up.
fn root_above(folder: &Path) -> Option<PathBuf> {
    static ROOTS: Once<Option<PathBuf>> = Once::new();
    ROOTS.get(folder, || match folder.join(".git").exists() {
        true => Some(folder.to_owned()),
        false => root_above(folder.parent()?),
    })
}

/// Whether `path` is there, capitals counted.
pub(super) fn there(path: &Path) -> There {
    let Some(name) = path.file_name() else { return There::Yes };
    let Some(folder) = path.parent() else { return There::Yes };
    let names = names(folder);
    if names.iter().any(|known| known == name) || folder.as_os_str().is_empty() {
        return if is_exact(folder) { There::Yes } else { There::OtherCase(folder.display().to_string()) };
    }
    let wanted = name.to_string_lossy();
    let shown = || names.iter().filter_map(|known| known.to_str());
    // Sites are linked without the ending.
    let page = |known: &str| known.strip_suffix(".md") == Some(&*wanted);
    if !wanted.contains('.') && shown().any(page) {
        return There::Yes;
    }
    match shown().find(|known| same_but_for_case(known, &wanted)) {
        Some(other) => There::OtherCase(other.to_owned()),
        None => There::No(super::suggest(&wanted, shown()).map(str::to_owned)),
    }
}

fn same_but_for_case(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(other);
    }
    one.to_lowercase() == other.to_lowercase()
}

/// Whether the folder is there as written, where the file system would forgive other capitals.
fn is_exact(folder: &Path) -> bool {
    if cfg!(target_os = "linux") {
        return true;
    }
    folder.ancestors().take(8).all(|folder| match (folder.file_name(), folder.parent()) {
        (Some(name), Some(parent)) => names(parent).iter().any(|known| known == name),
        _ => true,
    })
}

fn names(folder: &Path) -> Names {
    static FOLDERS: Once<Names> = Once::new();
    FOLDERS.get(folder, || {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        Arc::new(entries.map(|entry| entry.file_name()).collect())
    })
}

/// What is found out once about each path. Nobody waits for somebody else's look at the disk; two
/// who ask at the same time both look.
struct Once<T>(OnceLock<Mutex<HashMap<OsString, T>>>);

impl<T: Clone> Once<T> {
    const fn new() -> Self {
        Once(OnceLock::new())
    }

    fn get(&self, path: &Path, find: impl FnOnce() -> T) -> T {
        let known =
            || self.0.get_or_init(Mutex::default).lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // By its bytes: a path compares and hashes its parts.
        let path = path.as_os_str();
        let found = known().get(path).cloned();
        found.unwrap_or_else(|| {
            let found = find();
            known().insert(path.to_owned(), found.clone());
            found
        })
    }
}

/// Whether the Markdown file at `path` has a heading or an HTML anchor called `anchor`; none for
/// anything else.
pub(super) fn is_anchor_of(path: &Path, anchor: &str) -> Option<bool> {
    static FILES: Once<Option<Arc<Headings>>> = Once::new();
    if !path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md")) {
        return None;
    }
    let read = || {
        let text = std::fs::read_to_string(path).ok()?;
        Some(Arc::new(Headings {
            source: Source::new(path.display().to_string(), text),
            read: OnceLock::new(),
        }))
    };
    FILES.get(path, read).map(|known| known.has(anchor))
}

/// A file that others link to; its headings are read when a look at its lines does not find one.
struct Headings {
    source: Arc<Source>,
    read: OnceLock<Vec<Section>>,
}

impl Headings {
    fn has(&self, anchor: &str) -> bool {
        let sections = || self.read.get_or_init(|| runbook::headings(&self.source));
        is_plain_heading(self.source.text(), anchor) || has_anchor(&self.source, sections(), anchor)
    }
}

/// Whether a line outside code blocks is a heading of plain words whose anchor is `anchor`.
fn is_plain_heading(text: &str, anchor: &str) -> bool {
    let bytes = text.as_bytes();
    let mut code = false;
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]);
    for end in ends {
        let line = &text[start..end];
        start = end + 1;
        match line.as_bytes().first() {
            Some(b'#') if !code && is_plain_heading_of(line, anchor) => return true,
            // Most lines begin with a letter.
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'#') | None => {}
            Some(_) => {
                let line = line.trim_start();
                code ^= line.starts_with("```") || line.starts_with("~~~");
            }
        }
    }
    false
}

/// Whether the line is a heading whose words and signs mean themselves, and its anchor `anchor`.
fn is_plain_heading_of(line: &str, anchor: &str) -> bool {
    // Signs that an anchor leaves out, and that are no Markdown.
    const SIGNS: &[u8] = b" -.,:;?/()\r";
    let words = line.trim_start_matches('#');
    let level = line.len() - words.len();
    matches!(level, 1..=6)
        && words.starts_with(' ')
        && words.len() <= anchor.len() + 12
        && words.bytes().all(|byte| byte.is_ascii_alphanumeric() || SIGNS.contains(&byte))
        && runbook::has_anchor(words, anchor)
}

/// Whether a heading or an HTML anchor is called `anchor`.
pub(super) fn has_anchor(source: &Source, sections: &[Section], anchor: &str) -> bool {
    let anchor = decoded(anchor);
    let anchor = anchor.strip_prefix("user-content-").unwrap_or(&anchor);
    if anchor.is_empty() || anchor == "top" || is_lines(anchor) {
        return true;
    }
    if sections.iter().any(|section| section.anchor == anchor) {
        return true;
    }
    // Forges differ in how they treat punctuation: runs of hyphens count as one.
    let wanted = plain(anchor);
    let nearly = |section: &Section| {
        section.anchor.len().abs_diff(anchor.len()) <= 12 && plain(&section.anchor) == wanted
    };
    if sections.iter().any(nearly) {
        return true;
    }
    let text = source.text();
    memchr::memmem::find_iter(text.as_bytes(), anchor).any(|at| {
        let before = text[..at].trim_end_matches(['"', '\'']);
        before.ends_with("id=")
            || before.ends_with("name=")
            || before.ends_with("{#")
            // A label of MyST.
            || before.ends_with('(') && text[at + anchor.len()..].starts_with(")=")
    })
}

/// `L10`, `L10-L20`: lines of the file, as forges have them.
fn is_lines(anchor: &str) -> bool {
    let line = |part: &str| {
        part.strip_prefix('L')
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    anchor.split('-').all(line)
}

/// Whether a link of `text` may lead to a label that stands in any file: MyST, which Sphinx reads.
pub(super) fn has_labels(text: &str) -> bool {
    let has = |sign: &str| memchr::memmem::find(text.as_bytes(), sign.as_bytes());
    let label = || {
        memchr::memmem::find_iter(text.as_bytes(), ")=\n")
            .any(|at| text[..at].rsplit('\n').next().is_some_and(|line| line.starts_with('(')))
    };
    ["```{", ":::{", "{ref}`", "{doc}`"].iter().any(|sign| has(sign).is_some()) || label()
}

/// In small letters, with one hyphen where there are several, and none at the ends.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        if !(c == '-' && out.ends_with('-')) {
            out.push(c);
        }
    }
    out.trim_matches('-').to_owned()
}

/// `%20` and the like as what they stand for.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.filter(|_| bytes[at] == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_count_letter_by_letter() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join(".git")).unwrap();
        std::fs::create_dir(root.path().join("db")).unwrap();
        std::fs::write(root.path().join("db/Lag.md"), "# Lag\n").unwrap();
        let file = root.path().join("db/x.md");
        let at = |to: &str| resolve(&file, root_of(&file).as_deref(), to).map(|path| there(&path));
        assert_eq!(at("Lag.md"), Some(There::Yes));
        assert_eq!(at("./../db/Lag.md"), Some(There::Yes));
        assert_eq!(at("/db/Lag.md"), Some(There::Yes));
        assert_eq!(at("Lag"), Some(There::Yes));
        assert_eq!(at("lag.md"), Some(There::OtherCase("Lag.md".into())));
        assert_eq!(at("Lagg.md"), Some(There::No(Some("Lag.md".into()))));
        assert_eq!(at("../../issues"), None);
        assert_eq!(decoded("a%20b%zz"), "a b%zz");
    }

    #[test]
    fn lines_and_labels_are_anchors() {
        let source = Source::new("a.md", "(shop)=\n# A\n".to_owned());
        let has = |anchor: &str| has_anchor(&source, &[], anchor);
        assert!(has("shop") && has("L10") && has("L10-L20"));
        assert!(!has("L") && !has("L1x") && !has("A-L1") && !has("sho"));
        assert!(has_labels("# A\n(shop)=\n# B\n") && has_labels("Look at {ref}`shop`."));
        assert!(!has_labels("# A\n\nf(x)=\n\n```sh\nls\n```\n"));
    }
}
