use std::fmt::{self, Write};

use crate::output::{Output, Stream};

/// The text of one call, filtered by `-q`. All clones write to the same text.
///
/// `-v` and `--no-progress` need no place here: they change what uv draws on a terminal (and its log, which is the
/// Child's), not the lines it writes to a pipe.
#[derive(Clone, Debug)]
pub(crate) struct Printer {
    level: Level,
    output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    /// `-qq`: not even errors.
    Silent,
    /// `-q`: only what is marked important.
    Quiet,
    Default,
}

impl Printer {
    /// A printer for a call with `quiet` times `-q`. One is enough to silence the call's warnings too.
    pub(crate) fn new(quiet: u8, output: Output) -> Self {
        let level = match quiet {
            0 => Level::Default,
            1 => Level::Quiet,
            _ => Level::Silent,
        };
        if level != Level::Default {
            output.silence_warnings();
        }
        Self { level, output }
    }

    pub(crate) fn stdout(&self) -> Stream {
        self.stream(Level::Default, Stream::Stdout)
    }

    /// Standard output that `-q` leaves: what a program may read.
    pub(crate) fn stdout_important(&self) -> Stream {
        self.stream(Level::Quiet, Stream::Stdout)
    }

    pub(crate) fn stderr(&self) -> Stream {
        self.stream(Level::Default, Stream::Stderr)
    }

    pub(crate) fn stderr_important(&self) -> Stream {
        self.stream(Level::Quiet, Stream::Stderr)
    }

    /// Standard error whatever the level: uv explains a failed resolve or download even with `-qq`.
    pub(crate) fn stderr_always(&self) -> Stream {
        self.stream(Level::Silent, Stream::Stderr)
    }

    /// One ordinary line on standard error.
    pub(crate) fn line(&self, line: impl fmt::Display) {
        // A `Stream` appends to memory and can't fail.
        let _ = writeln!(self.stderr(), "{line}");
    }

    /// A warning, which is told of besides.
    pub(crate) fn warning(&self, message: impl fmt::Display) {
        tracing::warn!(target: "uv", "{message}");
        self.line(format_args!("warning: {message}"));
    }

    /// `needed`: the quietest level that still lets this through.
    fn stream(&self, needed: Level, stream: fn(Output) -> Stream) -> Stream {
        if self.level >= needed { stream(self.output.clone()) } else { Stream::Nowhere }
    }
}
