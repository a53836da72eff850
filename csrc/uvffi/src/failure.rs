use std::borrow::Cow;

use serde::Serialize;

/// Why a command failed, for programs: what uv says to people, taken apart.
///
/// It is read from the text, since that is all the Child gives; a resident answer is read in the same way, so that
/// both say the same. The text itself is always whole in `stderr`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Failure {
    /// Kebab-case, and stable.
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    /// What follows the message: causes, the resolver's reasoning, a build's output.
    pub(crate) explanation: Option<String>,
    pub(crate) hints: Vec<String>,
}

/// Words that uv uses for one kind of failure only, and its code. The first row that is found counts.
const CODES: &[(&str, &str)] = &[
    ("For more information, try '", "usage"),
    ("No solution found when resolving", "no-solution"),
    ("is externally managed", "externally-managed"),
    ("No virtual environment", "environment-not-found"),
    ("No system Python installation found", "environment-not-found"),
    ("Invalid environment at", "environment-not-found"),
    ("No interpreter found", "environment-not-found"),
    ("Python interpreter not found at", "environment-not-found"),
    ("Hash mismatch for", "hash-mismatch"),
    ("Failed to build", "build-failed"),
    ("Failed to parse:", "bad-requirement"),
    ("Couldn't parse requirement", "bad-requirement"),
    ("File not found:", "file-not-found"),
    ("but making network requests to registries was banned", "offline"),
    ("Failed to fetch", "network"),
    ("Request failed after", "network"),
    ("error sending request", "network"),
];

const OTHER: &str = "failed";

impl Failure {
    /// What an exit code and the text that came with it say; `None` for success.
    pub(crate) fn of(exit_code: i32, stdout: &str, stderr: &str) -> Option<Self> {
        if exit_code == 0 {
            return None;
        }
        let mut lines = stderr.lines().skip_while(|line| message(line).is_none()).peekable();
        let Some(message) = lines.next().and_then(message) else {
            return Some(Self::unsaid(exit_code, stdout, stderr));
        };
        let code = CODES.iter().find(|(words, _)| stderr.contains(words)).map_or(OTHER, |(_, code)| code);
        let (explanation, hints) = split(lines);
        Some(Self { code: code.into(), message: message.to_owned(), explanation, hints })
    }

    /// A command that fails without an error message: the program run by `uv run`, a check that found something.
    fn unsaid(exit_code: i32, stdout: &str, stderr: &str) -> Self {
        let last = stderr.lines().chain(stdout.lines()).rfind(|line| !line.trim().is_empty());
        Self {
            code: OTHER.into(),
            message: match last {
                Some(line) => format!("uv ended with exit code {exit_code}: {}", line.trim()),
                None => format!("uv ended with exit code {exit_code}"),
            },
            explanation: None,
            hints: Vec::new(),
        }
    }
}

/// The message of the line that begins an error, in either of the two forms uv prints them in.
fn message(line: &str) -> Option<&str> {
    line.strip_prefix("error: ").or_else(|| line.strip_prefix("  × ")).map(str::trim_end)
}

/// Splits what follows the message into an explanation and hints.
fn split<'a>(lines: impl Iterator<Item = &'a str>) -> (Option<String>, Vec<String>) {
    let mut explanation = String::new();
    let mut hints: Vec<String> = Vec::new();
    let mut in_hint = false;
    for line in lines {
        let bare = line.trim_start();
        if let Some(hint) = bare.strip_prefix("hint: ").or_else(|| bare.strip_prefix("tip: ")) {
            hints.push(hint.to_owned());
            in_hint = true;
        } else if in_hint && !bare.is_empty() {
            if let Some(hint) = hints.last_mut() {
                hint.push('\n');
                hint.push_str(bare);
            }
        } else {
            in_hint = false;
            explanation.push_str(line);
            explanation.push('\n');
        }
    }
    let explanation = explanation.trim_matches('\n');
    ((!explanation.is_empty()).then(|| explanation.to_owned()), hints)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_success_is_none() {
        assert_eq!(Failure::of(0, "", "error: said, but not meant\n"), None);
    }

    #[test]
    fn resolver() {
        let text = "Using Python 3.11.7 environment at: venv\n  × No solution found when resolving dependencies:\n  ╰─▶ Because a was not found, we\n      conclude it.\n\nhint: Look\n  here\nhint: And there\n";
        let failure = Failure::of(1, "", text).unwrap();
        assert_eq!(failure.code, "no-solution");
        assert_eq!(failure.message, "No solution found when resolving dependencies:");
        assert_eq!(failure.explanation.as_deref(), Some("  ╰─▶ Because a was not found, we\n      conclude it."));
        assert_eq!(failure.hints, ["Look\nhere", "And there"]);
    }

    #[test]
    fn usage() {
        let text = "error: unexpected argument '--foo' found\n\n  tip: to pass '--foo' as a value, use '-- --foo'\n\nUsage: uv pip install\n\nFor more information, try '--help'.\n";
        let failure = Failure::of(2, "", text).unwrap();
        assert_eq!(failure.code, "usage");
        assert_eq!(failure.message, "unexpected argument '--foo' found");
        assert_eq!(failure.hints, ["to pass '--foo' as a value, use '-- --foo'"]);
    }

    #[test]
    fn a_program_of_the_user() {
        let failure = Failure::of(3, "", "something\nelse\n\n").unwrap();
        assert_eq!(failure.message, "uv ended with exit code 3: else");
        assert_eq!(failure.code, "failed");
    }
}
