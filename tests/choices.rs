//! Alternatives: one question, and what is not taken is not walked.

mod support;

use support::Place;

#[test]
fn an_alternative_with_several_steps_is_taken_or_left_as_a_whole() {
    let text = "# T\n\n## Fix\n\n### If it is a pod\n\nStop it:\n\n```sh\necho a1 >> log\n```\n\nStart it:\n\n```sh\necho a2 >> log\n```\n\n### If it is a host\n\nStop it:\n\n```sh\necho b1 >> log\n```\n\nStart it:\n\n```sh\necho b2 >> log\n```\n\n### Then\n\n```sh\necho end >> log\n```\n";
    for (keys, expected) in
        [("\n2\n\n\n\n\n", "b1 b2 end"), ("\n1\n\n\n\n\n", "a1 a2 end"), ("\ns\n\n\n", "end")]
    {
        let place = Place::new();
        place.file("a.md", text);
        let ended = place.midwatch_with(&["run", "a.md", "--plain"], keys);
        assert_eq!(ended.code, 0, "{ended:?}");
        assert!(ended.stdout.contains("If it is a host"), "{ended:?}");
        let log = std::fs::read_to_string(place.path().join("log")).expect("a log");
        assert_eq!(log.split_whitespace().collect::<Vec<_>>().join(" "), expected, "{ended:?}");
    }
    // Nobody there to pick.
    let place = Place::new();
    place.file("a.md", text);
    assert_eq!(place.midwatch(&["run", "a.md", "--yes"]).code, 3);
}
