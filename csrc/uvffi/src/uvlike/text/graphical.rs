use std::error::Error;
use std::fmt::{self, Display, Formatter};

use miette::{Diagnostic, MietteHandler, MietteHandlerOpts, ReportHandler};
use uv_static::EnvVars;

/// What miette assumes where there is no terminal to ask.
const WIDTH: usize = 80;

/// A message with what caused it, drawn as uv draws failed resolves and downloads into a pipe.
///
/// The handler is used directly: a `miette::Report` would go through a hook of the whole process.
pub(super) fn render(message: &dyn Display, cause: &(dyn Error + 'static)) -> String {
    let explained = Explained { message: message.to_string(), cause };
    Drawn { handler: handler(), diagnostic: &explained }.to_string()
}

/// uv's options, and, of what miette else asks the process's terminal for, the answers for a pipe.
fn handler() -> MietteHandler {
    MietteHandlerOpts::new()
        .break_words(false)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .wrap_lines(std::env::var(EnvVars::UV_NO_WRAP).is_err())
        .width(WIDTH)
        .color(false)
        .unicode(true)
        .terminal_links(false)
        .build()
}

struct Explained<'a> {
    message: String,
    cause: &'a (dyn Error + 'static),
}

impl fmt::Debug for Explained<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explained").field("message", &self.message).field("cause", &self.cause).finish()
    }
}

impl Display for Explained<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Explained<'_> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.cause)
    }
}

impl Diagnostic for Explained<'_> {}

struct Drawn<'a> {
    handler: MietteHandler,
    diagnostic: &'a dyn Diagnostic,
}

impl Display for Drawn<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.handler.debug(self.diagnostic, f)
    }
}
