use std::error::Error;
use std::fmt;

use owo_colors::AnsiColors;
use uv_errors::{ErrorOptions, Hints, write_error_chain_with_options};

use crate::{Warning, emit};

/// Writes an error and its causes as a warning. Unlike the macros it is not gated by
/// [`ENABLED`](crate::ENABLED): uv's is not either.
pub fn write_warning_chain(err: &dyn Error, hints: Hints<'_>) -> fmt::Result {
    let mut block = String::new();
    let options = ErrorOptions::default().with_level("warning").with_color(AnsiColors::Yellow).with_stream(&mut block);
    write_error_chain_with_options(err, hints, options)?;
    emit(Warning::Block(&block));
    Ok(())
}
