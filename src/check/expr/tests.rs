use super::*;
use crate::check::Probed;
use crate::check::functions::FUNCTIONS;
use proptest::prelude::*;

const REPLICA: &str = "\
*************************** 1. row ***************************
                 Slave_IO_State: Waiting for master to send event
               Slave_IO_Running: Yes
              Slave_SQL_Running: No
          Seconds_Behind_Master: NULL
                     Last_Error:
                 Last_SQL_Error: Duplicate entry '7' for key 'PRIMARY'
                 Gtid_Slave_Pos: 0-1-12
             Retrieved_Gtid_Set: 3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5,
3E11FA47-71CA-11E1-9E33-C80AA9429563:1-7
";

fn probed(stdout: &str) -> Probed {
    Probed { exit: Some(0), stdout: stdout.into(), ..Probed::default() }
}

fn holds(text: &str, stdout: &str) -> Result<bool, String> {
    Expr::compile(text)
        .unwrap_or_else(|bad| panic!("{text}: {}", bad.message))
        .holds(&Sample::from(&probed(stdout)))
}

#[test]
fn every_shape_of_output_names_its_fields() {
    for (stdout, text) in [
        ("Seconds_Behind_Master: 0\n", "Seconds_Behind_Master == 0"),
        (REPLICA, "Slave_IO_Running == 'Yes' && Slave_SQL_Running == 'No' && Last_Error == ''"),
        ("role:slave\r\nmaster_link_status:up\r\n", "role == 'slave' && master_link_status == 'up'"),
        ("ActiveState=active\nDescription=A daemon = good\n", "ActiveState == 'active'"),
        ("lag=3 state=streaming\n", "lag == 3 && state == 'streaming'"),
        ("ID=\"debian\"\n", "ID == 'debian'"),
        ("{\"status\": {\"ready\": 3}, \"phase\": \"Bound\"}", "phase == 'Bound' && json.status.ready == 3"),
        ("a\tb\n1\tNULL\n", "a == 1 && fields.b == null"),
        ("n\n5\n", "n == 5"),
        ("NAME   READY   AGE\nweb    3/3     10d\n", "NAME == 'web' && READY == '3/3' && AGE == '10d'"),
        ("NAME   NODE     AGE\nweb             10d\n", "NODE == '' && AGE == '10d'"),
        (
            "+---+------+\n| a | b    |\n+---+------+\n| 1 | NULL |\n+---+------+\n",
            "a == 1 && fields.b == null",
        ),
        (" pid | state \n-----+-------\n  12 | idle\n(1 row)\n", "pid == 12 && state == 'idle'"),
        ("-[ RECORD 1 ]----\npid   | 12\nstate | idle\n", "pid == 12 && state == 'idle'"),
        ("Last Known Value: 5\n", "fields['Last Known Value'] == 5"),
        ("net.ipv4.ip_forward = 1\n", "fields['net.ipv4.ip_forward'] == 1"),
        ("a\nb\n", "lines == 2 && lines.exists(l, l == 'b') && size(lines) > 1 && lines == ['a', 'b']"),
        (" 37 \n", "value == 37 && stdout.trim() == '37'"),
        ("37.5", "value > 37 && value < 38"),
        ("value=3\nexit=9\n", "fields.value == 3 && exit == 0 && fields.exit == 9"),
    ] {
        assert_eq!(holds(text, stdout), Ok(true), "{text} over {stdout:?}");
    }
}

#[test]
fn what_cannot_be_evaluated_says_which_field_and_why() {
    for (stdout, text, why) in [
        (REPLICA, "Seconds_Behind_Master == 0", "`Seconds_Behind_Master` is NULL"),
        (REPLICA, "Seconds_Behind_Master != 0", "`Seconds_Behind_Master` is NULL"),
        (REPLICA, "fields.Seconds_Behind_Master != 0", "`fields.Seconds_Behind_Master` is NULL"),
        (REPLICA, "!(Seconds_Behind_Master > 0)", "`Seconds_Behind_Master` is NULL"),
        (REPLICA, "Seconds_Behind_Mastr == 0", "there is `Seconds_Behind_Master`"),
        (REPLICA, "fields.Seconds_Behind_Source == 0", "`Seconds_Behind_Source` is missing"),
        ("37 s", "value == 0", "`value` is text (\"37 s\"), compared with a number (0)"),
        ("37 s", "value != 0", "compared with a number"),
        ("37 s", "0 != value", "`value` is text"),
        ("37 s", "value < 5", "compared with a number"),
        ("37 s", "value in [0, 1]", "compared with a number"),
        ("lag: 1\nlag: 2\n", "lag == 1", "`lag` stands twice with different values (\"1\" and \"2\")"),
        ("lag: 1\nlag: 2\n", "fields.lag != 3", "stands twice"),
        ("{\"a\": 1, \"a\": 2}", "a == 1", "stands twice"),
        ("{\"a\": 1, \"a\": 2}", "json.a == 1", "stands twice"),
        ("{\"a\": null, \"b\": null}", "json.a == json.b", "`json.a` is NULL"),
        ("{\"a\": null, \"b\": null}", "[json.a] == [json.b]", "NULL"),
        ("{\"a\": \"5\"}", "a == 5", "compared with a number"),
        ("", "value == 0", "`value` is NULL: the probe printed nothing"),
        ("nil\n", "value == 0", "`value` is NULL"),
        ("text", "json.a == 1", "did not print JSON"),
        ("NAME   READY\na      1/1\nb      0/1\n", "READY == '1/1'", "a column of 2 rows"),
        ("x: 1", "x / 0 == 1", "divides by zero"),
        ("x: 1", "x.y == 1", "cannot be applied"),
        ("x: 1", "x", "not true or false"),
    ] {
        let said = holds(text, stdout).expect_err(text);
        assert!(said.contains(why), "{text}: {said}");
    }
}

