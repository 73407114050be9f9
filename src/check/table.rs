//! The table with one row: its header names the fields.
//!
//! Known shapes: tabs (`mysql -B`), borders of `|` (`mysql -t`, `psql`), aligned columns (`kubectl`,
//! `docker`, `df`). A table with more rows names nothing, since it would be a guess which row is meant.

/// The pairs of a one-row table, or how many rows it has if they are more.
pub(super) enum Table {
    One(Vec<(String, String)>),
    Many { header: Vec<String>, rows: usize },
}

/// Reads `text` as a table.
pub(super) fn read(text: &str) -> Option<Table> {
    let lines: Vec<&str> =
        text.lines().map(|line| line.trim_end_matches('\r')).filter(|line| !frame(line)).collect();
    let (header, rows) = lines.split_first()?;
    let row = rows.first()?;
    let bordered = text.lines().any(ruler);
    let split = |line: &str| -> Vec<String> {
        if bordered {
            cells(line)
        } else if header.contains('\t') {
            line.split('\t').map(|cell| cell.trim().to_string()).collect()
        } else {
            apart(line).into_iter().map(|(_, cell)| cell.to_string()).collect()
        }
    };
    let names = split(header);
    if rows.len() > 1 {
        return Some(Table::Many { header: names, rows: rows.len() });
    }
    let values = if bordered || header.contains('\t') {
        split(row)
    } else {
        return aligned(header, row).map(Table::One);
    };
    let fits = names.len() == values.len() && names.iter().all(|name| !name.is_empty());
    fits.then(|| Table::One(names.into_iter().zip(values).collect()))
}

/// `-[ RECORD 1 ]---`: psql's expanded form, one `name | value` a line.
pub(super) fn record(line: &str) -> bool {
    line.starts_with("-[ RECORD") || line.starts_with("*[ RECORD")
}

/// `+----+----+` or `----+----`: drawn below a header.
fn ruler(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 3 && line.contains('-') && line.bytes().all(|b| matches!(b, b'-' | b'+' | b'|' | b'='))
}

/// Lines that are not content: rulers, empty ones, psql's row count.
fn frame(line: &str) -> bool {
    let trimmed = line.trim();
    let count = trimmed
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(" row)").or_else(|| rest.strip_suffix(" rows)")));
    trimmed.is_empty() || ruler(line) || count.is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
}

/// The cells between `|`, with or without an outer border.
fn cells(line: &str) -> Vec<String> {
    let mut line = line.trim();
    if let Some(inner) = line.strip_prefix('|') {
        line = inner.strip_suffix('|').unwrap_or(inner);
    }
    line.split('|').map(|cell| cell.trim().to_string()).collect()
}

/// Cells two or more spaces apart, each with the byte it begins at.
fn apart(line: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = None;
    let mut end = 0;
    for (at, c) in line.char_indices() {
        if c != ' ' {
            start.get_or_insert(at);
            end = at + c.len_utf8();
        } else if at > end
            && let Some(from) = start.take()
        {
            // The second space in a row: the cell ended before the first.
            found.push((from, &line[from..end]));
        }
    }
    found.extend(start.map(|from| (from, &line[from..end])));
    found
}

/// Columns under their headings: by gaps, by position where a cell is empty, by words.
fn aligned(header: &str, row: &str) -> Option<Vec<(String, String)>> {
    let names = apart(header);
    let values = apart(row);
    let pair = |names: Vec<&str>, values: Vec<&str>| {
        Some(names.into_iter().map(String::from).zip(values.into_iter().map(String::from)).collect())
    };
    if names.len() > 1 && names.len() == values.len() {
        return pair(names.iter().map(|n| n.1).collect(), values.iter().map(|v| v.1).collect());
    }
    if names.len() > 1
        && header.is_ascii()
        && row.is_ascii()
        && let Some(values) = below(&names, row)
    {
        return pair(names.iter().map(|n| n.1).collect(), values);
    }
    let names: Vec<&str> = header.split_whitespace().collect();
    let values: Vec<&str> = row.split_whitespace().collect();
    (!names.is_empty() && names.len() == values.len()).then(|| pair(names, values)).flatten()
}

/// What stands below each name, if no cell reaches over a column's edge.
fn below<'a>(names: &[(usize, &str)], row: &'a str) -> Option<Vec<&'a str>> {
    let mut values = Vec::new();
    for (i, (start, _)) in names.iter().enumerate() {
        let edge = *start == 0 || row.as_bytes().get(start - 1).is_none_or(|&b| b == b' ');
        if !edge {
            return None;
        }
        let end = names.get(i + 1).map_or(row.len(), |next| next.0.min(row.len()));
        values.push(row.get(*start..end).unwrap_or("").trim());
    }
    Some(values)
}
