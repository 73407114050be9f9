//! What commands leave to the operator, and what only looks like it.

mod mapping_support;

use mapping_support::parse;
use midwatch::runbook::PlaceholderKind;

fn found(script: &str) -> Vec<String> {
    let runbook = parse(&format!("```sh\n{script}\n```\n"));
    for placeholder in &runbook.placeholders {
        for &span in &placeholder.spans {
            let bytes = runbook.source.slice(span);
            let bare = placeholder.text.trim_start_matches('$');
            assert!(bytes.contains(bare), "{bytes} is not {}", placeholder.text);
        }
    }
    runbook.placeholders.iter().map(|placeholder| placeholder.text.clone()).collect()
}

#[test]
fn placeholders_of_all_kinds_are_found() {
    for (script, texts) in [
        ("oc delete pod <pod-name> -n <namespace>", &["<pod-name>", "<namespace>"][..]),
        ("oc get <pod name from above>", &["<pod name from above>"]),
        ("gcloud x --cluster YOUR_CLUSTER", &["YOUR_CLUSTER"]),
        ("gcloud x --cluster=your-cluster --token CHANGEME", &["your-cluster", "CHANGEME"]),
        ("ssh {{ host }} uptime", &["{{ host }}"]),
        ("echo \"<a>\" '<b>'", &["<a>", "<b>"]),
        ("POD='<\"Used by\" field above>'", &["<\"Used by\" field above>"]),
        ("oc get pod $POD -n ${NAMESPACE}", &["$POD", "$NAMESPACE"]),
        ("echo <a> <a>", &["<a>"]),
        ("cat <<EOF\n<name>\nEOF", &["<name>"]),
        (
            "lampctl new [lamp-name] --in=[room_id] [db.host.name]:3306",
            &["[lamp-name]", "[room_id]", "[db.host.name]"],
        ),
    ] {
        assert_eq!(found(script), texts, "{script}");
    }
}

#[test]
fn what_stands_in_brackets_is_asked_for_in_all_its_shapes() {
    for (script, texts) in [
        ("lampctl rub {id} --hard", &["{id}"][..]),
        ("lampctl rub lamp.{id} --at={db.host} {id}:{lamp-name}", &["{id}", "{db.host}", "{lamp-name}"]),
        ("fab {room name} -H {host name} lamp.rub", &["{room name}", "{host name}"]),
        ("lampctl list | grep { first part of the id} -B 1", &["{ first part of the id}"]),
        ("lampctl set \"LAMP_URL={new lamp url}\"", &["{new lamp url}"]),
        ("lampctl rub [blue|green] --hard\nls", &["[blue|green]"]),
        ("lampctl rub {blue|green|off} --hard\nls", &["{blue|green|off}"]),
        ("lampctl rub [lamp e.g. lamp@room-1-2]", &["[lamp e.g. lamp@room-1-2]"]),
        ("lampctl rub [dead_lamp e.g. lamp@room-1-2]", &["[dead_lamp e.g. lamp@room-1-2]"]),
        ("lampctl rub [name of the lamp]", &["[name of the lamp]"]),
    ] {
        assert_eq!(found(script), texts, "{script}");
    }
}

#[test]
fn words_in_capitals_that_stand_for_something_are_asked_for() {
    for (script, texts) in [
        ("sudo ceph-volume lvm zap VG_NAME/LV_NAME", &["VG_NAME", "LV_NAME"][..]),
        ("lampctl rub NAMESPACE/POD", &["NAMESPACE", "POD"]),
        ("cf target -s SPACE -o ORGANIZATION", &["SPACE", "ORGANIZATION"]),
        ("cf env APP", &["APP"]),
        ("psql -f ./migrations/vXXX__lamps.sql", &["XXX"]),
        (
            "PASSWORD=\"CHANGE_PASSWORD\" MAIL=you@example.com ./lamps.sh",
            &["CHANGE_PASSWORD", "you@example.com"],
        ),
    ] {
        assert_eq!(found(script), texts, "{script}");
    }
    for script in [
        "export LAMP_NAME/LAMP_ID",
        "ls LICENSES/MIT README/NAME.md",
        "mktemp /tmp/lampXXXXXX",
        "lampctl rub devXXX_x",
        "ssh-keygen -C bob@example.com -C youth@example.com",
        "mysql -e 'CHANGE_MASTER'",
    ] {
        assert_eq!(found(script), Vec::<String>::new(), "{script}");
    }
}

