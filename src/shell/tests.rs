//! What the scan understands, by example.

use super::*;

fn programs(text: &str) -> Vec<String> {
    let text = neutral(text);
    let script = parse(&text);
    script
        .commands()
        .iter()
        .map(|c| {
            let mut words: Vec<&str> = c.via.iter().map(String::as_str).collect();
            words.push(&c.program);
            words.join(">")
        })
        .collect()
}

fn names(named: &[Named]) -> Vec<&str> {
    named.iter().map(|n| n.name.as_str()).collect()
}

#[test]
fn commands_are_found_at_any_depth() {
    for (text, expected) in [
        ("a; b && c | d & e", &["a", "b", "c", "d", "e"][..]),
        ("if a; then b; else c; fi", &["a", "b", "c"]),
        ("for i in $(a); do b; done; while c; do d; done", &["a", "b", "c", "d"]),
        ("case $(a) in x|y) b;; *) c ;; esac", &["a", "b", "c"]),
        ("f() { a; }\nfunction g { b; }", &["a", "b"]),
        ("x=$(a) y=`b` c \"$(d 'e')\"", &["c", "a", "b", "d"]),
        ("( a ) && { b; } && ! c", &["a", "b", "c"]),
        ("diff <(a) <(b) > >(c)", &["diff", "a", "b", "c"]),
        ("sudo -u postgres env A=1 nice -n 5 a", &["sudo", "sudo>env", "sudo>env>nice", "sudo>env>nice>a"]),
        ("a | xargs -n1 -I {} b {}", &["a", "xargs", "xargs>b"]),
        ("ssh -i key db1 'a | b'", &["ssh", "ssh db1>a", "ssh db1>b"]),
        ("ssh <host> sudo a", &["ssh", "ssh xxxxxx>sudo", "ssh xxxxxx>sudo>a"]),
        ("bash -lc \"a && sh -c 'b'\"", &["bash", "bash>a", "bash>sh", "bash>sh>b"]),
        ("kubectl -n x exec -it pod -c main -- a --b", &["kubectl", "kubectl exec>a"]),
        ("docker exec -u root -it web a b", &["docker", "docker exec>a"]),
        ("timeout -k 5 30 a; time b", &["timeout", "timeout>a", "time", "time>b"]),
        ("find . -name x -exec a {} \\; -exec b {} +", &["find", "find>a", "find>b"]),
        ("ssh h <<'E'\na\nb\nE\nc", &["ssh", "ssh>a", "ssh>b", "c"]),
        ("echo 'a b' | sh", &["echo", "sh", "sh>a"]),
        ("# a\n'#' b # c", &["#"]),
        ("echo \"a; b\" 'c | d'", &["echo"]),
        ("su - postgres -c 'a'", &["su", "su>a"]),
        ("while read l; do a; done <<E\nb\nE\nc", &["read", "a", "c"]),
        ("sudo systemctl stop x", &["sudo", "sudo>systemctl"]),
        ("cat <<E | a\nb\nE", &["cat", "a"]),
        ("time { a; }", &["a"]),
        ("[[ -f x && ( a < b ) ]] && c", &["[[", "c"]),
        ("a \\\n  b\nc", &["a", "c"]),
        ("A=1 B=2 /usr/bin/a", &["a"]),
        ("a=(b c \"$(d)\") e", &["e", "d"]),
        ("a !(b|c) @(d)", &["a"]),
    ] {
        assert_eq!(programs(text), expected, "{text}");
    }
}

#[test]
fn words_lose_their_quotes_and_keep_their_place() {
    let text = r#"a 'b c'"d $x"\ e $'f' "g""#;
    let script = parse(text);
    let args = &script.commands()[0].args;
    let texts: Vec<&str> = args.iter().map(|w| w.text.as_str()).collect();
    assert_eq!(texts, ["b cd $x e", "f", "g"]);
    assert!(!args[0].literal && args[1].literal && args[2].quoted);
    assert_eq!(&text[args[2].span.range()], "\"g\"");
}

