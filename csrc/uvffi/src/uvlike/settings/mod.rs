//! From a parsed command line to resolved settings, with uv's precedence: flags, then environment, then the
//! `[tool.uv.pip]` and `[tool.uv]` tables of the project's, the user's and the system's configuration files.
//!
//! Names, order of fields and results are uv's: `uv --show-settings` prints these very structs, and the twin tests
//! compare the two texts. What uv would refuse here is a [`Reroute`], since nothing has been touched and the Child
//! says it in uv's words.

mod cache;
mod certificates;
mod check;
mod config;
mod freeze;
mod globals;
mod install;
mod layers;
mod list;
mod network;
mod pip;
mod preconditions;
mod resolved;
mod show;
mod sources;
mod sync;
#[cfg(test)]
mod tests;
mod tree;
mod uninstall;

use std::fmt::Display;
use std::str::FromStr;

use uv_cli::compat::CompatArgs;
use uv_cli::{Cli, Commands, PipCommand, PipNamespace};
use uv_flags::EnvironmentFlags;
use uv_fs::CWD;
use uv_pep440::Version;
use uv_preview::Preview;
use uv_settings::EnvironmentOptions;
use uv_static::EnvVars;
use uv_workspace::WorkspaceCache;

use crate::output::Output;
use crate::reroute::Reroute;
use crate::route::NOT_RESIDENT;

pub(crate) use cache::CacheSettings;
pub(crate) use check::PipCheckSettings;
pub(crate) use freeze::PipFreezeSettings;
pub(crate) use globals::GlobalSettings;
pub(crate) use install::{Modifications, PipInstallSettings};
pub(crate) use list::PipListSettings;
pub(crate) use pip::PipSettings;
pub(crate) use preconditions::preconditions;
pub(crate) use resolved::{Command, Resolved};
pub(crate) use show::PipShowSettings;
pub(crate) use sources::Sources;
pub(crate) use sync::PipSyncSettings;
pub(crate) use tree::PipTreeSettings;
pub(crate) use uninstall::PipUninstallSettings;

/// Resolves the settings of one command line; reads configuration files and the environment, changes nothing.
///
/// Must run inside a tokio runtime, with `uv_preview` set to its default and the warnings' sink installed.
#[tracing::instrument(name = "settings", level = "debug", skip_all)]
pub(crate) async fn resolve(cli: Cli, output: &Output) -> Result<Resolved, Reroute> {
    let Cli { command, top_level } = cli;
    if top_level.global_args.quiet > 0 {
        output.silence_warnings();
    }
    let Commands::Pip(PipNamespace { command, cert }) = *command else {
        return Err(Reroute::because(NOT_RESIDENT));
    };
    stays_in_place(&top_level.global_args)?;

    let environment = EnvironmentOptions::new().map_err(refused)?;
    // uv resolves preview once before it knows the files too: the warning of an unknown feature comes first.
    globals::resolve_preview(&top_level.global_args, None, &environment).map_err(refused)?;

    let workspace_cache = WorkspaceCache::default();
    let found = config::discover(&top_level, &CWD, &workspace_cache).await?;
    let filesystem = found.options;

    let globals =
        GlobalSettings::resolve(&top_level.global_args, filesystem.as_ref(), &environment, cert.as_deref(), output)
            .map_err(refused)?;
    if globals.preview != Preview::default() {
        return Err(Reroute::because("preview features are process-wide"));
    }
    let cache = CacheSettings::resolve(*top_level.cache_args, filesystem.as_ref());
    if let Some(required) = &globals.required_version {
        let version = Version::from_str(uv_version::version()).map_err(refused)?;
        if !required.contains(&version) {
            return Err(refused(format!("`required-version` is `{required}`")));
        }
    }

    // Discovery skips the cache's directory, so its findings hold only for the same one.
    let workspace_cache = if cache.has_root(&found.cache_root) { workspace_cache } else { WorkspaceCache::default() };
    let flags = EnvironmentFlags::from(&environment);

    let command = match command {
        PipCommand::Install(args) => {
            args.compat_args.validate().map_err(refused)?;
            Command::Install(Box::new(PipInstallSettings::resolve(args, filesystem, environment).map_err(refused)?))
        }
        PipCommand::Sync(args) => {
            args.compat_args.validate().map_err(refused)?;
            Command::Sync(Box::new(PipSyncSettings::resolve(*args, filesystem, &environment).map_err(refused)?))
        }
        PipCommand::Uninstall(args) => {
            args.compat_args.validate().map_err(refused)?;
            Command::Uninstall(Box::new(
                PipUninstallSettings::resolve(args, filesystem, &environment).map_err(refused)?,
            ))
        }
        PipCommand::List(args) => {
            args.compat_args.validate().map_err(refused)?;
            Command::List(Box::new(PipListSettings::resolve(args, filesystem, &environment).map_err(refused)?))
        }
        // uv does not look at the arguments for compatibility here, so it does not warn of them.
        PipCommand::Freeze(args) => {
            Command::Freeze(Box::new(PipFreezeSettings::resolve(args, filesystem, &environment).map_err(refused)?))
        }
        PipCommand::Show(args) => {
            Command::Show(Box::new(PipShowSettings::resolve(args, filesystem, &environment).map_err(refused)?))
        }
        PipCommand::Check(args) => {
            Command::Check(Box::new(PipCheckSettings::resolve(args, filesystem, &environment).map_err(refused)?))
        }
        PipCommand::Tree(args) => {
            Command::Tree(Box::new(PipTreeSettings::resolve(args, filesystem, &environment).map_err(refused)?))
        }
        _ => return Err(Reroute::because(NOT_RESIDENT)),
    };
    let sources = Sources::of(&command, &CWD)?;

    let certificate_file = cert.is_some();
    Ok(Resolved { globals, cache, command, sources, certificate_file, flags, workspace_cache })
}

/// The resident engine works only in the process's own directory, as uv's crates first saw it.
fn stays_in_place(args: &uv_cli::GlobalArgs) -> Result<(), Reroute> {
    if args.directory.is_some() || std::env::var_os(EnvVars::UV_WORKING_DIRECTORY).is_some() {
        return Err(Reroute::because("`--directory` names another directory"));
    }
    if args.project.is_some() {
        return Err(Reroute::because("`--project` names another directory"));
    }
    if args.isolated {
        return Err(Reroute::because("`--isolated` is deprecated"));
    }
    // Asked before `CWD` is read for the first time: its initialiser ends the process where there is none.
    match std::env::current_dir() {
        Ok(directory) if directory == *CWD => Ok(()),
        _ => Err(Reroute::because("the working directory is not the one the engine began in")),
    }
}

/// What uv would end with an error, and the Child therefore says.
fn refused(error: impl Display) -> Reroute {
    let error = format!("{error:#}");
    Reroute::because(format!("uv refuses the settings: {}", anstream::adapter::strip_str(&error)))
}
