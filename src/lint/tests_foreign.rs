//! What rules overlooked, or said wrongly, in runbooks of houses nobody here had read before.
//!
//! Each test came of reading findings against the files; the texts are made up.

use super::tests::{lint, says};

#[test]
fn a_list_in_braces_is_several_words() {
    let block = |script: &str| format!("# A\n\n```sh\n{script}\n```\n");
    assert!(says("MW107", &block("mv /srv/keys")));
    assert!(says("MW107", &block("mv '/srv/keys{,.old}'")));
    for script in ["mv /srv/keys{,.old}", "cp -a \"$DIR\"/web.conf{,.bak}", "cp /srv/{a,b}"] {
        assert!(!says("MW107", &block(script)), "{script}");
    }
}

#[test]
fn a_program_of_windows_is_no_sentence_in_quotes() {
    let block = |script: &str| format!("# A\n\n```bash\n{script}\n```\n");
    assert!(says("MW104", &block("\"The copy of the shop failed: no room is left\"")));
    for script in [
        "# There\n\"C:\\Program Files\\Shop\\copy tool.exe\" -h localhost -U shop -f all.dump\ngzip all.dump",
        "\"D:\\Tools\\pack me\\pack.exe\" a -p all.pack all.dump more.dump",
        "7z.exe a -p all.7z all.dump",
    ] {
        assert!(!says("MW104", &block(script)), "{script}");
    }
    // What is said of a program is no call of it.
    assert!(says("MW104", &block("\"No room is left for C:\\Shop\\copy.exe to write to\"")));
}

#[test]
fn a_diff_is_no_program() {
    let diff = "diff --git a/web.conf b/web.conf\n--- a/web.conf\n+++ b/web.conf\n@@ -1 +1 @@\n-a\n+b";
    let block = |tag: &str| format!("# A\n\nChange it:\n\n```{tag}\n{diff}\n```\n");
    assert!(!says("MW106", &block("")));
    assert!(!says("MW105", &block("")));
    assert!(says("MW104", &block("sh")));
    assert!(says("MW106", "# A\n\nLook:\n\n```\ndiff a b\n```\n"));
}

#[test]
fn what_the_text_expects_is_not_called_a_command() {
    let page = |lead: &str| {
        format!("# A\n\n```sh\n./pick shop\n```\n\n{lead}\n\n```\nkill has freed the row of the shop\n```\n")
    };
    assert!(says("MW106", &page("Then:")));
    for lead in ["You should see this output:", "Expected:", "Ожидаемо:", "**Output esperado:**"] {
        assert!(!says("MW106", &page(lead)), "{lead}");
    }
}

#[test]
fn numbers_that_are_counted_further_begin_no_new_list() {
    let page = |outer: &str, inner: &str| {
        format!("# A\n\n{outer}. Stop it:\n\n```sh\n./stop\n```\n\n{inner}. Copy it to the others\n")
    };
    assert!(says("MW501", &page("1", "1")));
    // One numbering stands in another: the page shows the numbers as they are.
    assert!(!says("MW501", &page("7", "7")));
    let text = "# A\n\n1. Stop it.\n2. Move it.\n\nFor this:\n\n1) Drain it:\n\n```sh\n./drain\n```\n\n\
                2. Stop it there:\n\n```sh\n./stop\n```\n\n2. Go on.\n";
    assert!(!says("MW501", text));
}

#[test]
fn a_heading_that_says_it_all_needs_no_text() {
    let two = |first: &str, second: &str| format!("# A\n\nGo.\n\n### {first}\n\n### {second}\n\nGo on.\n");
    assert!(says("MW503", &two("Symptoms", "Causes")));
    for first in [
        "1) Add the new node to the list",
        "2. Add the new node",
        "Step 1: the new node",
        "Schritt 2: Knoten",
        "第一步 停止",
        "The disk is taken out by hand.",
        "Останавливаем сбойный узел",
        "show shop members ##",
    ] {
        assert!(!says("MW503", &two(first, "Causes")), "{first}");
    }
    // A sentence that goes on in the next heading.
    assert!(!says("MW503", &two("After the disk was changed look which", "name it has, and note it")));
    assert!(!says("MW503", &two("Диск заменён. Смотрим имя, которое", "будет у нового")));
    for (first, second) in [
        ("get shop errors ##", "Causes"),
        ("Locks", "rows"),
        ("resize the shop now", "trigger it"),
        ("2. Overview", "3. Causes"),
    ] {
        assert!(says("MW503", &two(first, second)), "{first}");
    }
    // Only its own title is not told twice.
    let titled = |title: &str| format!("---\ntitle: {title}\n---\n\n## Move the shop\n\n## Symptom\n\nGo.\n");
    assert!(!says("MW503", &titled("Move the shop")));
    assert!(says("MW503", &titled("Move the house")));
}