#[test]
fn inner_commands_stand_where_they_are_written() {
    let text = "ssh db1 'echo; rm '\"-rf \\\"x\\\"\"";
    let script = parse(text);
    let rm = script.commands().iter().find(|c| c.program == "rm").expect("found");
    assert_eq!(&text[rm.span.range()], "rm '\"-rf \\\"x\\\"");
    assert_eq!(rm.args[1].text, "x");
}

#[test]
fn pipes_and_heredocs_say_where_input_comes_from() {
    let script = parse("a | b |& c; d <<< x; e < f; g <<-E\n\th\n\tE\n");
    let inputs: Vec<&Input> = script.commands().iter().map(|c| &c.input).collect();
    assert_eq!(inputs[..3], [&Input::Inherited, &Input::Pipe(0), &Input::Pipe(1)]);
    assert!(matches!(inputs[3], Input::Text(text, _) if text == "x"));
    assert_eq!(inputs[4], &Input::File);
    assert!(matches!(inputs[5], Input::Text(text, _) if text == "\th\n"));
    let wrapped = parse("sudo cat x | ssh h 'psql db'");
    assert_eq!(wrapped.commands()[3].input, Input::Pipe(0));
}

#[test]
fn incomplete_text_is_told_from_complete_text() {
    for text in [
        "echo 'a",
        "echo \"a",
        "echo $(a",
        "echo `a",
        "echo ${a",
        "cat <<E\na",
        "cat <<E",
        "if a",
        "if a; then b",
        "for i in a; do",
        "while a; do b",
        "case x in",
        "case x in a) b ;;",
        "{ a",
        "f() {",
        "f()",
        "a |",
        "a &&",
        "a ||\n",
        "a \\",
        "a \\\n",
        "( a",
        "[[ -f a",
        "a=(b",
        "echo \"$(a",
        "if a; then $(",
        "$((1 + ",
        "ssh h '\na",
        "cat <<A <<B\na\nA\nb",
    ] {
        assert!(!parse(text).is_complete(), "{text:?}");
    }
    for text in [
        "",
        "a",
        "a;",
        "a &",
        "echo 'a'",
        "echo \"it's\"",
        "echo it\\'s",
        "# it's",
        "cat <<E\nit's\nE",
        "a # |",
        "fi",
        "if a; then b; fi",
        "case x in a) b;; esac",
        "case x in (a) b;; c) esac",
        "f() { a; }",
        "a \\\nb",
        "echo }",
        "(a)",
        "[[ a ]]",
        "$((1+2))",
        "((a++))",
        "for ((i=0;i<3;i++)); do a; done",
        "echo $",
        "echo \"\\\"\"",
        "a)",
        "cat <<'E' | b\n$(\nE",
        "cat <<E\n$(\nE",
        "echo `a 'b'`",
        "echo ${a#'}'}",
        "awk '{print $1}' x",
        "a \\\r\nb\r\n",
        "cat <<E\r\nx\r\nE\r\n",
    ] {
        assert!(parse(text).is_complete(), "{text:?}");
    }
}

#[test]
fn sets_names_every_way_to_set_a_variable() {
    for (text, expected) in [
        (
            "A=1; export B=2 C; declare -i D=3; local E; readonly F=x; typeset G",
            &["A", "B", "D", "E", "F", "G"][..],
        ),
        ("read -rp 'q? ' A B; read -r -t 5 C; read -a D", &["A", "B", "C", "D"]),
        ("for i in a b; do :; done; select j in x; do :; done", &["i", "j"]),
        ("mapfile -t A < x; readarray B; printf -v C %s x", &["A", "B", "C"]),
        ("while getopts ab o; do :; done", &["o", "OPTARG", "OPTIND"]),
        (": ${A:=1} \"${B=2}\" ${C:-3}", &["A", "B"]),
        ("((A = 1, B++)); let C=2; for ((i=0; i<3; i++)); do :; done", &["A", "B", "C", "i", "i"]),
        ("A+=1; B[0]=2; C=(1 2)", &["A", "B", "C"]),
        ("A=1 cmd; echo B=2; env C=3 cmd; ssh h 'D=4'", &[]),
        ("cmd | while read -r a b; do :; done", &["a", "b"]),
    ] {
        assert_eq!(names(parse(text).sets()), expected, "{text}");
    }
}

