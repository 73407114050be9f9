//! The table tests itself: every row brings its examples.

use super::*;
use proptest::prelude::*;

#[test]
fn every_row_finds_its_examples_and_only_them() {
    let mut wrong = Vec::new();
    for row in table::rows() {
        for example in row.yes {
            match all(example).first() {
                Some(found) if found.row == row.id => {}
                other => wrong.push(format!("{}: {example:?} gives {other:?}", row.id)),
            }
        }
        for example in row.no {
            if let Some(found) = detect(example) {
                wrong.push(format!("{}: {example:?} is taken for {}", row.id, found.row));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_row_is_complete_and_has_a_name_of_its_own() {
    let mut seen = std::collections::BTreeSet::new();
    for row in table::rows() {
        assert!(seen.insert(row.id), "{} twice", row.id);
        assert!(!row.what.is_empty() && !row.programs.is_empty(), "{}", row.id);
        assert!(!row.yes.is_empty() && !row.no.is_empty(), "{}: examples", row.id);
        assert!(
            !row.what.ends_with('.') && row.what.starts_with(char::is_lowercase),
            "{}: {}",
            row.id,
            row.what
        );
        assert_eq!(super::row(row.id).map(|found| found.id), Some(row.id));
    }
    assert!(seen.len() > 150, "{}", seen.len());
}

#[test]
fn what_an_operator_fears_is_known() {
    for text in [
        "aws rds promote-read-replica --db-instance-identifier shop",
        "kops update cluster shop.example.org --yes",
        "kops rolling-update cluster --yes",
        "bosh -d shop recreate web/0",
        "bosh -e prod -d shop delete-deployment",
        "tar xzf etc.tgz -C /",
        "sudo tar -xpf etc.tar --directory=/",
        "pgrep shop | xargs kill",
        "ps aux | awk '/shop/ {print $2}' | xargs -r kill -15",
        "redis-cli EVAL \"return redis.call('del', unpack(redis.call('keys', ARGV[1])))\" 0 'shop:*'",
        "curl -XPOST es:9200/_cluster/reroute -d '{\"commands\":[{\"x\":{\"accept_data_loss\":true}}]}'",
        "echo 1 > /sys/block/sdb/device/delete",
        "echo 1 | sudo tee /sys/block/sdb/device/delete",
        "etcdctl del --prefix /service/shop/",
        "salt-key -d web1",
        "nodetool -h ::FFFF:192.0.2.1 decommission",
        "nodetool removenode 1f2e",
        "nodetool drain && systemctl start cassandra",
        "ceph osd out 3",
        "ceph osd purge 3",
        "ceph osd destroy 3",
        "ceph osd crush remove osd.3",
        "ceph auth del osd.3",
        "zpool destroy tank",
        "zfs rollback tank/db@a",
        "mise exec -- terraform destroy",
        "mise x kubectl@1.30 -- kubectl delete pod shop-0",
        "mise exec -C infra -- terraform apply",
        "asdf exec terraform destroy",
        "rbenv exec rm -rf /srv/shop",
        "direnv exec . terraform destroy",
        "aws-vault exec shop -- terraform destroy",
        "aws-vault x shop -- terraform destroy",
        "op run --env-file=.env -- terraform destroy",
        "doppler run -- terraform destroy",
        "doppler run --command='terraform destroy'",
        "chamber exec shop -- terraform destroy",
        "teller run --reset -- terraform destroy",
        "poetry run ansible web -a 'rm -rf /srv/shop'",
        "uv run terraform destroy",
        "bundle exec knife node delete web1",
        "sops exec-env secrets.yaml 'terraform destroy'",
    ] {
        assert!(detect(text).is_some(), "{text}");
    }
    for text in [
        "kops update cluster shop.example.org",
        "mise exec -- terraform plan",
        "mise install terraform",
        "direnv allow .",
        "doppler secrets delete-me",
        "bosh -d shop vms",
        "tar xzf shop.tgz -C /srv",
        "tar czf etc.tgz -C / etc",
        "pgrep shop | xargs kill -HUP",
        "kill 1234",
        "redis-cli EVAL \"return redis.call('get', KEYS[1])\" 1 shop",
        "curl -XPOST es:9200/_cluster/reroute?retry_failed=true",
        "cat /sys/block/sdb/device/delete",
        "aws rds describe-db-instances",
    ] {
        assert_eq!(detect(text), None, "{text}");
    }
}

#[test]
fn statements_of_sql_are_known_by_themselves() {
    let text = "SHOW TABLES;\nDROP TABLE <lamps>;\n-- DELETE FROM x\nRESET SLAVE ALL;\nPURGE BINARY LOGS TO '<last>';\nselect 'DROP';";
    let found = in_sql(text);
    let found: Vec<(&str, &str)> = found.iter().map(|one| (one.row, &text[one.span.range()])).collect();
    assert_eq!(
        found,
        [
            ("sql-drop", "DROP TABLE <lamps>"),
            ("sql-replication", "RESET SLAVE ALL"),
            ("sql-replication", "PURGE BINARY LOGS TO '<last>'"),
        ]
    );
    assert_eq!(in_sql("DELETE\nFROM lamps;")[0].row, "sql-delete-all");
    assert!(in_sql("").is_empty() && in_sql("';").is_empty());
}

#[test]
fn words_in_data_are_no_commands() {
    for text in [
        "grep -r rm .",
        "echo 'rm -rf /'",
        "echo kubectl delete pod x",
        "ls # rm -rf /",
        "man reboot",
        "which dd",
        "command -v rm",
        "printf '%s' 'DROP TABLE x'",
        "cat <<E\nrm -rf /\nE",
        "git commit -m 'rm -rf x'",
        "kubectl logs rm",
        "vim rm.txt",
        "type kill",
        "alias rm='rm -i'",
        "awk '/DROP/ {print}' f",
        "curl http://x/delete",
        "jq 'del(.a)' f",
        "systemctl status reboot.target",
        "psql -c 'SELECT 1' # DROP",
        "grep 'kubectl delete' runbook.md | wc -l",
        "echo \"systemctl stop x\" >> notes",
        "tail rm.log",
        "aws s3 ls s3://rm",
        "journalctl -u shutdown",
        "oc get pod <rm>",
        "cat a | tee b",
        "sort x > y",
        "helm get values rm",
    ] {
        assert_eq!(detect(text), None, "{text}");
    }
}

#[test]
fn wrappers_pipes_and_compounds_do_not_hide_a_command() {
    for text in [
        "sudo rm x",
        "sudo -u root -- rm x",
        "env A=1 rm x",
        "FOO=1 rm x",
        "nohup rm x &",
        "timeout 5 rm x",
        "time rm x",
        "nice -n 19 rm x",
        "sh -c 'rm x'",
        "bash -lc \"cd /x && rm y\"",
        "ssh host rm x",
        "ssh -p 22 u@host 'sudo rm x'",
        "ssh host <<E\nrm x\nE",
        "kubectl exec pod -- rm x",
        "kubectl -n a exec -it pod -c b -- sh -c 'rm x'",
        "docker exec c rm x",
        "oc rsh pod rm x",
        "oc debug node/n -- chroot /host rm x",
        "ls | xargs rm",
        "ls | xargs -I{} sh -c 'rm {}'",
        "find . -exec rm {} \\;",
        "echo 'rm x' | sh",
        "cat <<E | bash\nrm x\nE",
        "x=$(rm y)",
        "echo `rm x`",
        "if true; then rm x; fi",
        "for i in a; do rm $i; done",
        "f() { rm x; }; f",
        "(rm x)",
        "{ rm x; }",
        "true && rm x",
        "true || rm x",
        "! rm x",
        "while read f; do rm \"$f\"; done < l",
        "case x in a) rm x ;; esac",
        "/bin/rm x",
        "\\rm x",
        "'rm' x",
        "rm \\\n  x",
        "ls\n\n  rm x",
        "watch rm x",
        "eval 'rm x'",
        "su - app -c 'rm x'",
        "parallel rm ::: a b",
        "diff <(rm x) y",
        "trap 'rm x' EXIT",
        "gcloud compute ssh vm --command 'rm x'",
        "tsh ssh h rm x",
        "chroot /mnt rm x",
        "flock /l rm x",
        "ssh a ssh b rm x",
        "knife ssh 'role:x' 'rm y'",
        "stdbuf -oL rm x",
    ] {
        assert_eq!(detect(text).map(|found| found.row), Some("rm"), "{text}");
    }
}

#[test]
fn a_hit_points_at_the_command_itself() {
    let text = "ls\nsudo kubectl -n x delete pod <name> --force && echo done";
    let found = detect(text).expect("found");
    assert_eq!(&text[found.span.range()], "kubectl -n x delete pod <name> --force");
    assert_eq!((found.program.as_str(), found.row), ("kubectl", "kubectl-delete"));
    assert_eq!(all("rm a; ls; rm b; reboot").len(), 3);
}

#[test]
fn the_look_at_the_words_never_hides_an_example() {
    for row in table::rows() {
        for example in row.yes {
            assert!(prefilter::may_be_dangerous(example, &Reading::default()), "{example}");
        }
    }
    for text in
        ["kubectl get pods -n x", "df -h", "cat a > b", "journalctl -u x --since today", "SELECT 1", ""]
    {
        assert!(!prefilter::may_be_dangerous(text, &Reading::default()), "{text}");
    }
}

/// One of the table's examples that is a single plain command.
fn plain_example() -> impl Strategy<Value = &'static str> {
    let plain: Vec<&'static str> = table::rows()
        .flat_map(|row| row.yes.iter().chain(row.no))
        .copied()
        .filter(|text| {
            !text.contains(['\n', '|', '>', '#', '$', '&', '<', ';', '`', '='])
                && !text.starts_with(['/', 's'])
        })
        .collect();
    proptest::sample::select(plain)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn detection_never_panics(text in "([a-z $(){}'\"`|&;<>\\\\\n#=/-]|rm |kubectl delete |psql -c |DROP |sudo |xargs |é){0,40}") {
        for found in all(&text) {
            prop_assert!(text.get(found.span.range()).is_some());
        }
    }

    #[test]
    fn wrapping_does_not_change_the_answer(text in plain_example(), wrap in 0..7usize) {
        let wrapped = match wrap {
            0 => format!("sudo {text}"),
            1 => format!("{text} # a comment; it's fine"),
            2 => format!("ls\n{text}\nls"),
            3 => format!("timeout 10 {text}"),
            4 => format!("if {text}; then ls; fi"),
            5 => format!("({text})"),
            _ => format!("true && {text} || false"),
        };
        prop_assert_eq!(detect(&wrapped).map(|f| f.row), detect(text).map(|f| f.row), "{}", wrapped);
    }

    #[test]
    fn echoing_a_command_is_harmless(text in plain_example()) {
        let quoted = format!("echo '{}'", text.replace('\'', ""));
        prop_assert_eq!(detect(&quoted), None);
    }
}