#[test]
fn a_list_of_what_is_still_to_be_written_is_a_stub() {
    let section = |text: &str| format!("# A\n\nGo.\n\n## B\n\n{text}\n");
    for text in ["1. [TODO]\n2. [TODO]\n3. [TODO]", "- TODO", "* TBD\n* TBD", "- [ ] TODO"] {
        assert!(says("MW503", &section(text)), "{text}");
    }
    for text in ["1. Stop it.\n2. [TODO]", "- Owner: [TODO]\n- Start it.", "1. Clear the TODO list."] {
        assert!(!says("MW503", &section(text)), "{text}");
    }
}

#[test]
fn passwords_are_found_as_people_write_them_down() {
    // Put together here so that no scanner of this repository takes them for real ones.
    let value = ["Hx82kd", "Lw99"].concat();
    let text = |line: &str| format!("# A\n\n{}\n", line.replace("VALUE", &value));
    for line in [
        "Password: `VALUE`",
        "**Password:** `VALUE`",
        "**Password**: `VALUE`",
        "- *Password*: VALUE",
        "`password`: `VALUE`",
        "The password is `VALUE`.",
        "The password is: `VALUE`",
        "Contraseña: VALUE",
        "**Contraseña:** `VALUE`",
        "Mot de passe : `VALUE`",
        "Passwort: `VALUE`",
        "Пароль: VALUE",
        "密码：`VALUE`",
        "密码: VALUE",
        "Senha: `VALUE`",
        "Connect with `shop:VALUE@db1`.",
        "DSN=\"shop:VALUE@tcp(db1:3306)/shop\"",
    ] {
        assert!(says("MW305", &text(line)), "{line}");
    }
    for line in [
        "Password: `changeme`",
        "Password: `<password>`",
        "**Password:** `$SHOP_PASSWORD1`",
        "The password is `password1`",
        "The password is in the vault",
        "Пароль: в сейфе 1password",
        "密码：<password1>",
        "Senha: na cofre01",
        "Contraseña: `${CONTRASENA1}`",
        "Token name: `shop-tls-2024`",
        "Write to mailto:shopteam2024@example.org",
        "Use shop/web:v1a2b3c4@sha256:9f86d081884c",
        "Connect with `shop:password1@db1`.",
        "At 10:20:30 ask ops@example.org",
        "Copy it: scp ops@db1:dump2024 .",
        "Metadata: `a8Kd93jfLs`",
    ] {
        assert!(!says("MW305", &text(line)), "{line}");
    }
    let block = |script: &str| text(&format!("```sh\n{script}\n```"));
    for script in [
        "mysql -u root -pVALUE shop",
        "mongo -u admin -p VALUE",
        "mongodump -u admin --password VALUE",
        "rabbitmqctl add_user ops VALUE",
        "rabbitmqctl change_password ops VALUE",
    ] {
        assert!(says("MW305", &block(script)), "{script}");
    }
    for script in
        ["mongo -u admin -p $VALUE", "rabbitmqctl add_user ops <VALUE>", "rabbitmqctl add_user ops changeme1"]
    {
        assert!(!says("MW305", &block(script)), "{script}");
    }
}

