//! What a fence's language says about its lines.

use std::borrow::Cow;

/// What kind of text a language is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// No language.
    None,
    /// A shell: its lines run.
    Shell,
    /// A copied terminal.
    Console,
    /// A query or programming language, with the name people use for it.
    Query(&'static str),
    /// Data, output, pictures: never an instruction.
    Data,
    /// Nothing midwatch knows.
    Unknown,
}

/// The kind of a language, given in lower case.
pub(super) fn language(lang: &str) -> Language {
    match lang {
        "" => Language::None,
        "sh" | "bash" | "shell" | "zsh" | "ksh" | "dash" | "ash" | "shellscript" => Language::Shell,
        "console" | "shell-session" | "terminal" | "shellsession" | "sh-session" | "bash-session" => {
            Language::Console
        }
        "sql" | "pgsql" | "postgresql" | "postgres" | "mysql" | "mariadb" | "plsql" | "psql" | "tsql"
        | "sqlite" => Language::Query("SQL"),
        "promql" => Language::Query("PromQL"),
        "logql" => Language::Query("LogQL"),
        "kql" | "kusto" => Language::Query("KQL"),
        "cql" => Language::Query("CQL"),
        "influxql" | "flux" => Language::Query("Flux"),
        "esql" | "eql" | "lucene" | "elasticsearch" => Language::Query("Elasticsearch"),
        "cypher" => Language::Query("Cypher"),
        "graphql" => Language::Query("GraphQL"),
        "redis" => Language::Query("Redis"),
        "mongodb" | "mongo" => Language::Query("MongoDB"),
        "ruby" | "rb" | "irb" => Language::Query("Ruby"),
        "python" | "py" | "python3" | "pycon" | "ipython" => Language::Query("Python"),
        "javascript" | "js" | "node" => Language::Query("JavaScript"),
        "typescript" | "ts" => Language::Query("TypeScript"),
        "go" | "golang" => Language::Query("Go"),
        "java" => Language::Query("Java"),
        "scala" => Language::Query("Scala"),
        "groovy" => Language::Query("Groovy"),
        "kotlin" => Language::Query("Kotlin"),
        "perl" | "pl" => Language::Query("Perl"),
        "php" => Language::Query("PHP"),
        "lua" => Language::Query("Lua"),
        "r" => Language::Query("R"),
        "elixir" | "iex" => Language::Query("Elixir"),
        "erlang" => Language::Query("Erlang"),
        "clojure" => Language::Query("Clojure"),
        "haskell" => Language::Query("Haskell"),
        "rust" | "rs" => Language::Query("Rust"),
        "c" | "cpp" | "c++" | "csharp" | "cs" => Language::Query("C"),
        "powershell" | "ps1" | "pwsh" => Language::Query("PowerShell"),
        "batch" | "bat" | "cmd" | "dos" => Language::Query("Windows"),
        "fish" => Language::Query("fish"),
        "awk" => Language::Query("awk"),
        "jq" => Language::Query("jq"),
        "yaml" | "yml" | "json" | "json5" | "jsonc" | "jsonl" | "toml" | "ini" | "conf" | "config"
        | "cfg" | "properties" | "xml" | "html" | "css" | "csv" | "tsv" | "text" | "txt" | "plain"
        | "plaintext" | "log" | "logs" | "output" | "out" | "stdout" | "none" | "diff" | "patch"
        | "markdown" | "md" | "mermaid" | "plantuml" | "dot" | "graphviz" | "math" | "tex" | "latex"
        | "hcl" | "terraform" | "tf" | "tfvars" | "nginx" | "apache" | "haproxy" | "dockerfile"
        | "docker" | "makefile" | "make" | "cmake" | "jsonnet" | "libsonnet" | "cue" | "rego" | "cron"
        | "crontab" | "systemd" | "env" | "dotenv" | "http" | "protobuf" | "proto" | "url" | "email"
        | "ascii" | "svg" | "gitignore" | "ssh-config" | "sshconfig" | "jinja" | "jinja2" | "helm"
        | "gotemplate" | "regex" | "sudoers" | "hosts" | "vim" | "rst" => Language::Data,
        _ => Language::Unknown,
    }
}

/// The language as it is compared and shown. Nearly all blocks of commands name one of few.
pub(super) fn in_lower_case(lang: &str) -> Cow<'static, str> {
    match SHELLS.iter().find(|known| **known == lang) {
        Some(known) => Cow::Borrowed(known),
        None => Cow::Owned(lang.to_ascii_lowercase()),
    }
}

/// The tags that make a fence runnable, for a hint.
pub(super) const SHELLS: &[&str] = &["sh", "bash", "shell", "zsh", "console", "shell-session", "terminal"];

/// Whether a line of an untagged fence begins a statement of SQL.
pub(super) fn is_sql(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let (Some(first), second) = (words.next(), words.next()) else { return false };
    let lower = first.to_ascii_lowercase();
    let statement = matches!(
        lower.as_str(),
        "select"
            | "update"
            | "insert"
            | "delete"
            | "alter"
            | "vacuum"
            | "analyze"
            | "reindex"
            | "explain"
            | "grant"
            | "revoke"
            | "truncate"
            | "create"
            | "drop"
            | "show"
            | "set"
            | "call"
            | "begin;"
            | "commit;"
            | "rollback;"
    );
    let upper = first.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b';');
    // "set statement_timeout to '1h'" has no meaning in a shell that anybody would want.
    let setting = lower == "set"
        && (matches!(second.map(str::to_ascii_lowercase).as_deref(), Some("session" | "local" | "global"))
            || words.clone().next().is_some_and(|third| third.eq_ignore_ascii_case("to")));
    statement
        && (upper
            || setting
            || (matches!(lower.as_str(), "select" | "update" | "insert" | "delete" | "alter" | "explain")
                && second.is_some()
                && !(lower == "select" && words.next() == Some("in"))))
}
