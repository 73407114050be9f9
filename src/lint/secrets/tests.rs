use crate::lint::marks;
use crate::source::Span;

fn find(text: &str) -> Vec<(Span, &'static str)> {
    super::find(text, &marks::places(text).collect::<Vec<_>>())
}

// Put together here so that no scanner of this repository takes them for real ones.
fn joined(parts: &[&str]) -> String {
    parts.concat()
}

#[test]
fn what_commands_are_told_is_found_at_its_place() {
    for (text, value) in [
        ("curl -s -u ops:h7Kq2vX9 https://x", Some("h7Kq2vX9")),
        ("mysql -u root -ph7Kq2vX9 shop", Some("h7Kq2vX9")),
        ("sshpass -p 'h7Kq2vX9' ssh x", Some("h7Kq2vX9")),
        ("ship --token h7Kq2vX9 now", Some("h7Kq2vX9")),
        ("docker login -u ops -p h7Kq2vX9", Some("h7Kq2vX9")),
        ("docker run -p 8080h7Kq:80 x", None),
        ("ship --secret shop-tls-2", None),
        ("curl -u ops:$PASSWORD https://x", None),
        ("mysql -p shop1234", None),
        ("psql -p 5432", None),
    ] {
        let script = crate::shell::parse(text);
        let found = script.commands().iter().find_map(super::told);
        assert_eq!(found.map(|(span, _)| &text[span.range()]), value, "{text}");
    }
}

#[test]
fn credentials_are_found_and_what_stands_for_them_is_not() {
    for (text, what) in [
        (joined(&["aws AKIA", "Q3EGRZ5TJWXLU2PB x"]), "an AWS access key"),
        (joined(&["ghp_", "a8Kd93jfLsPq02mZxWvBn4TyRu7QeHgC1k5d"]), "a GitHub token"),
        (joined(&["postgres://app:", "s3cr4tPw9@db/x"]), "a password in an address"),
        (joined(&["AWS_ACCESS_KEY_ID=AKIA", "IOSFODNN7EXAMPLE"]), "an AWS access key"),
        (
            joined(&["AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/", "K7MDENG/bPxRfiCYEXAMPLEKEY"]),
            "an AWS secret key",
        ),
        (joined(&["password: Sup", "erS3cret!9"]), "a credential"),
        (
            joined(&["aws_secret_access_key = wJalrXUtnFEMI/", "K7MDENG/bPxRfiCYzq4kWn8LmQ"]),
            "an AWS secret key",
        ),
        (joined(&["db_pass = k9Jf2", "mQx7Lp0"]), "a credential"),
        (joined(&["Authorization: Basic ", "c2hvcDpoN0txMnZYOQ=="]), "a credential"),
        (joined(&["ALTER USER shop PASS", "WORD 'h7Kq2vX9';"]), "a password"),
        (joined(&["create user shop identi", "fied by 'h7Kq2vX9'"]), "a password"),
        (
            joined(&["https://hooks.slack", ".com/services/T0A1B2C3D/B0A1B2C3D/a8Kd93jfLsPq02mZxWvBn4Ty"]),
            "the address of a webhook",
        ),
        (joined(&["hf", "_a8Kd93jfLsPqmZxWvBnTyRuQeHgCkdZsWe"]), "a Hugging Face token"),
        (joined(&["glrt-", "a8Kd93jfLsPq02mZxWvB"]), "a GitLab token"),
        (
            joined(&[
                "-----BEGIN RSA PRIV",
                "ATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMIIEowIBAAKCAQEA7bq2F9xZk3LmPw0Rt8YvHs4JdNc1\n",
            ]),
            "a private key",
        ),
        (joined(&["export PGPASS", "WORD=k9Jf2mQx7Lp0"]), "a credential"),
        (joined(&["Authorization: Bearer ", "k9Jf2mQx7Lp0aZ81"]), "a credential"),
        (
            joined(&["-----BEGIN RSA PRIV", "ATE KEY-----\nMIIEowIBAAKCAQEA7bq2F9xZk3LmPw0Rt8YvHs4JdNc1\n"]),
            "a private key",
        ),
    ] {
        let found = find(&text);
        assert_eq!(found.iter().map(|(_, what)| *what).collect::<Vec<_>>(), [what], "{text}");
    }
    for text in [
        "--access-key-id AKIAIOSFODNN7EXAMPLE",
        "password=Password123",
        "password: test1234",
        "password=$PGPASSWORD",
        "password: <your password>",
        "token=$(cat /run/token)",
        "https://user:password@host/",
        "https://user:$PASS@host/",
        "the password: it is in the vault",
        "--password-file=/etc/mysql/pw1",
        "token=xxxxxxxxxxxx1",
        "secretName: shop-tls-2024",
        "secret: shop-db-v2",
        "next_token: page2-abc",
        "password: p@ssw0rd1",
        "password: carrots1",
        "password: ENC[AES256,data:x1]",
        "password: arn:aws:secretsmanager:x:1:y",
        "https://ci.example.org/badge.svg?token=k9Jf2mQx7Lp0",
        "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
        "bypass: k9Jf2mQx7Lp0",
        "Authorization: Basic dXNlcjpwYXNzd29yZDE=",
        "set password 'shop'",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
    ] {
        assert!(find(text).is_empty(), "{text}: {:?}", find(text));
    }
}

#[test]
fn no_name_is_passed_over_whatever_its_case() {
    let names = super::NAMES.iter().chain(super::WHOLE).chain(super::labels::LABELS);
    for name in names.chain(&[super::AUTHORIZATION]) {
        for name in [(*name).to_owned(), name.to_ascii_uppercase(), format!("x {name}")] {
            for between in ["", " ", "**", "\" ", "`"] {
                let text = format!("{name}{between}");
                assert!(super::may_end(text.as_bytes(), text.len()), "{text}");
            }
        }
    }
    for text in ["", "d", "http", "name", "Ключ", "data"] {
        assert!(!super::may_end(text.as_bytes(), text.len()), "{text}");
    }
}