#[test]
fn a_look_is_one_wherever_it_is_taken() {
    let block = |script: &str| format!("# A\n\n```sh\ndropdb shop\n```\n\n```sh\n{script}\n```\n");
    assert!(says("MW202", &block("./x")));
    for look in [
        "kafka-topics.sh --bootstrap-server b1:9092 --describe",
        "watch -n 5 ./lag",
        "kubectl exec cache-0 -n shop -- redis-cli INFO replication",
        "docker exec db1 patronictl list",
        "hostname",
        "date +%s",
    ] {
        assert!(!says("MW202", &block(look)), "{look}");
    }
    for no in ["hostname web-2", "date -s 12:00", "kafka-topics.sh --create --topic a"] {
        assert!(says("MW202", &block(no)), "{no}");
    }
    // In a block that is taken apart.
    let apart = "kubectl delete pod broker-0\n\n# 2. Wait for the new one to sync\nkubectl get pods";
    assert!(!says("MW202", &format!("# A\n\n```sh\n# 1. Put in a new one\n{apart}\n```\n")));
    // In the same block.
    let same = |script: &str| format!("# A\n\n```sh\nkubectl delete pod broker-0\n{script}\n```\n");
    assert!(says("MW202", &same("./x")));
    for look in [
        "watch kubectl exec broker-1 -- kafka-topics.sh --describe",
        "kubectl exec cache-0 -- redis-cli info",
        "docker exec db1 patronictl list",
    ] {
        assert!(!says("MW202", &same(look)), "{look}");
    }
}

#[test]
fn what_must_be_seen_is_said_in_many_ways() {
    let after = |text: &str| format!("# A\n\n```sh\ndropdb shop\n```\n\n{text}\n");
    assert!(says("MW202", &after("It is gone for good.")));
    for text in [
        "You should start to see pods.",
        "You should soon see it go.",
        "The pods should come back.",
        "You'll see new ones.",
        "You’ll see new ones.",
        "Expected: no rows.",
        "Ожидаемо: пусто",
        "**Output esperado:** nada",
    ] {
        assert!(!says("MW202", &after(text)), "{text}");
    }
}

#[test]
fn a_section_that_verifies_stands_for_the_one_before_it() {
    let page = |heading: &str, command: &str| {
        format!("# A\n\n## 1. Clear\n\n```sh\ndropdb shop\n```\n\n## {heading}\n\n```sh\n{command}\n```\n")
    };
    for heading in [
        "Verify",
        "2. Verification (afterwards)",
        "Check",
        "3.3. Контроль (всегда)",
        "Проверка",
        "Vérification",
        "Prüfung",
        "Verificación",
        "验证",
    ] {
        assert!(!says("MW202", &page(heading, "psql -l")), "{heading}");
    }
    assert!(says("MW202", &page("Next", "psql -l")));
    assert!(says("MW202", &page("Verification", "./x")));
    // It stands for one section, not for all of them.
    let far =
        "# A\n\n## B\n\n```sh\ndropdb shop\n```\n\n## C\n\nGo on.\n\n## Verify\n\n```sh\npsql -l\n```\n";
    assert!(says("MW202", far));
}

#[test]
fn waits_of_more_languages_are_waits() {
    for wait in [
        "Дождаться восстановления кластера",
        "Ждём, пока реплика догонит",
        "Дожидаемся окончания переноса данных",
        "需要等待数据迁移完成",
    ] {
        assert!(says("MW201", &format!("# A\n\n1. {wait}.\n2. Go on.\n")), "{wait}");
    }
    assert!(!says("MW201", "# A\n\n1. Ждём 5 минут.\n2. Go on.\n"));
}

#[test]
fn a_procedure_in_one_block_that_begins_with_none_is_told() {
    let page = |block: &str| format!("# A\n\nHow it is moved.\n\n```\n{block}\n```\n");
    let notes = "---- MOVE\n* stop it everywhere\n* drop the old one:\n  rm -rf /srv/old\n* start it";
    let found = lint(&page(notes));
    let found: Vec<_> = found.iter().filter(|found| found.rule.id == "MW504").collect();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].start().line, found[0].severity), (9, crate::runbook::Severity::Warning));
    assert!(found[0].fix.is_none());
    assert!(!says("MW504", &page("---- MOVE\n* stop it everywhere\n* start it")));
    // Beside steps it may be what was printed.
    assert!(!says("MW504", &format!("{}\n```sh\nls\n```\n", page(notes))));
}

#[test]
fn a_link_to_nothing_leads_nowhere() {
    assert!(says("MW601", "# A\n\nFirst [clear it]().\n"));
    assert!(!says("MW601", "# A\n\nFirst [clear it](#a), `[a]()`.\n"));
}