/// The placeholders of a file, each with what explains it.
fn asked(text: &str) -> Vec<(String, Option<String>)> {
    parse(text).placeholders.iter().map(|one| (one.text.clone(), one.explained.clone())).collect()
}

#[test]
fn what_the_text_calls_an_example_is_asked_for() {
    for lead in [
        "Copy the name of the lamp, i.e. `lamp-1234`.",
        "Copy the name of the lamp (eg. `lamp-1234`): `lampctl list`",
        "Find the lamp, for example `lamp-1234`.",
        "Replace `lamp-1234` with the name of the lamp.",
        "Run it, replacing the `lamp-1234` with your lamp.",
        "Take it out, where `lamp-1234` is the lamp that burns.",
    ] {
        let text = format!("# Lamps\n\n{lead}\n\n```sh\nkubectl delete lamp lamp-1234 --now\n```\n");
        let asked = asked(&text);
        assert_eq!(asked.len(), 1, "{lead}: {asked:?}");
        assert_eq!(asked[0].0, "lamp-1234", "{lead}");
        assert!(asked[0].1.as_deref().is_some_and(|said| said.contains("lamp-1234")), "{lead}");
    }
    let after = "# Lamps\n\n```sh\nlampctl rub lamp-1234\n```\n\nwhere `lamp-1234` is the lamp that burns.\n";
    assert_eq!(asked(after).len(), 1);
    for text in [
        // No example, one of another section, one that is named below, a program, part of another word.
        "# Lamps\n\nTake out `lamp-1234`:\n\n```sh\nlampctl rub lamp-1234\n```\n",
        "# Lamps\n\nReplace `lamp-1234` with `lamp-4321`:\n\n```sh\nlampctl rub lamp-1234\n```\n",
        "# Lamps\n\nReplace `lamp-1234` with a new lamp:\n\n```sh\nlampctl rub lamp-1234\n```\n",
        "# Lamps\n\nOne is e.g. `lamp-1234`.\n\n# Rub\n\n```sh\nlampctl rub lamp-1234\n```\n",
        "# Lamps\n\n```sh\nlampctl rub lamp-1234\n```\n\nOne is e.g. `lamp-1234`.\n",
        "# Lamps\n\nRun e.g. `lamp-rub`:\n\n```sh\nlamp-rub all\n```\n",
        "# Lamps\n\nOne is e.g. `lamp-1234`:\n\n```sh\nlampctl rub lamp-1234-old\n```\n",
        "# Lamps\n\nSome room, e.g. `kitchen`:\n\n```sh\nlampctl rub kitchen\n```\n",
    ] {
        assert_eq!(asked(text), [], "{text}");
    }
}

#[test]
fn a_colon_marks_a_name_that_the_text_speaks_of() {
    let text = "# Lamps\n\n```sh\nlampctl --room :room rub :lamp-name\nls :other\n```\n\nwhere you provide values for :room and :lamp-name.\n\n# Off\n\n```sh\nlampctl off :room\n```\n";
    let runbook = parse(text);
    let texts: Vec<_> = runbook.placeholders.iter().map(|p| (p.text.as_str(), p.spans.len())).collect();
    assert_eq!(texts, [(":room", 2), (":lamp-name", 1)]);
    let section = runbook.section_by_anchor("off").unwrap();
    let texts: Vec<_> = runbook.placeholders_of(section).iter().map(|p| p.text.clone()).collect();
    assert_eq!(texts, [":room"]);
    for text in [
        "# Lamps\n\nIt listens on host:port.\n\n```sh\nlampctl on :port\n```\n",
        "# Lamps\n\nThe tag is `:latest`.\n\n```sh\ndocker pull lamp:latest && rails runner 'puts :latest'\n```\n",
    ] {
        assert_eq!(asked(text), [], "{text}");
    }
}

