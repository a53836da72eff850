//! What uv prints in `pip install` and `pip uninstall` where standard error is not a terminal.
//!
//! Nothing here styles its text: [`Output`](crate::output::Output) drops all colour at the end anyway.

mod chain;
mod changed;
mod changelog;
mod checks;
mod derivation;
mod elapsed;
mod environment;
mod error;
mod failure;
mod graphical;
mod hints;
mod log;
mod printer;
mod reporters;
mod uninstall;

#[cfg(test)]
mod tests;

pub(crate) use changelog::Changelog;
pub(crate) use checks::{diagnose_environment, diagnose_resolution};
pub(crate) use environment::{report_interpreter, report_target_environment};
pub(crate) use error::OperationError;
pub(crate) use failure::{report, report_top_level};
pub(crate) use log::InstallLog;
pub(crate) use printer::Printer;
pub(crate) use reporters::LineReporter;
pub(crate) use uninstall::{UninstallLog, tolerate};