#[test]
fn nulls_may_be_asked_for_and_absorbed() {
    for (text, expected) in [
        ("fields.Seconds_Behind_Master == null", true),
        ("fields.Seconds_Behind_Master != null", false),
        ("has(fields.Seconds_Behind_Master)", true),
        ("has(fields.Seconds_Behind_Source)", false),
        ("Slave_IO_Running == 'Yes' || Seconds_Behind_Master == 0", true),
        ("Seconds_Behind_Master == 0 || Slave_IO_Running == 'Yes'", true),
        ("Seconds_Behind_Master == 0 && Slave_IO_Running == 'No'", false),
    ] {
        assert_eq!(holds(text, REPLICA), Ok(expected), "{text}");
    }
    assert_eq!(holds("lag == 1", "lag: 1\nlag: 1\n"), Ok(true), "the same value twice is no doubt");
}

#[test]
fn what_does_not_compile_is_pointed_at() {
    for (text, at, message, help) in [
        ("value = 0", "=", "not an operator", "`==`"),
        ("a == 1 and b == 2", "and", "not an operator", "`&&`"),
        ("é == @", "é", "not expected here", ""),
        ("a == 1 @", "@", "not expected here", ""),
        ("value == ", "", "too early", ""),
        ("(value == 1", "", "too early", ""),
        ("a b", "b", "not expected here", ""),
        ("size(a", "", "too early", ""),
        ("a == 'x", "'", "not closed", ""),
        ("sise(lines) > 0", "sise", "no function `sise`", "`size`"),
        ("stdout.contain('x')", "contain", "no function `contain`", "`contains`"),
        ("contains(stdout, 'x')", "contains", "is called on a value", "VALUE.contains"),
        ("has(x)", "x", "takes a field", "fields.NAME"),
        ("value + 1", "value + 1", "is a number", "compare"),
        ("'text'", "'text'", "is text", "compare"),
        ("stdout", "stdout", "is text", "compare"),
        ("exit && value == 1", "exit", "is a number", "compare"),
        ("lines == 2 && sise(a) && size(b) == 1", "sise", "no function", "`size`"),
        ("true ? 1 : 2", "true ? 1 : 2", "is a number", "compare"),
        ("lines.exists(l)", "exists", "does not take", "lines.exists"),
        ("while == 1", "while", "reserved", "fields.NAME"),
        ("99999999999999999999 == value", "99999999999999999999", "number", ""),
        ("A{b: 1} == value", "{", "braces", ""),
        ("", "", "empty", "value == 0"),
    ] {
        let bad = Expr::compile(text).expect_err(text);
        assert!(bad.message.contains(message), "{text}: {bad:?}");
        assert!(bad.help.as_deref().unwrap_or("").contains(help), "{text}: {bad:?}");
        assert_eq!(&text[bad.span.clone()], at, "{text}: {bad:?}");
    }
}

#[test]
fn names_stand_in_order_without_those_of_macros() {
    let expr = Expr::compile("lines.exists(l, l == state) && json.a.b == 1 && size(lines) > exit").unwrap();
    assert_eq!(expr.names(), ["lines", "state", "json", "exit"]);
    assert!(expr.uses("exit") && !expr.uses("l"));
}

#[test]
fn the_first_name_and_its_goal_are_known() {
    let shown = |text: &str, stdout: &str| {
        let first = Expr::compile(text).unwrap().first().unwrap();
        crate::check::sample::shown(&first.evaluate(&Sample::from(&probed(stdout))).unwrap())
    };
    assert_eq!(shown("json.a.b == 3", "{\"a\": {\"b\": 2}}"), "2");
    assert_eq!(shown("fields['a b'] == 3 && exit == 0", "a b: 7"), "7");
    assert_eq!(shown("lines > 3", "a\nb\n"), "2");
    let target = |text: &str| Expr::compile(text).unwrap().target().map(|t| (t.operator.clone(), t.goal));
    assert_eq!(target("a == 'Yes' && a <= 5"), Some(("<=".into(), 5.0)));
    assert_eq!(target("10 > json.x.y"), Some(("<".into(), 10.0)));
    assert_eq!(target("a == b"), None);
}

