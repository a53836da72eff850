use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashSet;

/// What one resident call would have printed. Cheap to clone: all clones write to the same text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Output {
    text: Arc<Mutex<Text>>,
}

#[derive(Debug, Default)]
struct Text {
    stdout: String,
    stderr: String,
    said_once: FxHashSet<String>,
    quiet: bool,
    warned: bool,
    /// Whether standard error is also this process's own.
    live: bool,
}

impl Output {
    /// One whose standard error goes to that of the process, too, as it comes.
    pub(crate) fn live() -> Self {
        let output = Self::default();
        output.lock().live = true;
        output
    }

    pub(crate) fn stdout(&self, text: &str) {
        self.lock().stdout.push_str(text);
    }

    pub(crate) fn stderr(&self, text: &str) {
        self.lock().say(text);
    }

    /// Drops the warnings of this call from now on, as `-q` does.
    pub(crate) fn silence_warnings(&self) {
        self.lock().quiet = true;
    }

    /// Takes a warning in uv's form; `once` drops one that this call has already given.
    pub(crate) fn warn(&self, message: &str, once: bool) {
        let mut text = self.lock();
        text.warned = true;
        if text.quiet || (once && !text.said_once.insert(message.to_owned())) {
            return;
        }
        text.say(&format!("warning: {message}\n"));
    }

    /// Takes a warning that is written as it is.
    pub(crate) fn block(&self, text: &str) {
        let mut own = self.lock();
        own.warned = true;
        own.say(text);
    }

    /// Takes what was written to standard output and to standard error, without colour.
    pub(crate) fn take_both(&self) -> (String, String) {
        let stdout = std::mem::take(&mut self.lock().stdout);
        (plain(&stdout), self.take())
    }

    /// Takes what was written to standard error, without colour.
    pub(crate) fn take(&self) -> String {
        plain(&std::mem::take(&mut self.lock().stderr))
    }

    /// What was written to standard error so far.
    pub(crate) fn so_far(&self) -> String {
        plain(&self.lock().stderr)
    }

    /// Puts another text in place of all that was written to standard error.
    pub(crate) fn replace(&self, text: &str) {
        let mut own = self.lock();
        own.stderr.clear();
        own.stderr.push_str(text);
    }

    /// The same, and what was warned of once is told anew.
    pub(crate) fn begin_again(&self, text: &str) {
        self.replace(text);
        self.lock().said_once.clear();
    }

    /// Whether uv's crates warned, heard or not.
    pub(crate) fn has_warned(&self) -> bool {
        self.lock().warned
    }

    /// How much was written to standard error so far.
    pub(crate) fn length(&self) -> usize {
        self.lock().stderr.len()
    }

    /// Whether warnings are dropped.
    pub(crate) fn is_quiet(&self) -> bool {
        self.lock().quiet
    }

    /// Whether both are the same call's.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.text, &other.text)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Text> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Text {
    fn say(&mut self, text: &str) {
        self.stderr.push_str(text);
        if self.live {
            // Nobody is there to be told that it can't be written.
            let _ = io::stderr().write_all(plain(text).as_bytes());
        }
    }
}

/// uv's own errors style parts of their text whatever they are written to.
fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// A [`fmt::Write`] onto an [`Output`], or onto nothing.
pub(crate) enum Stream {
    Stdout(Output),
    Stderr(Output),
    Nowhere,
}

impl fmt::Write for Stream {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        match self {
            Self::Stdout(output) => output.stdout(text),
            Self::Stderr(output) => output.stderr(text),
            Self::Nowhere => {}
        }
        Ok(())
    }
}
