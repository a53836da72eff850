//! From the words of a command line to what the resident engine may answer.
//!
//! uv's parser describes some sixty commands each time it is used, which takes a millisecond. Here the very same
//! argument types are put under `uv pip install` and `uv pip uninstall` alone. Whatever that small parser does not
//! take, usage errors and `--help` among it, goes to the Child, where uv's whole parser answers.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, ValueHint, value_parser};
use uv_cli::{Cli, Commands, PipCommand, PipInstallArgs, PipNamespace, PipUninstallArgs, TopLevelArgs};

use crate::flags::{GLOBAL, Goes, INSTALL, PIP, Row, TOP, UNINSTALL};
use crate::reroute::Reroute;

/// The parsed command line, or why the Child takes it: decided by the words after `uv`, and by the variables that uv's
/// parser reads.
pub(crate) fn route(argv: &[OsString]) -> Result<Box<Cli>, Reroute> {
    let words = [OsStr::new("uv")].into_iter().chain(argv.iter().map(OsString::as_os_str));
    let matches = parser().try_get_matches_from(words).map_err(|error| refused(&error))?;
    let Some(("pip", pip)) = matches.subcommand() else {
        return Err(not_resident());
    };
    let refused = |error: clap::Error| refused(&error);
    let (command, cert) = match pip.subcommand() {
        Some(("install", given)) => {
            admit(given, &[GLOBAL, PIP, INSTALL])?;
            (PipCommand::Install(PipInstallArgs::from_arg_matches(given).map_err(refused)?), cert(given))
        }
        Some(("uninstall", given)) => {
            admit(given, &[GLOBAL, PIP, UNINSTALL])?;
            (PipCommand::Uninstall(PipUninstallArgs::from_arg_matches(given).map_err(refused)?), cert(given))
        }
        _ => return Err(not_resident()),
    };
    admit(&matches, &[GLOBAL, TOP])?;
    Ok(Box::new(Cli {
        top_level: TopLevelArgs::from_arg_matches(&matches).map_err(refused)?,
        command: Box::new(Commands::Pip(PipNamespace { command, cert })),
    }))
}

/// uv's argument types under the two resident commands.
fn parser() -> Command {
    let command = |name: &'static str| Command::new(name).disable_help_flag(true).disable_version_flag(true);
    let pip = command("pip")
        .subcommand_required(true)
        .arg(cert_argument())
        .subcommand(PipInstallArgs::augment_args(command("install")))
        .subcommand(PipUninstallArgs::augment_args(command("uninstall")));
    TopLevelArgs::augment_args(command("uv")).disable_help_subcommand(true).subcommand_required(true).subcommand(pip)
}

/// The one argument of `uv pip` itself: uv's type for it brings all its commands along.
fn cert_argument() -> Arg {
    Arg::new("cert")
        .long("cert")
        .global(true)
        .value_name("FILE")
        .value_hint(ValueHint::FilePath)
        .value_parser(value_parser!(PathBuf))
}

fn cert(given: &ArgMatches) -> Option<PathBuf> {
    given.get_one("cert").cloned()
}

/// Looks each given argument up in the tables.
fn admit(given: &ArgMatches, tables: &[&[Row]]) -> Result<(), Reroute> {
    for (id, goes) in tables.iter().copied().flatten() {
        let source = given.value_source(id);
        if !matches!(source, Some(ValueSource::CommandLine | ValueSource::EnvVariable)) {
            continue;
        }
        let reason = match goes {
            Goes::Child(reason) => reason,
            Goes::ChildIf(holds, reason) if given.get_raw(id).is_some_and(|mut values| values.any(holds)) => reason,
            Goes::Resident | Goes::ChildIf(..) => continue,
        };
        let by = if source == Some(ValueSource::EnvVariable) { "the variable behind " } else { "" };
        return Err(Reroute::because(format!("{by}`--{}`: {reason}", id.replace('_', "-"))));
    }
    Ok(())
}

fn not_resident() -> Reroute {
    Reroute::because("only `pip install` and `pip uninstall` are resident")
}

fn refused(error: &clap::Error) -> Reroute {
    match error.kind() {
        ErrorKind::InvalidSubcommand | ErrorKind::MissingSubcommand => not_resident(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Reroute::because("help and versions are uv's to print")
        }
        _ => Reroute::because("the arguments are uv's to refuse"),
    }
}

#[cfg(test)]
#[path = "route_tests.rs"]
mod tests;
