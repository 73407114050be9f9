//! The people a state folder is shared with: a group of this system.

use std::process::Stdio;

use rustix::process::Gid;

use crate::error::Error;

/// A group this process may write for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    name: String,
    gid: Gid,
}

impl Group {
    /// The group called `name`, of which the operator has to be a member. Root is one of any: what
    /// root may do does not depend on it.
    ///
    /// # Errors
    /// [`Kind::Refused`](crate::error::Kind::Refused) if there is none, or the operator is not in it.
    pub fn named(name: &str) -> Result<Self, Error> {
        let shown = name.escape_debug();
        let Some(gid) = gid_of(name) else {
            return Err(Error::refused(format!("there is no group `{shown}` on this machine"))
                .help("`[state] group` in midwatch.toml names it"));
        };
        let member = rustix::process::geteuid().is_root()
            || rustix::process::getegid() == gid
            || rustix::process::getgroups().is_ok_and(|groups| groups.contains(&gid));
        if !member {
            return Err(Error::refused(format!("this user is not in the group `{shown}`"))
                .help("`[state] group` in midwatch.toml says that its members share the record")
                .help("who was put into it only now has to log in again"));
        }
        Ok(Group { name: name.to_owned(), gid })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn gid(&self) -> Gid {
        self.gid
    }
}

/// From the local file, else from whatever directory `getent` asks.
fn gid_of(name: &str) -> Option<Gid> {
    if name.is_empty() || name.starts_with('-') || name.contains([':', '\n', '\0']) {
        return None;
    }
    let local = std::fs::read_to_string("/etc/group").unwrap_or_default();
    let asked = || {
        let mut getent = std::process::Command::new("getent");
        let output = getent.args(["group", name]).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        String::from_utf8(output.stdout).ok()
    };
    in_lines(&local, name).or_else(|| in_lines(&asked()?, name))
}

/// `name:password:gid:members`
fn in_lines(text: &str, name: &str) -> Option<Gid> {
    let mut lines = text.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let line = lines.find(|fields| fields.first() == Some(&name))?;
    line.get(2)?.parse().ok().map(Gid::from_raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_found_by_its_whole_name() {
        let text = "root:x:0:\nsre-old:x:7:\nsre:x:1001:ana,ben\nbroken\nodd:x:y:\n";
        assert_eq!(in_lines(text, "sre"), Some(Gid::from_raw(1001)));
        assert_eq!(
            (in_lines(text, "sr"), in_lines(text, "broken"), in_lines(text, "odd")),
            (None, None, None)
        );
    }

    #[test]
    fn a_group_that_is_not_there_is_refused_by_name() {
        for name in ["no-such-group-here", "", "-h", "a:b"] {
            let error = Group::named(name).unwrap_err();
            assert!(error.message.contains("there is no group"), "{error}");
            assert_eq!(error.kind.code(), 2);
        }
    }
}
