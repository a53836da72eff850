//! From the words of a command line to what the resident engine may answer.
//!
//! uv's parser describes some sixty commands each time it is used, which takes a millisecond. Here the very same
//! argument types are put under the resident `uv pip` commands alone. Whatever that small parser does not
//! take, usage errors and `--help` among it, goes to the Child, where uv's whole parser answers.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, ValueHint, value_parser};
use uv_cli::{
    Cli, Commands, PipCheckArgs, PipCommand, PipFreezeArgs, PipInstallArgs, PipListArgs, PipNamespace, PipShowArgs,
    PipSyncArgs, PipTreeArgs, PipUninstallArgs, TopLevelArgs,
};

use crate::flags::{
    CHANGE, CHECK, FETCH, FREEZE, GLOBAL, Goes, INSTALL, LIST, PIP, Row, SHOW, SYNC, TOP, TREE, UNINSTALL,
};
use crate::reroute::Reroute;

/// Why a command has no resident answer at all.
pub(crate) const NOT_RESIDENT: &str =
    "not resident: of uv's commands `pip install`, `sync`, `uninstall`, `list`, `freeze`, `show`, `check`, `tree` are";

/// The parsed command line, or why the Child takes it: decided by the words after `uv`, and by the variables that uv's
/// parser reads.
#[tracing::instrument(name = "route", level = "debug", skip_all)]
pub(crate) fn route(argv: &[OsString]) -> Result<Box<Cli>, Reroute> {
    let words = [OsStr::new("uv")].into_iter().chain(argv.iter().map(OsString::as_os_str));
    let matches =
        parser(argv.iter().any(|word| word == "sync")).try_get_matches_from(words).map_err(|error| refused(&error))?;
    let Some(("pip", pip)) = matches.subcommand() else {
        return Err(not_resident());
    };
    let Some((name, given)) = pip.subcommand() else {
        return Err(not_resident());
    };
    let command = command(name, given)?;
    let cert = given.get_one("cert").cloned();
    admit(&matches, &[GLOBAL, TOP])?;
    Ok(Box::new(Cli { top_level: read(&matches)?, command: Box::new(Commands::Pip(PipNamespace { command, cert })) }))
}

/// One of the resident commands with its arguments.
fn command(name: &str, given: &ArgMatches) -> Result<PipCommand, Reroute> {
    Ok(match name {
        "install" => PipCommand::Install(admitted(given, &[CHANGE, INSTALL])?),
        "sync" => PipCommand::Sync(Box::new(admitted(given, &[CHANGE, SYNC])?)),
        "uninstall" => PipCommand::Uninstall(admitted(given, &[UNINSTALL])?),
        "list" => PipCommand::List(admitted(given, &[LIST, FETCH])?),
        "freeze" => PipCommand::Freeze(admitted(given, &[FREEZE])?),
        "show" => PipCommand::Show(admitted(given, &[SHOW])?),
        "check" => PipCommand::Check(admitted(given, &[CHECK])?),
        "tree" => PipCommand::Tree(admitted(given, &[TREE, FETCH])?),
        _ => return Err(not_resident()),
    })
}

/// The arguments of a command, if the tables let all of them in.
fn admitted<T: FromArgMatches>(given: &ArgMatches, tables: &[&[Row]]) -> Result<T, Reroute> {
    admit(given, &[GLOBAL, PIP])?;
    admit(given, tables)?;
    read(given)
}

fn read<T: FromArgMatches>(given: &ArgMatches) -> Result<T, Reroute> {
    T::from_arg_matches(given).map_err(|error| refused(&error))
}

/// uv's argument types under the resident commands; those of a command that is not given are never looked at.
///
/// `sync` has an argument with the name of one that all commands have, which is to find it there: its arguments can't
/// come later, so it is said whether it `may_sync`.
fn parser(may_sync: bool) -> Command {
    let command = |name: &'static str| Command::new(name).disable_help_flag(true).disable_version_flag(true);
    let sync = if may_sync { PipSyncArgs::augment_args(command("sync")) } else { command("sync") };
    let pip = command("pip")
        .subcommand_required(true)
        .arg(cert_argument())
        .subcommand(command("install").defer(PipInstallArgs::augment_args))
        .subcommand(sync)
        .subcommand(command("uninstall").defer(PipUninstallArgs::augment_args))
        .subcommand(command("list").defer(PipListArgs::augment_args))
        .subcommand(command("freeze").defer(PipFreezeArgs::augment_args))
        .subcommand(command("show").defer(PipShowArgs::augment_args))
        .subcommand(command("check").defer(PipCheckArgs::augment_args))
        .subcommand(command("tree").defer(PipTreeArgs::augment_args));
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
    Reroute::because(NOT_RESIDENT)
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
