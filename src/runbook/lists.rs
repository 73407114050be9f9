//! Which lists are steps, and which of those ask to pick one.

use super::blocks::Kind;
use super::fences::Class;
use super::outline::View;
use super::words;
use crate::source::trim;

/// What a list is.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// Outside a context section its items are steps.
    pub is_steps: bool,
    /// Its items are plainly something to do: boxes, instructions, blocks of commands.
    pub is_work: bool,
    /// Its items are alternatives.
    pub choice: bool,
    /// An item holds a runnable fence or an inline command.
    pub has_command: bool,
    /// The number of the last item, in an ordered list.
    pub last_number: Option<u32>,
    /// An ordered list whose numbers are all 1.
    pub all_ones: bool,
    /// The last item announces what follows.
    pub ends_in_colon: bool,
}

/// Looks at the list in `list`, with the blocks before and after it.
pub(super) fn look(view: &View, list: usize, before: Option<usize>, after: Option<usize>) -> Look {
    let doc = &view.doc;
    let ordered = matches!(doc.blocks[list].kind, Kind::List(Some(_)));
    let mut look = Look { all_ones: ordered, ..Look::default() };
    let intro =
        before.filter(|&block| doc.blocks[block].kind == Kind::Para).map_or("", |block| doc.text(block));
    let (offers, tells_things) = (words::introduces_choice(intro), words::introduces_things(intro));
    // Numbers below data may well count what its names mean.
    let below_data =
        before.is_some_and(|block| matches!(doc.blocks[block].kind, Kind::Code(_)) && !view.acts(block));
    // A numbered list is steps whatever its items say, unless its introduction asks for a look.
    let read = !ordered || offers || tells_things || below_data;
    let mut names = 0_usize;
    let (mut items, mut told, mut ifs, mut acting, mut boxes) = (0_usize, 0_usize, 0_usize, 0_usize, false);
    let (mut backwards, mut last_if, mut links) = (false, false, 0_usize);
    let (mut last_back, mut fallback) = (false, false);
    let (mut fenced, mut options, mut cases) = (false, 0_usize, 0_usize);
    let tabs = is_tabs(view, list);
    let mut last = None;
    for item in doc.children(list) {
        items += 1;
        last = Some(item);
        let text = doc.children(item).next().filter(|&child| doc.blocks[child].kind == Kind::Para);
        // How much of its text is a link, in tenths.
        let (first, tenths) = text.map_or(("", 0), |child| {
            let text = trim(doc.text(child));
            (text, doc.blocks[child].linked as usize * 10 / text.len().max(1))
        });
        let linked = tenths >= 9;
        boxes |= doc.blocks[item].kind == Kind::Item(true);
        let runnable = view.has_runnable(item);
        fenced |= runnable;
        // Alternatives are counted from the first item on.
        options += usize::from(options + 1 == items && words::option_number(first) == Some(items));
        // Whether it matters how many of the items are something to do.
        let counts = read && (offers || tells_things || below_data || options == items);
        let command = (counts || !look.has_command)
            && (runnable
                || view.has_inline_command(item)
                || text.is_some_and(|child| view.is_only_command(child))
                || !ordered
                    && text.is_some_and(|child| {
                        may_go_on_plain(first, doc.blocks[child].broken) && view.has_plain_command(child)
                    }));
        look.has_command |= command;
        if below_data && text.is_some_and(|child| begins_with_name(view, child)) {
            names += 1;
        }
        if read {
            let mut sentences = words::sentences(first);
            let instruction = !linked
                && sentences.next().is_some_and(words::is_imperative)
                && !text.is_some_and(|child| defines_name(view, child) || defines_option(view, child));
            told += usize::from(instruction);
            let mut acts = || instruction || command || sentences.any(words::is_imperative);
            acting += usize::from(counts && acts() && !text.is_some_and(|child| defines_option(view, child)));
        }
        // Nor are they cases where two of them are none, whatever the others are.
        last_if = (offers || ifs + 2 >= items) && words::begins_with_if(first);
        ifs += usize::from(last_if);
        // The last of them may well stand for all that is left.
        backwards |= last_back;
        let sentence = if last_if || offers { words::first_sentence(first) } else { "" };
        last_back = !sentence.is_empty() && words::looks_back(sentence);
        fallback = last_back && (last_if || offers) && words::is_fallback(sentence);
        cases += usize::from(!ordered && cases + 1 == items && words::names_case(first));
        links += usize::from(tenths >= 6);
        look.all_ones = look.all_ones && number(view, item) == Some(1);
    }
    if let Some(last) = last {
        look.ends_in_colon = last_text_ends_in_colon(view, last);
        look.last_number = if ordered { number(view, last) } else { None };
    }
    let fence_follows = look.ends_in_colon && after.is_some_and(|block| view.class(block) == Class::Runnable);
    look.has_command |= fence_follows;
    backwards |= last_back && !fallback;
    // "Otherwise" closes a list of ifs.
    let all_ifs = items > 1
        && !backwards
        && (ifs == items || (ifs + 1 == items && !last_if && ifs > 1 && is_else(view, list)));
    let introduced = items > 1 && !backwards && offers;
    let half = |count: usize| items > 0 && count * 2 >= items;
    let counted = items > 1 && options == items && (ordered || half(acting));
    let by_case = items > 1 && cases == items && half(told);
    let all_ifs = all_ifs || counted || by_case || items > 1 && tabs;
    // References, and "there are three reasons:", are no steps even if they are numbered.
    let things = links == items || (acting == 0 && (tells_things || (below_data && names == items)));
    // "The script will:" tells what nobody has to do, unless they do it with what stands in the items.
    let does = !fenced && !boxes && words::says_what_it_does(intro);
    // "Examples of when this is of use: prepare a move" tells nobody to prepare one.
    if does || !(ordered || look.has_command) && words::introduces_examples(intro) {
        told = 0;
    }
    look.has_command &= !does;
    let numbered = ordered && !things && !does;
    look.is_steps =
        numbered || boxes || look.has_command || half(told) || all_ifs || (introduced && half(acting));
    look.is_steps &= !tabs || look.has_command || half(acting);
    look.is_work = boxes || fenced || fence_follows || all_ifs || half(told) || ordered;
    look.choice = look.is_steps && !boxes && (all_ifs || (introduced && half(acting)));
    look
}

