use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;

use uv_configuration::{BuildIsolation, KeyringProviderType, RAYON_PARALLELISM};
use uv_requirements::RequirementsSource;
use uv_static::EnvVars;

use super::refused;
use super::resolved::{Command, Resolved};
use crate::reroute::Reroute;

/// Whether the resident engine may answer a call with these settings, or why the Child must.
///
/// The first call that passes decides the size of the process's thread pool.
pub(crate) fn preconditions(resolved: &Resolved) -> Result<(), Reroute> {
    let globals = &resolved.globals;
    let pip = resolved.command.pip();
    // What only installing has to do with is nothing to a command that reads.
    let changes = resolved.command.changes();
    let is_outdated = match &resolved.command {
        Command::List(settings) => settings.outdated,
        Command::Tree(settings) => settings.outdated,
        _ => false,
    };
    let reasons = [
        (globals.show_settings, "`--show-settings` only prints"),
        (globals.verbose > 0, "uv's log goes to standard error"),
        (std::env::var_os(EnvVars::RUST_LOG).is_some(), "`RUST_LOG` is set, and uv's log goes to standard error"),
        (!resolved.flags.is_empty(), "uv's crates read a variable once for the whole process"),
        (changes && pip.keyring_provider != KeyringProviderType::Disabled, "the keyring is a program of its own"),
        (
            changes && matches!(pip.build_isolation, BuildIsolation::SharedPackage(_)),
            "some builds are to see the environment that others make",
        ),
        (changes && pip.torch_backend.is_some(), "a PyTorch backend is looked for outside the process"),
        (
            changes && (pip.python_version.is_some() || pip.python_platform.is_some()),
            "another Python version or platform is the target",
        ),
        (is_outdated, "the newest versions are asked of the index"),
    ];
    for (holds, reason) in reasons {
        if holds {
            return Err(Reroute::because(reason));
        }
    }
    if let Some(refresh) = resolved.command.refresh() {
        globals.network_settings.check_refresh_conflict(refresh).map_err(refused)?;
    }
    for source in resolved.sources.all() {
        if let Some(reason) = needs_the_child(source) {
            return Err(Reroute::because(reason));
        }
    }
    if !fits_thread_pool(globals.concurrency.installs) {
        return Err(Reroute::because("the process's thread pool has another size"));
    }
    Ok(())
}

/// Why a source can't be used by the resident engine, if so.
pub(super) fn needs_the_child(source: &RequirementsSource) -> Option<&'static str> {
    match source {
        RequirementsSource::Editable(_) | RequirementsSource::Package(_) => None,
        RequirementsSource::Pep723Script(path)
        | RequirementsSource::PylockToml(path)
        | RequirementsSource::RequirementsTxt(path)
        | RequirementsSource::PyprojectToml(path)
        | RequirementsSource::SetupPy(path)
        | RequirementsSource::SetupCfg(path)
        | RequirementsSource::EnvironmentYml(path)
        | RequirementsSource::Extensionless(path) => {
            is_standard_input(path).then_some("standard input belongs to the host")
        }
    }
}

fn is_standard_input(path: &Path) -> bool {
    ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].iter().any(|name| path == Path::new(name))
}

/// uv sizes its pool of threads at first use, for the whole process.
fn fits_thread_pool(threads: usize) -> bool {
    static SIZE: OnceLock<usize> = OnceLock::new();
    let size = SIZE.get_or_init(|| {
        RAYON_PARALLELISM.store(threads, Ordering::Relaxed);
        threads
    });
    *size == threads
}