#[test]
fn what_is_run_elsewhere_destroys_as_much_there() {
    let page = |sent: &str, script: &str| format!("# A\n\n## Clean up\n\n{sent}\n\n```sh\n{script}\n```\n");
    for sent in ["On the primary, run:", "1. Log into the database server.\n2. Empty it:"] {
        assert!(says("MW202", &page(sent, "rm -rf /var/lib/shop/old")), "{sent}");
        assert!(!says("MW202", &page(sent, "rm -rf /var/lib/shop/old\nls /var/lib/shop")), "{sent}");
        assert!(says("MW301", &page(sent, "rm -rf /var/lib/shop/<version>")), "{sent}");
        assert!(says("MW107", &page(sent, "chown shop:shop")), "{sent}");
        assert!(says("MW109", &page(sent, "tail -f /var/log/shop.log")), "{sent}");
    }
    // Whether it worked is looked at there, too.
    let text = "# A\n\nOn the primary, run:\n\n```sh\nrm -rf /var/lib/shop/old\n```\n\nOn the primary, run:\n\n\
                ```sh\ndu -sh /var/lib/shop\n```\n";
    assert!(!says("MW202", text));
    let declared = "---\nparams:\n  version: { about: Which one, pattern: '[0-9]+' }\n---\n";
    let page = page("On the primary, run:", "rm -rf /var/lib/shop/<version>");
    assert!(!says("MW301", &format!("{declared}{page}")));
    // What a session of another program reads is no shell text, wherever it is; a statement is one all the same.
    let text =
        "# A\n\nOn the primary:\n\n```console\n$ psql shop\nshop=# drop table <name>;\nDROP TABLE\n```\n";
    assert!(says("MW301", text) && !says("MW202", text));
    assert!(!says("MW301", &text.replace("drop table", "describe")));
}

#[test]
fn a_word_written_into_a_file_shows_nothing_and_a_section_that_tests_does() {
    let block = |after: &str| format!("# A\n\n## Stop it\n\n```sh\nrm -rf /var/lib/shop/old\n{after}\n```\n");
    assert!(says("MW202", &block("echo closed > /srv/www/closed.html")));
    assert!(!says("MW202", &block("echo \"left: $(ls /var/lib/shop)\" 2>&1")));
    for title in ["Test the shop", "Zertifikat testen", "回滾後驗證"] {
        let text = block("true") + &format!("\n## {title}\n\n```sh\nls /var/lib/shop\n```\n");
        assert!(!says("MW202", &text), "{title}");
    }
}

#[test]
fn a_sentence_or_a_file_that_is_shown_makes_no_variable_safe_to_destroy_with() {
    let page = |before: &str| format!("# A\n\n## Do it\n\n{before}\n\n```sh\nrm -rf \"$DIR/\"\nls\n```\n");
    assert!(says("MW401", &page("Go.")));
    assert!(says("MW401", &page("The variable part of the report is exported daily.")));
    assert!(says("MW401", &page("```text\nDIR=/srv/example\n```")));
    assert!(!says("MW401", &page("```\nDIR=<the folder>\n```")));
    assert!(!says("MW401", &page("```text\nDIR=<the folder>\n```")));
}

#[test]
fn a_name_that_stands_often_is_named_once() {
    let words: String = (1..8).map(|at| format!(" /a/<dir>/{at}")).collect();
    let found = lint(&format!("# A\n\n```sh\nrm -rf{words}\n```\n"));
    let found = found.iter().find(|found| found.rule.id == "MW301").unwrap();
    assert!(found.message.starts_with("`<dir>` is left open"), "{}", found.message);
    let words: String = (1..8).map(|at| format!(" /a/<dir{at}>")).collect();
    let found = lint(&format!("# A\n\n```sh\nrm -rf{words}\n```\n"));
    let found = found.iter().find(|found| found.rule.id == "MW301").unwrap();
    assert!(found.message.contains("`<dir5>` and 2 more are left open"), "{}", found.message);
}

#[test]
fn a_package_under_another_name_is_no_address() {
    assert!(!says("MW305", "# A\n\n```sh\nyarn add foo@npm:string-width-2a@4.2.0\n```\n"));
    assert!(says("MW305", "# A\n\n```sh\ncurl http://x/ -u shop:Hx82kdLw99@db1\n```\n"));
}
