//! The sentence of the document that explains a placeholder.

use std::collections::HashMap;

use super::blocks::{Document, Kind};
use super::placeholder::key;
use super::{Placeholder, Step, words};
use crate::source::{Source, contains_ignoring_case};

/// Longest explanation, in bytes: a line of a megabyte explains nothing.
const LONGEST: usize = 400;

/// For each of the placeholders what goes into [`Placeholder::explained`].
pub(super) fn explanations(
    source: &Source,
    doc: &Document,
    steps: &[Step],
    placeholders: &[Placeholder],
) -> Vec<Option<String>> {
    if placeholders.is_empty() {
        return Vec::new();
    }
    let mentions = mentions(doc, placeholders);
    let explain = |placeholder: &Placeholder| {
        let first = placeholder.spans.first().map_or(0, |span| span.start);
        let named = mentions.get(placeholder.key.as_str());
        // What says what it is, else what tells to fill it in, else the mention next before the command, else
        // the first after it.
        let nearest = named.and_then(|found| {
            let after = found.partition_point(|mention| mention.at <= first);
            let best =
                |is: fn(&&Mention<'_>) -> bool| found[..after].iter().rev().chain(&found[after..]).find(is);
            let told = || best(|mention| mention.defines).or_else(|| best(|mention| mention.fills_in));
            told().or_else(|| after.checked_sub(1).map(|before| &found[before])).or(found.first())
        });
        let commented = || by_comment(source, doc, placeholder, first);
        match nearest {
            Some(mention) if mention.defines => Some(mention.sentence.to_owned()),
            Some(mention) => commented().or_else(|| Some(mention.sentence.to_owned())),
            None => commented().or_else(|| by_words(doc, steps, placeholder, first)),
        }
    };
    placeholders.iter().map(explain).collect()
}

/// A sentence that names a placeholder.
struct Mention<'d> {
    /// Where its paragraph begins.
    at: usize,
    sentence: &'d str,
    /// Whether it says what it is: "`$upstream` is the host ...".
    defines: bool,
    /// Whether it tells to put something in for a variable: "replace `$upstream` with ...".
    fills_in: bool,
}

/// For each key the sentences that name it.
fn mentions<'d>(doc: &'d Document, placeholders: &[Placeholder]) -> HashMap<String, Vec<Mention<'d>>> {
    let mut found: HashMap<String, Vec<Mention<'_>>> =
        placeholders.iter().map(|placeholder| (placeholder.key.clone(), Vec::new())).collect();
    // A look at the first letter: most names have none of a key.
    let mut initials = [false; 256];
    for placeholder in placeholders {
        initials[usize::from(placeholder.key.bytes().next().unwrap_or(0))] = true;
    }
    let may_be_key = |name: &str| {
        let first = name.bytes().find(|byte| !matches!(byte, b'<' | b'>' | b'{' | b'}' | b'$' | b' '));
        let first = first.unwrap_or(0).to_ascii_lowercase();
        !first.is_ascii_alphanumeric() || initials[usize::from(first)]
    };
    for (block, about) in doc.blocks.iter().enumerate() {
        if !matches!(about.kind, Kind::Para | Kind::Table) {
            continue;
        }
        let text = doc.text(block);
        if doc.codes(block).is_empty() && !may_name(text) {
            continue;
        }
        // A row of a table says it in its other cells.
        let rows = (about.kind == Kind::Table).then(|| text.split('\n').map(str::trim)).into_iter().flatten();
        let sentences = (about.kind == Kind::Para).then(|| words::sentences(text)).into_iter().flatten();
        let base = doc.text_start(block) as usize;
        let mut codes = doc.codes(block).iter().peekable();
        for sentence in rows.chain(sentences) {
            let end = sentence.as_ptr() as usize - text.as_ptr() as usize + sentence.len();
            // Inline code of its own: "where `NODE` is the node".
            let own = std::iter::from_fn(|| codes.next_if(|code| (code.at.0 as usize) < base + end));
            let own = own.map(|code| doc.text_at(code.at)).filter(|name| name.len() <= 100);
            for name in names(sentence).chain(own) {
                if sentence.len() <= LONGEST
                    && may_be_key(name)
                    && let Some(list) = found.get_mut(&key(name))
                    && list.last().is_none_or(|last| last.sentence != sentence)
                {
                    let defines = defines(sentence, name);
                    let fills_in = !defines && name.starts_with('$') && fills_in(sentence, name);
                    list.push(Mention { at: about.span.start, sentence, defines, fills_in });
                }
            }
        }
    }
    found
}

/// Whether what stands behind the name that the sentence begins with says what it is: "is the host", "means", "stands for".
fn defines(sentence: &str, name: &str) -> bool {
    let start = (name.as_ptr() as usize).wrapping_sub(sentence.as_ptr() as usize);
    let Some((before, after)) = sentence.get(..start).zip(sentence.get(start.wrapping_add(name.len())..))
    else {
        return false;
    };
    // "The `job` is the first to start" is said of what the value is called after.
    if !before.trim_matches(['<', '{', '`', '*', '"', ' ', '(']).is_empty()
        && !before.trim_start().eq_ignore_ascii_case("where ")
    {
        return false;
    }
    let after = after.trim_start_matches(['>', '}', '`', '*', '"', '\'', ' ', '\n']);
    ["is the ", "is a ", "is an ", "is your ", "are the ", "means ", "stands for ", "denotes "]
        .iter()
        .any(|says| after.starts_with(says))
}