#[test]
fn braces_that_the_shell_or_a_program_reads_are_left_alone() {
    for script in [
        "X=1; echo ${X}",
        "cp a.{b,c} d{1..3} {a..z}",
        "find . -exec ls {} +",
        "git rev-parse @{upstream} HEAD^{tree} stash@{0}",
        "curl -w %{http_code} x",
        "awk -F: '{print}' x; awk \"{print}\" x; jq '{id}' x",
        "ls | xargs -I{lamp} rub {lamp} -x",
        "ls | xargs -I {lamp} rub {lamp} -x",
        "kubectl get pod -o jsonpath={items}",
        "docker inspect --format {state} x",
        "{ date; }",
        "lamps() { rub all; }",
        "if true; then { rub all lamps; }; fi",
        "curl -d '{id}' -H \"{id}\" x",
        "cat <<EOF\n{id}\nEOF",
        "[ -f x ] && [[ a == [bc] ]]",
        "lampctl rub [more options]",
        "grep '[err|warn]' x",
        "grep -E [a|b] x",
    ] {
        assert_eq!(found(script), Vec::<String>::new(), "{script}");
    }
}

#[test]
fn what_only_looks_like_one_is_left_alone() {
    for script in [
        "sort < in.txt > out.txt",
        "cat <<EOF\ntext\nEOF",
        "diff <(ls a) <(ls b)",
        "read x <<< \"$HOME\"",
        "echo hi # for <name>",
        "docker ps --format '{{ .Names }}' --filter '{{json .}}'",
        "kubectl get x -o go-template='{{range .items}}{{.name}}{{end}}'",
        "curl -d '<a><b>x</b></a>' x",
        "echo $HOME $PATH $? $1 $@",
        "X=1; echo $X",
        "echo ${X:-1} ${Y:=2}",
        "awk '{print $NF, $1}'",
        "for x in 1 2; do echo $x; done",
        "read -r name; echo $name",
        "YOUR_TOKEN=1 env",
        "echo 'not $X'",
        "[ 1 -lt 2 ] && echo 2>&1",
        "ls [a-z] [A-Za-z_] [abc] [!a-b] x[lamp-name] [lamp-name]*",
        "pip install lamp[all-of-it] [ERROR-1] # [lamp-name]",
        "grep '[lamp-name]' x; echo \"[lamp-name] done\"",
        "lampctl new [more-options] [flags]",
        "cat <<EOF > lamp.conf\n[lamp-name]\nEOF",
    ] {
        assert_eq!(found(script), Vec::<String>::new(), "{script}");
    }
}

#[test]
fn a_variable_is_set_by_anything_before_it() {
    let runbook = parse(
        "---\nenv: { A: 1 }\nparams: { b: {} }\n---\n```sh capture=C\necho $A $b\n```\n\nx\n\n```sh\nD=1\necho $C $D $E\n```\n\nx\n\n```sh\necho $D $E $F; F=1\n```\n",
    );
    let texts: Vec<_> = runbook.placeholders.iter().map(|p| (p.text.as_str(), p.spans.len())).collect();
    assert_eq!(texts, [("$E", 2), ("$F", 1)]);
    assert!(runbook.placeholders.iter().all(|p| p.kind == PlaceholderKind::Variable));
    assert!(
        found(". ./env.sh; echo $X").contains(&"$X".to_owned()) || found(". ./env.sh\necho $X").len() <= 1
    );
}

#[test]
fn after_a_sourced_file_nobody_knows_what_is_set() {
    let runbook = parse("```sh\n. ./env.sh\n```\n\nx\n\n```sh\necho $X\n```\n");
    assert!(runbook.placeholders.is_empty());
}

