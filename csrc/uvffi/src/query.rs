use std::path::PathBuf;

use serde_json::Value;

use crate::fault::Fault;
use crate::fields::{self, Fields};
use crate::reply::SCHEMA;
use crate::request::Request;
use crate::trace::Switch;

const QUERIES: &str =
    "one of `packages`, `changes`, `plan`, `history`, `shelf`, `doctor`, `trace`, `spans`, `status`, `settings`";

/// A question to the engine: nothing is changed by answering it, but what it tells of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Query {
    /// What is installed.
    Packages(Which),
    /// What changed in a site-packages directory since a generation of it.
    Changes { site_packages: PathBuf, since: Option<u64> },
    /// What a command would do.
    Plan(Request),
    /// What was changed, and can be undone.
    History(Which),
    /// The trees that are kept to be live again.
    Shelf(Which),
    /// What is not in order.
    Doctor(Which),
    /// What is told of calls, and where: asked, and changed.
    Trace(Switch),
    /// What was told and is not drained yet, so many at most.
    Spans { most: usize },
    /// The engine itself.
    Status,
    /// What a command's arguments, variables and configuration files come to.
    Settings(Request),
}

/// The Environment that is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// The one `uv pip` would choose in this process.
    Current,
    /// By interpreter: all that `--python` takes.
    Python(String),
    /// By its directory.
    Prefix(PathBuf),
}

impl Query {
    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        let mut fields = Fields::parse(text)?;
        let query = match fields.text("query")?.as_deref() {
            Some("packages") => Self::Packages(which(&mut fields)?),
            Some("changes") => Self::Changes {
                site_packages: absolute(&mut fields)?.ok_or_else(|| {
                    fields::bad("`site_packages` is missing: the absolute path of a directory".to_owned())
                })?,
                since: fields.number("since")?,
            },
            Some("plan") => Self::Plan(Request::from_fields(&mut fields)?),
            Some("history") => Self::History(which(&mut fields)?),
            Some("shelf") => Self::Shelf(which(&mut fields)?),
            Some("doctor") => Self::Doctor(which(&mut fields)?),
            Some("trace") => Self::Trace(Switch {
                file: fields.os_text("file")?.map(PathBuf::from),
                filter: fields.text("filter")?,
                records: fields.choice("records")?,
            }),
            Some("spans") => {
                let most = fields.number("most")?.and_then(|most| usize::try_from(most).ok());
                Self::Spans { most: most.unwrap_or(usize::MAX) }
            }
            Some("status") => Self::Status,
            Some("settings") => Self::Settings(Request::from_fields(&mut fields)?),
            Some(other) => return Err(fields::bad(format!("`query` must be {QUERIES}, found `{other}`"))),
            None => return Err(fields::bad(format!("`query` is missing: {QUERIES}"))),
        };
        fields.finish()?;
        Ok(query)
    }

    /// Whether an answer to it may be remembered: those to the others rest on nothing that is witnessed.
    pub(crate) fn is_remembered(&self) -> bool {
        matches!(self, Self::Packages(_) | Self::Plan(_))
    }
}

/// Whether a text asks a question, and is no command. Most are told by a glance.
pub(crate) fn is_query(text: &str) -> bool {
    text.contains("\"query\"") && serde_json::from_str::<Value>(text).is_ok_and(|asked| asked.get("query").is_some())
}

/// The member `site_packages`.
pub(crate) fn absolute(fields: &mut Fields) -> Result<Option<PathBuf>, Fault> {
    let path = fields.os_text("site_packages")?.map(PathBuf::from);
    match path {
        Some(path) if !path.is_absolute() => {
            Err(fields::bad(format!("`site_packages` must be an absolute path or null, found `{}`", path.display())))
        }
        path => Ok(path),
    }
}

fn which(fields: &mut Fields) -> Result<Which, Fault> {
    let Some(value) = fields.take("environment") else {
        return Ok(Which::Current);
    };
    let mut choice = Fields::of(value, Some("environment"))?;
    let python = choice.text("python")?;
    let prefix = choice.os_text("prefix")?;
    choice.finish()?;
    match (python, prefix) {
        (None, None) => Ok(Which::Current),
        (Some(python), None) => Ok(Which::Python(python)),
        (None, Some(prefix)) => Ok(Which::Prefix(prefix.into())),
        (Some(_), Some(_)) => {
            Err(fields::bad("`environment` must name either a `python` or a `prefix`, found both".to_owned()))
        }
    }
}

/// The text of an answer, which always says the schema it is written in.
pub(crate) fn to_json(mut answer: Value) -> String {
    if let Value::Object(map) = &mut answer {
        map.entry("schema").or_insert_with(|| SCHEMA.into());
    }
    answer.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        let fault = Query::parse(text).unwrap_err();
        assert_eq!(fault.code, "bad-request");
        fault.message
    }

    #[test]
    fn environments() {
        let asked = |environment: &str| {
            Query::parse(&format!(r#"{{"query": "packages", "environment": {environment}}}"#)).unwrap()
        };
        assert_eq!(Query::parse(r#"{"query": "packages"}"#).unwrap(), Query::Packages(Which::Current));
        assert_eq!(asked("null"), Query::Packages(Which::Current));
        assert_eq!(asked(r#"{"python": "3.11"}"#), Query::Packages(Which::Python("3.11".to_owned())));
        assert_eq!(asked(r#"{"prefix": "/a"}"#), Query::Packages(Which::Prefix("/a".into())));
    }

    #[test]
    fn questions_are_told_from_commands() {
        assert!(is_query(r#" {"argv": [], "query": "plan"}"#));
        assert!(is_query(r#"{"query": 1}"#));
        for command in
            [r#"pip install "query""#, r#"{"argv": ["\"query\"", "query"], "env": {"query": ""}}"#, "{\"query\""]
        {
            assert!(!is_query(command), "{command}");
        }
    }

    #[test]
    fn commands_are_read_as_in_a_run() {
        let plan = Query::parse(r#"{"query": "plan", "argv": ["uv", "pip", "install", "a"], "cwd": "/"}"#);
        let expected = Request {
            argv: ["pip", "install", "a"].map(Into::into).to_vec(),
            cwd: Some("/".into()),
            ..Request::default()
        };
        assert_eq!(plan.unwrap(), Query::Plan(expected));
    }

    #[test]
    fn refusals_name_what_is_allowed() {
        assert_eq!(
            refused(r#"{"query": "package"}"#),
            "`query` must be one of `packages`, `changes`, `plan`, `history`, `shelf`, `doctor`, `trace`, `spans`, `status`, `settings`, found `package`"
        );
        assert_eq!(
            refused(r#"{"query": "status", "argv": []}"#),
            "Unknown field `argv` in the request; allowed are `query`"
        );
        assert_eq!(
            refused(r#"{"query": "packages", "environment": {"pythn": ""}}"#),
            "Unknown field `pythn` in environment; allowed are `python`, `prefix`"
        );
        assert_eq!(
            refused(r#"{"query": "packages", "environment": "here"}"#),
            "`environment` must be an object, found the string `here`"
        );
        assert_eq!(refused(r#"{"query": "plan"}"#), "`argv` is missing: an array of strings");
    }

    #[test]
    fn answers_say_their_schema() {
        assert_eq!(to_json(serde_json::json!({"a": 1})), r#"{"a":1,"schema":1}"#);
    }
}
