use std::path::PathBuf;

use anyhow::Result;
use uv_cli::options::flag;
use uv_cli::{Maybe, PipUninstallArgs};
use uv_configuration::DryRun;
use uv_settings::{EnvironmentOptions, FilesystemOptions, PipOptions};

use super::pip::PipSettings;

/// What `uv pip uninstall` was asked to do. `Debug` is what `uv --show-settings` prints.
#[derive(Debug, Clone)]
pub(crate) struct PipUninstallSettings {
    pub(crate) package: Vec<String>,
    pub(crate) requirements: Vec<PathBuf>,
    pub(crate) dry_run: DryRun,
    pub(crate) settings: PipSettings,
}

impl PipUninstallSettings {
    pub(super) fn resolve(
        args: PipUninstallArgs,
        filesystem: Option<FilesystemOptions>,
        environment: &EnvironmentOptions,
    ) -> Result<Self> {
        let PipUninstallArgs {
            package,
            requirements,
            python,
            keyring_provider,
            system,
            no_system,
            break_system_packages,
            no_break_system_packages,
            target,
            prefix,
            dry_run,
            compat_args: _,
        } = args;
        let options = PipOptions {
            python: python.and_then(Maybe::into_option),
            system: flag(system, no_system, "system")?,
            break_system_packages: flag(break_system_packages, no_break_system_packages, "break-system-packages")?,
            target,
            prefix,
            keyring_provider,
            ..PipOptions::default()
        };
        Ok(Self {
            package,
            requirements,
            dry_run: DryRun::from_args(dry_run),
            settings: PipSettings::combine(options, filesystem, environment),
        })
    }
}
