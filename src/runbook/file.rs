//! Reading a runbook's file.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::error::Error;
use crate::source::{Source, Span};

/// Larger files are no runbooks: 32 MiB.
pub const LARGEST: u64 = 32 << 20;

/// Reads the file called `path`; `-` is standard input.
///
/// # Errors
/// [`crate::error::Kind::Refused`] with a sentence and what to do: the file is missing, a folder,
/// not readable, empty, too large, binary, or no UTF-8 (with line and column).
pub fn read_source(path: &str) -> Result<Arc<Source>, Error> {
    if path == "-" {
        let mut bytes = Vec::new();
        let mut input = std::io::stdin().lock().take(LARGEST + 1);
        let read = input.read_to_end(&mut bytes);
        read.map_err(|error| Error::refused(format!("standard input cannot be read: {error}")))?;
        return from_bytes("-", bytes);
    }
    let shown = visible(path);
    let cannot = |error: &std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Error::refused(format!("there is no file `{shown}`"))
            .help("look at the path; FILE#anchor runs one section of a file"),
        std::io::ErrorKind::PermissionDenied => {
            Error::refused(format!("`{shown}` may not be read by this user"))
                .help("look at its permissions with `ls -l`")
        }
        _ => Error::refused(format!("`{shown}` cannot be read: {error}")),
    };
    let about = std::fs::metadata(path).map_err(|error| cannot(&error))?;
    if about.is_dir() {
        let help = format!("name a file in it, for instance {shown}/restore.md");
        return Err(Error::refused(format!("`{shown}` is a folder, not a runbook")).help(help));
    }
    let file = std::fs::File::open(Path::new(path)).map_err(|error| cannot(&error))?;
    let mut bytes = Vec::with_capacity(usize::try_from(about.len().min(LARGEST)).unwrap_or(0) + 1);
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| cannot(&error))?;
    from_bytes(path, bytes)
}

/// Takes the bytes of the file called `name`.
///
/// # Errors
/// As [`read_source`]: empty, too large, binary or no UTF-8.
pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Result<Arc<Source>, Error> {
    let shown = if name == "-" { "standard input".to_owned() } else { format!("`{}`", visible(name)) };
    if bytes.len() as u64 > LARGEST {
        let help = "runbooks are text a person reads; is this the right file?";
        return Err(Error::refused(format!("{shown} is larger than {} MiB", LARGEST >> 20)).help(help));
    }
    if let Some(at) = memchr::memchr(0, &bytes) {
        let message = format!("{shown} is a binary file: byte {} is zero", at + 1);
        return Err(Error::refused(message).help("runbooks are Markdown in UTF-8"));
    }
    if bytes.iter().all(u8::is_ascii_whitespace) || bytes == b"\xef\xbb\xbf" {
        return Err(Error::refused(format!("{shown} is empty")).help("a runbook has at least one step"));
    }
    utf8(name, || shown, bytes)
}

/// Takes bytes for the text of the file called `name`, and `shown` in messages.
///
/// # Errors
/// They are no UTF-8.
pub(crate) fn utf8(name: &str, shown: impl FnOnce() -> String, bytes: Vec<u8>) -> Result<Arc<Source>, Error> {
    String::from_utf8(bytes).map(|text| Source::new(name, text)).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.into_bytes();
        let byte = bytes.get(at).copied().unwrap_or(0);
        let lossy = Source::new(name, String::from_utf8_lossy(&bytes).into_owned());
        let place = lossy.position(at);
        Error::refused(format!("{} is not UTF-8: byte 0x{byte:02x} at {place}", shown()))
            .at(&lossy, Span::new(at, at + '\u{fffd}'.len_utf8()))
            .help("save the file as UTF-8, for instance with `iconv -f latin1 -t utf-8`")
    })
}

/// A name with its control characters made visible.
pub(crate) fn visible(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8]) -> Error {
        from_bytes("a.md", bytes.to_vec()).unwrap_err()
    }

    #[test]
    fn what_is_no_runbook_is_refused_with_a_reason_and_advice() {
        for (bytes, says) in [
            (&b"# a\0b"[..], "binary file: byte 4"),
            (b"", "is empty"),
            (b" \n\t", "is empty"),
            (b"\xef\xbb\xbf", "is empty"),
            (b"# a\n\xff", "0xff at 2:1"),
            (b"# \xc3\xa9\xe9", "0xe9 at 1:4"),
        ] {
            let error = refused(bytes);
            assert!(error.message.contains(says), "{}", error.message);
            assert!(!error.help.is_empty());
            assert_eq!(error.kind.code(), 2);
        }
        assert!(refused(&vec![b'a'; LARGEST as usize + 1]).message.contains("larger than"));
        assert!(from_bytes("a.md", b"\xef\xbb\xbf# a".to_vec()).is_ok());
    }

    #[test]
    fn files_that_cannot_be_read_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().to_str().unwrap();
        assert!(read_source(name).unwrap_err().message.contains("is a folder"));
        assert!(read_source(&format!("{name}/none.md")).unwrap_err().message.contains("no file"));
        let file = format!("{name}/a.md");
        std::fs::write(&file, "# x\n").unwrap();
        assert_eq!(read_source(&file).unwrap().text(), "# x\n");
    }
}