/// Whether the sentence tells to put something in for the variable or placeholder that it names as `name`: "You will
/// need to replace $NAME with the name of the group", "plug in the old address as `$FROM`".
pub(crate) fn tells_to_fill_in(sentence: &str, name: &str) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let bare = name.trim_start_matches('$');
    let place = sentence.match_indices(bare).find(|&(at, _)| {
        let marked = !name.starts_with('$') || sentence[..at].trim_end_matches('{').ends_with('$');
        marked && !sentence.as_bytes().get(at + bare.len()).is_some_and(is_part)
    });
    place.is_some_and(|(at, _)| fills_in(sentence, &sentence[at..at + bare.len()]))
}

/// Whether a verb of filling in stands before `name`, a part of the sentence.
fn fills_in(sentence: &str, name: &str) -> bool {
    let start = (name.as_ptr() as usize).wrapping_sub(sentence.as_ptr() as usize);
    let Some(before) = sentence.get(..start) else { return false };
    words::Words { rest: before }.any(|word| {
        matches!(
            &*word.lower(),
            "adjust"
                | "assign"
                | "assigned"
                | "choose"
                | "fill"
                | "plug"
                | "provide"
                | "provided"
                | "replace"
                | "replaced"
                | "replacing"
                | "set"
                | "setting"
                | "substitute"
                | "supplied"
                | "supply"
        )
    })
}

/// The longest block whose comments are read for what they explain, in bytes.
const LONGEST_SCRIPT: usize = 8192;

/// "# Replace <pod> with the name from the list above": the comment in the block that uses it.
fn by_comment(source: &Source, doc: &Document, placeholder: &Placeholder, first: usize) -> Option<String> {
    let after = doc.blocks.partition_point(|block| block.span.start <= first);
    let block = &doc.blocks[after.checked_sub(1)?];
    let Kind::Code(_) = block.kind else { return None };
    // Most blocks have no comment.
    let text = source.slice(block.span);
    if text.len() > LONGEST_SCRIPT || memchr::memchr(b'#', text.as_bytes()).is_none() {
        return None;
    }
    let mut comments = text.lines().filter_map(|line| line.trim_start().strip_prefix('#'));
    comments.find_map(|comment| {
        let comment = comment.trim_start_matches(['#', ' ']);
        let says = ["Replace ", "replace ", "Substitute ", "substitute ", "where ", "Set ", "Change "];
        let told = comment.len() <= LONGEST && says.iter().any(|word| comment.starts_with(word));
        (told && names(comment).any(|name| key(name) == placeholder.key)).then(|| comment.trim().to_owned())
    })
}

/// What in a sentence looks like a placeholder: `<name>`, `$NAME`, `NAME_WITH_PARTS`.
fn names(sentence: &str) -> impl Iterator<Item = &str> {
    let angled = memchr::memchr_iter(b'<', sentence.as_bytes()).filter_map(|at| {
        let rest = &sentence[at + 1..];
        rest.split_once(['<', '>'])
            .filter(|(name, _)| rest[name.len()..].starts_with('>'))
            .map(|(name, _)| name)
    });
    let plain = signed_words(sentence)
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| word.starts_with('$') || word.contains('_') || word.starts_with("YOUR"));
    angled.chain(plain)
}

/// The words of a sentence that hold a `$`, `_` or `Y`.
fn signed_words(sentence: &str) -> impl Iterator<Item = &str> {
    let is_end = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '(' | ')' | '`' | '"' | '\'');
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + memchr::memchr3(b'$', b'_', b'Y', &sentence.as_bytes()[from..])?;
        let start = sentence[from..at].char_indices().rev().find(|&(_, c)| is_end(c));
        let start = start.map_or(from, |(before, c)| from + before + c.len_utf8());
        let end = sentence[at..].find(is_end).map_or(sentence.len(), |len| at + len);
        from = end;
        Some(&sentence[start..end])
    })
}

/// A look at the signs: whether [`names`] can find anything.
fn may_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr3(b'<', b'$', b'_', bytes).is_some()
        || memchr::memchr_iter(b'Y', bytes).any(|at| bytes[at..].starts_with(b"YOUR"))
}

/// "Find the name of the pod" for `<pod name>`: a sentence of the step with all its words.
fn by_words(doc: &Document, steps: &[Step], placeholder: &Placeholder, first: usize) -> Option<String> {
    let after = steps.partition_point(|step| step.span.start <= first);
    let step = after.checked_sub(1).and_then(|at| steps.get(at))?;
    let wanted: Vec<&str> = placeholder.key.split('_').filter(|word| word.len() > 1).collect();
    if wanted.is_empty() || wanted.len() > 5 {
        return None;
    }
    let from = doc.blocks.partition_point(|block| block.span.start < step.span.start);
    let mut seen = 0;
    for block in from..doc.blocks.len() {
        let about = &doc.blocks[block];
        // Only what stands near: a step of a megabyte is not searched for each of its names.
        seen += about.span.len();
        if about.span.start >= step.span.end || seen > 8192 {
            break;
        }
        if about.kind != Kind::Para {
            continue;
        }
        let text = doc.text(block);
        if !wanted.iter().all(|word| contains_ignoring_case(text, word)) {
            continue;
        }
        let hit = words::sentences(text).find(|sentence| {
            let lower = sentence.to_ascii_lowercase();
            sentence.len() <= LONGEST
                && wanted.iter().all(|word| words::Words { rest: &lower }.any(|found| found.text == *word))
        });
        if let Some(sentence) = hit {
            return Some(sentence.to_owned());
        }
    }
    None
}