#[test]
fn uses_are_real_expansions_only() {
    let uses = |text: &str| {
        parse(text)
            .uses()
            .into_iter()
            .map(|u| format!("{}{}{}", u.name, if u.guarded { "?" } else { "" }, &text[u.span.range()].len()))
            .collect::<Vec<_>>()
    };
    assert_eq!(uses("a $B \"${C}x\" '$D' # $E"), ["B2", "C4"]);
    assert_eq!(
        uses("${A:-$B} ${C:?no} ${D+x} ${#E} ${F[0]} ${G%%x} ${!H}"),
        ["A?8", "B2", "C?8", "D?6", "E5", "F7", "G7", "H5"]
    );
    assert_eq!(uses("$1 $? $$ $@ $# $* $! $- ${1} ${@} ${#} $0"), [""; 0]);
    assert_eq!(uses("cat <<E\n$A \\$B\nE\ncat <<'E'\n$C\nE"), ["A2"]);
    assert_eq!(uses("\"$(a $B)\" `c $D` $((E + $F))"), ["B2", "D2", "F2"]);
    assert_eq!(uses("ssh h \"x $A\" 'y $B'; \\$C \"\\$D\""), ["A2"]);
}

#[test]
fn context_names_the_quoting_or_the_reader() {
    use Context::*;
    let inner = |program: &str| Inner(program.to_owned());
    for (text, expected) in [
        ("a @", Bare),
        ("a \"b @\"", Double),
        ("a 'b @'", Single),
        ("a $'b @'", Single),
        ("a \"$(b @)\"", Bare),
        ("a \"$(b '@')\"", Single),
        ("# @", Comment),
        ("cat <<E\n@\nE", Heredoc),
        ("cat <<'E'\n@\nE", QuotedHeredoc),
        ("cat <<E\n$(a @)\nE", Bare),
        ("echo $((@))", inner("arithmetic")),
        ("sh -c 'a @'", inner("sh")),
        ("ssh h a @", inner("ssh")),
        ("ssh @ a", Bare),
        ("psql -c \"select @\" db", inner("psql")),
        ("mysql -e'select @'", inner("mysql")),
        ("mysql --execute='select @'", inner("mysql")),
        ("psql -h @ -c x", Bare),
        ("psql <<E\n@\nE", inner("psql")),
        ("echo 'select @' | mysql", inner("mysql")),
        ("awk '/@/ {print}' f", inner("awk")),
        ("awk '{print}' @", Bare),
        ("jq -r '.@' x", inner("jq")),
        ("sed -i -e s/a/@/ x", inner("sed")),
        ("python3 -c 'print(\"@\")'", inner("python3")),
        ("kubectl exec p -- psql -c 'x @'", inner("psql")),
        ("kubectl exec @ -- ls", Bare),
        ("sudo -u postgres psql -c 'x @'", inner("psql")),
    ] {
        let at = text.find('@').expect("marked");
        let text = text.replace('@', "x");
        assert_eq!(parse(&text).context(at), expected, "{text}");
    }
}

#[test]
fn only_what_certainly_changes_nothing_keeps_state() {
    for text in [
        "true",
        "kubectl get pods | grep x",
        "echo \"$X\" > /tmp/f",
        "df -h; free",
        "sudo systemctl restart x",
        "cat <<E\n$X\nE",
        "if test -f x; then ls; fi",
        "echo $(date) 'cd /'",
    ] {
        assert!(parse(text).keeps_state(), "{text}");
    }
    for text in [
        "X=1",
        "cd /tmp",
        "export X=1",
        "source f",
        ". f",
        "eval x",
        "set -e",
        "alias a=b",
        "unknown_function",
        "ls && cd x",
        "f() { ls; }",
        ": ${X:=1}",
        "((x++))",
        "echo $((x++))",
        "sleep 5 &",
        "read X",
        "exec bash",
        "exit 1",
        "unset X",
        "$CMD x",
        "X=1 ls",
        "for i in a; do ls; done",
        "trap ls EXIT",
        "umask 022",
        "pushd x",
        "echo 'open",
        "command cd x",
        "printf -v X y",
        "shopt -s x",
        "wait",
        "[[ a =~ b ]]",
        "echo ${a[i++]}",
        "echo $[i++]",
        "echo ${a:i=1}",
        "coproc ls",
    ] {
        assert!(!parse(text).keeps_state(), "{text}");
    }
}

