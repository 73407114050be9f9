//! Labels that name an operating system or how it gets its packages: "Debian / Ubuntu", "RHEL 8 or later",
//! "On macOS:". Beside another one each is for who has that system, and nobody does all of them.

use super::Words;
use super::begins::Begins;

/// Longest label, in bytes.
const LONGEST: usize = 100;

/// Systems, and what installs packages there.
#[rustfmt::skip]
pub(super) const PLATFORMS: &[&str] = &[
    "almalinux", "alpine", "amazon", "apk", "apt", "apt-get", "arch", "archlinux", "brew", "centos", "chocolatey",
    "deb", "debian", "dnf", "fedora", "freebsd", "gentoo", "homebrew", "linux", "macos", "manjaro", "netbsd",
    "nixos", "openbsd", "opensuse", "osx", "pacman", "raspbian", "rhel", "rocky", "rpm", "scoop", "sles", "suse",
    "ubuntu", "windows", "winget", "wsl", "yum", "zypper",
];

/// What may stand beside them.
#[rustfmt::skip]
pub(super) const BESIDE: &[&str] = &[
    "above", "and", "based", "distributions", "enterprise", "family", "for", "from", "hat", "install", "installation",
    "installing", "later", "leap", "like", "mac", "manager", "newer", "on", "or", "oracle", "os", "package",
    "packages", "pi", "raspberry", "red", "repository", "server", "systems", "tumbleweed", "under", "using", "version",
    "via", "with", "x",
];

/// Whether the text is nothing but the label of a system.
pub(in crate::runbook) fn names_platform(text: &str) -> bool {
    // A label is short, and few texts begin with a word of one.
    if text.len() > LONGEST || !BEGINS.may_begin(text) {
        return false;
    }
    let mut named = false;
    let mut count = 0;
    for word in (Words { rest: text }) {
        let lower = word.lower();
        let kinds = lower.kinds();
        count += 1;
        let version = || lower.as_bytes().iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
        if kinds.platform() {
            named = true;
        } else if count > 12 || !(kinds.beside() || version()) {
            return false;
        }
    }
    named
}

/// Whether the text is nothing but the label of a way to do it: "Using Docker:", "Via the console".
pub(in crate::runbook) fn names_way(text: &str) -> bool {
    let text = text.trim();
    text.len() < 40
        && text.starts_with(['U', 'V', 'W', 'u', 'v', 'w'])
        && !text.trim_end_matches(':').contains([':', '.', ',', '?', '!'])
        && {
            let mut words = Words { rest: text }.map(|word| word.lower());
            let way = words.next();
            way.is_some_and(|way| matches!(&*way, "using" | "via" | "with"))
                && (1..5).contains(&words.count())
        }
}

/// How the words of the lists begin.
static BEGINS: Begins = Begins::of(&[PLATFORMS, BESIDE]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_systems_are_told_from_work_on_them() {
        assert!([PLATFORMS, BESIDE].iter().all(|list| list.windows(2).all(|pair| pair[0] < pair[1])));
        for yes in [
            "Debian",
            "Debian / Ubuntu / Raspberry Pi OS",
            "RHEL 8 or Later",
            "On macOS:",
            "**Linux (apt)**",
            "Installation on Debian/Ubuntu using packages",
            "From package (rhel/centos/amazon linux)",
            "macOS (Homebrew)",
        ] {
            assert!(names_platform(yes), "{yes}");
        }
        for no in [
            "",
            "Install the package",
            "Restart the Debian hosts",
            "Ubuntu is slow",
            "Upgrade Debian",
            "Docker",
            "Server",
            "8",
        ] {
            assert!(!names_platform(no), "{no}");
        }
    }
}
