use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::fault::Fault;
use crate::fields::{self, Fields};
use crate::reroute::Reroute;

/// One command, as it was asked for: nothing of it is resolved yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Request {
    /// The words after `uv`.
    pub(crate) argv: Vec<OsString>,
    /// Where it was asked to run; `None` is the process's own directory.
    pub(crate) cwd: Option<PathBuf>,
    /// The whole environment it was asked to see; `None` is the process's own.
    pub(crate) env: Option<BTreeMap<OsString, OsString>>,
    pub(crate) stdin: Stdin,
    /// Whether what a power cut could lose is written out before the answer: so or by `UVFFI_DURABLE=1`.
    pub(crate) durable: bool,
    /// The digest of the plan that this is to carry out, and nothing else.
    pub(crate) expect: Option<String>,
}

/// What a command reads from standard input, if it does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stdin {
    #[default]
    Closed,
    /// The host's own, prompts included.
    Inherit,
    Text(String),
}

/// A word in which the user and password of each URL are stars.
fn masked(word: &str) -> String {
    let mut parts = word.split("://");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let host = part.find(['/', '?', '#', ' ']).unwrap_or(part.len());
        text.push_str("://");
        match part[..host].rfind('@') {
            Some(at) => {
                text.push_str("****");
                text.push_str(&part[at..]);
            }
            None => text.push_str(part),
        }
    }
    text
}

