use proptest::prelude::*;

use super::*;

const COLOUR: Style = Style { colour: true, unicode: true };

fn shown(markdown: &str) -> String {
    render(markdown, 40, Style::PLAIN).join("\n")
}

#[test]
fn prose_is_wrapped_and_links_can_be_copied() {
    let text = shown("See [the wiki](https://wiki.example.org/a/very/long/path/that/stays/whole) *first*.");
    assert_eq!(text, "See the wiki\n<https://wiki.example.org/a/very/long/path/that/stays/whole>\nfirst.");
    assert_eq!(
        shown("<https://a.example/x_y_z> or <ops@a.example>"),
        "https://a.example/x_y_z or ops@a.example"
    );
    assert_eq!(shown("[`page`](page.md#part), [up](#top)"), "`page` <page.md#part>, up");
    assert_eq!(shown("![a graph](graph.png)"), "image: a graph <graph.png>");
}

#[test]
fn lists_quotes_and_code_keep_their_shape() {
    let text = shown(
        "1. one\n2. two\n   - inner\n     and more\n\n> [!WARNING]\n> hot\n\n```sh\nls -l\n\nls\n```\n",
    );
    assert_eq!(text, "1. one\n2. two\n   - inner and more\n\n| WARNING: hot\n\n    ls -l\n\n    ls");
    let text = shown(
        "- [ ] one thing that is longer than forty columns are\n\n> a\n>\n> - b\n>   ```\n>   code\n>   ```\n",
    );
    assert_eq!(
        text,
        "- [ ] one thing that is longer than\n  forty columns are\n\n| a\n|\n| - b\n|       code"
    );
}

#[test]
fn marks_are_not_shown_and_code_keeps_its_ticks() {
    assert_eq!(shown("**Stop** the *writers*: `kubectl -n orders`"), "Stop the writers: `kubectl -n orders`");
    let coloured = render("**Stop** `it` now", 40, COLOUR).join("\n");
    assert_eq!(coloured, "\u{1b}[1mStop\u{1b}[0m \u{1b}[36m`it`\u{1b}[0m now");
    assert_eq!(plain("**Pause the writers.** The `replica`"), "Pause the writers. The `replica`");
}

#[test]
fn code_and_numbers_are_not_torn() {
    let text = shown(
        "The command to use is `kubectl get pods -n orders` and it takes up to 10 minutes, call +1 555 0100",
    );
    assert_eq!(
        text,
        "The command to use is\n`kubectl get pods -n orders` and it\ntakes up to 10 minutes, call +1 555 0100"
    );
}

#[test]
fn tables_stand_side_by_side_where_they_fit() {
    let table = "| Host | Role |\n|---|---|\n| db1 | primary |\n| db3 | the replica that is promoted |\n";
    let wide = render(table, 60, Style::PLAIN).join("\n");
    assert_eq!(
        wide,
        "Host  Role\n----  ----------------------------\ndb1   primary\ndb3   the replica that is promoted"
    );
    let narrow = render(table, 24, Style::PLAIN).join("\n");
    assert_eq!(
        narrow,
        "Host  Role\n----  ------------------\ndb1   primary\ndb3   the replica that\n      is promoted"
    );
    let long = "| Alert | Where |\n|---|---|\n| Lag | https://grafana.example.org/d/replication?orgId=1 |\n";
    let listed = render(long, 40, Style::PLAIN).join("\n");
    assert_eq!(listed, "Alert: Lag\nWhere:\n  https://grafana.example.org/d/replication?orgId=1");
}

#[test]
fn html_says_what_it_says() {
    let text =
        shown("<details>\n<summary>More</summary>\n\nInside<br>here\n\n</details>\n<!-- not\nthis -->\n");
    assert_eq!(text, "More\nInside\nhere");
}

#[test]
fn scripts_without_spaces_are_broken_between_characters() {
    let text = "データベースの複製が遅れているときは書き込みを止めてから待ってください。";
    let lines = render(text, 40, Style::PLAIN);
    assert!(lines.len() > 1 && lines.iter().all(|line| width(line) <= 41), "{lines:?}");
    assert_eq!(lines.concat(), text);
}

#[test]
fn control_sequences_do_nothing() {
    assert!(!shown("a\u{1b}]52;c;aGk=\u{7}b").contains('\u{1b}'));
}

fn piece() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "**Pause the batch writers.** ",
        "the replica db-3f9a72 ",
        "`kubectl get pods` ",
        "10 minutes ",
        "[wiki](https://wiki.example.org/runbooks/orders?x=1&y=2) ",
        "<https://a.example/b_c_d> ",
        "\n- item ",
        "\n  - inner ",
        "\n1. first ",
        "\n> quote ",
        "\n> [!CAUTION]\n> care ",
        "\n\n",
        "\n",
        "\n\n| a | b |\n|---|---|\n| one thing | https://a.example/long/path |\n\n",
        "\n```sh\nls -l /srv\n```\n",
        "*so* ",
        "_this_ ",
        "snake_case_id ",
        "雪が降る ",
        "<br>",
        "<!-- no -->",
        "~~old~~ ",
        "# Head ",
        "\n- [ ] task ",
        "a & b < c ",
        "\\*literal\\* ",
        "![i](x.png) ",
        "+1 555 0100 ",
    ])
    .prop_map(str::to_owned)
}

fn stripped(line: &str) -> String {
    console::strip_ansi_codes(line).into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_is_torn_at_any_width(pieces in prop::collection::vec(piece(), 0..24), columns in 20usize..200) {
        let markdown = pieces.concat();
        let lines = render(&markdown, columns, COLOUR);
        for line in &lines {
            let bare = stripped(line);
            let words: Vec<&str> = bare.split_whitespace().collect();
            // Only what cannot be broken is wider: one word after its markers, or code.
            let marks = words.iter().take_while(|word| matches!(**word, "│" | "•" | "[ ]" | "[" | "]") || word.ends_with('.')).count();
            let single = words.len() <= marks + 1 || bare.contains("    ls") || bare.contains('`');
            prop_assert!(width(line) <= columns || single, "{} columns: {:?}", columns, bare);
            // Every line is painted for itself.
            let (all, ends) = (line.matches('\u{1b}').count(), line.matches("\u{1b}[0m").count());
            prop_assert_eq!(all, ends * 2, "every line is painted for itself: {:?}", line);
        }
        let all = lines.iter().map(|line| stripped(line)).collect::<Vec<_>>();
        for url in ["https://wiki.example.org/runbooks/orders?x=1&y=2", "https://a.example/b_c_d", "db-3f9a72", "snake_case_id"] {
            if markdown.contains(url) && !markdown.contains("```") {
                prop_assert!(all.iter().any(|line| line.contains(url)), "{url} is torn in {all:?}");
            }
        }
    }

    #[test]
    fn any_text_is_rendered_without_what_a_terminal_obeys(text in "(?s).{0,200}", columns in 1usize..120) {
        let lines = render(&text, columns, Style::PLAIN);
        prop_assert!(!lines.iter().any(|line| line.chars().any(|c| c.is_control() && c != '\t')), "{lines:?}");
        plain(&text);
    }

    #[test]
    fn plain_and_coloured_say_the_same(pieces in prop::collection::vec(piece(), 0..16), columns in 20usize..120) {
        let markdown = pieces.concat();
        let style = Style { colour: false, unicode: true };
        let bare: Vec<String> = render(&markdown, columns, COLOUR).iter().map(|line| stripped(line)).collect();
        prop_assert_eq!(render(&markdown, columns, style), bare);
    }
}
