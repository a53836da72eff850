//! What uv prints in the resident commands where neither output nor error is a terminal.
//!
//! Nothing here styles its text: [`Output`](crate::output::Output) drops all colour at the end anyway.

mod chain;
mod changed;
mod changelog;
mod check;
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
mod table;
mod tree;
mod uninstall;

#[cfg(test)]
mod tests;

pub(crate) use changelog::Changelog;
pub(crate) use check::CheckLog;
pub(crate) use checks::{diagnose_environment, diagnose_resolution};
pub(crate) use environment::{report_interpreter, report_target_environment};
pub(crate) use error::OperationError;
pub(crate) use failure::{FAILURE, report, report_top_level};
pub(crate) use log::InstallLog;
pub(crate) use printer::Printer;
pub(crate) use reporters::LineReporter;
pub(crate) use table::table;
pub(crate) use tree::render_tree;
pub(crate) use uninstall::{UninstallLog, tolerate};
