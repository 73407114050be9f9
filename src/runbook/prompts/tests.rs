use super::*;

fn command(line: &str, style: Style) -> Option<(String, String)> {
    prompt(line, style).map(|prompt| {
        let place = match prompt.place {
            Place::Here => "here".into(),
            Place::Elsewhere(place) => place,
        };
        (line[prompt.len..].to_owned(), place)
    })
}

#[test]
fn lists_are_sorted_for_the_search() {
    for list in [HERE, PROGRAMS] {
        assert!(list.windows(2).all(|pair| pair[0] < pair[1]));
    }
}

#[test]
fn prompts_of_this_machine() {
    for line in [
        "$ uptime",
        "$sudo uptime",
        "user@host:~$ uptime",
        "me@laptop ~ % uptime",
        "host $ uptime",
        "$> uptime",
        "❯ uptime",
        "~/src $ uptime",
        "  $ uptime",
        "(venv) $ uptime",
        "(venv) me@localhost:/srv/x$ uptime",
        ":~$ uptime",
        ":/srv/x$ uptime",
        "~ $ uptime",
        "~ uptime",
        " ~ uptime",
        "➜ ~ uptime",
        "➜  ~ uptime",
        "➜  src git:(main) uptime",
        "➜  src git:(main) ✗ uptime",
        "➜ uptime",
    ] {
        let (left, place) = command(line, Style::Shell).unwrap_or_else(|| panic!("{line}"));
        assert!(left == "uptime" || left == "sudo uptime", "{line}: {left}");
        assert_eq!(place, "here", "{line}");
    }
    assert_eq!(command("$", Style::Shell).unwrap().0, "");
}

#[test]
fn signs_that_are_prompts_in_consoles_alone() {
    for line in ["# systemctl restart x", "% systemctl restart x", "> systemctl restart x"] {
        assert_eq!(command(line, Style::Console).unwrap().0, "systemctl restart x", "{line}");
        assert_eq!(command(line, Style::Shell), None, "{line}");
        assert_eq!(command(line, Style::Other), None, "{line}");
    }
    assert_eq!(command("# our-tool --all", Style::Console).unwrap().0, "our-tool --all");
    assert_eq!(command("# find the pod that hangs", Style::Console), None);
    assert_eq!(command("# Restart it", Style::Console), None);
}

#[test]
fn prompts_of_other_hosts_and_programs() {
    for (line, left, place) in [
        ("root@db1:~# ls", "ls", "root@db1"),
        ("[root@db1 ~]# ls", "ls", "root@db1"),
        ("[me@db1 /srv]$ ls", "ls", "me@db1"),
        ("db1:~$ ls", "ls", "db1"),
        ("db1:~ # ls", "ls", "db1"),
        ("web:/srv # ls -l", "ls -l", "web"),
        ("ncn-m/w# ls -l", "ls -l", "ncn-m/w"),
        ("bash-5.1$ ls", "ls", "bash-5.1"),
        ("sh-4.4# ls", "ls", "sh-4.4"),
        ("10.0.0.1:6379> INFO", "INFO", "redis 10.0.0.1:6379"),
        ("app=# select 1;", "select 1;", "psql app"),
        ("app=> select 1;", "select 1;", "psql app"),
        ("mysql> show tables;", "show tables;", "mysql"),
        ("MariaDB [(none)]> show tables;", "show tables;", "mariadb"),
        ("irb(main):001:0> User.count", "User.count", "irb"),
        ("[1] pry(main)> User.count", "User.count", "pry"),
        (">>> import os", "import os", "python"),
        ("/data # ls", "ls", "a shell in /data"),
        ("/ $ ls", "ls", "a shell in /"),
        ("rs0:PRIMARY> rs.status()", "rs.status()", "mongo rs0"),
    ] {
        let found = command(line, Style::Other).unwrap_or_else(|| panic!("{line}"));
        assert_eq!(found, (left.to_owned(), place.to_owned()), "{line}");
    }
    assert!(prompt("app-# from t;", Style::Other).unwrap().continues);
    assert!(prompt("    -> from t;", Style::Other).unwrap().continues);
}

#[test]
fn shell_text_has_no_prompt() {
    for line in [
        "",
        "kubectl get pods",
        "echo $ x",
        "echo $HOME",
        "$KUBECTL get pods",
        "${KUBECTL} get pods",
        "$(which ls) x",
        "# comment",
        "foo > bar",
        "2> errors",
        "a | b",
        "cost $ 5",
        "http://x/y # z",
        "key: value",
        "name@example.com",
        "if [ $# -gt 0 ]; then",
        "cat <<EOF > file",
        "x=1 # note",
        "<div> text",
        "ls # list",
        ":",
        ": ~$ note",
        ":~ $",
        "~ 5 minutes",
        "~",
        "~/bin/tool --all",
        "~/src",
        "➜ see the dashboard",
        "➜ ~",
        "➜",
    ] {
        assert_eq!(prompt(line, Style::Shell), None, "{line}");
        assert_eq!(prompt(line, Style::Other), None, "{line}");
    }
}
