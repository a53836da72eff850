//! What may be told: no password, no token, no variable's value.

use serde::Deserialize;

/// Commands whose words can be shown; those of others may have anything in them, secrets and other programs' words.
const SHOWN: [&str; 5] = ["pip", "venv", "cache", "uvffi", "python"];

/// A longer value is cut.
const LONGEST: usize = 2000;

/// What a URL has that may be secret, as Rust writes it for programmers.
const MEMBERS: [&str; 4] = ["username: ", "password: ", "query: ", "token: "];

/// The value of a field without what may be secret.
pub(super) fn safe_value(name: &str, value: &str) -> String {
    match name {
        "username" | "password" | "token" => "****".to_owned(),
        _ => safe(value),
    }
}

/// A text without what may be secret in its URLs: user and password, and all that is asked for after a `?`.
pub(super) fn safe(text: &str) -> String {
    let text = &MEMBERS.iter().fold(text.to_owned(), |text, member| without_member(&text, member));
    let mut parts = text.split("://");
    let mut told = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        told.push_str("://");
        // All else may be in a password.
        let end = part.find(|c: char| c.is_whitespace() || "\"`<>".contains(c)).unwrap_or(part.len());
        let (url, rest) = part.split_at(end);
        let url = match url.rfind('@') {
            // A revision stands behind an `@` too; where there is a colon before it, it may be a strange password.
            Some(at) if !url[..at].contains('/') || url[..at].contains(':') => format!("****{}", &url[at..]),
            _ => url.to_owned(),
        };
        match url.split_once('?') {
            Some((before, _)) => told.extend([before, "?****"]),
            None => told.push_str(&url),
        }
        told.push_str(rest);
    }
    if told.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|at| told.is_char_boundary(*at)).unwrap_or_default();
        told.truncate(end);
        told.push('…');
    }
    told
}

/// A text without the strings that a member has in it.
fn without_member(text: &str, member: &str) -> String {
    let mut parts = text.split(member);
    let mut told = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        told.push_str(member);
        // As it stands, or within another text: `"..."`, `Some("...")`, `\"...\"`.
        let start = part.find(|c| !"Some(\\".contains(c)).unwrap_or(part.len());
        let (before, value) = part.split_at(start);
        match value.strip_prefix('"').and_then(|value| value.split_once('"')) {
            Some((inner, rest)) => {
                let escape = if inner.ends_with('\\') { "\\" } else { "" };
                told.extend([before, "\"****", escape, "\"", rest]);
            }
            None => told.push_str(part),
        }
    }
    told
}

/// A request, as it crosses the ABI, in words that can be shown.
pub(crate) fn asked(text: &str) -> String {
    #[derive(Deserialize)]
    struct Words {
        argv: Vec<String>,
    }

    let words = if text.trim_start().starts_with('{') {
        serde_json::from_str::<Words>(text).ok().map(|words| words.argv)
    } else {
        shlex::split(text)
    };
    shown(&words.unwrap_or_default())
}

/// The words of a command as they can be shown.
pub(super) fn shown(words: &[String]) -> String {
    let words = words.strip_prefix(&["uv".to_owned()]).unwrap_or(words);
    let command = words.iter().find(|word| !word.starts_with('-'));
    match (command, words.first()) {
        (Some(command), _) if SHOWN.contains(&command.as_str()) => {
            let words: Vec<String> = words.iter().map(|word| safe(word)).collect();
            shlex::try_join(words.iter().map(String::as_str)).unwrap_or_else(|_| words.join(" "))
        }
        (Some(command), Some(first)) if command == first => safe(&format!("{first} …")),
        (None, Some(first)) if words.len() == 1 => safe(first),
        _ => "…".to_owned(),
    }
}

/// Which question a query asks, if that is worth telling: not about what is told itself.
pub(super) fn kind(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Asked {
        query: String,
    }

    let asked = serde_json::from_str::<Asked>(text).ok()?.query;
    (asked != "spans" && asked != "trace" && asked.len() < 20).then_some(asked)
}