#[test]
fn value_is_put_before_an_operator() {
    for (text, expected) in [
        ("== 0", "value == 0"),
        (" <= 5", "value <= 5"),
        ("in ['a', 'b']", "value in ['a', 'b']"),
        ("info == 1", "info == 1"),
        ("-1 == value", "-1 == value"),
        ("!done", "!done"),
        ("value == 0", "value == 0"),
    ] {
        assert_eq!(complete(text), expected);
    }
}

#[test]
fn the_place_in_the_file_is_found_behind_a_prefix_and_escapes() {
    let check = |written: &str, text: &str, at: &str| {
        let source = Source::new("a.md", format!("```sh check until=\"{written}\"\n"));
        let bad = Expr::compile(text).unwrap_err();
        let span = bad.place(text, Span::new(19, 19 + written.len()), &source);
        assert_eq!(source.slice(span), at, "{written}");
    };
    check("== sise(lines)", "value == sise(lines)", "sise");
    check("a == \\\"x\\\" && sise(b)", "a == \"x\" && sise(b)", "sise");
    check("sise(b) == 1", "sise(b) == 1", "sise");
}

#[test]
fn conditions_are_over_text() {
    let vars: BTreeMap<String, String> = [("mode".into(), "forced".into()), ("n".into(), "3".into())].into();
    let condition = |text: &str| super::condition(&Expr::compile(text).unwrap(), &vars);
    assert_eq!(condition("mode == 'forced'"), Ok(true));
    assert_eq!(condition("int(n) > 2 && mode != 'graceful'"), Ok(true));
    assert!(condition("n == 3").unwrap_err().contains("compared with a number"));
    assert!(condition("host == 'a'").unwrap_err().contains("`host` has no value"));
}

#[test]
fn the_list_of_functions_is_the_library_s() {
    for function in FUNCTIONS {
        let forms = [
            (function.plain, format!("{}()", function.name)),
            (function.method, format!("x.{}()", function.name)),
        ];
        for (known, call) in forms {
            let program = environment().compile(&call).unwrap();
            let mut context = Context::with_env(Arc::clone(environment()));
            context.add_variable_from_value("x", "");
            let answer = program.execute(&context);
            let undeclared = matches!(answer, Err(ExecutionError::UndeclaredReference(_)));
            assert_eq!(!undeclared, known, "{call}: {answer:?}");
        }
    }
}

#[test]
fn what_is_too_long_or_too_deep_is_refused() {
    for text in ["(".repeat(5000), format!("{}1", "1+".repeat(1500)), format!("{}a", "!(".repeat(400))] {
        assert!(Expr::compile(&text).is_err());
    }
    assert!(Expr::compile(&vec!["a == 1"; 60].join(" && ")).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,40}", stdout in "\\PC{0,60}") {
        check_any(&text, &stdout);
    }

    #[test]
    fn no_expression_makes_it_panic(
        parts in prop::collection::vec(prop::sample::select(vec![
            "value", "fields", "json", "lines", "a", "==", "!=", "<", "in", "&&", "||", "!", "(", ")", "[", "]", ".",
            "?", ":", "0", "'x'", "null", "size(", "exists(l,", "-", "+", "9223372036854775807", "{", "}", ",", "1.5",
        ]), 0..14),
        stdout in prop::sample::select(vec!["", "5", "a: NULL", "{\"a\": [1, null]}", "a=1\na=2", "-9223372036854775808"]),
    ) {
        check_any(&parts.join(" "), stdout);
    }

    #[test]
    fn no_output_makes_it_panic(
        parts in prop::collection::vec(prop::sample::select(vec![
            "a", "NULL", "5", "é", " ", "  ", "\t", "\n", "\r\n", ":", ": ", "=", "|", "---", "-+-", "+", "\"", "{", "}", "[", "]", ",",
            "*** 1. row ***", "-[ RECORD 1 ]", "(1 row)", "NAME   READY", "\u{0}", "\u{3000}", "-9223372036854775809", "1e+400",
        ]), 0..40),
    ) {
        let stdout = parts.concat();
        check_any("fields.a == 5 || a == 5 || value == lines", &stdout);
        let probed = probed(&stdout);
        let _ = Sample::from(&probed).errors();
    }

    #[test]
    fn a_null_is_never_true_in_a_comparison(
        operator in prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]),
        number in -3i64..4,
        null in prop::sample::select(vec!["NULL", "null", "nil", "None"]),
        form in prop::sample::select(vec!["lag", "fields.lag", "fields['lag']"]),
        flip: bool,
        not: bool,
    ) {
        let inner = if flip { format!("{number} {operator} {form}") } else { format!("{form} {operator} {number}") };
        let text = if not { format!("!({inner})") } else { inner };
        let stdout = format!("lag: {null}\n");
        prop_assert!(holds(&text, &stdout).is_err());
    }
}

fn check_any(text: &str, stdout: &str) {
    match Expr::compile(text) {
        Ok(expr) => {
            let _ = expr.holds(&Sample::from(&probed(stdout)));
        }
        Err(bad) => {
            assert!(text.get(bad.span.clone()).is_some(), "{text:?}: {bad:?}");
        }
    }
}
