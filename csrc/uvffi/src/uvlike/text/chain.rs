use std::error::Error;
use std::fmt::{self, Write};
use std::iter;

use uv_errors::{ErrorOptions, Hints, write_error_chain_with_options};
use uv_static::EnvVars;

/// An error, its causes and hints, in the form of uv's top-level errors.
///
/// uv wraps them at `COLUMNS` and else at the width of the process's terminal; the terminal is the host's, and no
/// affair of a call whose text goes to memory. So without `COLUMNS` the text is composed here, unwrapped.
pub(super) fn render(error: &dyn Error, hints: Hints<'_>) -> String {
    let mut text = String::new();
    // Writing to a string can't fail.
    let _ = if columns_given() {
        write_error_chain_with_options(error, hints, ErrorOptions::default().with_stream(&mut text))
    } else {
        write_unwrapped(&mut text, error, hints)
    };
    text
}

fn columns_given() -> bool {
    std::env::var(EnvVars::COLUMNS).is_ok_and(|columns| columns.parse::<usize>().is_ok())
}

fn write_unwrapped(text: &mut String, error: &dyn Error, hints: Hints<'_>) -> fmt::Result {
    writeln!(text, "error: {}", error.to_string().trim())?;
    for cause in iter::successors(error.source(), |&error| error.source()) {
        let message = indented(&cause.to_string());
        let mut lines = message.lines();
        let Some(first) = lines.next() else { continue };
        writeln!(text, "  Caused by: {}", first.trim())?;
        for line in lines {
            writeln!(text, "{}", if line.trim().is_empty() { "" } else { line })?;
        }
    }
    for hint in hints {
        writeln!(text, "\nhint: {hint}")?;
    }
    Ok(())
}

/// Every line but the first moved in by four, empty ones left empty.
fn indented(message: &str) -> String {
    let mut text = String::with_capacity(message.len());
    for (index, line) in message.split_terminator('\n').enumerate() {
        if index > 0 {
            text.push('\n');
            text.push_str(if line.is_empty() { "" } else { "    " });
        }
        text.push_str(line);
    }
    text
}
