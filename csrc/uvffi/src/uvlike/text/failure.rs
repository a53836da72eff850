use std::fmt::Write;

use uv_distribution_types::{DerivationChain, Name};
use uv_errors::{Hint, Hints};
use uv_installer::PrepareError;
use uv_resolver::{NoSolutionError, NoSolutionHeader, ResolveError};

use super::derivation::dist_hints;
use super::error::OperationError;
use super::hints::hints_of;
use super::printer::Printer;
use super::{chain, graphical};

/// uv's exit code where what was asked for can't be had.
pub(crate) const FAILURE: i32 = 1;

/// uv's exit code for every other error.
pub(crate) const UNEXPECTED: i32 = 2;

/// Writes what uv would have written about an error and returns the exit code it would have ended with.
pub(crate) fn report(error: OperationError, printer: &Printer) -> i32 {
    let Some(text) = explain(&error) else {
        return report_top_level(error, printer);
    };
    // uv explains these whatever `-q` says.
    let _ = printer.stderr_always().write_str(&text);
    FAILURE
}

/// As [`report`], for an error that in uv gets no explanation but its chain of causes.
pub(crate) fn report_top_level(error: impl Into<anyhow::Error>, printer: &Printer) -> i32 {
    let error = error.into();
    let _ = printer.stderr_important().write_str(&chain::render(error.as_ref(), hints_of(&error)));
    UNEXPECTED
}

/// The drawn explanation and the hints below it, for the errors that have one.
fn explain(error: &OperationError) -> Option<String> {
    let no_chain = DerivationChain::default();
    let (drawn, hints) = match error {
        OperationError::Resolve(ResolveError::NoSolution(error)) => no_solution(error),
        OperationError::Resolve(ResolveError::Dist(kind, dist, chain, cause)) => (
            graphical::render(&format_args!("{kind} `{dist}`"), cause),
            dist_hints(dist.name(), dist.version(), chain, cause.hints()),
        ),
        OperationError::Resolve(ResolveError::Dependencies(cause, name, version, chain)) => (
            graphical::render(&format_args!("Failed to resolve dependencies for `{name}` (v{version})"), cause),
            dist_hints(name, Some(version), chain, cause.hints()),
        ),
        OperationError::Requirements(uv_requirements::Error::Dist(kind, dist, cause)) => (
            graphical::render(&format_args!("{kind} `{dist}`"), cause),
            dist_hints(dist.name(), dist.version(), &no_chain, cause.hints()),
        ),
        OperationError::Prepare(PrepareError::Dist(kind, dist, chain, cause)) => (
            graphical::render(&format_args!("{kind} `{dist}`"), cause),
            dist_hints(dist.name(), dist.version(), chain, cause.hints()),
        ),
        _ => return None,
    };
    Some(if hints.is_empty() { drawn } else { format!("{drawn}{hints}\n") })
}

/// The solver's reasoning below a heading.
fn no_solution(error: &NoSolutionError) -> (String, Hints<'static>) {
    let header = NoSolutionHeader::new(error.environment().clone());
    let reasoning = Reasoning(error.report().to_string());
    (graphical::render(&header, &reasoning), error.hints().into_owned())
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Reasoning(String);