/// A look at the first letter of an item: a command without any mark begins with a small one, and so does
/// a line of it.
fn may_go_on_plain(text: &str, broken: bool) -> bool {
    broken || matches!(text.as_bytes().first(), Some(b'a'..=b'z' | b'.' | b'$'))
}

/// Whether a paragraph begins with inline code, an article aside: "The `port` is ...".
fn begins_with_name(view: &View, para: usize) -> bool {
    let start = view.doc.text_start(para);
    view.doc.codes(para).first().is_some_and(|code| code.at.0 - start <= 4)
}

/// Whether a paragraph tells what an option of a command does: "`--force`: Skip the question."
fn defines_option(view: &View, para: usize) -> bool {
    let Some(code) = view.doc.codes(para).first() else { return false };
    let start = view.doc.text_start(para);
    let text = view.doc.text(para);
    let option = code.at.0 == start && text.starts_with('-');
    option
        && text.get((code.at.1 - start) as usize..).is_some_and(|after| after.trim_start().starts_with(':'))
}

/// Whether a paragraph tells what a name means, be it with a verb: "`port` (number) - Specifies ...".
fn defines_name(view: &View, para: usize) -> bool {
    if !begins_with_name(view, para) {
        return false;
    }
    let start = view.doc.text_start(para);
    let text = view.doc.text(para);
    let codes = view.doc.codes(para).iter().take(2);
    codes.map(|code| (code.at.1 - start) as usize).any(|end| {
        let after = text.get(end..).unwrap_or("").trim_start();
        let after = match after.strip_prefix('(').and_then(|kind| kind.split_once(')')) {
            Some((kind, rest)) if kind.len() < 40 => rest.trim_start(),
            _ => after,
        };
        ["- ", "– ", "— "].iter().any(|dash| after.starts_with(dash))
    })
}

