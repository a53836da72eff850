use anyhow::Result;
use uv_cli::options::flag;
use uv_cli::{Maybe, PipShowArgs};
use uv_normalize::PackageName;
use uv_settings::{EnvironmentOptions, FilesystemOptions, PipOptions};

use super::pip::PipSettings;

/// What `uv pip show` was asked to show. `Debug` is what `uv --show-settings` prints.
#[derive(Debug, Clone)]
pub(crate) struct PipShowSettings {
    pub(crate) package: Vec<PackageName>,
    pub(crate) files: bool,
    pub(crate) settings: PipSettings,
}

impl PipShowSettings {
    pub(super) fn resolve(
        args: PipShowArgs,
        filesystem: Option<FilesystemOptions>,
        environment: &EnvironmentOptions,
    ) -> Result<Self> {
        let PipShowArgs {
            package,
            strict,
            no_strict,
            files,
            python,
            system,
            no_system,
            target,
            prefix,
            compat_args: _,
        } = args;
        let options = PipOptions {
            python: python.and_then(Maybe::into_option),
            system: flag(system, no_system, "system")?,
            strict: flag(strict, no_strict, "strict")?,
            target,
            prefix,
            ..PipOptions::default()
        };
        Ok(Self { package, files, settings: PipSettings::combine(options, filesystem, environment) })
    }
}
