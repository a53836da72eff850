use anyhow::Result;
use uv_cli::options::flag;
use uv_cli::{Maybe, PipCheckArgs};
use uv_settings::{EnvironmentOptions, FilesystemOptions, PipOptions};

use super::pip::PipSettings;

/// What `uv pip check` was asked about. `Debug` is what `uv --show-settings` prints.
#[derive(Debug, Clone)]
pub(crate) struct PipCheckSettings {
    pub(crate) settings: PipSettings,
}

impl PipCheckSettings {
    pub(super) fn resolve(
        args: PipCheckArgs,
        filesystem: Option<FilesystemOptions>,
        environment: &EnvironmentOptions,
    ) -> Result<Self> {
        let PipCheckArgs { python, system, no_system, python_version, python_platform } = args;
        let options = PipOptions {
            python: python.and_then(Maybe::into_option),
            system: flag(system, no_system, "system")?,
            python_version,
            python_platform,
            ..PipOptions::default()
        };
        Ok(Self { settings: PipSettings::combine(options, filesystem, environment) })
    }
}
