//! Colour, where there is one, always beside a glyph and a word, never instead of them.

/// What a piece of text is, not how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Titles and the command itself.
    Strong,
    /// What can be read later.
    Dim,
    /// It went well.
    Good,
    /// Look here.
    Warn,
    /// It went wrong, or it destroys.
    Bad,
    /// A key to press.
    Key,
}

/// Whether colours and wide glyphs can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// ANSI colours.
    pub colour: bool,
    /// Glyphs beyond ASCII.
    pub unicode: bool,
}

impl Style {
    /// Neither colour nor glyphs: for pipes, screen readers and `TERM=dumb`.
    pub const PLAIN: Style = Style { colour: false, unicode: false };

    /// `text` in the colours of `role`.
    pub fn paint(self, role: Role, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        let code = match role {
            Role::Strong => "1",
            Role::Dim => "2",
            Role::Good => "32",
            Role::Warn => "33",
            Role::Bad => "1;31",
            Role::Key => "36",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    /// A glyph, or its ASCII stand-in.
    pub fn glyph(self, wide: &'static str, ascii: &'static str) -> &'static str {
        if self.unicode { wide } else { ascii }
    }

    /// `[e]dit`, with the key marked.
    pub fn key(self, key: &str, rest: &str) -> String {
        format!("{}{rest}", self.paint(Role::Key, &format!("[{key}]")))
    }
}

/// Decides from the environment: `NO_COLOR`, `CLICOLOR_FORCE`, `TERM`, the locale, and whether
/// the output is a terminal.
pub fn detect(env: impl Fn(&str) -> Option<String>, terminal: bool, plain: bool) -> Style {
    let set = |name: &str| env(name).is_some_and(|value| !value.is_empty());
    let dumb = env("TERM").is_none_or(|term| term == "dumb" || term.is_empty());
    let forced = env("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0");
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| env(name).filter(|v| !v.is_empty()));
    let utf8 = locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    });
    Style {
        colour: !plain && !set("NO_COLOR") && (forced || terminal && !dumb),
        unicode: utf8 && !plain && !dumb,
    }
}
