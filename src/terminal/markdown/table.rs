//! A table: side by side where it fits, cells wrapped where that helps, else a list of its rows.

use super::inline::Inline;
use crate::terminal::style::{Role, Style};

/// Between two columns.
const GAP: usize = 2;

/// Lines of a table of `columns` columns; the first row is its head.
pub(super) fn lines(rows: &[Vec<Inline>], columns: usize, style: Style) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let Some(head) = rows.first().filter(|_| count > 0) else { return Vec::new() };
    match widths(rows, count, columns) {
        Some(widths) => side_by_side(rows, &widths, style),
        None => row_by_row(head, &rows[1..], columns, style),
    }
}

/// How wide each column is; none where they do not fit beside each other.
fn widths(rows: &[Vec<Inline>], count: usize, columns: usize) -> Option<Vec<usize>> {
    let room = columns.checked_sub(GAP * (count - 1))?;
    let of = |measure: fn(&Inline) -> usize| -> Vec<usize> {
        (0..count).map(|n| rows.iter().filter_map(|row| row.get(n)).map(measure).max().unwrap_or(0)).collect()
    };
    let natural = of(Inline::width);
    if natural.iter().sum::<usize>() <= room {
        return Some(natural);
    }
    let mut widths: Vec<usize> =
        of(Inline::narrowest).iter().zip(&natural).map(|(least, all)| (*least).max(12).min(*all)).collect();
    let mut left = room.checked_sub(widths.iter().sum())?;
    // What is left goes to those that want more, a column at a time, so that none starves.
    while left > 0 {
        let wanting = (0..count).filter(|&n| widths[n] < natural[n]).max_by_key(|&n| natural[n] - widths[n]);
        let Some(n) = wanting else { break };
        widths[n] += 1;
        left -= 1;
    }
    Some(widths)
}

fn side_by_side(rows: &[Vec<Inline>], widths: &[usize], style: Style) -> Vec<String> {
    let mut lines = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let cells: Vec<Vec<(String, usize)>> = widths
            .iter()
            .enumerate()
            .map(|(n, width)| row.get(n).map(|cell| cell.lines((*width).max(1), style)).unwrap_or_default())
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
        for line in 0..height {
            let mut out = String::new();
            let mut owed = 0;
            for (cell, width) in cells.iter().zip(widths) {
                let (text, used) = cell.get(line).map_or(("", 0), |(text, used)| (text.as_str(), *used));
                if !text.is_empty() {
                    out.push_str(&" ".repeat(owed));
                    out.push_str(text);
                    owed = 0;
                }
                owed += width.saturating_sub(if text.is_empty() { 0 } else { used }) + GAP;
            }
            lines.push(out);
        }
        if n == 0 {
            let rules: Vec<String> =
                widths.iter().map(|width| style.glyph("─", "-").repeat((*width).max(1))).collect();
            lines.push(style.paint(Role::Dim, &rules.join(&" ".repeat(GAP))));
        }
    }
    lines
}

fn row_by_row(head: &[Inline], rows: &[Vec<Inline>], columns: usize, style: Style) -> Vec<String> {
    let mut lines = Vec::new();
    let room = columns.saturating_sub(2).max(1);
    let put = |cell: &Inline, lines: &mut Vec<String>| {
        for (n, (line, _)) in cell.lines(room, style).into_iter().enumerate() {
            lines.push(if n == 0 { line } else { format!("  {line}") });
        }
    };
    if rows.is_empty() {
        head.iter().for_each(|cell| put(cell, &mut lines));
    }
    for (n, row) in rows.iter().enumerate() {
        if n > 0 {
            lines.push(String::new());
        }
        for (n, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let mut labelled = Inline::default();
            if let Some(name) = head.get(n).filter(|name| !name.is_empty()) {
                labelled.text(&format!("{}: ", name.plain()), Some(Role::Dim));
            }
            labelled.append(cell);
            put(&labelled, &mut lines);
        }
    }
    lines
}
