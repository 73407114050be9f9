//! Sentences and labels that say nothing but that what stands below them is to be seen.

use super::{Words, last_sentence};

/// The longest label, in bytes.
const LONGEST: usize = 64;

/// Labels above what is to be seen, in lower case.
#[rustfmt::skip]
const LABELS: &[&str] = &[
    "expected", "expected output", "expected result", "expected results", "expected response", "you should see",
    "ausgabe", "beispielausgabe", "erwartet", "erwartete antwort", "erwartete ausgabe", "erwartetes ergebnis",
    "exemple de sortie", "résultat attendu", "réponse attendue", "sortie", "sortie attendue",
    "ejemplo de salida", "respuesta esperada", "resultado esperado", "salida", "salida esperada",
    "exemplo de saída", "output esperado", "resposta esperada", "saída", "saída esperada",
    "output atteso", "risultato atteso",
    "вывод", "должно быть", "ожидаемо", "ожидаемый вывод", "ожидаемый ответ", "ожидаемый результат", "ожидается",
    "пример вывода",
    "期望结果", "期望输出", "示例输出", "输出", "输出如下", "输出示例", "输出结果", "返回结果", "结果如下", "预期结果", "预期输出",
    "出力", "出力例", "出力結果", "実行結果", "期待される出力", "期待される結果", "期待する結果",
    "예상 결과", "예상 출력", "출력", "출력 예", "출력 예시",
];

/// Whether the text before a block ends in saying that the block is what must be seen: "Expected:", "You
/// should see this output:", "Ожидаемо:".
pub(in crate::runbook) fn expects(text: &str) -> bool {
    let text = text.trim_end();
    let Some(said) = text.strip_suffix(':').or_else(|| text.strip_suffix('：')) else { return false };
    is_label(said) || sees(last_sentence(text))
}

/// Whether the text is such a label, an aside behind it and a picture before it left out.
fn is_label(text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let text = text.split_once(" (").map_or(text, |(label, _)| label);
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    match text.is_ascii() {
        true => LABELS.iter().any(|label| label.eq_ignore_ascii_case(text)),
        false => LABELS.contains(&text.to_lowercase().as_str()),
    }
}

/// "You should see this output", but not "You will see the output with the following command".
fn sees(sentence: &str) -> bool {
    let Some(begin) = sentence.get(..4).filter(|begin| begin.eq_ignore_ascii_case("you ")) else {
        return false;
    };
    let mut words = Words { rest: &sentence[begin.len()..] }.map(|word| word.lower());
    let modal = words.next().is_some_and(|word| matches!(&*word, "should" | "will" | "would"));
    let sees = modal && words.by_ref().take(4).any(|word| matches!(&*word, "see" | "get" | "receive"));
    if !sees {
        return false;
    }
    let mut seen = false;
    for word in words {
        match &*word {
            "command" | "commands" | "run" | "running" | "by" | "with" | "via" | "using" | "query"
            | "script" => {
                return false;
            }
            "output" | "result" | "response" | "message" | "messages" | "lines" | "line" => seen = true,
            _ => {}
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::{LABELS, LONGEST, expects};

    #[test]
    fn what_must_be_seen_is_told_from_what_shows_it() {
        assert!(LABELS.iter().all(|label| label.len() <= LONGEST && *label == label.to_lowercase()));
        for text in [
            "Expected:",
            "All is well. You should then see the following message:",
            "🎯 Ожидаемо:",
            "Sortie attendue :",
            "Output esperado (tudo bem):",
            "预期输出：",
        ] {
            assert!(expects(text), "{text}");
        }
        for text in [
            "",
            ":",
            "Expected",
            "Expected by the next command:",
            "Look at the output:",
            "You will see the output with the following command:",
            "You can see the result:",
            "Your output:",
        ] {
            assert!(!expects(text), "{text}");
        }
    }
}
