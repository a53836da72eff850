use serde::Serialize;

use crate::transaction::Recovered;

/// Something that a caller should know and that is no part of uv's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Notice {
    /// Kebab-case, and stable.
    code: &'static str,
    message: String,
}

impl Notice {
    pub(crate) fn new(code: &'static str, message: String) -> Self {
        Self { code, message }
    }

    /// What was done about the change of a dead process.
    pub(crate) fn recovered(recovered: &Recovered) -> Self {
        let list = |names: &[String]| names.join(", ");
        match recovered {
            Recovered::Undone(names) => {
                let message = format!("A process died before it changed anything of: {}. It was undone", list(names));
                Self::new("recovered", message)
            }
            Recovered::Finished(names) => {
                Self::new("recovered", format!("A process died in a change that was finished now: {}", list(names)))
            }
            Recovered::Partly { finished, foreign } => Self::new(
                "recovery-incomplete",
                format!(
                    "A process died in a change, and another tool changed {} before it could be finished: that was \
                     left as it is; finished was: {}. Look at it with `uvffi doctor`",
                    list(foreign),
                    if finished.is_empty() { "nothing else".to_owned() } else { list(finished) }
                ),
            ),
            Recovered::Unreadable { kept, why } => Self::new(
                "journal-unreadable",
                format!(
                    "What a dead process was changing is not known, since its journal can't be used: {why}. It was \
                     kept as `{}`. Look at the environment with `uvffi doctor`",
                    kept.display()
                ),
            ),
            Recovered::ElsewhereKept(kept) => Self::new(
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