#[test]
fn a_section_alone_has_placeholders_of_its_own() {
    let runbook = parse(
        "# A\n\n```sh\nNODE=web\n```\n\n# B\n\n`NODE` is the node that hangs.\n\n```sh\necho $NODE\n```\n",
    );
    assert!(runbook.placeholders.is_empty());
    let section = runbook.section_by_anchor("b").unwrap();
    let texts: Vec<_> = runbook.placeholders_of(section).iter().map(|p| p.text.clone()).collect();
    assert_eq!(texts, ["$NODE"]);
}

#[test]
fn the_sentence_that_explains_it_is_found() {
    for (text, explained) in [
        (
            "Get it. Replace `<pod-name>` with the name of the pod. Go on.\n\n```sh\noc x <pod-name>\n```\n",
            Some("Replace <pod-name> with the name of the pod."),
        ),
        ("Replace <pod-name> with it.\n\n```sh\noc x <pod-name>\n```\n", Some("Replace <pod-name> with it.")),
        ("Run it:\n\n```sh\noc x $NODE\n```\n\nwhere `NODE` is the node.\n", Some("where NODE is the node.")),
        (
            "Find the name of the pod first.\n\n```sh\noc x <pod name>\n```\n",
            Some("Find the name of the pod first."),
        ),
        ("Put YOUR_CLUSTER in.\n\n```sh\noc x YOUR_CLUSTER\n```\n", Some("Put YOUR_CLUSTER in.")),
        (
            "| part | what |\n|---|---|\n| `<zone>` | where it is |\n| `<lot>` | as the *console* shows it |\n\n```sh\noc x <lot>\n```\n",
            Some("<lot> as the console shows it"),
        ),
        ("Do it.\n\n```sh\noc x <pod>\n```\n", None),
    ] {
        let runbook = parse(text);
        assert_eq!(runbook.placeholders.len(), 1, "{text}");
        assert_eq!(runbook.placeholders[0].explained.as_deref(), explained, "{text}");
    }
}

#[test]
fn only_what_may_run_is_asked_for() {
    assert!(parse("Do it:\n\n```sql\nselect <x>;\n```\n").placeholders.is_empty());
    let runbook = parse("Stop it with `systemctl stop <unit>`.\n");
    assert_eq!(runbook.placeholders[0].key, "unit");
}

#[test]
fn what_is_called_mine_in_capitals_is_asked_for() {
    let asked = |script: &str| -> Vec<String> {
        let runbook = parse(&format!("# Copy\n\n```sh\n{script}\n```\n"));
        runbook.placeholders.iter().map(|found| found.text.clone()).collect()
    };
    assert_eq!(asked("ssh MY_USER@MY_HOST ls"), ["MY_USER", "MY_HOST"]);
    assert_eq!(asked("scp x db-1:/srv/MY_FOLDER/x"), ["MY_FOLDER"]);
    for script in [
        "MY_HOST=db1 ls",
        "export MY_HOST=db1; ls",
        "unset MY_HOST",
        "docker run -e MY_HOST web",
        "ls MY_",
        "ls my_host My_Host",
        "echo ${MY_HOST:-x}",
        "ls # MY_HOST",
    ] {
        assert!(asked(script).is_empty(), "{script}: {:?}", asked(script));
    }
}

#[test]
fn the_pattern_of_a_date_is_asked_for() {
    let asked = |script: &str| -> Vec<String> {
        let runbook = parse(&format!("# Copy\n\n```sh\n{script}\n```\n"));
        runbook.placeholders.iter().map(|found| found.text.clone()).collect()
    };
    assert_eq!(asked("./restore.sh copies/app-YYYYMMDD-HHMMSS.tar.gz"), ["YYYYMMDD-HHMMSS"]);
    assert_eq!(asked("ls /srv/YYYY-MM-DD"), ["YYYY-MM-DD"]);
    for script in [
        "psql -c \"select to_char(now(), 'YYYY-MM-DD')\"",
        "frob list --date-format YYYY-MM-DD",
        "date +%Y-%m-%d",
        "ls YYYY",
        "ls YYYYAMDD1",
        "ls # YYYY-MM-DD",
    ] {
        assert!(asked(script).is_empty(), "{script}: {:?}", asked(script));
    }
}

