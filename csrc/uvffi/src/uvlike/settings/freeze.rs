use std::path::PathBuf;

use anyhow::Result;
use rustc_hash::FxHashSet;
use uv_cli::options::flag;
use uv_cli::{Maybe, PipFreezeArgs};
use uv_normalize::PackageName;
use uv_settings::{EnvironmentOptions, FilesystemOptions, PipOptions};

use super::pip::PipSettings;

/// What `uv pip freeze` was asked to show. `Debug` is what `uv --show-settings` prints.
#[derive(Debug, Clone)]
pub(crate) struct PipFreezeSettings {
    pub(crate) exclude_editable: bool,
    pub(crate) exclude: FxHashSet<PackageName>,
    /// The directories to look in instead of the environment's.
    pub(crate) paths: Option<Vec<PathBuf>>,
    pub(crate) settings: PipSettings,
}

impl PipFreezeSettings {
    pub(super) fn resolve(
        args: PipFreezeArgs,
        filesystem: Option<FilesystemOptions>,
        environment: &EnvironmentOptions,
    ) -> Result<Self> {
        let PipFreezeArgs {
            exclude_editable,
            exclude,
            strict,
            no_strict,
            python,
            paths,
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
        Ok(Self {
            exclude_editable,
            exclude: exclude.into_iter().collect(),
            paths,
            settings: PipSettings::combine(options, filesystem, environment),
        })
    }
}