#[test]
fn references_are_quoted_for_their_place() {
    let filled = |text: &str| {
        let start = text
            .find('<')
            .filter(|_| !text.contains("<h>"))
            .or_else(|| text.find("<h>"))
            .expect("placeholder");
        let span = Span::new(start, start + text[start..].find('>').expect("closed") + 1);
        match in_place(text, span, "H") {
            Substitution::Reference { text: with, strict } => {
                let mut out = text.to_owned();
                out.replace_range(span.range(), &with);
                format!("{out}{}", strict.map_or(String::new(), |p| format!(" !{p}")))
            }
            other => format!("{other:?}"),
        }
    };
    for (text, expected) in [
        ("oc delete pod <name> -n x", "oc delete pod \"$H\" -n x"),
        ("echo \"a <name>\"", "echo \"a ${H}\""),
        ("echo 'a <name> b'", "echo 'a '\"${H}\"' b'"),
        ("echo $'a <name> b'", "echo $'a '\"${H}\"$' b'"),
        ("ls # <name>", "Leave"),
        ("cat <<E\n<h>\nE", "cat <<E\n${H}\nE"),
        ("cat <<'E'\n<h>\nE", "Edit"),
        ("ssh <h> uptime", "ssh \"$H\" uptime"),
        ("ssh x uptime <name>", "ssh x uptime \"$H\" !ssh"),
        ("psql -c 'x <name>'", "psql -c 'x '\"${H}\"'' !psql"),
        ("echo $((1+<n>))", "echo $((1+${H})) !arithmetic"),
        ("a <one> <two>", "a \"$H\" <two>"),
    ] {
        assert_eq!(filled(text), expected);
    }
}

#[test]
fn redirections_are_told_from_placeholders() {
    for (text, redirection) in [
        ("cmd < file > out", true),
        ("cmd <file >out", true),
        ("cat <<EOF >x", true),
        ("diff <(a) >x", true),
        ("mysql db <dump.sql>out.log", true),
        ("cmd <$F>x", true),
        ("cmd <./f>x", true),
        ("a <&3 >x", true),
        ("a <> b", true),
        ("oc delete pod <name> -n x", false),
        ("oc logs <pod-name>", false),
        ("a <your pod name> b", false),
        ("a x-<id>-y", false),
        ("ssh <user>@<host>", false),
        ("a <yes|no>", false),
        ("kubectl apply -f <file.yaml> -n x", false),
        ("echo '<a >'", false),
    ] {
        let start = text.find('<').expect("there");
        let end = text[start..].find('>').expect("there") + start + 1;
        assert_eq!(redirection_like(text, Span::new(start, end)), redirection, "{text}");
    }
}

#[test]
fn errors_are_found_and_only_errors() {
    for text in [
        "ls -la",
        "if a; then b; fi",
        "a | b && c",
        "cat <<E\nx\nE\n",
        "for i in 1 2; do echo $i; done",
        "x=$(a \"$b\")",
    ] {
        assert_eq!(parse(text).errors(), [], "{text}");
    }
    for text in ["if a; then b", "a && && b", "echo 'open", "fi", "for do", "a | | b", "(a", "a )"] {
        assert_ne!(parse(text).errors(), [], "{text}");
    }
}

#[test]
fn an_error_is_never_within_a_character() {
    let text = "case a  é";
    let errors = parse(text).errors();
    assert!(!errors.is_empty());
    for error in errors {
        assert!(text.get(error.range()).is_some(), "{error:?}");
    }
}