#[test]
fn a_disk_that_stands_for_any_is_asked_for() {
    let asked = |script: &str| -> Vec<String> {
        let runbook = parse(&format!("# Copy\n\n```sh\n{script}\n```\n"));
        runbook.placeholders.iter().map(|found| found.text.clone()).collect()
    };
    assert_eq!(asked("growpart /dev/sdX 1"), ["sdX"]);
    assert_eq!(asked("dd if=x.iso of=/dev/diskX bs=4m"), ["diskX"]);
    for script in ["mount /dev/sda1 /mnt", "ls sdX", "ls /dev/sdXy", "curl -X POST x", "ls /dev/disk/by-id/x"]
    {
        assert!(asked(script).is_empty(), "{script}: {:?}", asked(script));
    }
}

#[test]
fn a_folder_nobody_has_is_asked_for() {
    let asked = |script: &str| -> Vec<(String, String)> {
        let runbook = parse(&format!("# Restore\n\n```sh\n{script}\n```\n"));
        runbook.placeholders.iter().map(|found| (found.text.clone(), found.key.clone())).collect()
    };
    let one = |text: &str, key: &str| vec![(text.to_owned(), key.to_owned())];
    assert_eq!(asked("restore /path/to/dump.sql"), one("/path/to/dump.sql", "path_to_dump_sql"));
    assert_eq!(asked("restore --from=/path/to/a/b"), one("/path/to/a/b", "path_to_a_b"));
    assert_eq!(asked("restore '/path/to/x'"), one("/path/to/x", "path_to_x"));
    // A folder of programs is the same wherever the tools are.
    assert_eq!(asked("/path/to/tools/bin/restore shop"), one("/path/to/tools", "path_to_tools"));
    assert_eq!(asked("sudo /path/to/tools/sbin/restore"), one("/path/to/tools", "path_to_tools"));
    assert_eq!(asked("/path/to/bin/restore"), one("/path/to/bin/restore", "path_to_bin_restore"));
    // What is marked in it has a name of its own.
    assert_eq!(asked("restore /path/to/<dump>"), one("<dump>", "dump"));
    for script in ["ls /path/to/", "ls ~/path/to/x", "ls my/path/to/x", "ls # /path/to/x", "ls /path/tools/x"]
    {
        assert!(asked(script).is_empty(), "{script}: {:?}", asked(script));
    }
}

#[test]
fn what_says_what_a_value_is_explains_it() {
    let explained = |text: &str| parse(text).placeholders[0].explained.clone();
    let defined = "## A\n\n`$upstream` is the hostname of the box to copy from. It is big.\n\n1. Connect to `$upstream` and look.\n2. Copy it:\n\n   ```sh\n   scp $upstream:x .\n   ```\n";
    assert_eq!(explained(defined).as_deref(), Some("$upstream is the hostname of the box to copy from."));
    let commented =
        "## A\n\n```sh\nls\n# Replace <pod-x> with a name from the list above\nkubectl logs <pod-x>\n```\n";
    assert_eq!(explained(commented).as_deref(), Some("Replace <pod-x> with a name from the list above"));
    let prompted =
        "1. Look:\n\n   ```sh\n   # Replace <pod-x> with a name\n   $ kubectl logs <pod-x>\n   ```\n";
    assert_eq!(explained(prompted).as_deref(), Some("Replace <pod-x> with a name"));
    // A comment about something else explains nothing.
    let other = "## A\n\n```sh\n# Replace <node> first\nkubectl logs <pod-x>\n```\n";
    assert_eq!(explained(other), None);
}

