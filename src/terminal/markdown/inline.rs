//! Text with marks in it, broken into lines only where nothing is torn: not in a link, not in code
//! that fits, not in a number with its unit.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::terminal::style::{Role, Style};

/// Pieces that stay together on one line.
#[derive(Debug, Clone, Default)]
struct Atom {
    parts: Vec<(String, Option<Role>)>,
    /// Whether a space stands before it, if it does not begin a line.
    spaced: bool,
    /// A new line begins with it.
    breaks: bool,
}

impl Atom {
    fn width(&self) -> usize {
        self.parts.iter().map(|(text, _)| text.width()).sum()
    }

    fn is_number(&self) -> bool {
        let mut chars = self.parts.iter().flat_map(|(text, _)| text.chars()).peekable();
        let digits = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '+' | '-' | '(' | ')');
        chars.peek().is_some() && chars.all(digits)
    }
}

/// A paragraph, a title, a cell of a table.
#[derive(Debug, Clone, Default)]
pub(super) struct Inline {
    atoms: Vec<Atom>,
    /// A space came after the last atom.
    spaced: bool,
    breaks: bool,
}

impl Inline {
    /// Adds prose, which may be broken at its spaces.
    pub fn text(&mut self, text: &str, role: Option<Role>) {
        for c in text.chars() {
            if c.is_whitespace() && c != '\u{a0}' {
                self.spaced = true;
                continue;
            }
            // Scripts without spaces are broken between their characters.
            let wide = c.width() == Some(2);
            let after_wide = self.atoms.last().is_some_and(|atom| {
                atom.parts.last().is_some_and(|(text, _)| {
                    text.chars().next_back().is_some_and(|last| last.width() == Some(2))
                })
            });
            let joins = c.width() == Some(0) || closes(c);
            self.push(c.encode_utf8(&mut [0; 4]), role, (wide || after_wide) && !joins);
        }
    }

    /// Adds what is never torn: a link, code.
    pub fn whole(&mut self, text: &str, role: Option<Role>) {
        self.push(text, role, false);
    }

    /// What follows begins a new line.
    pub fn line_break(&mut self) {
        self.breaks = true;
    }

    fn push(&mut self, text: &str, role: Option<Role>, apart: bool) {
        if self.spaced || self.breaks || apart || self.atoms.is_empty() {
            let (spaced, breaks) = (self.spaced, self.breaks);
            self.atoms.push(Atom { parts: Vec::new(), spaced, breaks });
            (self.spaced, self.breaks) = (false, false);
        }
        let Some(atom) = self.atoms.last_mut() else { return };
        match atom.parts.last_mut() {
            Some((last, same)) if *same == role => last.push_str(text),
            _ => atom.parts.push((text.to_owned(), role)),
        }
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.atoms.is_empty()
    }

    /// Text without marks, on one line.
    pub fn plain(&self) -> String {
        let mut out = String::new();
        for atom in &self.atoms {
            if (atom.spaced || atom.breaks) && !out.is_empty() {
                out.push(' ');
            }
            out.extend(atom.parts.iter().map(|(text, _)| text.as_str()));
        }
        out
    }

    /// Columns on one line.
    pub fn width(&self) -> usize {
        self.plain().width()
    }

    /// Columns of the widest thing that is never torn.
    pub fn narrowest(&self) -> usize {
        self.atoms.iter().map(Atom::width).max().unwrap_or(0)
    }

    /// Adds another text after this one.
    pub fn append(&mut self, other: &Inline) {
        for (n, atom) in other.atoms.iter().enumerate() {
            let mut atom = atom.clone();
            if n == 0 {
                atom.spaced |= self.spaced;
                atom.breaks |= self.breaks;
            }
            self.atoms.push(atom);
        }
        (self.spaced, self.breaks) = (other.spaced, other.breaks);
    }

    /// Gives all of it this role where it has none.
    pub fn tint(&mut self, role: Role) {
        for (_, own) in self.atoms.iter_mut().flat_map(|atom| &mut atom.parts) {
            own.get_or_insert(role);
        }
    }

    /// Lines of at most `columns` where that is possible, painted, each with its width.
    pub fn lines(&self, columns: usize, style: Style) -> Vec<(String, usize)> {
        let mut lines = Vec::new();
        let (mut line, mut used) = (Vec::<&Atom>::new(), 0);
        for (n, atom) in self.atoms.iter().enumerate() {
            let space = usize::from(atom.spaced && !line.is_empty());
            let mut needed = space + atom.width();
            // `10 minutes`, `+1 555 0100` and `step 4` read badly when torn.
            if let Some(next) = self.atoms.get(n + 1).filter(|next| atom.is_number() && !next.breaks) {
                let together = atom.width() + 1 + next.width();
                if together <= columns / 3 {
                    needed = space + together;
                }
            }
            if !line.is_empty() && (used + needed > columns || atom.breaks) {
                lines.push(paint(&std::mem::take(&mut line), style));
                used = 0;
            }
            used += atom.width() + usize::from(atom.spaced && !line.is_empty());
            line.push(atom);
        }
        if !line.is_empty() {
            lines.push(paint(&line, style));
        }
        lines
    }
}

/// Signs that belong to what stands before them.
fn closes(c: char) -> bool {
    matches!(
        c,
        ')' | ']'
            | '}'
            | '.'
            | ','
            | ':'
            | ';'
            | '!'
            | '?'
            | '。'
            | '、'
            | '，'
            | '）'
            | '」'
            | '：'
            | '！'
            | '？'
    )
}

fn paint(atoms: &[&Atom], style: Style) -> (String, usize) {
    let mut parts: Vec<(String, Option<Role>)> = Vec::new();
    for (n, atom) in atoms.iter().enumerate() {
        let space = if n > 0 && atom.spaced { " " } else { "" };
        for (m, (text, role)) in atom.parts.iter().enumerate() {
            let space = if m == 0 { space } else { "" };
            match parts.last_mut() {
                Some((last, same)) if *same == *role => last.push_str(&format!("{space}{text}")),
                Some((last, None)) => {
                    last.push_str(space);
                    parts.push((text.clone(), *role));
                }
                _ if space.is_empty() => parts.push((text.clone(), *role)),
                _ => parts.extend([(space.to_owned(), None), (text.clone(), *role)]),
            }
        }
    }
    let width = parts.iter().map(|(text, _)| text.width()).sum();
    let painted = parts.iter().map(|(text, role)| role.map_or(text.clone(), |role| style.paint(role, text)));
    (painted.collect(), width)
}