/// Whether the last item of the list begins with "otherwise" or "else".
fn is_else(view: &View, list: usize) -> bool {
    let Some(last) = view.doc.children(list).last() else { return false };
    let text = view.doc.children(last).next().map_or("", |child| view.doc.text(child));
    let lower: Vec<String> =
        words::Words { rest: text }.take(3).map(|word| word.text.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    matches!(
        lower[..],
        ["otherwise" | "else", ..]
            | ["in" | "for" | "on", "other" | "others", ..]
            | ["in" | "for" | "on", "all" | "any", "other" | "others", ..]
    )
}

/// Whether the item begins with a paragraph, and its last one ends in a colon, so that what follows
/// belongs to it.
fn last_text_ends_in_colon(view: &View, item: usize) -> bool {
    let mut children = view.doc.children(item);
    let Some(first) = children.next() else { return false };
    let last = children.last().unwrap_or(first);
    view.doc.blocks[first].kind == Kind::Para
        && view.doc.blocks[last].kind == Kind::Para
        && view.doc.text(last).trim_end().ends_with(':')
}

/// The number an ordered item is written with.
fn number(view: &View, item: usize) -> Option<u32> {
    let text = view.source.slice(view.doc.blocks[item].span).trim_start();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text[..digits].parse().ok()
}

/// Whether a block after a list is written as a part of its last item, though Markdown reads it as
/// the end of the list: it is indented more than the list, but not by the width of the marker
/// (three columns do for `9.` and not for `10.`), or it is a fence on the very next line.
pub(super) fn is_meant_within(view: &View, list: usize, block: usize) -> bool {
    let blocks = &view.doc.blocks;
    let kind = blocks[block].kind;
    if !matches!(kind, Kind::Code(_) | Kind::Para | Kind::List(_) | Kind::Table | Kind::Quote) {
        return false;
    }
    let text = view.source.text();
    let column = |block: usize| {
        let start = blocks[block].span.start;
        let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
        text[line..].bytes().position(|byte| byte != b' ').filter(|&column| line + column >= start)
    };
    if let (Some(list), Some(block)) = (column(list), column(block))
        && list < block
    {
        return true;
    }
    let Kind::Code(_) = kind else { return false };
    let end = blocks[list].span.start + view.source.slice(blocks[list].span).trim_end().len();
    let start = blocks[block].span.start;
    let fenced = text[start..].starts_with(['`', '~']);
    fenced && text.get(end..start).is_some_and(|between| between.matches('\n').count() == 1)
}

/// Whether the list is a set of tabs, each an item, as [`super::blocks`] reads them.
fn is_tabs(view: &View, list: usize) -> bool {
    view.source.text()[view.doc.blocks[list].span.start..].starts_with("===")
}

/// Whether a list inside a step is a choice: then its commands must not run one after the other.
pub(super) fn is_inner_choice(view: &View, list: usize) -> bool {
    let doc = &view.doc;
    if is_tabs(view, list) {
        return doc.children(list).nth(1).is_some();
    }
    let (mut items, mut ifs, mut options, mut backwards) = (0_usize, 0_usize, 0_usize, false);
    for item in doc.children(list) {
        let text = doc.children(item).next().filter(|&child| doc.blocks[child].kind == Kind::Para);
        let text = text.map_or("", |child| doc.text(child));
        items += 1;
        let is_if = ifs + 2 >= items && words::begins_with_if(text);
        ifs += usize::from(is_if);
        options += usize::from(options + 1 == items && words::option_number(text) == Some(items));
        backwards |= is_if && words::looks_back(text);
        // Two that are no case, and one that is not counted, spoil either.
        if ifs + 1 < items && options < items {
            return false;
        }
    }
    let all_ifs = ifs == items || (ifs + 1 == items && ifs > 1 && is_else(view, list));
    items > 1 && (!backwards && all_ifs || options == items)
}

/// How many of the blocks between two steps still speak of the first: everything up to its last
/// output or table, and what says what it did. The rest introduces the second.
pub(super) fn afterword(view: &View, prose: &[usize]) -> usize {
    let doc = &view.doc;
    let mut stays = prose
        .iter()
        .rposition(|&block| doc.blocks[block].kind != Kind::Para && doc.blocks[block].kind != Kind::Html)
        .map_or(0, |at| at + 1);
    while stays < prose.len()
        && doc.blocks[prose[stays]].kind == Kind::Para
        && tells_result(doc.text(prose[stays]))
    {
        stays += 1;
    }
    stays
}

/// "You should see", "This will restart it", "The output shows", "Expected output:".
pub(super) fn tells_result(text: &str) -> bool {
    let sentence = words::first_sentence(text).to_ascii_lowercase();
    let mut words = words::Words { rest: &sentence }.map(|word| word.text);
    let (first, second, third) =
        (words.next().unwrap_or(""), words.next().unwrap_or(""), words.next().unwrap_or(""));
    match first {
        "this" | "it" | "these" | "which" => matches!(
            second,
            "will"
                | "should"
                | "shows"
                | "lists"
                | "prints"
                | "returns"
                | "gives"
                | "command"
                | "means"
                | "outputs"
                | "produces"
                | "results"
                | "is"
                | "takes"
        ),
        "you" => matches!(
            (second, third),
            ("should", "see" | "get" | "now" | "have") | ("will", "see" | "get" | "be") | ("'ll", _)
        ),
        "the" => {
            matches!(second, "output" | "result" | "results" | "command" | "response" | "expected" | "above")
        }
        "expected" | "output" | "result" | "results" | "returns" | "sample" | "prints" | "resulting" => true,
        "example" => matches!(second, "output" | "result" | "response") || second.is_empty(),
        _ => false,
    }
}