#[test]
fn a_name_in_capitals_is_asked_for_where_names_are_small() {
    for (script, texts) in [
        ("gcloud config set project PROJECT_ID", &["PROJECT_ID"][..]),
        ("aws kms enable-key --key-id arn:aws:kms:x:key/KEY_ID", &["KEY_ID"]),
        (
            "aws x --ids FINDING_ID_1 FINDING_ID_2 --detector-id=DETECTOR_ID",
            &["FINDING_ID_1", "FINDING_ID_2", "DETECTOR_ID"],
        ),
        ("aws x copy --source \"shop/a?versionId=OLD_VERSION_ID\"", &["OLD_VERSION_ID"]),
        (
            "aws ec2 lock --snapshot-id snap-LAST_GOOD_ONE --vpc vpc-EXAMPLE",
            &["snap-LAST_GOOD_ONE", "vpc-EXAMPLE"],
        ),
        ("gsutil ls gs://shop/ULID/index", &["ULID"]),
        ("sudo kubectl logs -n NAMESPACE pod/POD --context=CLUSTER", &["NAMESPACE", "POD", "CLUSTER"]),
        ("aws iam update-access-key --access-key-id AKIAABCDEFGH7EXAMPLE", &["AKIAABCDEFGH7EXAMPLE"]),
        ("oc rsh pod-1 rbd status POOL_NAME/IMAGE_NAME", &["POOL_NAME", "IMAGE_NAME"]),
    ] {
        assert_eq!(found(script), texts, "{script}");
    }
    for script in [
        "curl -X POST https://shop.example/API/README",
        "docker run -e HOST_IP -v DATA_NAME --env=POD_NAME --build-arg KEY_ID shop",
        "kubectl exec web -- printenv POD_IP",
        "kubectl get pods -o custom-columns=POD_NAME:.metadata.name,ID:.x -o jsonpath={.POD_NAME}",
        "kubectl set env deploy/web NODE_NAME=x",
        "kubectl get pods # NODE_NAME",
        "kubectl get NODE",
        "aws dynamodb create-table --key-schema AttributeName=USER_ID,KeyType=HASH --type SERVICE_CONTROL_POLICY",
        "aws ec2 describe-regions --region us-east-1 --output JSON",
        "grep USER_ID dump | grep 'snap-EXAMPLE'",
        "psql -c 'select USER_ID from ITEM_NAME'",
        "scp db-1:/srv/HOST/ID /srv/LICENSE .",
        "aws s3 cp s3://shop/README s3://shop/LICENSE",
        "gcloud logging read severity=ERROR",
        "docker build -f Dockerfile -t shop:LATEST .",
        "PROJECT_ID=shop gcloud config set project $PROJECT_ID",
        "frob NODE_NAME",
    ] {
        assert_eq!(
            found(script).iter().filter(|text| !text.starts_with('$')).count(),
            0,
            "{script}: {:?}",
            found(script)
        );
    }
}

#[test]
fn runs_of_one_letter_are_asked_for() {
    for (script, text) in [
        ("curl -u xxx https://shop.example/", "xxx"),
        ("curl https://shop.example/T0/XXXXXXXXXXXX", "XXXXXXXXXXXX"),
        ("ssh root@10.0.x.x", "10.0.x.x"),
        ("ping -c1 x.x.x.x", "x.x.x.x"),
    ] {
        assert_eq!(found(script), [text], "{script}");
    }
    for script in [
        "mktemp -d /tmp/app.XXXXXX",
        "curl -XPOST -vXX https://shop.example/xx",
        "chmod +x a; set -x; ls x",
        "printf '\\xff' 0xxx",
        "helm install --version 1.x.x shop ./chart",
        "ls axxx xxxb # xxx",
        "less -XXX a",
    ] {
        assert_eq!(found(script), Vec::<String>::new(), "{script}");
    }
}

#[test]
fn many_words_are_all_looked_at() {
    let many = |line: &str| format!("```sh\n{}```\n", line.repeat(4000));
    assert_eq!(parse(&many("curl xxx <a>\n")).placeholders.len(), 2);
    assert_eq!(parse(&many("kubectl get pods A_ID\n")).placeholders[0].spans.len(), 4000);
    assert!(parse(&many("# if it is so\n")).placeholders.is_empty());
}