impl Request {
    /// Parses a command line, or JSON where the first character that is not white space is `{`.
    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        if text.trim_start().starts_with('{') {
            let mut fields = Fields::parse(text)?;
            let request = Self::from_fields(&mut fields)?;
            fields.finish()?;
            return Ok(request);
        }
        let words = shlex::split(text).ok_or_else(|| {
            Fault::new(
                "bad-quoting",
                format!("The command line ends inside a quote or after a backslash: `{}`", text.trim()),
            )
            .hint("Close the quote, or give the words as JSON: {\"argv\": [...]}")
        })?;
        Ok(Self { argv: argv(words.into_iter().map(|word| fields::os_string("argv", word)))?, ..Self::default() })
    }

    /// Takes the members that a command has from a JSON request.
    pub(crate) fn from_fields(fields: &mut Fields) -> Result<Self, Fault> {
        let words = match fields.take("argv") {
            Some(Value::Array(words)) => words,
            Some(other) => return Err(fields::wrong("argv", &other, "an array of strings")),
            None => return Err(fields::bad("`argv` is missing: an array of strings".to_owned())),
        };
        let words = words.into_iter().enumerate().map(|(at, word)| match word {
            Value::String(word) => fields::os_string(&format!("argv[{at}]"), word),
            other => Err(fields::wrong(&format!("argv[{at}]"), &other, "a string")),
        });
        let argv = argv(words)?;
        let cwd = fields.os_text("cwd")?.map(PathBuf::from);
        if cwd.as_ref().is_some_and(|path| path.as_os_str().is_empty()) {
            return Err(fields::bad("`cwd` must be a directory or null, found an empty string".to_owned()));
        }
        let env = match fields.take("env") {
            None => None,
            Some(Value::Object(map)) => {
                Some(map.into_iter().map(|(name, value)| variable(name, value)).collect::<Result<_, _>>()?)
            }
            Some(other) => return Err(fields::wrong("env", &other, "an object of strings or null")),
        };
        let stdin = match fields.text("stdin")? {
            None => Stdin::Closed,
            Some(word) if word == "inherit" => Stdin::Inherit,
            Some(text) => Stdin::Text(text),
        };
        let (durable, expect) = (fields.flag("durable")?, fields.text("expect")?);
        Ok(Self { argv, cwd, env, stdin, durable, expect })
    }

    /// Whether it is a command that lists at its end what it changed in an environment.
    pub(crate) fn changes_an_environment(&self) -> bool {
        let mut words = self.argv.iter().filter(|word| !word.as_encoded_bytes().starts_with(b"-"));
        words.next().is_some_and(|word| ["pip", "sync", "add", "remove"].iter().any(|command| word == command))
    }

    /// Whether uv is asked only to tell what it would do to an environment.
    pub(crate) fn is_dry_run(&self) -> bool {
        // After `run` or `tool run` the flag is another program's.
        self.changes_an_environment()
            && self.argv.iter().take_while(|word| *word != "--").any(|word| word == "--dry-run")
    }

    pub(crate) fn is_durable(&self) -> bool {
        self.durable || self.var("UVFFI_DURABLE").is_some_and(|value| value == "1")
    }

    /// The command as people write it, without the credentials in its URLs.
    pub(crate) fn text(&self) -> String {
        let words: Vec<_> = self.argv.iter().map(|word| masked(&word.to_string_lossy())).collect();
        shlex::try_join(words.iter().map(String::as_str)).unwrap_or_else(|_| words.join(" "))
    }

    /// The value of a variable as the command sees it.
    pub(crate) fn var(&self, name: &str) -> Option<OsString> {
        match &self.env {
            Some(env) => env.get(OsStr::new(name)).cloned(),
            None => env::var_os(name),
        }
    }

    /// The directory the command runs in, absolute, after a look that it is there.
    pub(crate) fn directory(&self) -> Result<PathBuf, Fault> {
        let own = |error: &_| Fault::directory_gone(None, error);
        let Some(cwd) = &self.cwd else {
            return env::current_dir().map_err(|error| own(&error));
        };
        let path =
            if cwd.is_absolute() { cwd.clone() } else { env::current_dir().map_err(|error| own(&error))?.join(cwd) };
        match path.metadata() {
            Ok(found) if found.is_dir() => Ok(path),
            Ok(_) => Err(Fault::directory_gone(Some(&path), &std::io::ErrorKind::NotADirectory.into())),
            Err(error) => Err(Fault::directory_gone(Some(&path), &error)),
        }
    }

    /// Whether the command sees what this process sees: its directory, which must also be the one that uv's crates
    /// took for theirs when they first asked, and its environment.
    pub(crate) fn same_process_view(&self) -> Result<Result<(), Reroute>, Fault> {
        let directory = self.directory()?;
        // Before the next line can be reached the directory was seen to be there: where it is not, the crate that
        // owns `CWD` ends the process.
        let Ok(own) = env::current_dir() else {
            return Ok(Err(Reroute::because("the process's own directory is gone")));
        };
        if !same_directory(&directory, &own) {
            return Ok(Err(Reroute::because("another working directory than the process's")));
        }
        if *uv_fs::CWD != own {
            return Ok(Err(Reroute::because("the process changed its directory after uvffi's first call")));
        }
        if let Some(env) = &self.env
            && !env.iter().map(|(name, value)| (name.clone(), value.clone())).eq(own_environment())
        {
            return Ok(Err(Reroute::because("another environment than the process's")));
        }
        Ok(Ok(()))
    }
}

fn own_environment() -> BTreeMap<OsString, OsString> {
    env::vars_os().collect()
}

/// A child that is started in `asked` finds the resolved path, as `own` is.
fn same_directory(asked: &Path, own: &Path) -> bool {
    asked == own || asked.canonicalize().is_ok_and(|asked| asked == own)
}

/// Drops one leading `uv`.
fn argv(words: impl Iterator<Item = Result<OsString, Fault>>) -> Result<Vec<OsString>, Fault> {
    let mut words = words.collect::<Result<Vec<_>, _>>()?;
    if words.first().is_some_and(|word| word == "uv") {
        words.remove(0);
    }
    Ok(words)
}

fn variable(name: String, value: Value) -> Result<(OsString, OsString), Fault> {
    if name.is_empty() || name.contains(['=', '\0']) {
        return Err(fields::bad(format!("A name in `env` must not be empty or contain `=` or NUL, found {name:?}")));
    }
    let place = format!("env.{name}");
    match value {
        Value::String(value) => Ok((name.into(), fields::os_string(&place, value)?)),
        other => Err(fields::wrong(&place, &other, "a string")),
    }
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
