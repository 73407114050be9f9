//! Headings in other languages that decide what is walked: what has to be there, and the way back.

use crate::source::contains_ignoring_case;

/// A heading that is longer says more than its name.
const LONGEST: usize = 80;

/// Parts of names for what has to be there before the work begins.
const NEEDS: &[&str] = &[
    "前提",
    "前置条件",
    "必要条件",
    "전제 조건",
    "사전 요구",
    "prérequis",
    "pré-requis",
    "предварительные требования",
];

/// The same of ASCII letters alone.
const PLAIN_NEEDS: &[&str] = &["voraussetzung", "requisitos"];

/// Names of the way back.
const BACK: &[&str] = &[
    "回滚",
    "回退",
    "切り戻し",
    "切戻し",
    "ロールバック",
    "롤백",
    "откат",
    "retour arrière",
    "zurückrollen",
];

/// What may stand beside them.
const AROUND: &[&str] = &[
    "步骤",
    "方案",
    "计划",
    "操作",
    "流程",
    "手順",
    "計画",
    "方法",
    "必要时",
    "例",
    "절차",
    "계획",
    "план",
    "процедура",
    "а",
    "plan de",
    "procédure de",
];

/// A look at the letters of a heading in ASCII: one of each of [`PLAIN_NEEDS`] is rare.
pub(super) fn may_name_needs(heading: &str) -> bool {
    heading.bytes().fold(false, |found, byte| found | matches!(byte | 0x20, b'q' | b'z'))
}

/// Whether the heading says that its section tells what has to be there.
pub(super) fn names_needs(heading: &str) -> bool {
    if heading.len() > LONGEST {
        return false;
    }
    if heading.is_ascii() {
        return PLAIN_NEEDS.iter().any(|name| contains_ignoring_case(heading, name));
    }
    let lower = heading.to_lowercase();
    PLAIN_NEEDS.iter().chain(NEEDS).any(|name| lower.contains(name))
}

/// Whether the heading is the name of a way back and nothing else.
pub(super) fn names_way_back(heading: &str) -> bool {
    if heading.is_ascii() || heading.len() > LONGEST {
        return false;
    }
    let lower = heading.to_lowercase();
    let Some((before, after)) = BACK.iter().find_map(|name| lower.split_once(name)) else { return false };
    [before, after].into_iter().all(|beside| {
        let rest = AROUND.iter().fold(beside.to_owned(), |rest, word| rest.replace(word, ""));
        !rest.contains(char::is_alphanumeric)
    })
}

/// Words for going to another machine.
const GOING: &[&str] = &["登录", "登陆", "登入", "ログイン", "접속", "로그인"];

/// Words for machines.
const MACHINES: &[&str] = &[
    "机器",
    "节点",
    "主机",
    "服务器",
    "容器",
    "機器",
    "伺服器",
    "サーバ",
    "ノード",
    "ホスト",
    "コンテナ",
    "서버",
    "노드",
    "호스트",
    "컨테이너",
];

/// Words for a case, a failure or one's own machine.
const NOT_GOING: &[&str] = &[
    "如果",
    "若",
    "无法",
    "不能",
    "失败",
    "失敗",
    "本机",
    "本地",
    "もし",
    "場合",
    "できな",
    "手元",
    "만약",
    "경우",
    "실패",
    "로컬",
];

/// The clause that tells to go to another machine; none where the text is in a language of ASCII.
pub(super) fn goes(text: &str) -> Option<&str> {
    if text.is_ascii() {
        return None;
    }
    let mut clauses = text.split(['。', '，', '、', '；', '：', '\n', ',', '.', ':']);
    let any = |clause: &str, words: &[&str]| words.iter().any(|word| clause.contains(word));
    let going = clauses.find(|clause| any(clause, GOING) && any(clause, MACHINES));
    going.filter(|clause| !any(clause, NOT_GOING)).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn going_is_told_in_other_languages() {
        for yes in [
            "登录到数据库服务器。",
            "以 `app` 用户登录目标机器，然后执行：",
            "DBサーバにSSHでログインします",
            "노드에 접속합니다",
        ] {
            assert!(goes(yes).is_some(), "{yes}");
        }
        for no in [
            "登录控制台",
            "如果登录到服务器",
            "无法登录服务器",
            "重启服务器",
            "在本机登录",
            "管理画面にログインします",
            "Log in to the server – now",
            "",
        ] {
            assert!(goes(no).is_none(), "{no}");
        }
    }

    #[test]
    fn names_of_other_languages_are_known() {
        for yes in
            ["前提条件", "Voraussetzungen (Pflicht)", "📋 Voraussetzungen", "Requisitos previos", "Prérequis"]
        {
            assert!(names_needs(yes), "{yes}");
        }
        for yes in [
            "回滚",
            "回滚步骤",
            "🔙 回滚方案",
            "ロールバック（例）",
            "切り戻し手順",
            "План отката",
            "Retour arrière",
        ] {
            assert!(names_way_back(yes), "{yes}");
        }
        for no in ["回滚到上一版本", "重启", "Rollback", "Откат базы данных", "ロールバックの確認", ""]
        {
            assert!(!names_way_back(no), "{no}");
        }
        assert!(!names_needs("重启") && !names_needs("Restart"));
        assert!(PLAIN_NEEDS.iter().all(|name| may_name_needs(name)));
    }
}
