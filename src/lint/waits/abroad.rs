//! The same in other languages: "Warten Sie, bis die Replikation aufgeholt hat."

use super::super::prose;

/// How a language tells to wait, and what leads from there to what is waited for.
struct Way {
    verbs: &'static [&'static str],
    links: &'static [&'static str],
}

const WAYS: &[Way] = &[
    Way { verbs: &["warte", "warten"], links: &["bis"] },
    Way { verbs: &["attends", "attendez", "attendre", "patientez"], links: &["que", "jusqu'à", "jusqu'au"] },
    Way { verbs: &["espera", "espere", "esperar", "espérese"], links: &["hasta", "que"] },
    Way { verbs: &["aguarda", "aguarde", "aguardar"], links: &["até", "que"] },
    Way { verbs: &["attendi", "attenda", "attendere", "aspettare"], links: &["che", "finché", "fino"] },
    Way { verbs: &["wacht"], links: &["tot", "totdat"] },
    Way { verbs: &["czekaj", "poczekaj", "zaczekaj"], links: &["aż"] },
    Way {
        verbs: &[
            "подождите",
            "подождать",
            "ждите",
            "ждём",
            "ждем",
            "ждать",
            "дождитесь",
            "дождаться",
            "дождёмся",
            "дожидаемся",
            "ожидаем",
        ],
        links: &[
            "пока",
            "когда",
            "чтобы",
            "завершения",
            "окончания",
            "восстановления",
            "готовности",
            "синхронизации",
            "выполнения",
            "появления",
            "перехода",
        ],
    },
];

/// How far behind the verb the link stands at most, in words: "warten Sie, bis".
const NEAR: usize = 3;

/// Letters of which each sentence that tells to wait holds some, whatever its case.
const SIGNS: &[&str] = &[
    "art", "ttend", "atiente", "sper", "guard", "spett", "acht", "zeka", "дите", "жд", "Жд", "жида", "等",
    "待", "기다",
];

/// Where in `text` there may be such a sentence.
pub(in crate::lint) fn places(text: &str) -> impl Iterator<Item = usize> {
    SIGNS.iter().flat_map(|sign| memchr::memmem::find_iter(text.as_bytes(), sign))
}

/// Whether the text may be written in another language than English: it has letters beyond ASCII.
pub(in crate::lint) fn may_be_in(text: &str) -> bool {
    !text.is_ascii() && has_letters(text.as_bytes())
}

/// Whether one of the bytes begins a letter of another language, and not a quotation mark, a dash, an arrow or
/// a picture, as English has them. Looks at all of them, several at a time.
fn has_letters(bytes: &[u8]) -> bool {
    bytes.iter().fold(false, |found, &byte| found | matches!(byte, 0xc3..=0xdf | 0xe3..=0xed))
}

/// Whether the sentence of such a text tells somebody to wait until something is so.
pub(in crate::lint) fn is_wait(sentence: &str) -> bool {
    let lower = prose::lower(sentence).to_lowercase();
    let words: Vec<&str> = prose::words(&lower).collect();
    let told = |(at, verb): (usize, &&str)| {
        let way = WAYS.iter().find(|way| way.verbs.contains(verb));
        let rest = &words[at + 1..];
        let link = way.and_then(|way| rest.iter().take(NEAR).position(|word| way.links.contains(word)));
        // "bis 22 Uhr": a clock shows that.
        link.is_some_and(|link| {
            rest.get(link + 1).is_some_and(|next| !next.starts_with(|c: char| c.is_ascii_digit()))
        })
    };
    words.iter().enumerate().any(told) || lower.split(['。', '；', '，', '\n']).any(is_wait_without_blanks)
}

/// The same where words are not parted: "等待复制追上", "完了するまで待ちます", "때까지 기다립니다".
fn is_wait_without_blanks(clause: &str) -> bool {
    let clause =
        clause.trim_matches(|c: char| c.is_ascii_punctuation() || c.is_ascii_digit() || c.is_whitespace());
    let time = ["分钟", "分鐘", "小时", "秒", "分間", "時間"].iter().any(|unit| clause.contains(unit));
    let begins = ["等待", "需要等待", "需等待", "等到", "请等待", "请等", "然后等待", "並等待", "并等待"];
    let ends = ["完成", "结束", "結束", "就绪", "恢复", "恢復", "同步", "追上", "为止", "为 0", "正常"];
    let chinese =
        begins.iter().any(|begin| clause.starts_with(begin)) && ends.iter().any(|end| clause.contains(end));
    let until = ["まで待", "のを待", "때까지 기다"].iter().any(|words| clause.contains(words));
    !time && (chinese || until)
}

#[cfg(test)]
mod tests {
    use super::{is_wait, may_be_in, places};

    #[test]
    fn what_is_written_in_english_is_not_looked_through() {
        assert!(!may_be_in("“Start” the guard – wait… → ✓ 🚀"));
        assert!(may_be_in("Starte, é"));
    }

    #[test]
    fn waits_are_told_in_other_languages_too() {
        for text in [
            "Warten Sie, bis die Replikation aufgeholt hat.",
            "Danach warten, bis alle Knoten grün sind.",
            "Attendez que la réplication ait rattrapé son retard.",
            "Espere hasta que la réplica esté al día.",
            "Aguarde até que a réplica esteja em dia.",
            "Czekaj, aż replika będzie gotowa.",
            "Дождитесь завершения репликации.",
            "Подождите, пока реплика не догонит.",
            "Ждите, пока не догонит.",
            "Дождаться восстановления кластера.",
            "Ждём, пока реплика не догонит.",
            "Дожидаемся окончания переноса.",
            "需要等待数据迁移完成。",
            "1. 等待复制追上主库。",
            "停止写入，等待同步完成。",
            "レプリカが追いつくまで待ちます。",
            "복제가 끝날 때까지 기다립니다.",
        ] {
            assert!(is_wait(text), "{text}");
            // What tells that a text is not English is anywhere in it.
            assert!(places(text).next().is_some(), "{text}");
        }
        for text in [
            "Warten Sie bis 22 Uhr.",
            "Die Wartung dauert bis zum Morgen für alle.",
            "Les serveurs attendent la réplication.",
            "Espere 5 minutos más.",
            "Подождите 5 минут.",
            "等待 5 分钟直到恢复。",
            "等待时间很长。",
            "待機系サーバー",
            "The café’s wart until noon",
        ] {
            assert!(!is_wait(text), "{text}");
        }
    }
}
