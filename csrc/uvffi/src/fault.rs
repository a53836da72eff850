use std::borrow::Cow;
use std::path::Path;

/// Why a request did not become a command, or how uvffi itself failed: an error result with a code of the ABI.
///
/// A command that uv refuses is not one of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) hint: Option<Cow<'static, str>>,
}

impl Fault {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// uvffi's own failure: a panic, or a state that must not be.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new("internal", message)
            .hint("This is a bug in uvffi; the process goes on, and its next calls run uv in a process of its own")
    }

    pub(crate) fn directory_gone(path: Option<&Path>, found: &std::io::Error) -> Self {
        let message = match path {
            Some(path) => format!("The working directory asked for, `{}`, can't be used: {found}", path.display()),
            None => format!("The working directory of this process can't be used: {found}"),
        };
        Self::new("working-directory-gone", message).hint("Change to a directory that exists, or give one as `cwd`")
    }
}
