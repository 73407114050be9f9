use super::*;

fn parse(text: &str) -> Result<Config, Error> {
    Config::parse(&Source::new("midwatch.toml", text), PathBuf::from("/repo"))
}

fn level(config: &Config, rule: &str, path: &str) -> Option<Option<Severity>> {
    config.level(registry::find(rule).unwrap(), Path::new(path))
}

#[test]
fn severities_and_paths_are_read_and_the_last_word_wins() {
    let config = parse(
        "[lint.rules]\nMW201 = 'error'\nlong-section = 'off'\n\
         [[lint.per_path]]\npaths = ['db/**']\nrules = { MW201 = 'info' }\n\
         [[lint.per_path]]\npaths = ['/db/old.md']\nrules = { mw201 = 'off' }\n",
    )
    .unwrap();
    assert_eq!(level(&config, "MW201", "/repo/a.md"), Some(Some(Severity::Error)));
    assert_eq!(level(&config, "MW201", "/repo/db/a.md"), Some(Some(Severity::Info)));
    assert_eq!(level(&config, "MW201", "/repo/db/old.md"), Some(None));
    assert_eq!(level(&config, "MW505", "/repo/a.md"), Some(None));
    assert_eq!(level(&config, "MW101", "/repo/a.md"), None);
    assert_eq!(level(&config, "MW201", "/elsewhere/db/a.md"), Some(Some(Severity::Error)));
}

#[test]
fn excludes_are_patterns_relative_to_the_file() {
    let config = parse("[lint]\nexclude = ['archive/', '*.draft.md', '!keep.draft.md']\n").unwrap();
    for (path, excluded) in [
        ("/repo/archive/a.md", true),
        ("/repo/x/archive/y/a.md", true),
        ("/repo/a.draft.md", true),
        ("/repo/keep.draft.md", false),
        ("/repo/a.md", false),
        ("/archive/a.md", false),
    ] {
        assert_eq!(config.excludes(Path::new(path)), excluded, "{path}");
    }
}

#[test]
fn what_is_not_known_is_refused_with_a_place_and_a_suggestion() {
    for (text, place, help) in [
        ("[lnt]\n", "1:2", "did you mean `lint`?"),
        ("[lint]\nexlude = []\n", "2:1", "did you mean `exclude`?"),
        ("[policy]\nrequire_tickets = true\n", "2:1", "did you mean `require_ticket`?"),
        ("[lint.rules]\nMW20 = 'off'\n", "2:1", "did you mean `MW20"),
        ("[lint.rules]\nwait-without-chek = 'off'\n", "2:1", "did you mean `wait-without-check`?"),
        ("[[lint.per_path]]\npath = ['a']\n", "2:1", "did you mean `paths`?"),
    ] {
        let error = parse(text).unwrap_err();
        let (source, span) = error.place.clone().unwrap();
        assert_eq!(source.position(span.start).to_string(), place, "{text}");
        assert!(error.help[0].contains(help), "{text}: {:?}", error.help);
    }
    for text in [
        "[lint.rules]\nMW201 = 'fatal'\n",
        "[lint.rules]\nMW201 = 1\n",
        "[lint]\nexclude = 'a'\n",
        "lint = 1\n",
        "[lint\n",
        "[[lint.per_path]]\nrules = {}\n",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
}

#[test]
fn the_nearest_file_upwards_is_found() {
    let root = tempfile::tempdir().unwrap();
    let deep = root.path().join("a/b/c");
    std::fs::create_dir_all(&deep).unwrap();
    std::fs::write(root.path().join(NAME), "[lint.rules]\nMW201 = 'off'\n").unwrap();
    std::fs::write(root.path().join("a/b").join(NAME), "[lint.rules]\nMW201 = 'info'\n").unwrap();
    let configs = Configs::default();
    let rule = registry::find("MW201").unwrap();
    for _ in 0..2 {
        assert_eq!(configs.of(&deep).unwrap().level(rule, &deep.join("x.md")), Some(Some(Severity::Info)));
        let outer = root.path().join("a");
        assert_eq!(configs.of(&outer).unwrap().level(rule, &outer.join("x.md")), Some(None));
    }
}
