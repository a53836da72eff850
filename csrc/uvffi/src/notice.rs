use serde::Serialize;

use crate::change::Change;
use crate::transaction::Recovered;

/// Something that a caller should know and that is no part of uv's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Notice {
    /// Kebab-case, and stable.
    code: &'static str,
    message: String,
}

impl Notice {
    pub(crate) fn coded(code: &'static str, message: String) -> Self {
        Self { code, message }
    }

    /// Users' files that could not stay.
    pub(crate) fn kept(paths: &[std::path::PathBuf]) -> Self {
        let list: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
        let message =
            format!("Files that are no package's could not stay where they were, and are now: {}", list.join(", "));
        Self::coded("users-file-kept", message)
    }

    /// That a change could not be written into the history.
    pub(crate) fn unwritten(error: &std::io::Error) -> Self {
        Self::coded(
            "history-not-written",
            format!("The change was made; it could not be written into the history, and can't be undone: {error}"),
        )
    }

    /// That a transaction of several calls was taken back, whose process died.
    pub(crate) fn rolled_back(changes: &[Change]) -> Self {
        let names: Vec<&str> = changes.iter().map(|change| change.name.as_str()).collect();
        let what = if names.is_empty() { "it had changed nothing".to_owned() } else { names.join(", ") };
        Self::coded(
            "recovered",
            format!("A process died in a transaction of several calls, which was taken back: {what}"),
        )
    }

    /// That one could not be.
    pub(crate) fn not_rolled_back(why: &str) -> Self {
        Self::coded(
            "recovery-incomplete",
            format!("A process died in a transaction of several calls, which could not be taken back: {why}"),
        )
    }

    /// What was done about the change of a dead process.
    pub(crate) fn recovered(recovered: &Recovered) -> Self {
        let list = |names: &[String]| names.join(", ");
        match recovered {
            Recovered::Undone(names) => {
                let message = format!("A process died before it changed anything of: {}. It was undone", list(names));
                Self::coded("recovered", message)
            }
            Recovered::Finished(names) => {
                Self::coded("recovered", format!("A process died in a change that was finished now: {}", list(names)))
            }
            Recovered::Overtaken { finished, foreign } => Self::coded(
                "recovered",
                format!(
                    "A process died at the end of a change, and another tool has changed {} since: that stands. \
                     Finished was: {}",
                    list(foreign),
                    if finished.is_empty() { "nothing else".to_owned() } else { list(finished) }
                ),
            ),
            Recovered::Partly { finished, foreign } => Self::coded(
                "recovery-incomplete",
                format!(
                    "A process died in a change, and another tool changed {} before it could be finished: that was \
                     left as it is; finished was: {}. Look at it with `uvffi doctor`",
                    list(foreign),
                    if finished.is_empty() { "nothing else".to_owned() } else { list(finished) }
                ),
            ),
            Recovered::Unreadable { kept, why } => Self::coded(
                "journal-unreadable",
                format!(
                    "What a dead process was changing is not known, since its journal can't be used: {why}. It was \
                     kept as `{}`. Look at the environment with `uvffi doctor`",
                    kept.display()
                ),
            ),
            Recovered::ElsewhereKept(kept) => Self::coded(
                "journal-unreadable",
                format!(
                    "The environment was copied in the middle of a change, whose journal is about another place. It was \
                     kept as `{}`. Look at the environment with `uvffi doctor`",
                    kept.display()
                ),
            ),
        }
    }
}
